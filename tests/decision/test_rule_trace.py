"""The trace: what each rule said, value beside threshold, and what was missing."""

import datetime as dt
from dataclasses import replace

from riskengine.decision.rule_trace import trace_rules
from riskengine.policy.condition import Comparison, Op
from riskengine.policy.exception import Exclusion
from riskengine.terms.decision import Outcome
from support.decisions import SOUND, columns, rate_columns, rate_one, shipped_policy

FROZEN = {"pay_dpd_max": 69.0, "pay_overdue_amount": 60_000.0, "pay_overdue_ratio": 0.75}


def trace_of(ratings, rule_id, **options):
    return next(trace for trace in trace_rules(ratings, 0, **options) if trace.rule.id == rule_id)


def test_every_rule_is_there_with_the_outcome_of_the_rating():
    ratings = rate_one(**FROZEN)
    traces = trace_rules(ratings, 0)
    assert [trace.rule for trace in traces] == list(ratings.policy.all_rules)
    assert all(trace.outcome is ratings.outcomes.of(trace.rule.id, 0) for trace in traces)


def test_a_hit_leaf_by_leaf():
    trace = trace_of(
        rate_one(**FROZEN),
        "HST-PAY-001",
        parameters={("HST-PAY-001", Comparison("pay_dpd_max", Op.GE, 60.0)): "hold_dpd"},
    )
    assert (trace.outcome, trace.applied, trace.made_a_difference) == (Outcome.HIT, True, True)
    days, amount, share = trace.leaves
    assert (days.value, days.holds, days.distance, days.parameter) == (69.0, True, 9.0, "hold_dpd")
    assert (amount.distance, amount.parameter) == (40_000.0, None)
    assert share.distance == 0.5
    assert trace.missing == ()
    assert "69" in trace.text.en


def test_no_hit_tells_how_far_it_is():
    trace = trace_of(rate_one(pay_dpd_max=55.0), "HST-PAY-001")
    assert trace.outcome is Outcome.NO_HIT
    assert (trace.leaves[0].holds, trace.leaves[0].distance) == (False, -5.0)


def test_missing_names_the_facts_it_hangs_on():
    trace = trace_of(rate_one(**{**FROZEN, "pay_dpd_max": None}), "HST-PAY-001")
    assert (trace.outcome, trace.applied, trace.missing) == (Outcome.MISSING, False, ("pay_dpd_max",))
    assert trace.leaves[0].holds is None


def test_snoozed_says_by_whom_and_until_when():
    exempt = Exclusion(
        "HST-PAY-001", "C0000", None, dt.date(2025, 1, 1), dt.date(2026, 1, 1), "plan agreed", "sales", "credit"
    )
    policy = replace(shipped_policy(), exclusions=(exempt,))
    ratings = rate_columns(columns({**SOUND, **FROZEN}), [0.004], policy=policy)
    trace = trace_of(ratings, "HST-PAY-001")
    assert (trace.outcome, trace.applied, trace.exclusion) == (Outcome.SNOOZED, False, exempt)
    assert not ratings.frozen[0]
