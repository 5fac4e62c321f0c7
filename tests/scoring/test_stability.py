import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from riskengine.scoring.stability import bin_counts, bin_edges, psi
from riskengine.terms.errors import InputError


def test_psi_by_hand_with_smoothing():
    expected, actual = np.array([40, 60]), np.array([30, 20])
    e, a = [40.5 / 101, 60.5 / 101], [30.5 / 51, 20.5 / 51]
    found = psi(expected, actual)
    assert found.psi == pytest.approx(sum((x - y) * math.log(x / y) for x, y in zip(a, e, strict=True)))
    assert found.critical == pytest.approx(chi2.ppf(0.95, 1) * (1 / 100 + 1 / 50))
    assert found.moved


def test_an_empty_bin_is_no_catastrophe():
    assert math.isfinite(psi(np.array([10, 0]), np.array([0, 10])).psi)


def test_two_draws_of_one_population_exceed_the_critical_value_about_once_in_twenty():
    rng, over = np.random.default_rng(5), 0
    for _ in range(500):
        a, b = rng.normal(size=2000), rng.normal(size=1000)
        edges = bin_edges(a)
        over += psi(bin_counts(a, edges)[:-1], bin_counts(b, edges)[:-1]).moved
    assert 0.02 <= over / 500 <= 0.09


@settings(deadline=None, max_examples=50)
@given(st.lists(st.one_of(st.just(math.nan), st.floats(-5, 5)), min_size=1, max_size=50))
def test_every_value_is_counted_once(values):
    column = np.array(values)
    edges = bin_edges(column)
    counts = bin_counts(column, edges)
    assert counts.sum() == len(values)
    assert counts[-1] == np.isnan(column).sum()


@pytest.mark.parametrize(("e", "a"), [([1], [1]), ([1, 2], [1, 2, 3]), ([0, 0], [1, 1])])
def test_counts_that_say_nothing_are_refused(e, a):
    with pytest.raises(InputError):
        psi(np.array(e), np.array(a))
