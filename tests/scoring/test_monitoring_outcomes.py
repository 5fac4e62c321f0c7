"""Outcomes as they ripen, and what they make us do: alarms where the world moved, none where it did not."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from riskengine.scoring.discrimination import auc
from riskengine.scoring.monitoring.checks import Check, Conclusion, Light
from riskengine.scoring.monitoring.conclude import monitor
from riskengine.scoring.monitoring.figures import Baseline
from riskengine.scoring.monitoring.performance import design_effect, level_of, measure_performance
from riskengine.scoring.monitoring.ripening import Timing, TimingCurve, measure_month, promised_auc, timing_of
from riskengine.scoring.monitoring_spec import MonitoringSpec
from riskengine.scoring.validation.grades import SHIPPED
from support.small_model import rows
from support.watched_worlds import HORIZON, MONTHS, calm_calibration, development, small_model, watch, watched_dates

SPEC = MonitoringSpec()


@pytest.fixture(scope="module")
def model():
    return small_model(calm_calibration())


@pytest.fixture(scope="module")
def known(model):
    return development(model)


@pytest.fixture(scope="module")
def baseline(model):
    """What the model does on fresh rows of its own world."""
    values, _ = rows(60_000, seed=5)
    said = model.predict(values, threads=1)
    outcome = (np.random.default_rng(5).random(len(values)) < said.pd_12m).astype(float)
    return Baseline(auc(said.raw, outcome), 0.01, ("2023-12-31",))


def world(model, seed, n=1500, **moved):
    rng = np.random.default_rng(seed)
    return watched_dates(model, rows(n, seed=seed)[0], rng, **moved)


def judged(model, known, baseline, dates, spec=SPEC):
    return monitor(watch(model, dates, known=known, baseline=baseline), spec)


def light(found, check):
    return next(f.light for f in found.findings if f.check is check)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0.01, 0.99), min_size=2, max_size=12))
def test_the_promised_auc_is_the_chance_over_all_pairs_of_one_bad_and_one_good(pds):
    p = np.array(pds)
    won = total = 0.0
    for i in range(len(p)):
        for j in range(len(p)):
            if i != j:
                weight = p[i] * (1 - p[j])
                total += weight
                won += weight * (1.0 if p[i] > p[j] else 0.5 if p[i] == p[j] else 0.0)
    assert promised_auc(p) == pytest.approx(won / total)


def test_without_drift_few_months_call_for_a_new_model_or_calibration(model, known, baseline):
    """The rules let pass what chance does: each alarm needs 99 % and a size that matters."""
    worlds = 60
    found = [judged(model, known, baseline, world(model, 3000 + s)).conclusion for s in range(worlds)]
    graver = sum(c.reaches(Conclusion.RECALIBRATE) for c in found)
    assert graver <= binom.ppf(0.999, worlds, 0.05)
    assert found.count(Conclusion.NOTHING) > worlds * 0.6


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("shift", [-1.0, 0.8])
def test_a_level_that_moved_calls_for_recalibration(model, known, baseline, seed, shift):
    found = judged(model, known, baseline, world(model, 4000 + seed, n=3000, shift=shift))
    assert light(found, Check.LEVEL) is Light.RED
    assert found.conclusion is Conclusion.RECALIBRATE
    assert Check.LEVEL in found.because


@pytest.mark.parametrize("seed", range(4))
def test_a_ranking_that_fell_apart_calls_for_redevelopment_whatever_else_holds(model, known, baseline, seed):
    found = judged(model, known, baseline, world(model, 5000 + seed, n=3000, lost=0.8))
    assert light(found, Check.DISCRIMINATION) is Light.RED
    assert found.conclusion is Conclusion.REDEVELOP
    assert found.because == (Check.DISCRIMINATION,)


def test_a_slope_is_never_red_on_few_defaults(model, known, baseline):
    few = judged(model, known, baseline, world(model, 5, n=1000, slope=0.3))
    slope = next(f for f in few.findings if f.check is Check.SLOPE)
    assert few.watch.performance.bad_customers < 100
    assert (slope.light, slope.note is not None) == (Light.AMBER, True)
    assert light(judged(model, known, baseline, world(model, 5, n=6000, slope=0.3)), Check.SLOPE) is Light.RED


def test_customers_who_became_alike_lower_the_auc_but_are_no_fault_of_the_model(model, known, baseline):
    values, _ = rows(12_000, seed=6)
    raw = model.predict(values, threads=1).raw
    middle = np.abs(raw - np.median(raw)) < np.quantile(np.abs(raw - np.median(raw)), 0.5)
    dates = watched_dates(model, values[middle], np.random.default_rng(6))
    found = judged(model, known, baseline, dates)
    assert found.watch.ranking.auc.auc < baseline.auc - 0.05
    assert light(found, Check.DISCRIMINATION) is Light.AMBER
    note = next(f.note for f in found.findings if f.check is Check.DISCRIMINATION)
    assert "more alike" in note.en
    assert found.conclusion is not Conclusion.REDEVELOP


def test_too_few_outcomes_are_a_state_of_their_own_and_never_green(model, known, baseline):
    found = judged(model, known, baseline, world(model, 1, n=80))
    for check in (Check.DISCRIMINATION, Check.LEVEL, Check.SLOPE, Check.GRADES):
        assert light(found, check) is Light.TOO_FEW
    assert found.conclusion in (Conclusion.TOO_FEW, Conclusion.WATCH)
    young = [replace(w, elapsed=min(w.elapsed, 100)) for w in world(model, 2, n=2000)]
    unripe = judged(model, known, baseline, young)
    assert unripe.watch.ranking is None
    assert light(unripe, Check.LEVEL) is Light.TOO_FEW
    assert unripe.conclusion is not Conclusion.NOTHING


def test_a_month_the_model_was_trained_on_is_shown_but_not_judged(model, known, baseline):
    seen = [replace(w, seen_in_training=True) for w in world(model, 3, n=3000, shift=1.0)]
    found = judged(model, known, baseline, seen)
    assert found.watch.ranking is None
    assert all(m.seen for m in found.watch.months)
    assert light(found, Check.LEVEL) is Light.TOO_FEW


def test_a_recalibrated_model_is_judged_on_its_level_only_by_outcomes_it_was_not_calibrated_on(model, known, baseline):
    dates = [replace(w, calibrated_on=True) for w in world(model, 4, n=3000)]
    found = monitor(watch(model, dates, known=known, baseline=baseline), SPEC)
    assert light(found, Check.DISCRIMINATION) is Light.GREEN
    assert light(found, Check.LEVEL) is Light.TOO_FEW
    assert found.conclusion is not Conclusion.NOTHING


def test_of_an_unfinished_horizon_only_what_is_due_is_expected(model):
    dates = world(model, 8, n=6000)
    timing = timing_of(dates)
    assert timing.timing is Timing.OBSERVED
    half = next(w for w in dates if 150 < w.elapsed < 210)
    month = measure_month(half, timing)
    assert not month.ripe
    assert month.part == pytest.approx(half.elapsed / HORIZON, abs=0.08)  # defaults come evenly in this world
    assert month.expected == pytest.approx(month.part * half.own.sum())
    assert month.bad == np.count_nonzero(half.default_after <= half.elapsed)
    assert month.low < month.ratio < month.high
    assert month.auc is None


def test_intervals_of_unfinished_horizons_hold_one_as_often_as_they_say(model):
    inside = []
    for seed in range(80):
        dates = world(model, 6000 + seed, n=800)
        month = measure_month(next(w for w in dates if 150 < w.elapsed < 210), timing_of(dates))
        inside.append(month.low <= 1 <= month.high)
    assert sum(inside) >= binom.ppf(0.001, 80, 0.95)


def test_with_too_few_defaults_to_tell_their_timing_they_are_taken_to_come_evenly():
    curve = TimingCurve((10.0, 20.0), 2, 360)
    assert curve.timing is Timing.EVEN
    assert curve.share(90) == (0.25, 0.0)
    assert TimingCurve(tuple(float(d) for d in range(1, 21)), 20, 360).share(10)[0] == 0.5
    assert curve.share(400) == (1.0, 0.0)


def test_a_customer_seen_six_times_is_one_customer(model):
    once = world(model, 9, n=2000, dates=MONTHS[:1], elapsed=HORIZON)[0]
    alone = measure_performance([once], SHIPPED)
    copies = [replace(once, as_of=day) for day in MONTHS[:6]]
    many = measure_performance(copies, SHIPPED)
    assert alone.repeats == 1.0
    assert many.repeats == pytest.approx(6.0, rel=0.2)
    assert many.bad_customers == alone.bad_customers
    assert many.level.value == pytest.approx(alone.level.value)
    assert many.level.high == pytest.approx(alone.level.high, rel=0.05)
    assert many.auc.standard_error == pytest.approx(alone.auc.standard_error, rel=0.03)
    assert many.slope.high - many.slope.low == pytest.approx(alone.slope.high - alone.slope.low, rel=0.01)


def test_the_level_has_the_interval_of_jeffreys_where_nobody_repeats():
    outcome = np.array([1.0] * 2 + [0.0] * 58)
    found = level_of(np.full(60, 0.005), outcome, 1.0)
    assert found.p_value == pytest.approx(2 * 0.0117, abs=1e-4)  # the vector of the domain: n 60, d 2, PD 0.5 %
    assert design_effect(np.full(60, 0.005), outcome, np.arange(60)) == 1.0


def test_new_outcomes_so_far_warn_before_a_year_has_passed_and_never_more_than_warn(model, known, baseline):
    young = world(model, 10, n=6000, shift=1.2, dates=MONTHS[:6], elapsed=200)
    found = judged(model, known, baseline, young)
    assert light(found, Check.SO_FAR) is Light.AMBER
    assert found.conclusion is Conclusion.WATCH
