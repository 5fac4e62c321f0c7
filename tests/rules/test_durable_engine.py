"""The engine for single cases: exact where the library is not, for one customer as for many."""

import gc
import subprocess
import sys
import threading
from collections.abc import Iterator

import numpy as np
import pytest

from riskengine.policy.condition import AllOf, AnyOf, Comparison, IsMissing, Not, Op, facts_of
from riskengine.policy.vocabulary import standard_vocabulary
from riskengine.rules import columns
from riskengine.rules.durable_engine import KEPT, DurableEngine
from riskengine.rules.facts import FactColumns
from riskengine.rules.network import MAX_FIELDS
from riskengine.rules.records import RecordSchema
from riskengine.terms.decision import Outcome
from riskengine.terms.errors import InputError, UsageError
from support.faulty_extension import CountingExtension
from support.random_rules import HOSTILE_NUMBERS, hostile_facts, random_rules, rule


@pytest.fixture
def engine() -> Iterator[DurableEngine]:
    with DurableEngine() as made:
        yield made


def test_numbers_the_library_misreads_compare_exactly(engine: DurableEngine) -> None:
    values = np.array(sorted(set(HOSTILE_NUMBERS)))
    facts = FactColumns(len(values), {"x": values}, {})
    rules = [
        rule(f"R-{place:03d}-{op.name}", Comparison("x", op, float(constant)))
        for place, constant in enumerate(values)
        for op in (Op.LT, Op.LE, Op.GT, Op.GE, Op.EQ, Op.NE)
    ]
    expected, found = columns.evaluate(rules, facts), engine.evaluate(rules, facts)
    for one in rules:
        assert found.by_rule[one.id].tolist() == expected.by_rule[one.id].tolist(), one.when


def test_missing_is_unknown_and_can_be_asked_for(engine: DurableEngine) -> None:
    rules = [
        rule("A-001", Comparison("x", Op.NE, 5.0)),
        rule("A-002", IsMissing("x")),
        rule("A-003", AllOf((Not(IsMissing("x")), Comparison("x", Op.GT, 1.0)))),
        rule("A-004", AnyOf((Comparison("x", Op.GT, 1.0), Comparison("place", Op.EQ, "华东")))),
        rule("A-005", Comparison("place", Op.NOT_IN, ("华北",))),
    ]
    facts = FactColumns(
        3, {"x": np.array([np.nan, 5.0, 7.0])}, {"place": np.array(["华东", None, "华北"], dtype=object)}
    )
    hit, no_hit, missing = Outcome.HIT, Outcome.NO_HIT, Outcome.MISSING
    outcomes = engine.evaluate(rules, facts)
    assert list(outcomes.record(0).values()) == [missing, hit, no_hit, hit, hit]
    assert list(outcomes.record(1).values()) == [no_hit, no_hit, hit, hit, missing]
    assert list(outcomes.record(2).values()) == [hit, no_hit, hit, hit, no_hit]


@pytest.mark.parametrize("count", [400, 2_000])
def test_many_rules(engine: DurableEngine, count: int) -> None:
    rules, facts = random_rules(8, count), hostile_facts(8, 30)
    expected, found = columns.evaluate(rules, facts), engine.evaluate(rules, facts)
    assert all((expected.by_rule[r.id] == found.by_rule[r.id]).all() for r in rules)


def test_all_of_many_rules_true_at_once(engine: DurableEngine) -> None:
    rules = [rule(f"A-{place:03d}", Comparison("x", Op.GT, float(-place))) for place in range(300)]
    outcomes = engine.evaluate(rules, FactColumns(1, {"x": np.array([1.0])}, {}))
    assert set(outcomes.record(0).values()) == {Outcome.HIT}


def test_more_facts_than_the_library_has_fields(engine: DurableEngine) -> None:
    names = [f"fact_{place}" for place in range(2 * MAX_FIELDS)]
    rules = [rule(f"A-{place:03d}", Comparison(name, Op.GE, 1.0)) for place, name in enumerate(names)]
    facts = FactColumns(2, {name: np.array([float(place % 2), 1.0]) for place, name in enumerate(names)}, {})
    outcomes = engine.evaluate(rules, facts)
    assert [outcomes.of(r.id, 0) is Outcome.HIT for r in rules] == [place % 2 == 1 for place in range(len(names))]
    assert set(outcomes.record(1).values()) == {Outcome.HIT}


