import math

import numpy as np
import pytest
from scipy.stats import chi2, norm
from sklearn.linear_model import LogisticRegression

from riskengine.scoring.calibration_tests import (
    binomial_p,
    calibration_by_band,
    calibration_line,
    hosmer_lemeshow,
    jeffreys_p,
    spiegelhalter,
)
from riskengine.terms.errors import InputError


def book(seed=0, n=20_000, stretch=1.0, lift=0.0):
    """PDs, and outcomes drawn from PDs stretched and lifted in log-odds."""
    rng = np.random.default_rng(seed)
    x = rng.normal(-3, 1, n)
    truth = 1 / (1 + np.exp(-(lift + stretch * x)))
    return 1 / (1 + np.exp(-x)), (rng.random(n) < truth).astype(float)


def test_jeffreys_vector_of_the_domain():
    assert jeffreys_p(60, 2, 0.005) == pytest.approx(0.0117, abs=5e-5)


def test_jeffreys_is_the_integral_of_the_posterior():
    x = np.linspace(1e-9, 0.02, 2_000_001)
    n, d = 300, 4
    log_density = (d - 0.5) * np.log(x) + (n - d - 0.5) * np.log1p(-x)
    norm_constant = math.lgamma(n + 1) - math.lgamma(d + 0.5) - math.lgamma(n - d + 0.5)
    assert jeffreys_p(n, d, 0.02) == pytest.approx(np.trapezoid(np.exp(log_density + norm_constant), x), abs=1e-6)


@pytest.mark.parametrize(("n", "d", "pd"), [(100, 3, 0.01), (60, 2, 0.005), (10, 0, 0.2), (12, 12, 0.9)])
def test_binomial_is_the_sum_of_its_terms(n, d, pd):
    assert binomial_p(n, d, pd) == pytest.approx(
        sum(math.comb(n, k) * pd**k * (1 - pd) ** (n - k) for k in range(d, n + 1))
    )


@pytest.mark.parametrize(("n", "d", "pd"), [(0, 0, 0.1), (5, 6, 0.1), (5, 1, 1.5), (5, 1, math.nan)])
def test_impossible_counts_are_refused(n, d, pd):
    with pytest.raises(InputError, match="impossible"):
        jeffreys_p(n, d, pd)


def test_hosmer_lemeshow_by_hand():
    pd = np.repeat([0.1, 0.2], [50, 50])
    outcome = np.concatenate([np.repeat([1.0, 0.0], [8, 42]), np.repeat([1.0, 0.0], [9, 41])])
    by_hand = (8 - 5) ** 2 / (5 * 0.9) + (9 - 10) ** 2 / (10 * 0.8)
    found = hosmer_lemeshow(pd, outcome, groups=2)
    assert found.statistic == pytest.approx(by_hand)
    assert found.p_value == pytest.approx(chi2.sf(by_hand, 2))


def test_hosmer_lemeshow_keeps_equal_pds_together():
    pd = np.concatenate([np.full(90, 0.1), np.full(10, 0.5)])
    outcome = np.zeros(100)
    outcome[:9] = 1
    outcome[95:] = 1
    assert hosmer_lemeshow(pd, outcome).statistic == pytest.approx(0.0)


def test_spiegelhalter_by_hand():
    pd, outcome = np.array([0.1, 0.3, 0.6]), np.array([0.0, 1.0, 1.0])
    top = sum((y - p) * (1 - 2 * p) for p, y in zip(pd, outcome, strict=True))
    bottom = math.sqrt(sum((1 - 2 * p) ** 2 * p * (1 - p) for p in pd))
    found = spiegelhalter(pd, outcome)
    assert found.statistic == pytest.approx(top / bottom)
    assert found.p_value == pytest.approx(2 * norm.sf(abs(top / bottom)))


def test_tests_reject_a_true_book_about_once_in_twenty():
    p_values = [(hosmer_lemeshow(*book(s, 2000)).p_value, spiegelhalter(*book(s, 2000)).p_value) for s in range(200)]
    rejected = (np.array(p_values) < 0.05).mean(axis=0)
    assert (rejected > 0.01).all()
    assert (rejected < 0.11).all()


def test_line_finds_the_stretch_and_lift_that_were_put_in():
    line = calibration_line(*book(seed=1, n=200_000, stretch=0.7, lift=0.4))
    assert line.slope == pytest.approx(0.7, abs=0.03)
    assert line.intercept == pytest.approx(0.4, abs=0.08)


def test_line_agrees_with_scikit_learn():
    pd, outcome = book(seed=2, n=3000)
    fitted = LogisticRegression(C=1e12, tol=1e-10).fit(np.log(pd / (1 - pd))[:, None], outcome)
    line = calibration_line(pd, outcome)
    assert line.slope == pytest.approx(fitted.coef_[0, 0], abs=1e-4)
    assert line.intercept == pytest.approx(fitted.intercept_[0], abs=1e-4)


def test_level_makes_the_mean_pd_the_default_rate():
    pd, outcome = book(seed=3, n=5000, lift=0.5)
    level = calibration_line(pd, outcome).level
    assert (1 / (1 + np.exp(-(np.log(pd / (1 - pd)) + level)))).mean() == pytest.approx(outcome.mean(), abs=1e-9)


def test_a_pd_on_a_boundary_belongs_to_the_worse_band():
    bands = calibration_by_band(np.array([0.05, 0.1, 1.0]), np.array([0.0, 1.0, 1.0]), (0.1, 0.5, 1.0))
    assert [b.customers for b in bands] == [1, 1, 1]
    assert bands[1].default_rate == 1.0
    assert bands[1].jeffreys_p == pytest.approx(jeffreys_p(1, 1, 0.1))


def test_an_empty_band_states_no_rates():
    band = calibration_by_band(np.array([0.05]), np.array([0.0]), (0.01, 0.5, 1.0))[0]
    assert (band.customers, band.mean_pd, band.default_rate, band.jeffreys_p) == (0, None, None, None)
