"""Nearest changes: each really leads to its goal, none is advised that nobody can make, the smallest comes first."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskengine.decision.nearest.case import Case
from riskengine.decision.nearest.facts import DRIVERS, Freedom, driving_value, freedom_of, may_move
from riskengine.decision.nearest.find import find_nearest
from riskengine.decision.nearest.goal import GoalKind
from riskengine.decision.nearest.moves import single_moves
from riskengine.decision.predictions import predictions_of
from riskengine.decision.replay import model_matrix
from riskengine.policy.condition import truth
from riskengine.rules.columns import ColumnsEngine
from riskengine.terms.errors import UsageError
from support.decisions import AS_OF, SOUND, TransparentModel, columns, random_facts, shipped_policy

MODEL = TransparentModel(features=("pay_late_days_mean_90d", "pay_late_days_mean_365d", "fin_equity_ratio"))
STEPS = {name: tuple(np.arange(-30.0, 60.0, 3.0)) for name in MODEL.features[:2]} | {
    "fin_equity_ratio": tuple(np.arange(-1.0, 1.0, 0.05))
}


def predict(facts):
    """The transparent model, its inputs cut into steps as trees would."""
    matrix = model_matrix(MODEL.features, facts)
    for column, name in enumerate(MODEL.features):
        edges = np.array(STEPS[name])
        places = np.searchsorted(edges, matrix[:, column], side="left")
        known = ~np.isnan(matrix[:, column])
        matrix[known, column] = edges[np.minimum(places[known], len(edges) - 1)]
    found = MODEL.predict(matrix)
    return predictions_of(found.raw, found.pd_12m)


def case_of(facts, policy=None):
    return Case("C1", facts, predict, policy or shipped_policy(), ColumnsEngine(), AS_OF, 1e9, breakpoints=STEPS)


def one(**changes):
    return case_of(columns({**SOUND, "fin_equity_ratio": 0.3, "pay_late_days_mean_90d": 5.0, **changes}))


@cache
def many():
    facts = random_facts(5, 60)
    rng = np.random.default_rng(5)
    extra = {"pay_late_days_mean_90d": rng.uniform(-5, 40, 60), "fin_equity_ratio": rng.uniform(-0.3, 0.7, 60)}
    return facts.with_numbers(**extra)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 59))
def test_every_way_leads_to_its_goal_by_moves_that_can_be_made(row):
    case = case_of(many().take(np.array([row])))
    before = case.rated()
    vocabulary = case.vocabulary
    for found in find_nearest(case):
        for way in found.ways:
            moved = case.moved(way.moves)
            again = case.rate_columns(columns({n: v for n, v in moved.items() if n in vocabulary}))
            assert found.goal.met(again, before)[0]
            assert not (again.grades.final[0] > before.grades.final[0])
            for move in way.moves:
                fact = vocabulary[move.fact]
                assert may_move(move.fact, move.before, move.after)
                assert fact.low is None or move.after >= fact.low
                assert fact.high is None or move.after <= fact.high
                assert move.bounds.accepts(move.after)
                assert not move.bounds.accepts(move.before)
        ranks = [way.rank for way in found.ways]
        assert ranks == sorted(ranks)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 59))
def test_no_smaller_move_of_one_fact_would_do(row):
    case = case_of(many().take(np.array([row])))
    before, singles = case.rated(), single_moves(case)
    for found in find_nearest(case):
        for way in (way for way in found.ways if len(way.moves) == 1):
            (move,) = way.moves
            smaller = [(m,) for m in singles if m.fact == move.fact and m.size < move.size]
            if smaller:
                assert not found.goal.met(case.rate_moves(smaller), before).any()


def test_one_fact_suffices_wherever_one_is_found():
    """With several facts only where none alone does."""
    for row in range(0, 60, 10):
        case = case_of(many().take(np.array([row])))
        before, singles = case.rated(), single_moves(case)
        alone = case.rate_moves([(move,) for move in singles])
        for found in find_nearest(case):
            is_one_enough = found.goal.met(alone, before).any()
            assert is_one_enough == (bool(found.ways) and len(found.ways[0].moves) == 1)


def test_a_freeze_for_arrears_is_lifted_by_the_threshold_of_its_rule():
    case = one(pay_dpd_max=95.0, pay_overdue_amount=60_000.0, pay_overdue_ratio=0.75)
    freeze = next(found for found in find_nearest(case) if found.goal.kind is GoalKind.NO_FREEZE)
    assert [rule.id for rule in freeze.blockers] == ["HST-PAY-001"]
    facts = {way.moves[0].fact: way for way in freeze.ways}
    days = facts["pay_dpd_max"].moves[0]
    assert (days.before, days.bounds.high, days.bounds.high_included) == (95.0, 60.0, False)
    assert days.after == 59.0
    assert not facts["pay_dpd_max"].ratings.frozen[0]


def test_a_worse_pd_is_answered_by_the_model():
    case = one(pay_late_days_mean_90d=40.0, pay_late_days_mean_365d=20.0)
    grade = next(found for found in find_nearest(case) if found.goal.kind is GoalKind.BETTER_GRADE)
    assert grade.ways
    way = grade.ways[0]
    assert way.ratings.predictions.pd_12m[0] < case.rated().predictions.pd_12m[0]
    assert way.ratings.grades.final[0] < case.rated().grades.final[0]


def test_a_listing_from_long_ago_is_not_the_customers_to_change():
    case = one(sig_insolvency_filing_count_all=1.0)
    freeze = next(found for found in find_nearest(case) if found.goal.kind is GoalKind.NO_FREEZE)
    assert freeze.ways == ()
    assert [rule.id for rule in freeze.blockers] == ["HST-DEF-003"]


def test_nothing_to_better_for_the_best():
    case = one(pay_late_days_mean_90d=-30.0, pay_late_days_mean_365d=-30.0, fin_equity_ratio=0.9)
    case = replace(case, predict=lambda facts: predictions_of(np.full(facts.count, -9.0), np.full(facts.count, 1e-4)))
    assert case.rated().grades.final[0] == 1
    assert find_nearest(case) == ()


def test_it_is_asked_of_one_customer():
    with pytest.raises(UsageError, match="one customer"):
        case_of(many())


@pytest.mark.parametrize(
    ("name", "freedom"),
    [
        ("cus_age_days", Freedom.FIXED),
        ("cus_country", Freedom.FIXED),
        ("cus_current_limit", Freedom.FIXED),
        ("prev_grade", Freedom.FIXED),
        ("ind_delay_index", Freedom.FIXED),
        ("clk_promise_days_left", Freedom.FIXED),
        ("ano_distance_p", Freedom.FIXED),
        ("pay_late_days_max_all", Freedom.FIXED),
        ("pay_dpd_max", Freedom.DOWN),
        ("fin_equity", Freedom.UP),
        ("cus_guarantee_amount", Freedom.UP),
        ("req_amount", Freedom.DOWN),
        ("fin_statement_age_days", Freedom.DOWN),
        *((name, Freedom.FIXED) for name in DRIVERS),
    ],
)
def test_who_can_change_what(name, freedom):
    assert freedom_of(name) is freedom


def test_a_payment_keeps_amounts_and_shares_in_step():
    case = one(
        pay_open_amount=100.0, pay_overdue_amount=60.0, pay_overdue_ratio=0.6, cus_exposure=120.0, pay_dpd_max=95.0,
        pay_overdue_60_amount=30.0, pay_overdue_60_ratio=0.3, cus_current_limit=100.0, cus_utilisation=1.2,
        cus_over_limit_flag=1.0,
    )  # fmt: skip
    least = driving_value("pay_overdue_ratio", 0.25, case.record())
    move = next(m for m in single_moves(case) if m.fact == "pay_overdue_amount" and m.after == least)
    record = case.moved((move,))
    paid = 60.0 - least
    assert record["pay_overdue_ratio"] <= 0.25
    assert record["pay_overdue_ratio"] == pytest.approx(record["pay_overdue_amount"] / record["pay_open_amount"])
    assert record["pay_open_amount"] == pytest.approx(100.0 - paid)
    assert record["cus_exposure"] == pytest.approx(120.0 - paid)
    assert record["cus_utilisation"] == pytest.approx(record["cus_exposure"] / 100.0)
    assert record["cus_over_limit_flag"] == 0.0
    assert record["pay_overdue_60_amount"] == 0.0
    assert record["pay_dpd_max"] <= 60.0


def test_a_change_moves_with_the_figure_and_the_figure_with_its_change():
    case = one(
        pay_late_days_mean_90d=32.0, pay_late_days_change_90d=31.0, pay_late_days_change_year_ago_90d=27.0,
        pay_open_amount=100.0, pay_overdue_amount=60.0, pay_overdue_ratio=0.6, pay_overdue_ratio_change_90d=0.4,
    )  # fmt: skip
    mean = next(m for m in single_moves(case) if m.fact == "pay_late_days_mean_90d" and m.after < 31.0)
    record = case.moved((mean,))
    assert record["pay_late_days_change_90d"] == pytest.approx(31.0 + mean.after - 32.0)
    assert record["pay_late_days_change_year_ago_90d"] == pytest.approx(27.0 + mean.after - 32.0)
    change = next(m for m in single_moves(case) if m.fact == "pay_late_days_change_90d")
    assert case.moved((change,))["pay_late_days_mean_90d"] == pytest.approx(32.0 + change.after - 31.0)
    assert "pay_overdue_ratio_change_90d" not in {m.fact for m in single_moves(case)}
    least = driving_value("pay_overdue_ratio_change_90d", 0.1, case.record())
    paid = next(m for m in single_moves(case) if m.fact == "pay_overdue_amount")
    record = case.moved((replace(paid, after=least),))
    assert record["pay_overdue_ratio_change_90d"] == pytest.approx(0.1, abs=1e-3)
    assert record["pay_overdue_ratio"] == pytest.approx(0.3, abs=1e-3)


def test_days_that_are_counted_come_to_whole_ones():
    case = replace(one(pay_dpd_max=55.0, pay_dpd_wmean=20.0), breakpoints={"pay_dpd_max": (1.5, 22.5)})
    moves = [move for move in single_moves(case) if move.fact == "pay_dpd_max"]
    assert moves
    assert {1.0, 22.0} <= {move.after for move in moves}
    assert all(move.after.is_integer() for move in moves)


def test_who_is_not_late_has_nothing_late():
    case = one(
        pay_dpd_max=95.0,
        pay_overdue_amount=60.0,
        pay_overdue_60_amount=30.0,
        pay_overdue_60_ratio=0.3,
        pay_dpd_wmean=70.0,
    )
    move = next(m for m in single_moves(case) if m.fact == "pay_dpd_max" and m.bounds.high == 60.0)
    record = case.moved((move,))
    assert (record["pay_overdue_60_amount"], record["pay_overdue_60_ratio"]) == (0.0, 0.0)
    assert record["pay_dpd_wmean"] <= record["pay_dpd_max"] < 60.0


def test_whole_numbers_stay_whole():
    case = one(sig_bounced_payment_count_365d=3.0)
    moves = [move for move in single_moves(case) if move.fact == "sig_bounced_payment_count_365d"]
    assert [move.after for move in moves] == [1.0, 0.0]


def test_blockers_are_false_after_the_way_out():
    case = one(pay_dpd_max=95.0, pay_overdue_amount=60_000.0, pay_overdue_ratio=0.75)
    for found in find_nearest(case):
        for way in found.ways:
            if found.goal.rule is not None:
                assert truth(found.goal.rule.when, way.ratings.facts.record(0)) is not True
