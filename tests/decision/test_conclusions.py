"""What the checks take to follow always does follow, for whatever customer is rated."""

import numpy as np
import pytest

from riskengine.decision.arrays import NONE
from riskengine.policy.checks.conclusions import conclusions_of
from riskengine.policy.checks.placed_rule import rules_on
from riskengine.policy.condition import facts_of, truth
from riskengine.policy.source import examine
from riskengine.rules.columns import ColumnsEngine
from support.decisions import AS_OF, RULES, random_facts, rate_columns, shipped_policy

COUNT = 600
DRAFT = examine(RULES, checks=(), with_cases=False)[0].draft


@pytest.mark.parametrize("seed", [1, 2])
def test_no_rated_customer_is_otherwise(seed: int) -> None:
    policy = shipped_policy()
    found = conclusions_of(policy.all_rules, DRAFT.scales[-1].version, DRAFT.vocabulary)
    chance = np.random.default_rng(seed)
    unrated = np.where(chance.random(COUNT) < 0.1, 0, NONE).astype(np.int8)
    pd_12m = np.where(unrated == NONE, chance.beta(0.5, 8, COUNT), np.nan)
    facts = rate_columns(random_facts(seed, COUNT), pd_12m, unrated=unrated, engine=ColumnsEngine()).facts
    checked = [condition for condition in found.always if not any("@" in name for name in facts_of(condition))]
    assert len(checked) > 60
    for row in range(COUNT):
        record = {name: _value(values[row]) for name, values in (*facts.numbers.items(), *facts.texts.items())}
        broken = [str(condition) for condition in checked if truth(condition, record) is False]
        assert broken == []


def _value(value: object) -> float | str | None:
    if isinstance(value, str):
        return value
    return None if value is None or np.isnan(float(str(value))) else float(str(value))


def test_a_later_freeze_is_not_seen_by_an_earlier_stage() -> None:
    """`frozen` of a rule of stage limits is what hard stops said, as no later stage has spoken yet."""
    on_day = rules_on(DRAFT, AS_OF)
    assert "frozen" in on_day.conclusions.facts
    readers = [placed for placed in on_day.rules if "frozen" in facts_of(placed.rule.when)]
    assert readers
    assert all("frozen" in {name.partition("@")[0] for name in facts_of(placed.when)} for placed in readers)
