"""The adapter's duties: what must never reach durable_rules, does not, and what goes wrong is said."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator

import numpy as np
import pytest

from riskengine.policy.condition import AllOf, AnyOf, Comparison, IsMissing, Not, Op
from riskengine.rules import columns
from riskengine.rules.codes import NumberCoding, TextCoding
from riskengine.rules.durable_engine import KEPT, DurableEngine, DurableEngineError
from riskengine.rules.facts import FactColumns
from riskengine.rules.network import GROUP, MAX_ALTERNATIVES, MAX_FIELDS, build_networks, codes_of, fact_texts
from riskengine.terms.decision import Outcome
from riskengine.terms.errors import UsageError
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


def test_only_small_whole_numbers_are_handed_over() -> None:
    network = build_networks(random_rules(4, 60))[0]
    facts = hostile_facts(4, 50)
    for text in fact_texts(network, codes_of(network, facts), facts.count):
        fact = json.loads(text)
        assert (fact.pop("id"), fact.pop("sid")) == ("1", "0")
        assert all(isinstance(value, int) and 0 <= value < 1000 for value in fact.values())
        assert text.isascii()


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


def test_networks_keep_the_limits_of_the_library() -> None:
    rules = random_rules(7, 700)
    networks = build_networks(rules)
    assert [r.id for network in networks for r in network.rules] == [r.id for r in rules]
    for network in networks:
        assert len(network.alternatives) <= MAX_ALTERNATIVES
        assert len(network.fields) + network.groups + 2 < 252
        assert network.groups == -(-len(network.alternatives) // GROUP) < 64


def test_several_hundred_rules(engine: DurableEngine) -> None:
    rules, facts = random_rules(8, 400), hostile_facts(8, 60)
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


def test_a_rule_over_the_limits_is_refused_by_name(engine: DurableEngine) -> None:
    arms = [AnyOf(tuple(Comparison(f"f{n}", Op.EQ, float(v)) for v in range(7))) for n in range(3)]
    with pytest.raises(UsageError, match="rule A-001"):
        engine.evaluate([rule("A-001", AllOf(tuple(arms)))], FactColumns(1, {}, {}))


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


def test_reloading_many_policies_keeps_few(engine: DurableEngine) -> None:
    facts = hostile_facts(1, 5)
    for seed in range(KEPT + 10):
        engine.evaluate(random_rules(seed, 4), facts)
    assert len(engine._networks) == KEPT


def test_equal_rules_in_two_engines_do_not_meet() -> None:
    rules, facts = random_rules(2, 20), hostile_facts(2, 30)
    expected = columns.evaluate(rules, facts)
    with DurableEngine() as first, DurableEngine() as second:
        first.evaluate(rules, facts)
        second.evaluate(rules, facts)
        first.close()
        found = second.evaluate(rules, facts)
    assert all((found.by_rule[r.id] == expected.by_rule[r.id]).all() for r in rules)


def test_a_fault_is_named_and_the_ruleset_is_built_anew(engine: DurableEngine) -> None:
    rules, facts = [rule("A-001", Comparison("x", Op.GT, 1.0))], FactColumns(1, {"x": np.array([2.0])}, {})
    engine.evaluate(rules, facts)
    (session,) = engine._networks[tuple(rules)]
    session.close()  # as if the extension had lost it
    with pytest.raises(DurableEngineError, match=r"rules A-001; facts x") as caught:
        engine.evaluate(rules, facts)
    assert caught.value.where is not None
    assert caught.value.where.startswith("policy-")
    assert engine.evaluate(rules, facts).of("A-001", 0) is Outcome.HIT


def test_an_error_of_the_library_becomes_ours(engine: DurableEngine) -> None:
    rules, facts = [rule("A-001", Comparison("x", Op.GT, 1.0))], FactColumns(1, {"x": np.array([2.0])}, {})
    engine.evaluate(rules, facts)
    (session,) = engine._networks[tuple(rules)]
    with pytest.raises(DurableEngineError, match="assert_fact failed"):
        session.fired('{"id":"1","sid":"0","f0":5e-05}')


def test_codes_keep_order_and_equality() -> None:
    number = NumberCoding("x", (0.3, 0.1 + 0.2, 1e16))
    values = np.array([np.nextafter(0.3, 0), 0.3, 0.1 + 0.2, 0.31, 1e16, 1e16 + 2, np.nan])
    assert number.codes(FactColumns(7, {"x": values}, {})).tolist() == [0, 1, 3, 4, 5, 6, -1]
    text = TextCoding("t", ("a", "华东"))
    facts = FactColumns(4, {}, {"t": np.array(["华东", "a", "b", None], dtype=object)})
    assert text.codes(facts).tolist() == [2, 1, 0, -1]


def test_the_library_is_not_loaded_before_it_is_used() -> None:
    code = "import sys, riskengine.rules.durable_engine; print('durable_rules_engine' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
