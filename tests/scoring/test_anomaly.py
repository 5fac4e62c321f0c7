"""The measure of anomaly: known vectors, what it ignores, and that nobody's row depends on the others."""

from functools import cache

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from riskengine.scoring.anomaly import (
    FARTHEST,
    LEAST_ROWS,
    MAIN_TEXTS,
    NAMES,
    NARROWEST,
    AnomalyReference,
    find_anomalies,
    fit_reference,
    reference_from,
)
from riskengine.terms.errors import InputError

K = len(NAMES)
NAN = float("nan")
PLAIN = AnomalyReference(np.zeros(K), np.eye(K))


def portfolio(customers: int = 600, seed: int = 1, correlation: float = 0.5) -> np.ndarray:
    rng = np.random.default_rng(seed)
    spread = np.eye(K)
    spread[0, 1] = spread[1, 0] = correlation
    return rng.multivariate_normal(np.zeros(K), spread, size=customers)


@cache
def fitted() -> AnomalyReference:
    return fit_reference(portfolio())


def row(**known: float) -> np.ndarray:
    mains = list(MAIN_TEXTS)
    made = np.full((1, K), NAN)
    for name, value in known.items():
        made[0, mains.index(name)] = value
    return made


def test_every_deviation_has_a_word_for_what_contributes_most():
    assert tuple(f"pay_own_{main}_deviation_90d" for main in MAIN_TEXTS) == NAMES


def test_distance_by_hand():
    """Two deviations of 3 and 4 own swings, uncorrelated: 25 is the square, with two degrees of freedom."""
    found = find_anomalies(row(late=3.0, amount=4.0), PLAIN)
    assert found.distance_p[0] == pytest.approx(chi2.sf(25.0, 2), rel=1e-12)
    assert found.main[0] == "amount"


def test_distance_with_a_correlation_by_hand():
    """[[1, .5], [.5, 1]] has the inverse [[4/3, -2/3], [-2/3, 4/3]]: 3 and 3 make 12, 3 and 0 make 12."""
    spread = np.eye(K)
    spread[0, 1] = spread[1, 0] = 0.5
    reference = AnomalyReference(np.zeros(K), spread)
    for late, often in ((3.0, 3.0), (3.0, 0.0)):
        found = find_anomalies(row(late=late, late_share=often), reference)
        assert found.distance_p[0] == pytest.approx(chi2.sf(12.0, 2), rel=1e-12)


def test_only_the_worse_counts():
    better = find_anomalies(row(late=-8.0, part=-3.0, days=0.0), PLAIN)
    assert better.distance_p[0] == 1.0
    assert better.main[0] is None
    mixed = find_anomalies(row(late=-8.0, part=3.0), PLAIN)
    assert mixed.distance_p[0] == pytest.approx(chi2.sf(9.0, 2))
    assert mixed.main[0] == "part"


def test_what_everybody_does_is_not_unusual():
    """Where the whole portfolio pays two swings later, two swings are usual; who got better is never worse."""
    later = AnomalyReference(np.full(K, 2.0), np.eye(K))
    assert find_anomalies(row(late=2.0), later).distance_p[0] == 1.0
    earlier = AnomalyReference(np.full(K, -2.0), np.eye(K))
    assert find_anomalies(row(late=-1.0), earlier).distance_p[0] == 1.0


def test_nothing_known_is_missing_not_usual():
    found = find_anomalies(row(), PLAIN)
    assert np.isnan(found.distance_p[0])
    assert found.main[0] is None


def test_the_spread_is_that_of_most_customers():
    """A tenth of the portfolio in deep trouble does not make trouble usual."""
    made = portfolio()
    troubled = made.copy()
    troubled[::10, 0] += 10.0
    reference = fit_reference(troubled)
    plain = np.cov(troubled[:, :2].T)
    assert reference.covariance[0, 0] < 1.5 < plain[0, 0]
    assert reference.covariance[0, 1] == pytest.approx(0.5, abs=0.15)
    assert np.abs(reference.usual).max() < 0.2
    p = find_anomalies(troubled, reference).distance_p
    assert (p[::10] < 1e-6).mean() > 0.95
    assert (np.delete(p, np.arange(0, 600, 10)) < 0.001).mean() < 0.003


def test_what_hardly_anybody_does_is_not_infinitely_rare():
    made = portfolio()
    made[:, 5] = -0.3
    made[7, 5] = 1.2
    reference = fit_reference(made)
    assert reference.covariance[5, 5] == NARROWEST**2
    assert reference.covariance[5, 0] == 0.0
    assert 1e-6 < find_anomalies(made, reference).distance_p[7] < 1.0


def test_beyond_the_farthest_nothing_is_more_remarkable():
    near, far = (find_anomalies(row(late=value), PLAIN).distance_p[0] for value in (FARTHEST, 1e6))
    assert near == far > 0


def test_few_customers_are_no_reference():
    assert fit_reference(portfolio(LEAST_ROWS - 1)) is None
    holed = portfolio(LEAST_ROWS + 50)
    holed[:60, 3] = NAN
    assert fit_reference(holed) is None
    assert fit_reference(portfolio(LEAST_ROWS)) is not None


@pytest.mark.parametrize("customers", [300, 5_000])
def test_order_does_not_show(customers: int):
    made = portfolio(customers)
    turned = np.random.default_rng(2).permutation(made)
    first, other = fit_reference(made), fit_reference(turned)
    assert first.frame().equals(other.frame())
    assert first.frame().equals(fit_reference(made).frame())


def test_kept_and_read_again():
    reference = fitted()
    again = reference_from(reference.frame().sort("measure", "of"))
    np.testing.assert_array_equal(again.usual, reference.usual)
    np.testing.assert_array_equal(again.covariance, reference.covariance)
    with pytest.raises(InputError, match="kept by another version"):
        reference_from(reference.frame().filter(pl.col("of") != NAMES[2]))


@settings(max_examples=60, deadline=None)
@given(
    values=st.lists(
        st.lists(st.one_of(st.just(NAN), st.floats(-300, 300)), min_size=K, max_size=K), min_size=1, max_size=30
    ),
    start=st.integers(0, 29),
    size=st.integers(1, 30),
)
def test_a_customer_alone_is_as_unusual_as_among_others(values: list[list[float]], start: int, size: int):
    reference = fitted()
    every = np.array(values)
    whole = find_anomalies(every, reference)
    part = find_anomalies(every[start : start + size], reference)
    np.testing.assert_array_equal(part.distance_p, whole.distance_p[start : start + size])
    assert part.main.tolist() == whole.main[start : start + size].tolist()
    known = ~np.isnan(whole.distance_p)
    assert ((whole.distance_p[known] >= 0) & (whole.distance_p[known] <= 1)).all()
    assert known.tolist() == (~np.isnan(every)).any(axis=1).tolist()
