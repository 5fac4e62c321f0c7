"""The columns engine says what `truth` says, row by row."""

import time

import numpy as np
import pytest

from riskengine.policy.condition import Comparison, Op, ParameterName, truth
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


def test_a_hundred_thousand_customers_and_fifty_rules_in_under_a_second() -> None:
    rules, facts = random_rules(1, 50), hostile_facts(1, 100_000)
    start = time.process_time()
    ColumnsEngine().evaluate(rules, facts)
    assert time.process_time() - start < 1.0


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
