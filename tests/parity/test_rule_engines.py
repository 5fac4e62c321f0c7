"""Both engines agree on every rule for every customer."""

import json
import os
import subprocess
import sys

import pytest

from riskengine.policy.source import PolicySource, load_policy
from riskengine.rules.columns import ColumnsEngine
from riskengine.rules.durable_engine import DurableEngine
from riskengine.rules.effects import join_effects
from support.policy_folder import PROJECT, SHIPPED
from support.random_customers import random_customers


@pytest.mark.parametrize("first_seed", [0, 1_000_000])
def test_random_policies_and_hostile_values(first_seed: int) -> None:
    """10,000 decisions each, in a process that a crash would end; `benchmarks/engine_agreement.py` makes a million."""
    child = subprocess.run(
        [sys.executable, "-m", "support.agreement", str(first_seed), "25", "400"],
        capture_output=True,
        text=True,
        timeout=120,
        env=os.environ | {"PYTHONPATH": str(PROJECT / "tests")},
        check=False,
    )
    assert (child.returncode, child.stderr) == (0, "")
    said = json.loads(child.stdout)
    assert said["differing"] == []
    assert said["outcomes"] > 400_000


@pytest.fixture(scope="module")
def shipped() -> PolicySource:
    return load_policy(SHIPPED)


def test_shipped_rules_for_20_000_random_customers(shipped: PolicySource) -> None:
    policy = shipped.in_force(shipped.draft.dates()[-1])
    facts = random_customers(policy, shipped.draft.vocabulary, 20_000, seed=20261121)
    expected = ColumnsEngine().evaluate(policy.all_rules, facts)
    with DurableEngine() as engine:
        found = engine.evaluate(policy.all_rules, facts)
    different = {r.id: int((expected.by_rule[r.id] != found.by_rule[r.id]).sum()) for r in policy.all_rules}
    assert {rule: count for rule, count in different.items() if count} == {}
    assert all((expected.by_rule[r.id] == 1).any() for r in policy.all_rules), "a rule that never hit proves little"


def test_shipped_rules_on_every_date_they_change(shipped: PolicySource) -> None:
    for number, day in enumerate(shipped.draft.dates()):
        policy = shipped.in_force(day)
        facts = random_customers(policy, shipped.draft.vocabulary, 300, seed=number)
        expected = ColumnsEngine().evaluate(policy.all_rules, facts)
        with DurableEngine() as engine:
            found = engine.evaluate(policy.all_rules, facts)
        for rule in policy.all_rules:
            assert expected.by_rule[rule.id].tolist() == found.by_rule[rule.id].tolist(), (day, rule.id)
        left, right = join_effects(policy.all_rules, expected), join_effects(policy.all_rules, found)
        assert all((left.actions[action] == right.actions[action]).all() for action in left.actions)
        assert (left.grade_cap == right.grade_cap).all()
