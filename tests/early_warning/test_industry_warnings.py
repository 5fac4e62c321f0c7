"""Warnings of whole industries: one finding for each, whoever of its customers are rated, and none of a customer."""

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from riskengine.decision.certificate import ModelIdentity, certify
from riskengine.decision.reasons import explain
from riskengine.decision.warnings import warnings_frame, warnings_of
from riskengine.early_warning.case import Standing, cases_of
from riskengine.early_warning.finding import Entry, Key
from riskengine.early_warning.fold import fold
from riskengine.early_warning.observation import merge_findings, observe
from riskengine.early_warning.subject import industry_exposures, industry_of, industry_subject
from riskengine.policy.leaf import parse_leaf
from riskengine.policy.rule import Effect
from riskengine.terms.decision import Action, OnMissing, Outcome, Severity, Stage, Subject
from riskengine.terms.errors import InputError
from riskengine.terms.text import Text
from support.decisions import SOUND, columns, rate_columns, shipped_policy

RULE = "EWS-TST-001"
C26, G46 = Key("industry:C26", "industry_late"), Key("industry:G46", "industry_late")


def sector_policy(**changes):
    """One rule about industries: the delay index rose by 10 or more; over below 5."""
    usual = next(rule for rule in shipped_policy().all_rules if rule.id == "EWS-PAY-001")
    said = "The index rose by {ind_delay_index_change}, by {ind_delay_index_change_365d} in a year"
    rule = replace(
        usual,
        id=RULE,
        subject=Subject.INDUSTRY,
        when=parse_leaf("ind_delay_index_change >= 10"),
        until=parse_leaf("ind_delay_index_change < 5"),
        on_missing=OnMissing.NO_HIT,
        then=Effect(severity=Severity.AMBER, actions=(Action.MANUAL_REVIEW,)),
        indicator="industry_late",
        reason=Text(said, "延迟指数上升{ind_delay_index_change}"),
    )
    rules = MappingProxyType({**shipped_policy().rules, Stage.WARNINGS: (replace(rule, **changes),)})
    return replace(shipped_policy(), rules=rules)


def rated(policy, *industries):
    """A customer for each industry code and rise of its index."""
    records = [{**SOUND, "cus_industry": code, "ind_delay_index_change": rise} for code, rise in industries]
    return rate_columns(columns(*records), [0.004] * len(records), policy=policy)


LATE = (("C26", 12.0), ("G46", 1.0), ("C26", 12.0), (None, 30.0))


def test_one_finding_for_each_industry_with_evidence():
    (found,) = observe(rated(sector_policy(), *LATE))
    assert (found.key, found.entries) == (C26, (Entry(RULE, Severity.AMBER),))
    noted = ["ind_delay_index_change >= 10: 12.0", "ind_delay_index_change_365d: missing"]
    assert [str(one) for one in found.evidence] == noted


def test_no_customer_hears_of_it():
    policy = sector_policy()
    late, calm = rated(policy, *LATE), rated(policy, *[(code, 0.0) for code, _ in LATE])
    assert late.outcomes.of(RULE, 0) is Outcome.HIT, "what it says of each can be tested and is kept"
    assert warnings_frame(late).is_empty()
    assert warnings_of(late, 0) == []
    assert explain(late, 0) == explain(calm, 0)
    for field in ("severity", "refer", "freeze"):
        assert (getattr(late.effects, field) == getattr(calm.effects, field)).all()
    assert RULE not in late.effects.applied_to(0)
    assert certify(late, 0, ModelIdentity("m", "1", "0" * 64), ())["warnings"] == []


def test_unknown_counts_as_the_rule_says():
    unknown = (("C26", None),)
    assert observe(rated(sector_policy(), *unknown)) == []
    (found,) = observe(rated(sector_policy(on_missing=OnMissing.HIT), *unknown))
    assert found.key == C26


def test_it_stays_open_between_entry_and_exit_and_then_is_over():
    policy = sector_policy()
    standing = fold(observe(rated(policy, ("C26", 12.0))), policy.episodes).open
    (between,) = observe(rated(policy, ("C26", 7.0), ("G46", 7.0)), standing)
    assert (between.key, between.held) == (C26, {RULE})
    (over,) = observe(rated(policy, ("C26", 4.0)), standing)
    assert (over.entries, over.held, over.unknown) == ((), frozenset(), frozenset())
    (unknown,) = observe(rated(policy, ("C26", None)), standing)
    assert unknown.unknown == {RULE}


def test_an_industry_without_customers_and_a_look_at_a_few_are_silent():
    policy = sector_policy()
    standing = fold(observe(rated(policy, ("C26", 12.0))), policy.episodes).open
    assert observe(rated(policy, ("G46", 1.0)), standing) == []
    assert observe(rated(policy, ("C26", 12.0)), standing, industries=False) == []


@pytest.mark.parametrize("size", [1, 2, 3])
def test_parts_of_a_portfolio_together_are_the_whole(size: int):
    policy = sector_policy()
    late = (*LATE, ("G46", 1.0), ("C26", 12.0))
    standing = fold(observe(rated(policy, ("G46", 12.0))), policy.episodes).open
    parts = [late[start : start + size] for start in range(0, len(late), size)]
    found = merge_findings(one for part in parts for one in observe(rated(policy, *part), standing))
    assert found == observe(rated(policy, *late), standing)
    assert [one.key for one in found] == [C26, G46]


def test_its_case_is_answered_for_what_the_industry_owes():
    policy = sector_policy()
    episodes = fold(observe(rated(policy, ("C26", 12.0))), policy.episodes).episodes
    owed = industry_exposures([("C26", 6e5), ("C26", 6e5), ("C26", None), ("G46", -5.0), (None, 1e9)])
    assert owed == {"industry:C26": 1_200_000.0, "industry:G46": 0.0}
    (case,) = cases_of(episodes, policy, standing={name: Standing(amount) for name, amount in owed.items()})
    assert (case.customer_id, case.owner) == ("industry:C26", "head_of_credit")
    assert [one.action for one in case.actions] == [Action.MANUAL_REVIEW]


def test_a_customer_cannot_have_the_id_of_an_industry():
    ratings = rated(sector_policy(), ("C26", 1.0))
    with pytest.raises(InputError, match="'industry:C26' has the id of an industry"):
        observe(replace(ratings, customer_ids=np.array(["industry:C26"], dtype=object)))


def test_subjects_are_told_apart():
    assert industry_of(industry_subject("C26")) == "C26"
    assert industry_of("C0012") is None