def test_threads_take_turns(engine: DurableEngine) -> None:
    rules, facts = random_rules(9, 20), hostile_facts(9, 300)
    expected = columns.evaluate(rules, facts)
    wrong: list[str] = []

    def work() -> None:
        found = engine.evaluate(rules, facts)
        wrong.extend(r.id for r in rules if (found.by_rule[r.id] != expected.by_rule[r.id]).any())

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_what_was_not_used_for_long_is_freed() -> None:
    extension = CountingExtension()
    with DurableEngine(extension) as engine:
        for seed in range(KEPT + 10):
            engine.decide(random_rules(seed, 4), {})
        gc.collect()
        assert extension.alive == KEPT
        engine.decide(random_rules(15, 4), {})
        assert extension.alive == KEPT
    assert extension.alive == 0


def test_equal_rules_in_two_engines_do_not_meet() -> None:
    rules, facts = random_rules(2, 20), hostile_facts(2, 30)
    expected = columns.evaluate(rules, facts)
    with DurableEngine() as first, DurableEngine() as second:
        first.evaluate(rules, facts)
        second.evaluate(rules, facts)
        first.close()
        found = second.evaluate(rules, facts)
    assert all((found.by_rule[r.id] == expected.by_rule[r.id]).all() for r in rules)


def test_a_closed_engine_loads_anew(engine: DurableEngine) -> None:
    rules = (rule("A-001", Comparison("x", Op.GT, 1.0)),)
    assert engine.decide(rules, {"x": 2.0}) == {"A-001": Outcome.HIT}
    engine.close()
    assert engine.decide(rules, {"x": 2.0}) == {"A-001": Outcome.HIT}


@pytest.mark.parametrize("seed", range(3))
def test_one_customer_is_decided_as_many_are(engine: DurableEngine, seed: int) -> None:
    rules, facts = random_rules(seed, 60), hostile_facts(seed, 150)
    outcomes = engine.evaluate(rules, facts)
    for row in range(facts.count):
        record = facts.record(row, sorted({name for r in rules for name in facts_of(r.when)}))
        assert engine.decide(rules, record) == outcomes.record(row)
        assert engine.decide(list(rules), {k: v for k, v in record.items() if v is not None}) == outcomes.record(row)


def test_rules_changed_in_place_are_other_rules(engine: DurableEngine) -> None:
    rules = [rule("A-001", Comparison("x", Op.GT, 1.0))]
    assert engine.decide(rules, {"x": 2.0}) == {"A-001": Outcome.HIT}
    rules[0] = rule("A-001", Comparison("x", Op.GT, 3.0))
    assert engine.decide(rules, {"x": 2.0}) == {"A-001": Outcome.NO_HIT}


def test_a_record_is_checked_before_it_is_decided(engine: DurableEngine) -> None:
    rules = (rule("A-001", Comparison("grade", Op.GE, 5.0)), rule("A-002", IsMissing("limit")))
    schema = RecordSchema.of_vocabulary(standard_vocabulary())
    record = {"grade": 6, "cus_country": "NO"}
    assert engine.decide(rules, record, schema) == {"A-001": Outcome.HIT, "A-002": Outcome.HIT}
    with pytest.raises(UsageError, match="there is no fact 'cus_country'"):
        engine.decide(rules, record)
    with pytest.raises(InputError, match="'grade' is the text '6', a number is needed"):
        engine.decide(rules, {"grade": "6"}, schema)
    with pytest.raises(UsageError, match="rules compare 'grade' as a text, it is a number"):
        engine.decide((rule("A-001", Comparison("grade", Op.EQ, "D")),), {}, schema)


def test_rules_that_contradict_each_other_about_a_fact_are_refused(engine: DurableEngine) -> None:
    rules = [rule("A-001", Comparison("grade", Op.GE, 5.0)), rule("A-002", Comparison("grade", Op.EQ, "D"))]
    for evaluate in (engine.evaluate, columns.evaluate):
        with pytest.raises(
            UsageError, match="rule A-002: 'grade' is compared with a text and, elsewhere, with a number"
        ):
            evaluate(rules, FactColumns(1, {}, {}))


def test_conditions_that_hold_nothing(engine: DurableEngine) -> None:
    """No rule file makes them, but an engine must not stumble over them."""
    rules = [rule("A-001", AllOf(())), rule("A-002", AnyOf(())), rule("A-003", Comparison("x", Op.IN, ()))]
    facts = FactColumns(2, {"x": np.array([np.nan, 1.0])}, {})
    expected, found = columns.evaluate(rules, facts), engine.evaluate(rules, facts)
    assert [expected.record(row) for row in range(2)] == [found.record(row) for row in range(2)]
    assert list(found.record(1).values()) == [Outcome.HIT, Outcome.NO_HIT, Outcome.NO_HIT]


def test_the_library_is_not_loaded_before_it_is_used() -> None:
    code = "import sys, riskengine.rules.durable_engine; print('durable_rules_engine' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
