"""The columns engine says what `truth` says, row by row."""

import numpy as np
import pytest

from riskengine.policy.condition import AllOf, AnyOf, Comparison, IsMissing, Not, Op, ParameterName, truth
from riskengine.rules.columns import CHUNK, ColumnsEngine, evaluate
from riskengine.rules.facts import FactColumns
from riskengine.rules.outcomes import OUTCOMES
from riskengine.terms.decision import Outcome
from riskengine.terms.errors import InputError, UsageError
from support.random_rules import hostile_facts, random_rules, rule

CODES = {True: Outcome.HIT, False: Outcome.NO_HIT, None: Outcome.MISSING}


@pytest.mark.parametrize("seed", range(5))
def test_equal_to_truth(seed: int) -> None:
    rules, facts = random_rules(seed, 40), hostile_facts(seed, 120)
    outcomes = evaluate(rules, facts)
    for row in range(facts.count):
        record = facts.record(row)
        assert outcomes.record(row) == {r.id: CODES[truth(r.when, record)] for r in rules}


@pytest.mark.parametrize("seed", range(5, 9))
def test_equal_to_truth_however_deep(seed: int) -> None:
    rules, facts = random_rules(seed, 60, depth=6), hostile_facts(seed, 40, missing=0.1 * (seed - 5))
    outcomes = evaluate(rules, facts)
    for row in range(facts.count):
        record = facts.record(row)
        assert outcomes.record(row) == {r.id: CODES[truth(r.when, record)] for r in rules}


def test_conditions_that_ask_the_same_of_other_operators() -> None:
    """Leaves are shared between conditions; sharing must not mix them up."""
    value = Comparison("x", Op.GE, 5.0)
    conditions = [
        *(value, Not(value), Comparison("x", Op.LT, 5.0), Not(Not(value)), AllOf((value,)), AnyOf((value,))),
        *(
            AllOf((value, Not(value))),
            AnyOf((value, Not(value))),
            Not(AllOf((value, value))),
            Not(AnyOf((value, value))),
        ),
        *(IsMissing("x"), Not(IsMissing("x")), AllOf((value, IsMissing("x"))), AnyOf((value, IsMissing("x")))),
        *(Comparison("x", Op.EQ, 5.0), Comparison("x", Op.NE, 5.0), Not(Comparison("x", Op.NE, 5.0))),
        *(Comparison("x", Op.IN, ()), Comparison("x", Op.NOT_IN, ()), Not(Comparison("x", Op.IN, (5.0,)))),
        *(AllOf((AnyOf((value, IsMissing("x"))), Comparison("y", Op.NE, 1.0))), AllOf(()), AnyOf(())),
        Not(AnyOf((AllOf((value, Comparison("y", Op.GT, 0.0))), IsMissing("y")))),
    ]
    rules = [rule(f"A-{place:03d}", when) for place, when in enumerate(conditions)]
    facts = FactColumns(
        6, {"x": np.array([5.0, 4.0, np.nan, 6.0, np.nan, 4.0]), "y": np.array([1, 1, 1, 0, np.nan, np.nan])}, {}
    )
    outcomes = evaluate(rules, facts)
    for row in range(facts.count):
        record = facts.record(row)
        assert outcomes.record(row) == {r.id: CODES[truth(r.when, record)] for r in rules}


@pytest.mark.parametrize("members", [1, 8, 9, 40])
def test_lists_short_and_long(members: int) -> None:
    numbers = tuple(float(place) for place in range(members))
    texts = tuple(f"t{place}" for place in range(members))
    rules = [
        rule(f"A-{op.name}-{fact}", Comparison(fact, op, listed))
        for op in (Op.IN, Op.NOT_IN)
        for fact, listed in (("x", numbers), ("t", texts))
    ]
    held = {"x": np.array([0.0, members - 1, members, np.nan, 0.5])}
    facts = FactColumns(5, held, {"t": np.array(["t0", texts[-1], "t-1", None, ""], dtype=object)})
    hit, no_hit, missing = Outcome.HIT, Outcome.NO_HIT, Outcome.MISSING
    outcomes = evaluate(rules, facts)
    for fact in ("x", "t"):
        assert [outcomes.of(f"A-IN-{fact}", row) for row in range(5)] == [hit, hit, no_hit, missing, no_hit]
        assert [outcomes.of(f"A-NOT_IN-{fact}", row) for row in range(5)] == [no_hit, no_hit, hit, missing, hit]


@pytest.mark.parametrize("count", [0, 1, CHUNK - 1, CHUNK, 2 * CHUNK + 3])
def test_threads_change_nothing(count: int) -> None:
    rules, facts = random_rules(6, 12), hostile_facts(6, count)
    alone, together = evaluate(rules, facts), ColumnsEngine(threads=3).evaluate(rules, facts)
    assert all(alone.by_rule[r.id].tolist() == together.by_rule[r.id].tolist() for r in rules)


def test_rows_do_not_depend_on_their_chunk() -> None:
    rules, facts = random_rules(3, 10), hostile_facts(3, CHUNK + 7)
    outcomes = evaluate(rules, facts)
    tail = evaluate(rules, facts.take(slice(CHUNK - 5, None)))
    for one in rules:
        assert outcomes.by_rule[one.id][CHUNK - 5 :].tolist() == tail.by_rule[one.id].tolist()


def test_facts_nobody_gave_are_missing() -> None:
    rules = [rule("A-001", Comparison("number", Op.GT, 1.0)), rule("A-002", Comparison("text", Op.NE, "x"))]
    assert evaluate(rules, FactColumns(2, {}, {})).record(1) == {"A-001": Outcome.MISSING, "A-002": Outcome.MISSING}


def test_no_customers_and_no_rules() -> None:
    assert evaluate([], FactColumns(3, {}, {})).by_rule == {}
    outcomes = evaluate([rule("A-001", Comparison("number", Op.GT, 1.0))], FactColumns(0, {}, {}))
    assert outcomes.by_rule["A-001"].shape == (0,)


def test_wrong_kinds_are_refused() -> None:
    numbers = FactColumns(1, {"fact": np.array([1.0])}, {})
    texts = FactColumns(1, {}, {"fact": np.array(["1"], dtype=object)})
    with pytest.raises(InputError, match="'fact' is given as a number, the rule needs a text"):
        evaluate([rule("A-001", Comparison("fact", Op.EQ, "1"))], numbers)
    with pytest.raises(InputError, match="'fact' is given as a text, the rule needs a number"):
        evaluate([rule("A-001", Comparison("fact", Op.EQ, 1.0))], texts)


def test_unresolved_and_repeated_rules_are_refused() -> None:
    facts = FactColumns(1, {}, {})
    with pytest.raises(UsageError, match="@limit has no value"):
        evaluate([rule("A-001", Comparison("fact", Op.GT, ParameterName("limit")))], facts)
    twice = rule("A-001", Comparison("fact", Op.GT, 1.0))
    with pytest.raises(UsageError, match="two rules have this id"):
        evaluate([twice, twice], facts)


def test_codes_are_the_outcomes() -> None:
    assert [outcome.value for outcome in OUTCOMES] == ["no_hit", "hit", "missing", "snoozed"]
