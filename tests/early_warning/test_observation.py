"""A day's ratings as findings: entries, exits, what is not known, exclusions."""

from dataclasses import replace
from datetime import date
from types import MappingProxyType

import numpy as np

from riskengine.early_warning.episode import Phase
from riskengine.early_warning.finding import Entry, Key
from riskengine.early_warning.fold import fold
from riskengine.early_warning.observation import indicators_of, observe
from riskengine.policy.condition import Not
from riskengine.policy.exception import Exclusion
from riskengine.policy.leaf import parse_leaf
from riskengine.rules.columns import ColumnsEngine
from riskengine.rules.durable_engine import DurableEngine
from riskengine.rules.exits import exit_rule
from riskengine.terms.decision import Severity, Stage
from support.decisions import AS_OF, SOUND, columns, random_facts, rate_columns, shipped_policy
from support.random_rules import random_rules
from support.warning_days import policy_of

LATE, SERIOUS = "EWS-TST-001", "EWS-TST-002"


def arrears_policy(until="pay_dpd_max < 15", **changes):
    """One indicator of two rules: 30 days late is watch until under 15, 90 days late is red."""
    usual = next(rule for rule in shipped_policy().all_rules if rule.id == "EWS-PAY-001")
    late = replace(
        usual,
        id=LATE,
        when=parse_leaf("pay_dpd_max >= 30"),
        until=None if until is None else parse_leaf(until),
        then=replace(usual.then, severity=Severity.WATCH),
        indicator="arrears",
    )
    serious = replace(usual, id=SERIOUS, when=parse_leaf("pay_dpd_max >= 90"), indicator="arrears")
    rules = MappingProxyType({**shipped_policy().rules, Stage.WARNINGS: (late, serious)})
    return replace(shipped_policy(), rules=rules, **changes)


def rated(policy, *days_late):
    records = [{**SOUND, "pay_dpd_max": days} for days in days_late]
    return rate_columns(columns(*records), [0.004] * len(records), policy=policy)


def follow(policy, *days_late):
    """The episode of one customer after as many days, close_after_days 0."""
    standing = {}
    for number, days in enumerate(days_late):
        ratings = replace(rated(policy, days), as_of=date(2025, 7, 1 + number))
        folded = fold(observe(ratings, standing), policy_of(1), start=standing)
        standing = folded.open
    return standing.get(Key("C0000", "arrears"))


def test_only_who_is_concerned_has_a_finding():
    found = observe(rated(arrears_policy(), 0.0, 45.0, 120.0, None))
    assert [one.key for one in found] == [Key("C0001", "arrears"), Key("C0002", "arrears")]
    watch, red = found
    assert watch.entries == (Entry(LATE, Severity.WATCH),)
    assert (red.severity, [entry.rule_id for entry in red.entries]) == (Severity.RED, [LATE, SERIOUS])
    assert watch.day == AS_OF


def test_evidence_is_what_the_rules_asked_where_it_gets_worse():
    policy = arrears_policy()
    (opening,) = observe(rated(policy, 45.0))
    assert [str(one) for one in opening.evidence] == ["pay_dpd_max >= 30: 45.0", "pay_overdue_amount: 0.0"]
    standing = fold([opening], policy_of(9)).open
    (later,) = observe(replace(rated(policy, 50.0), as_of=date(2025, 7, 1)), standing)
    assert later.evidence == ()
    (worse,) = observe(replace(rated(policy, 95.0), as_of=date(2025, 7, 1)), standing)
    assert {one.rule_id for one in worse.evidence} == {LATE, SERIOUS}


def test_an_exit_of_its_own_is_stricter_than_the_entry():
    assert follow(arrears_policy(), 45.0, 20.0, 20.0).phase is Phase.HELD
    assert follow(arrears_policy(until=None), 45.0, 20.0, 20.0) is None
    assert follow(arrears_policy(), 45.0, 10.0, 10.0) is None


def test_a_missing_fact_leaves_it_open_and_blind():
    for until in ("pay_dpd_max < 15", None):
        episode = follow(arrears_policy(until=until), 45.0, None, None, None)
        assert (episode.phase, episode.blind_since) == (Phase.BLIND, date(2025, 7, 2))


def test_an_exclusion_opens_nothing_and_leaves_what_is_open_where_it_is():
    agreed = Exclusion(
        rule_id=LATE,
        customer_id="C0000",
        group_id=None,
        start=date(2025, 1, 1),
        until=date(2026, 1, 1),
        reason="agreed",
        requested_by="a",
        approved_by="b",
    )
    excluded = arrears_policy(exclusions=(agreed,))
    assert observe(rated(excluded, 45.0)) == []
    standing = fold(observe(rated(arrears_policy(), 45.0)), policy_of()).open
    (held,) = observe(replace(rated(excluded, 45.0), as_of=date(2025, 7, 1)), standing)
    assert (held.entries, held.held) == ((), frozenset({LATE}))


def test_a_rule_that_ended_holds_nothing_and_customers_gone_have_no_finding():
    standing = fold(observe(rated(arrears_policy(), 45.0, 45.0)), policy_of()).open
    later = replace(rated(shipped_policy(), 45.0), as_of=date(2025, 7, 1))
    mine = [one for one in observe(later, standing) if one.indicator == "arrears"]
    assert [(one.customer_id, one.held, one.unknown) for one in mine] == [("C0000", frozenset(), frozenset())]


def test_findings_do_not_depend_on_the_other_customers():
    policy, facts = shipped_policy(), random_facts(5, 60)
    pds = np.linspace(0.001, 0.3, 60)
    whole = rate_columns(facts, pds)
    found = observe(whole)
    assert len({one.indicator for one in found}) > 10
    standing = fold(found, policy_of(9)).open
    nothing = replace(rate_columns(random_facts(6, 60), pds), as_of=date(2025, 7, 1))
    again = observe(nothing, standing)
    assert {one.key for one in again} >= set(standing)
    assert again == observe(nothing, dict(reversed(standing.items())))
    assert set(indicators_of(policy)) >= {one.indicator for one in found}


def test_both_engines_say_the_same_of_exits():
    rules = [
        replace(one, until=other.when) for one, other in zip(random_rules(1, 30), random_rules(2, 30), strict=True)
    ]
    facts = random_facts(7, 40)
    exits = [exit_rule(rule) for rule in shipped_policy().rules[Stage.WARNINGS]]
    columns_say = ColumnsEngine().evaluate(exits, facts)
    with DurableEngine() as engine:
        durable_says = engine.evaluate(exits, facts)
    for rule in exits:
        assert np.array_equal(columns_say.by_rule[rule.id], durable_says.by_rule[rule.id])
    assert all(exit_rule(rule).when == rule.until for rule in rules)
    assert exit_rule(rules[0]).until is None
    assert exit_rule(replace(rules[0], until=None)).when == Not(rules[0].when)
