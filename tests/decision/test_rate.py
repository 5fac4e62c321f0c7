"""What must hold for every rating, on random customers under the shipped policy."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskengine.decision.arrays import NONE
from riskengine.decision.frames import ratings_frame
from riskengine.decision.predictions import UNRATED_REASONS, find_uninformed, predictions_of
from riskengine.decision.rate import rate
from riskengine.decision.stages import check_stages
from riskengine.decision.warnings import warnings_frame
from riskengine.policy.rule import Effect
from riskengine.rules.columns import ColumnsEngine
from riskengine.rules.durable_engine import DurableEngine
from riskengine.terms.decision import Action, Severity, Stage, Status
from riskengine.terms.errors import InputError
from riskengine.terms.limit import UnratedReason
from support.decisions import AS_OF, SOUND, columns, random_facts, rate_columns, rate_one, shipped_policy

SEEDS = st.integers(0, 2**32 - 1)
COUNT = 150
quick = settings(max_examples=25, deadline=None)


def random_ratings(seed, *, policy=None, engine=None):
    facts = random_facts(seed, COUNT)
    pds, unrated = random_pds(seed)
    return rate_columns(facts, pds, unrated=unrated, policy=policy, engine=engine)


def random_pds(seed):
    rng = np.random.default_rng(seed + 1)
    pds = np.exp(rng.uniform(np.log(1e-4), np.log(0.99), COUNT))
    unrated = np.where(rng.random(COUNT) < 0.1, 0, NONE).astype(np.int8)
    pds[unrated != NONE] = np.nan
    return pds, unrated


@quick
@given(SEEDS, st.floats(1.0, 50.0))
def test_a_worse_pd_never_gets_a_better_grade_a_larger_limit_or_longer_terms(seed, times):
    facts = random_facts(seed, COUNT)
    pds = np.exp(np.random.default_rng(seed).uniform(np.log(1e-4), np.log(0.3), COUNT))
    better, worse = rate_columns(facts, pds), rate_columns(facts, np.minimum(pds * times, 0.999))
    assert (worse.grades.final >= better.grades.final).all()
    assert (worse.limits.limit <= better.limits.limit).all()
    assert (worse.terms.days <= better.terms.days).all()
    assert (worse.terms.longest <= better.terms.longest).all()
    assert (worse.frozen >= better.frozen).all()


@quick
@given(SEEDS, st.integers(1, 40))
def test_another_settled_invoice_never_lowers_the_limit(seed, more):
    facts = random_facts(seed, COUNT)
    settled = np.nan_to_num(facts.numbers["pay_settled_count_all"])
    pds = np.exp(np.random.default_rng(seed).uniform(np.log(1e-4), np.log(0.3), COUNT))
    fewer = rate_columns(facts.with_numbers(pay_settled_count_all=settled), pds)
    longer = rate_columns(facts.with_numbers(pay_settled_count_all=settled + more), pds)
    assert (longer.limits.limit >= fewer.limits.limit).all()


@quick
@given(SEEDS)
def test_every_customer_gets_a_decision_that_hangs_together(seed):
    ratings = random_ratings(seed)
    limit, terms, grade, rated = (
        ratings.limits.limit,
        ratings.terms.days,
        ratings.grades.final,
        ratings.predictions.rated,
    )
    in_default = ratings.effects.in_default
    assert np.array_equal(ratings.frozen & (limit != 0), np.zeros(COUNT, bool)), "frozen means limit 0"
    assert (terms[limit == 0] == 0).all(), "no credit means prepayment"
    assert np.array_equal(np.isnan(limit), ~rated & ~ratings.frozen), "no limit set only for the unrated"
    assert np.array_equal(np.isnan(grade), ~rated & ~in_default)
    assert np.array_equal(grade == 9, in_default)
    assert (limit[~np.isnan(limit)] >= 0).all()
    assert (limit[~np.isnan(limit)] <= ratings.policy.limit.caps.customer).all()
    assert ((ratings.limits.binding == NONE) == np.isnan(limit)).all()
    assert (ratings.effects.actions[Action.FREEZE_CREDIT] >= ratings.frozen).all()
    assert (ratings.effects.refer >= (~rated & ~in_default)).all(), "a person decides on the unrated"
    assert (ratings.effects.actions[Action.MANUAL_REVIEW] >= ratings.effects.refer).all()


@quick
@given(SEEDS)
def test_the_order_of_customers_and_the_chunks_they_come_in_do_not_show(seed):
    facts = random_facts(seed, COUNT)
    pds, unrated = random_pds(seed)
    whole = ratings_frame(rate_columns(facts, pds, unrated=unrated)).drop("customer_id")
    order = np.random.default_rng(seed).permutation(COUNT)
    shuffled = ratings_frame(rate_columns(facts.take(order), pds[order], unrated=unrated[order])).drop("customer_id")
    assert shuffled.equals(whole[order])
    cuts = [slice(0, 1), slice(1, 60), slice(60, COUNT)]
    parts = [ratings_frame(rate_columns(facts.take(c), pds[c], unrated=unrated[c])).drop("customer_id") for c in cuts]
    assert pl.concat(parts).equals(whole)


@quick
@given(SEEDS)
def test_the_order_of_rules_does_not_show(seed):
    policy = shipped_policy()
    rng = np.random.default_rng(seed)
    mixed = {stage: tuple(rules[i] for i in rng.permutation(len(rules))) for stage, rules in policy.rules.items()}
    one, other = random_ratings(seed), random_ratings(seed, policy=replace(policy, rules=mixed))
    assert ratings_frame(one).equals(ratings_frame(other))
    assert warnings_frame(one).equals(warnings_frame(other))


@pytest.mark.parametrize("seed", [1, 2])
def test_one_case_on_the_durable_engine_is_the_batch_on_columns(seed):
    facts = random_facts(seed, COUNT)
    pds, unrated = random_pds(seed)
    batch = rate_columns(facts, pds, unrated=unrated)
    frame, warnings = ratings_frame(batch).drop("customer_id"), warnings_frame(batch)
    with DurableEngine() as durable:
        for row in range(40):
            one = slice(row, row + 1)
            single = rate_columns(facts.take(one), pds[one], unrated=unrated[one], engine=durable)
            assert ratings_frame(single).drop("customer_id").equals(frame[one])
            expected = warnings.filter(pl.col("customer_id") == f"C{row:04d}").drop("customer_id")
            assert warnings_frame(single).drop("customer_id").equals(expected)


def test_a_portfolio_of_nobody_is_rated_too():
    ratings = rate_columns(columns().__class__(0, {}, {}), [])
    assert ratings_frame(ratings).height == 0
    assert warnings_frame(ratings).height == 0


def test_a_pd_that_is_not_one_is_an_error_and_never_a_grade():
    for wrong in (np.nan, -0.01, 1.01):
        with pytest.raises(InputError, match="PD"):
            predictions_of(np.array([0.0]), np.array([wrong]))
    with pytest.raises(InputError, match="not rated"):
        predictions_of(np.array([0.0]), np.array([0.5]), np.array([0], np.int8))


def test_the_unrated_have_a_reason_no_grade_no_limit_and_go_to_a_person():
    code = UNRATED_REASONS.index(UnratedReason.NO_INFORMATION)
    ratings = rate_columns(columns(SOUND), [np.nan], unrated=np.array([code], np.int8))
    row = ratings_frame(ratings).row(0, named=True)
    assert (row["status"], row["unrated_reason"]) == ("unrated", "no_information")
    assert row["grade"] is row["limit"] is row["binding_constraint"] is row["terms_days"] is None
    assert row["available_credit"] is None
    assert "manual_review" in row["actions"]


def test_an_insolvent_customer_without_a_pd_is_in_default():
    ratings = rate_columns(columns({"sig_insolvency_filing_count_all": 1}), [np.nan], unrated=np.array([0], np.int8))
    assert ratings.status_of(0) is Status.IN_DEFAULT
    assert ratings.limits.limit == [0]


def test_a_frozen_customer_without_a_pd_has_limit_zero_and_no_grade():
    ratings = rate_columns(columns({"sig_dishonest_debtor_count_365d": 1}), [np.nan], unrated=np.array([0], np.int8))
    assert ratings.status_of(0) is Status.UNRATED
    assert ratings.limits.limit == [0]
    assert np.isnan(ratings.grades.final[0])


def test_uninformed_is_who_has_no_history_order_statement_or_signal():
    facts = columns(
        {"cus_age_days": 900, "req_amount": 10_000, "pay_settled_count_all": 0, "sig_lawsuit_defendant_count_365d": 0},
        {"pay_settled_count_all": 1},
        {"pay_open_amount": 5},
        {"ord_open_amount": 5},
        {"fin_statement_age_days": 0},
        {"sig_lawsuit_defendant_count_365d": 1},
    )
    assert list(find_uninformed(facts)) == [True, False, False, False, False, False]


def test_what_one_stage_concludes_is_a_fact_for_the_next():
    worse = rate_one(0.1, prev_grade=3, prev_pd_12m=0.004, prev_limit=100_000, cus_current_terms_days=60)
    facts = worse.facts.record(0)
    assert (facts["pd_grade"], facts["grade"], facts["grade_change"], facts["pd_to_prev"]) == (7, 7, 4, 25)
    assert facts["limit"] == worse.limits.limit[0]
    applied = worse.effects.applied_to(0)
    assert {"TRM-GRD-001", "CND-SEC-001", "CND-LIM-001", "EWS-RAT-001", "EWS-RAT-003"} <= set(applied)
    assert {Action.SHORTEN_TERMS, Action.REQUIRE_GUARANTEE, Action.CUT_LIMIT} <= set(worse.effects.actions_of(0))


def test_warnings_say_who_answers_by_when():
    worse = rate_one(0.1, prev_grade=3, prev_pd_12m=0.004)
    first = warnings_frame(worse).row(0, named=True)
    assert (first["rule_id"], first["severity"], first["owner"]) == ("EWS-RAT-003", "red", "head_of_credit")
    assert (first["due_on"] - AS_OF).days == 2
    assert first["evidence_en"] == "The grade fell by 4 notches to 7 since the last rating"
    assert first["evidence_zh"] == "等级较上次下降4级，现为7级"


def test_a_rating_carries_its_worst_warning_or_none():
    worse = rate_one(0.1, prev_grade=3, prev_pd_12m=0.004, fin_qualified_flag=1)
    assert ratings_frame(worse)["severity"].to_list() == ["red"]
    assert ratings_frame(rate_one())["severity"].to_list() == [None]


def test_an_effect_that_comes_too_late_is_refused():
    policy = shipped_policy()
    rule = replace(policy.rules[Stage.WARNINGS][0], then=Effect(severity=Severity.RED, grade_cap=8, freeze=True))
    late = replace(policy, rules={**policy.rules, Stage.WARNINGS: (rule,)})
    with pytest.raises(InputError, match=r"come too late.*grade_cap.*freeze"):
        check_stages(late)


@pytest.mark.parametrize("portfolio", [-1.0, float("nan"), float("inf")])
def test_an_impossible_portfolio_exposure_is_an_error(portfolio):
    with pytest.raises(InputError, match="exposure"):
        rate_one(portfolio=portfolio)


def test_lengths_must_agree():
    with pytest.raises(InputError, match="2 customers"):
        rate(
            ["A", "B"],
            columns(SOUND),
            predictions_of(np.zeros(1), np.array([0.1])),
            shipped_policy(),
            ColumnsEngine(),
            as_of=AS_OF,
        )


@pytest.mark.parametrize(
    ("facts", "rule", "asked"),
    [
        ({"pay_dpd_max": 120.0, "pay_overdue_amount": 50_000.0, "pay_overdue_ratio": 0.5}, "HST-PAY-001", "legal"),
        ({"pay_dpd_max": 70.0, "pay_overdue_amount": 50_000.0, "pay_overdue_ratio": 0.5}, "HST-PAY-001", "letter"),
        ({"sig_dishonest_debtor_count_365d": 1.0, "cus_exposure": 50_000.0}, "EWS-LAW-003", None),
        ({"pay_index_90d": 40.0, "cus_exposure": 50_000.0}, "EWS-PAY-008", None),
    ],
)
def test_rules_that_stop_or_warn_leave_collection_to_its_stage(facts, rule, asked):
    policy = shipped_policy()
    found = next(r for r in policy.all_rules if r.id == rule)
    assert not [action for action in found.then.actions if action.startswith("collect_")]
    ratings = rate_one(**facts)
    assert ratings.effects.applied[rule][0]
    stages = {r.id: r.then.actions for r in policy.rules[Stage.CONDITIONS] if r.id.startswith("CND-COL")}
    said = [a for rule_id, actions in stages.items() if ratings.effects.applied[rule_id][0] for a in actions]
    assert said == ([] if asked is None else [f"collect_{asked}"])
