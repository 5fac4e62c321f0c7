"""Both engines agree on every rule for every customer."""

import subprocess
import sys

import pytest

from riskengine.policy.source import PolicySource, load_policy
from riskengine.policy.vocabulary import standard_vocabulary
from riskengine.rules.columns import ColumnsEngine
from riskengine.rules.durable_engine import DurableEngine
from riskengine.rules.effects import join_effects
from support.policy_folder import PROJECT, SHIPPED
from support.random_customers import random_customers

# Some faults of durable_rules show only in a process that has imported numpy, and some would take the tests with them.
_CHILD = """
import sys
import numpy
sys.path[:0] = sys.argv[2:]
from riskengine.policy.condition import truth
from riskengine.rules import columns
from riskengine.rules.durable_engine import DurableEngine
from riskengine.rules.outcomes import HIT, MISSING, NO_HIT
from support.random_rules import hostile_facts, random_rules

first = int(sys.argv[1])
compared = 0
for seed in range(first, first + 10):
    rules = random_rules(seed, 60)
    facts = hostile_facts(seed, 400, missing=(seed % 5) / 10)
    expected = columns.evaluate(rules, facts)
    with DurableEngine() as engine:
        found = engine.evaluate(rules, facts)
    for rule in rules:
        differ = numpy.flatnonzero(expected.by_rule[rule.id] != found.by_rule[rule.id])
        if len(differ):
            print(seed, rule.when, facts.record(int(differ[0])))
        compared += facts.count
    codes = {True: HIT, False: NO_HIT, None: MISSING}
    for row in range(0, facts.count, 40):
        record = facts.record(row)
        for rule in rules:
            if codes[truth(rule.when, record)] != found.by_rule[rule.id][row]:
                print("truth", seed, rule.when, record)
print("compared", compared)
"""


@pytest.mark.parametrize("first_seed", [0, 10])
def test_random_rules_and_hostile_values(first_seed: int) -> None:
    paths = [str(PROJECT / "tests"), str(PROJECT / "src")]
    child = subprocess.run(
        [sys.executable, "-c", _CHILD, str(first_seed), *paths],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (child.returncode, child.stderr) == (0, "")
    assert child.stdout == "compared 240000\n"


@pytest.fixture(scope="module")
def shipped() -> PolicySource:
    return load_policy(SHIPPED)


def test_shipped_rules_for_100_000_random_customers(shipped: PolicySource) -> None:
    policy = shipped.in_force(shipped.draft.dates()[-1])
    facts = random_customers(policy, standard_vocabulary(), 100_000, seed=20261121)
    expected = ColumnsEngine().evaluate(policy.all_rules, facts)
    with DurableEngine() as engine:
        found = engine.evaluate(policy.all_rules, facts)
    different = {r.id: int((expected.by_rule[r.id] != found.by_rule[r.id]).sum()) for r in policy.all_rules}
    assert {rule: count for rule, count in different.items() if count} == {}
    assert all((expected.by_rule[r.id] == 1).any() for r in policy.all_rules), "a rule that never hit proves little"


def test_shipped_rules_on_every_date_they_change(shipped: PolicySource) -> None:
    for number, day in enumerate(shipped.draft.dates()):
        policy = shipped.in_force(day)
        facts = random_customers(policy, standard_vocabulary(), 300, seed=number)
        expected = ColumnsEngine().evaluate(policy.all_rules, facts)
        with DurableEngine() as engine:
            found = engine.evaluate(policy.all_rules, facts)
        for rule in policy.all_rules:
            assert expected.by_rule[rule.id].tolist() == found.by_rule[rule.id].tolist(), (day, rule.id)
        left, right = join_effects(policy.all_rules, expected), join_effects(policy.all_rules, found)
        assert all((left.actions[action] == right.actions[action]).all() for action in left.actions)
        assert (left.grade_cap == right.grade_cap).all()
