"""A refitted calibration says what came, and ranks as before."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskengine.scoring.calibration import Calibration, Method, fit_floored, logit, probability
from riskengine.scoring.recalibration import (
    Extent,
    Ripened,
    choose_extent,
    moved_by,
    own_scale,
    recalibrate,
    unseen_pd,
)
from riskengine.terms.errors import InputError

CALIBRATIONS = (
    Calibration(Method.PLATT, 1e-4, slope=1.2, intercept=-1.0),
    Calibration(Method.FLOORED, 1e-4, slope=0.9, intercept=-1.5, hazard=0.004),
    Calibration(Method.ISOTONIC, 1e-4, knots=((-3.0, -6.0), (-1.0, -3.5), (1.0, -2.0), (3.0, 0.5))),
)


def outcomes(calibration, *, shift=0.0, slope=1.0, n=6000, seed=1, people=None):
    """Rows whose true log-odds are `shift` + `slope` x those of the calibration."""
    rng = np.random.default_rng(seed)
    raw = rng.normal(-1.0, 1.2, n)
    true = probability(shift + slope * logit(own_scale(calibration, raw)))
    ids = np.array([f"C{i % (people or n)}" for i in range(n)], dtype=object)
    return Ripened(raw, (rng.random(n) < true).astype(float), ids)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(CALIBRATIONS), st.floats(-3, 3), st.floats(-4, 4))
def test_a_move_is_the_same_for_everybody_in_log_odds(calibration, by, raw):
    one = np.array([raw])
    moved = moved_by(calibration, by).log_odds(one)[0] - calibration.log_odds(one)[0]
    assert moved == pytest.approx(by, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(CALIBRATIONS),
    st.sampled_from(list(Extent)),
    st.floats(-0.7, 1.2),
    st.integers(0, 10_000),
)
def test_the_level_is_what_came_and_the_ranking_stays_to_the_last_customer(calibration, extent, shift, seed):
    rows = outcomes(calibration, shift=shift, n=3000, seed=seed)
    new = recalibrate(calibration, rows, extent)
    assert own_scale(new, rows.raw).mean() == pytest.approx(rows.outcome.mean(), rel=1e-8)
    raw = np.sort(np.random.default_rng(seed).normal(-1, 1.5, 500))
    before, after = calibration.pd(raw), new.pd(raw)
    assert np.all(np.diff(after) >= 0)
    told_apart = (np.diff(before) > 0) & (after[:-1] > new.floor)
    assert np.all(np.diff(after)[told_apart] > 0)


def test_with_few_defaults_only_the_level_moves():
    few = outcomes(CALIBRATIONS[0], shift=0.5, slope=0.5, n=200)
    assert few.bad_customers < 100
    chosen = choose_extent(CALIBRATIONS[0], few)
    assert chosen.extent is Extent.LEVEL
    assert "the slope is left alone" in chosen.reason.en
    assert recalibrate(CALIBRATIONS[0], few, chosen.extent).slope == CALIBRATIONS[0].slope
    assert choose_extent(CALIBRATIONS[0], few, slope_defaults=20).extent is Extent.LEVEL_AND_SLOPE


def test_a_slope_that_is_left_alone_calls_for_nothing():
    """Too few defaults to touch the slope: then its being off is no reason to move the level."""
    for seed in range(20):
        few = outcomes(CALIBRATIONS[0], slope=0.4, shift=-0.75, n=260, seed=seed)
        chosen = choose_extent(CALIBRATIONS[0], few)
        if chosen.slope.p_value < 0.05 < chosen.level.p_value:
            assert not chosen.called_for
            return
    pytest.fail("no such sample was drawn")


@pytest.mark.parametrize("calibration", CALIBRATIONS, ids=lambda c: c.method.value)
def test_with_many_the_slope_moves_where_it_is_off_and_comes_out_right(calibration):
    rows = outcomes(calibration, shift=-1.2, slope=0.55, n=40_000)
    chosen = choose_extent(calibration, rows)
    assert chosen.extent is Extent.LEVEL_AND_SLOPE
    assert chosen.called_for
    new = recalibrate(calibration, rows, chosen.extent)
    after = choose_extent(new, rows)
    assert after.level.value == pytest.approx(1.0, abs=1e-6)
    assert abs(after.slope.value - 1) < abs(chosen.slope.value - 1) / 4


def test_where_the_slope_is_right_it_is_left_alone_however_many_defaults_there_are():
    rows = outcomes(CALIBRATIONS[0], shift=0.7, n=20_000)
    chosen = choose_extent(CALIBRATIONS[0], rows)
    assert rows.bad_customers > 100
    assert (chosen.extent, chosen.called_for) == (Extent.LEVEL, True)


def test_where_nothing_is_off_nothing_is_called_for():
    called = [choose_extent(CALIBRATIONS[0], outcomes(CALIBRATIONS[0], seed=s)).called_for for s in range(30)]
    assert sum(called) <= 7  # two tests at 5 %: about three of thirty are expected


def test_the_same_customers_on_many_dates_are_not_more_evidence():
    rows = outcomes(CALIBRATIONS[0], n=2000, shift=0.35)
    many = Ripened(*(np.tile(part, 6) for part in (rows.raw, rows.outcome, rows.customer_id)))
    alone, tiled = (choose_extent(CALIBRATIONS[0], r) for r in (rows, many))
    assert (tiled.level.low, tiled.level.high) == pytest.approx((alone.level.low, alone.level.high), rel=0.02)
    assert tiled.slope.p_value == pytest.approx(alone.slope.p_value, rel=0.05)


def test_a_long_run_shift_stays_as_it_was_stated():
    shifted = replace(CALIBRATIONS[0], shift=-1.3)
    rows = outcomes(shifted, shift=0.6)
    new = recalibrate(shifted, rows, Extent.LEVEL)
    assert new.shift == shifted.shift
    assert own_scale(new, rows.raw).mean() == pytest.approx(rows.outcome.mean())


def test_a_hazard_grows_and_shrinks_with_the_rest_and_never_stands_in_the_way():
    high = Calibration(Method.FLOORED, 1e-5, slope=1.0, intercept=-4.0, hazard=0.05)
    rows = outcomes(high, shift=-2.5, n=20_000)
    assert rows.outcome.mean() < high.hazard
    new = recalibrate(high, rows, Extent.LEVEL)
    assert 0 < new.hazard < 0.01
    refitted = recalibrate(fit_floored(rows.raw, rows.outcome, floor=1e-5), rows, Extent.LEVEL_AND_SLOPE)
    assert own_scale(refitted, rows.raw).mean() == pytest.approx(rows.outcome.mean())


def test_customers_are_judged_by_calibrations_that_did_not_see_them():
    rows = outcomes(CALIBRATIONS[0], shift=0.8, n=3000, people=1000)
    seen = own_scale(recalibrate(CALIBRATIONS[0], rows, Extent.LEVEL), rows.raw)
    unseen = unseen_pd(CALIBRATIONS[0], rows, Extent.LEVEL, seed=1)
    assert not np.array_equal(seen, unseen)
    assert unseen.mean() == pytest.approx(rows.outcome.mean(), rel=0.1)
    same = [set(np.round(unseen[rows.customer_id == c] / seen[rows.customer_id == c], 1)) for c in ("C1", "C2")]
    assert all(len(s) <= 2 for s in same)


def test_what_cannot_be_recalibrated_is_refused():
    lost = outcomes(CALIBRATIONS[0], slope=-0.8, shift=-6.0, n=20_000)
    with pytest.raises(InputError, match="the ranking is lost"):
        recalibrate(CALIBRATIONS[0], lost, Extent.LEVEL_AND_SLOPE)
    floor = replace(CALIBRATIONS[0], floor=0.09)
    rare = outcomes(CALIBRATIONS[0], shift=-3.0)
    with pytest.raises(InputError, match=r"floor 0\.09"):
        recalibrate(floor, rare, Extent.LEVEL)
    nobody = Ripened(np.zeros(3), np.zeros(3), np.array(["a", "b", "c"], dtype=object))
    with pytest.raises(InputError, match="only one outcome"):
        choose_extent(CALIBRATIONS[0], nobody)
