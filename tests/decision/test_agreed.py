"""Exclusions and temporary limits: what people agreed for single customers, and what holds against it."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskengine.decision.certificate import ModelIdentity, certify
from riskengine.decision.frames import ratings_frame
from riskengine.decision.reasons import ReasonKind, explain
from riskengine.decision.replay import replay
from riskengine.policy.exception import Exclusion, TemporaryLimit
from riskengine.policy.rule import base_id_of
from riskengine.rules.columns import ColumnsEngine
from riskengine.rules.durable_engine import DurableEngine
from riskengine.terms.decision import Action, Outcome
from riskengine.terms.limit import Binding
from support.decisions import SOUND, columns, random_facts, rate_columns, shipped_policy

BOUNCED = {"sig_bounced_payment_count_365d": 1.0}  # LIM-PAY-002 halves the limit
MODEL = ModelIdentity("m", "1", "d" * 64)
UNTIL = dt.date(2025, 12, 31)


def agreed(kind, **what):
    return kind(
        **what,
        start=dt.date(2025, 1, 1),
        until=UNTIL,
        reason="season",
        requested_by="a.meier",
        approved_by="b.chen",
    )


def exclusion(rule_id, customer=None, group=None):
    return agreed(Exclusion, rule_id=rule_id, customer_id=customer, group_id=group)


def temporary(limit, customer="C0000"):
    return agreed(TemporaryLimit, customer_id=customer, limit=limit)


def rated(*records, pd_12m=0.004, exclusions=(), limits=(), engine=None):
    policy = replace(shipped_policy(), exclusions=tuple(exclusions), temporary_limits=tuple(limits))
    facts = columns(*({**SOUND, **record} for record in records))
    return rate_columns(facts, [pd_12m] * len(records), policy=policy, engine=engine)


def binding(ratings, row=0):
    return tuple(Binding)[int(ratings.limits.binding[row])]


def test_the_excluded_customer_is_spared_and_nobody_else():
    plain = rated(BOUNCED, BOUNCED)
    found = rated(BOUNCED, BOUNCED, exclusions=[exclusion("LIM-PAY-002", "C0000")])
    assert plain.outcomes.of("LIM-PAY-002", 0) is Outcome.HIT
    assert [found.outcomes.of("LIM-PAY-002", row) for row in (0, 1)] == [Outcome.SNOOZED, Outcome.HIT]
    assert found.limits.limit[0] == 2 * plain.limits.limit[0]
    assert found.limits.limit[1] == plain.limits.limit[1]


def test_all_companies_of_an_excluded_group_are_spared():
    records = [{**BOUNCED, "grp_id": group} for group in ("G1", "G1", "G2", None)]
    found = rated(*records, exclusions=[exclusion("LIM-PAY-002", group="G1")])
    said = [found.outcomes.of("LIM-PAY-002", row) for row in range(4)]
    assert said == [Outcome.SNOOZED, Outcome.SNOOZED, Outcome.HIT, Outcome.HIT]


def test_only_what_a_rule_says_is_snoozed():
    found = rated({"pay_overdue_ratio": None}, exclusions=[exclusion("LIM-ORD-001", "C0000")])
    assert found.outcomes.of("LIM-ORD-001", 0) is Outcome.SNOOZED  # unknown: the order book is not known
    known = rated({"sig_bounced_payment_count_365d": 0.0}, exclusions=[exclusion("LIM-PAY-002", "C0000")])
    assert known.outcomes.of("LIM-PAY-002", 0) is Outcome.NO_HIT


def test_an_unknown_rule_refers_no_more():
    facts = {"sig_bounced_payment_count_365d": None}
    referring = replace(shipped_policy())
    rules = {
        stage: tuple(replace(r, on_missing=type(r.on_missing).REFER) if r.id == "LIM-PAY-002" else r for r in found)
        for stage, found in referring.rules.items()
    }

    def refer(exclusions):
        policy = replace(referring, rules=rules, exclusions=exclusions)
        return bool(rate_columns(columns({**SOUND, **facts}), [0.004], policy=policy).effects.refer[0])

    assert refer(()) is True
    assert refer((exclusion("LIM-PAY-002", "C0000"),)) is False


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 999), data=st.data())
def test_both_engines_snooze_alike_and_a_snoozed_rule_leaves_no_trace(seed, data):
    ids = sorted({rule.base_id for rule in shipped_policy().all_rules})
    chosen = data.draw(st.lists(st.sampled_from(ids), min_size=1, max_size=4, unique=True))
    policy = replace(shipped_policy(), exclusions=tuple(exclusion(rule_id, "C0001") for rule_id in chosen))
    facts = random_facts(seed, 4)
    pds = np.random.default_rng(seed).uniform(0.0001, 0.5, 4)
    with DurableEngine() as durable:
        found = [rate_columns(facts, pds, policy=policy, engine=e) for e in (ColumnsEngine(), durable)]
    assert ratings_frame(found[0]).equals(ratings_frame(found[1]))
    rules = {
        stage: tuple(rule for rule in of_stage if rule.base_id not in chosen)
        for stage, of_stage in policy.rules.items()
    }
    without = rate_columns(facts, pds, policy=replace(policy, rules=rules, exclusions=()))
    left_out = ["rules_snoozed"]
    assert ratings_frame(found[0])[1].drop(left_out).equals(ratings_frame(without)[1].drop(left_out))
    plain = rate_columns(facts, pds)
    assert ratings_frame(found[0])[[0, 2, 3]].equals(ratings_frame(plain)[[0, 2, 3]])


def test_the_reason_says_who_agreed_and_until_when():
    found = rated(BOUNCED, exclusions=[exclusion("LIM-PAY-002", "C0000")])
    reason = next(reason for reason in explain(found, 0) if reason.kind is ReasonKind.EXEMPT)
    assert reason.code == "LIM-PAY-002"
    assert "until 2025-12-31, approved by b.chen: season" in reason.text.en
    assert "b.chen" in reason.text.zh
    assert "LIM-PAY-002" not in [r.code for r in explain(found, 0) if r.kind is ReasonKind.RULE]


def test_an_exclusion_that_changed_nothing_is_in_the_certificate_and_no_reason():
    found = rated({"sig_bounced_payment_count_365d": 0.0}, exclusions=[exclusion("LIM-PAY-002", "C0000")])
    assert [reason for reason in explain(found, 0) if reason.kind is ReasonKind.EXEMPT] == []
    listed = certify(found, 0, MODEL)["exclusions"]
    assert [(one["rule"], one["silenced"], one["until"], one["approved_by"]) for one in listed] == [
        ("LIM-PAY-002", [], "2025-12-31", "b.chen")
    ]


def test_a_certificate_with_agreements_is_replayed_bit_for_bit_and_not_without_them():
    exclusions, limits = [exclusion("LIM-PAY-002", group="G1")], [temporary(700_000)]
    found = rated({**BOUNCED, "grp_id": "G1"}, exclusions=exclusions, limits=limits)
    made = certify(found, 0, MODEL, explain(found, 0))
    assert made["rules"]["LIM-PAY-002"] == "snoozed"
    assert made["exclusions"][0]["silenced"] == ["LIM-PAY-002"]
    with DurableEngine() as engine:
        assert replay(made, None, found.policy, engine) == ()
        differences = {d.path for d in replay(made, None, replace(found.policy, exclusions=()), engine)}
    assert "rules.LIM-PAY-002" in differences


def test_a_temporary_limit_lifts_and_says_so():
    plain, found = rated({}), rated({}, limits=[temporary(700_000)])
    assert plain.limits.limit[0] < 700_000 == found.limits.limit[0]
    assert binding(found) is Binding.TEMPORARY_LIMIT
    path = certify(found, 0, MODEL)["limit_path"]
    assert path["temporary_limit"]["limit"] == 700_000
    assert path["temporary_limit"]["approved_by"] == "b.chen"
    assert (path["computed"], path["before_rules"]) == (plain.limits.computed[0], 700_000)
    reason = next(r for r in explain(found, 0) if r.kind is ReasonKind.TEMPORARY_LIMIT)
    assert "A limit of 700,000 instead of" in reason.text.en
    assert "临时额度700,000" in reason.text.zh


def test_a_temporary_limit_never_lowers():
    plain, found = rated({}), rated({}, limits=[temporary(1_000)])
    assert found.limits.limit[0] == plain.limits.limit[0]
    assert binding(found) is binding(plain)
    assert not [r for r in explain(found, 0) if r.kind is ReasonKind.TEMPORARY_LIMIT]


def test_it_is_rounded_down_to_the_policy_s_step():
    assert rated({}, limits=[temporary(703_333)]).limits.limit[0] == 700_000


@pytest.mark.parametrize(
    ("facts", "pd_12m", "limit", "held_by"),
    [
        ({}, 0.5, 0, Binding.GRADE),
        ({"pay_overdue_90_amount": 50_000.0, "pay_overdue_90_ratio": 0.6}, 0.004, 0, Binding.IN_DEFAULT),
        ({"pay_dpd_max": 70.0, "pay_overdue_amount": 70_000.0, "pay_overdue_ratio": 0.9}, 0.004, 0, Binding.FROZEN),
        (BOUNCED, 0.004, 350_000, Binding.TEMPORARY_LIMIT),  # halved by the rule
        ({"cus_age_days": 100.0}, 0.004, 500_000, Binding.RULE_CAP),
    ],
)
def test_what_holds_against_a_temporary_limit(facts, pd_12m, limit, held_by):
    found = rated(facts, pd_12m=pd_12m, limits=[temporary(700_000)])
    assert found.limits.limit[0] == limit
    assert binding(found) is held_by


def test_the_policy_s_cap_holds_against_it():
    found = rated({}, limits=[temporary(90_000_000)])
    assert found.limits.limit[0] == found.policy.limit.caps.customer
    assert binding(found) is Binding.POLICY_CAP


def test_who_is_not_rated_has_no_limit_to_lift():
    policy = replace(shipped_policy(), temporary_limits=(temporary(700_000),))
    facts = columns(SOUND)
    found = rate_columns(facts, [np.nan], unrated=np.array([0], np.int8), policy=policy)
    assert np.isnan(found.limits.limit[0])


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 999), amount=st.floats(1.0, 3e7))
def test_a_temporary_limit_is_between_the_computed_one_and_the_grant(seed, amount):
    facts, pds = random_facts(seed, 30), np.random.default_rng(seed).uniform(0.0001, 0.5, 30)
    limits = tuple(temporary(amount, f"C{row:04d}") for row in range(30))
    plain = rate_columns(facts, pds)
    found = rate_columns(facts, pds, policy=replace(shipped_policy(), temporary_limits=limits))
    before, after = plain.limits.limit, found.limits.limit
    assert (after >= before).all()
    assert (after <= np.maximum(before, min(amount, found.policy.limit.caps.customer))).all()
    assert (after[before == 0] <= np.where(plain.frozen | (plain.limits.factor == 0), 0, np.inf)[before == 0]).all()


def test_the_table_of_ratings_shows_both():
    found = rated(BOUNCED, {}, exclusions=[exclusion("LIM-PAY-002", "C0000")], limits=[temporary(700_000, "C0001")])
    frame = ratings_frame(found)
    assert frame["rules_snoozed"].to_list() == [["LIM-PAY-002"], []]
    assert frame["temporary_limit"].to_list() == [None, 700_000.0]


def test_an_exclusion_names_the_rule_with_all_its_parts():
    ids = {rule.id for rule in shipped_policy().all_rules}
    for base in {base_id_of(name) for name in ids if name != base_id_of(name)}:
        found = rated({}, exclusions=[exclusion(base, "C0000")])
        parts = [rule.id for rule in shipped_policy().all_rules if rule.base_id == base]
        assert not any(found.outcomes.of(part, 0) in (Outcome.HIT, Outcome.MISSING) for part in parts)


def test_an_exclusion_does_not_stop_what_follows_from_facts_alone():
    found = rated(
        {"pay_overdue_90_amount": 50_000.0, "pay_overdue_90_ratio": 0.6}, exclusions=[exclusion("EWS-DEF-001", "C0000")]
    )
    assert Action.FREEZE_CREDIT in found.effects.actions_of(0)
