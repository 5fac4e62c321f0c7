import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from riskengine.scoring.calibration import (
    Calibration,
    Method,
    calibration_from_json,
    fit_floored,
    fit_isotonic,
    fit_platt,
    levelled_to,
    logistic_line,
    logit,
    probability,
    shifted_to,
)
from riskengine.terms.errors import InputError

FITS = {Method.PLATT: fit_platt, Method.ISOTONIC: fit_isotonic, Method.FLOORED: fit_floored}


def scored(n=4000, seed=0):
    rng = np.random.default_rng(seed)
    raw = rng.normal(-3, 1.5, n)
    return raw, (rng.random(n) < probability(0.4 + 0.7 * raw)).astype(float)


def test_platt_is_a_logistic_regression_on_the_log_odds():
    raw, outcome = scored()
    reference = LogisticRegression(C=1e12, tol=1e-10).fit(raw[:, None], outcome)
    found = fit_platt(raw, outcome, floor=1e-6)
    assert found.slope == pytest.approx(reference.coef_[0, 0], rel=0.02)
    assert found.pd(raw).mean() == pytest.approx(outcome.mean(), abs=5e-4)


def test_isotonic_agrees_with_scikit_learn_inside():
    raw, outcome = scored()
    reference = IsotonicRegression(out_of_bounds="clip").fit(raw, outcome)
    found = fit_isotonic(raw, outcome, floor=1e-6)
    at_knots = np.array([x for x, _ in found.knots])
    inside = (reference.predict(at_knots) > 0.01) & (reference.predict(at_knots) < 0.99)
    assert found.pd(at_knots[inside]) == pytest.approx(reference.predict(at_knots[inside]), abs=1e-9)


@settings(deadline=None, max_examples=50)
@given(st.sampled_from(list(Method)), st.lists(st.floats(-50, 50), min_size=2, max_size=40))
def test_order_is_kept_and_the_floor_holds(method, values):
    raw, outcome = scored(n=400)
    fit = FITS[method]
    pd = fit(raw, outcome, floor=0.0003).pd(np.sort(np.array(values)))
    assert (np.diff(pd) >= 0).all()
    assert pd.min() >= 0.0003
    assert pd.max() <= 1


@settings(deadline=None, max_examples=50)
@given(st.floats(0.001, 0.5), st.sampled_from(list(Method)))
def test_the_mean_pd_is_moved_to_the_stated_rate(rate, method):
    raw, outcome = scored(n=500)
    fit = FITS[method]
    moved = shifted_to(fit(raw, outcome, floor=0.0003), raw, rate)
    assert moved.pd(raw).mean() == pytest.approx(rate, abs=1e-9)


def test_a_rate_below_the_floor_is_refused():
    raw, outcome = scored(n=500)
    with pytest.raises(InputError, match="floor"):
        shifted_to(fit_platt(raw, outcome, floor=0.01), raw, 0.005)


@pytest.mark.parametrize("outcome", [np.zeros(10), np.ones(10)])
@pytest.mark.parametrize("fit", [fit_platt, fit_isotonic])
def test_one_outcome_alone_is_refused(fit, outcome):
    with pytest.raises(InputError, match="needs both"):
        fit(np.arange(10.0), outcome, floor=0.001)


def test_a_score_that_points_the_wrong_way_is_refused():
    raw, outcome = scored()
    with pytest.raises(InputError, match="falls while the default rate rises"):
        fit_platt(-raw, outcome, floor=0.001)


def test_complete_separation_is_an_error_not_an_endless_loop():
    with pytest.raises(InputError, match="does not settle"):
        logistic_line(np.array([-2.0, -1.0, 1.0, 2.0]), np.array([0.0, 0.0, 1.0, 1.0]))


@settings(deadline=None, max_examples=50)
@given(st.floats(0, 1))
def test_logit_and_probability_are_inverse(pd):
    assert probability(logit(np.array(pd))) == pytest.approx(pd, abs=1e-12)


def test_json_round_trip():
    calibration = Calibration(Method.ISOTONIC, 0.0003, knots=((-1.5, -2.25), (0.1, 0.3)), shift=-0.125)
    assert calibration_from_json(calibration.as_json()) == calibration


def struck(hazard, n=60_000):
    """Scores whose default rate is a line in log-odds, and a hazard that is the same for everybody."""
    rng = np.random.default_rng(5)
    raw = rng.normal(-5, 2, n)
    pd = hazard + (1 - hazard) * probability(0.3 + 1.1 * raw)
    return raw, (rng.random(n) < pd).astype(float), pd


def test_a_hazard_that_strikes_everybody_alike_is_found_where_a_line_cannot():
    raw, outcome, pd = struck(0.01)
    floored, line = fit_floored(raw, outcome, floor=1e-6), fit_platt(raw, outcome, floor=1e-6)
    assert floored.hazard == pytest.approx(0.01, abs=0.001)
    assert (floored.slope, floored.intercept) == (pytest.approx(1.1, abs=0.1), pytest.approx(0.3, abs=0.2))
    best = raw < np.quantile(raw, 0.1)
    assert floored.pd(raw[best]).mean() == pytest.approx(pd[best].mean(), rel=0.1)
    assert line.pd(raw[best]).mean() < 0.5 * pd[best].mean()


def test_without_such_a_hazard_the_floored_line_is_platts():
    raw, outcome, _ = struck(0.0)
    floored, line = fit_floored(raw, outcome, floor=1e-6), fit_platt(raw, outcome, floor=1e-6)
    assert floored.hazard < 5e-4
    assert floored.slope == pytest.approx(line.slope, rel=0.05)


def test_a_floored_calibration_keeps_every_rank_and_is_exact_at_the_ends():
    floored = Calibration(Method.FLOORED, 1e-6, 1.0, 0.0, hazard=0.004)
    raw = np.linspace(-30, 30, 601)
    assert (np.diff(floored.log_odds(raw)) >= 0).all()
    assert (np.diff(floored.pd(np.linspace(-12, 10, 200))) > 0).all()
    assert floored.pd(raw) == pytest.approx(0.004 + 0.996 * probability(raw), rel=1e-12)
    assert calibration_from_json(floored.as_json()) == floored


@pytest.mark.parametrize("method", list(Method))
def test_the_level_comes_from_other_rows_than_the_shape(method):
    raw, outcome = scored()
    calibration = FITS[method](raw, outcome, floor=1e-6)
    moved = levelled_to(calibration, raw, 0.07)
    assert moved.pd(raw).mean() == pytest.approx(0.07)
    assert (moved.shift, moved.slope, moved.hazard) == (0.0, calibration.slope, calibration.hazard)


def test_a_level_below_the_hazard_is_refused():
    raw, _ = scored()
    with pytest.raises(InputError, match="more than the latest rate"):
        levelled_to(Calibration(Method.FLOORED, 1e-6, hazard=0.02), raw, 0.01)


def test_a_bundle_of_before_hazards_were_known_is_read():
    old = {k: v for k, v in Calibration(Method.PLATT, 0.001, 1.2, -0.3).as_json().items() if k != "hazard"}
    assert calibration_from_json(old).hazard == 0
