"""What the shipped indicators ask: level, peers, change; and that nothing credit people expect is left out."""

import datetime as dt
from pathlib import Path

import pytest

from riskengine.early_warning.aspects import Aspect, aspects_of, indicator_aspects
from riskengine.policy.bundle import Policy
from riskengine.reports.warnings.indicator_table import indicator_page
from support.decisions import shipped_policy

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "indicators.md"
LEAST = 40

# What a credit department expects to be watched, with the indicator and the rules that do.
EXPECTED = {
    "share of overdue rising": ("overdue_share", {"EWS-PAY-003"}),
    "a first 30-day delay": ("first_long_delay", {"EWS-PAY-002"}),
    "several delays in a row": ("late_habit", {"EWS-PAY-006"}),
    "ever later payments": ("pays_later", {"EWS-PAY-004", "EWS-PAY-005"}),
    "falling orders": ("orders_fall", {"EWS-EXP-006", "EWS-EXP-008"}),
    "falling amounts": ("orders_fall", {"EWS-EXP-011", "EWS-ANO-009"}),
    "part payments": ("part_payments", {"EWS-PAY-009"}),
    "more disputes": ("disputes", {"EWS-PAY-018"}),
    "utilisation above 80, 90, 100 %": ("utilisation", {"EWS-EXP-001", "EWS-EXP-002", "EWS-EXP-003"}),
    "DSO well above terms": ("receivable_days", {"EWS-EXP-005"}),
    "statement overdue": ("statement_overdue", {"EWS-FIN-001"}),
    "statement qualified": ("audit_opinion", {"EWS-FIN-005"}),
    "equity below 10 % of assets": ("equity", {"EWS-FIN-002"}),
    "interest cover below 1": ("weak_statement", {"EWS-FIN-003"}),
    "sales falling": ("sales_fall", {"EWS-FIN-004"}),
    "PD doubled": ("default_risk", {"EWS-RAT-001"}),
    "grade down two notches": ("default_risk", {"EWS-RAT-002"}),
    "a legal signal": ("courts", {"EWS-LAW-001", "EWS-LAW-002", "EWS-LAW-003"}),
    "an ownership signal": ("owners_changed", {"EWS-OWN-001"}),
    "equity frozen or pledged": ("equity_encumbered", {"EWS-OWN-003", "EWS-OWN-004"}),
    "trouble in the group": ("group_arrears", {"EWS-GRP-001", "EWS-GRP-002"}),
}
# Families that must be asked how high, how among peers, and how it moved.
FAMILIES = {
    "payment behaviour": {"pays_later", "late_habit", "overdue_share", "disputes"},
    "orders": {"orders_fall", "order_backlog"},
    "utilisation": {"utilisation", "exposure_growth"},
    "statements": {"equity", "weak_statement", "sales_fall"},
}


@pytest.fixture(scope="module")
def policy() -> Policy:
    return shipped_policy(dt.date(2025, 6, 30))


@pytest.mark.parametrize("what", EXPECTED)
def test_what_credit_people_expect_is_watched(policy: Policy, what: str) -> None:
    indicator, rules = EXPECTED[what]
    found = {rule.base_id for rule in policy.all_rules if rule.then.severity and rule.indicator_id == indicator}
    assert rules <= found


def test_there_are_forty_indicators_or_more(policy: Policy) -> None:
    assert len(indicator_aspects(policy)) >= LEAST


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_is_asked_for_level_peers_and_change(policy: Policy, family: str) -> None:
    own = [one for one in indicator_aspects(policy) if one.indicator in FAMILIES[family]]
    assert {aspect for one in own for aspect, rules in one.rules.items() if rules} == set(Aspect)


def test_what_a_rule_asks_is_read_from_its_facts(policy: Policy) -> None:
    rules = {rule.base_id: rule for rule in policy.all_rules}
    assert aspects_of(rules["EWS-EXP-004"]) == {Aspect.LEVEL}
    assert aspects_of(rules["EWS-PAY-004"]) == {Aspect.CHANGE}
    assert aspects_of(rules["EWS-PAY-018"]) == {Aspect.CHANGE}  # 90 days against a year
    assert aspects_of(rules["EWS-OWN-001"]) == {Aspect.LEVEL}  # how often owners changed
    assert Aspect.PEERS in aspects_of(rules["EWS-PEER-009"])


def test_the_page_of_the_reference_is_of_the_shipped_policy(policy: Policy) -> None:
    assert PAGE.read_text(encoding="utf-8") == indicator_page(indicator_aspects(policy)), (
        "write it anew: riskengine warnings indicators --markdown > docs/reference/indicators.md"
    )
