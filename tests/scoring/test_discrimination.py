import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm, rankdata
from sklearn.metrics import average_precision_score, roc_auc_score, roc_curve

from riskengine.scoring.discrimination import auc, auc_difference, auc_interval, brier, gini, ks, midranks, pr_auc
from riskengine.terms.errors import InputError


def scores(seed, n=200, ties=True):
    rng = np.random.default_rng(seed)
    outcome = (rng.random(n) < 0.3).astype(float)
    outcome[:4] = [0, 0, 1, 1]
    raw = rng.normal(size=n) + outcome
    return (np.round(raw, 1) if ties else raw), outcome


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 10_000), st.booleans())
def test_measures_agree_with_scikit_learn(seed, ties):
    score, outcome = scores(seed, ties=ties)
    false_rate, true_rate, _ = roc_curve(outcome, score, drop_intermediate=False)
    assert auc(score, outcome) == pytest.approx(roc_auc_score(outcome, score), abs=1e-12)
    assert gini(score, outcome) == pytest.approx(2 * roc_auc_score(outcome, score) - 1, abs=1e-12)
    assert ks(score, outcome) == pytest.approx(np.max(true_rate - false_rate), abs=1e-12)
    assert pr_auc(score, outcome) == pytest.approx(average_precision_score(outcome, score), abs=1e-12)


def placements(score, outcome):
    bad, good = score[outcome > 0], score[outcome <= 0]
    wins = (bad[:, None] > good[None, :]) + 0.5 * (bad[:, None] == good[None, :])
    return wins.mean(axis=1), wins.mean(axis=0)


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 10_000))
def test_delong_agrees_with_all_pairs_compared_one_by_one(seed):
    first, outcome = scores(seed, n=60)
    second, _ = scores(seed + 1, n=60)
    a_bad, a_good = placements(first, outcome)
    b_bad, b_good = placements(second, outcome)
    found = auc_interval(first, outcome)
    variance = np.var(a_bad, ddof=1) / a_bad.size + np.var(a_good, ddof=1) / a_good.size
    assert found.auc == pytest.approx(a_bad.mean(), abs=1e-12)
    assert found.standard_error == pytest.approx(np.sqrt(variance), abs=1e-12)
    assert found.low < found.auc < found.high
    apart = auc_difference(first, second, outcome)
    variance = np.var(a_bad - b_bad, ddof=1) / a_bad.size + np.var(a_good - b_good, ddof=1) / a_good.size
    assert apart.difference == pytest.approx(a_bad.mean() - b_bad.mean(), abs=1e-12)
    assert apart.standard_error == pytest.approx(np.sqrt(variance), abs=1e-12)


def test_interval_covers_the_true_auc_in_about_95_of_100_samples():
    truth, rng, hits = norm.cdf(1 / np.sqrt(2)), np.random.default_rng(7), 0
    for _ in range(400):
        outcome = np.repeat([1.0, 0.0], [60, 140])
        found = auc_interval(rng.normal(size=200) + outcome, outcome)
        hits += found.low <= truth <= found.high
    assert 0.92 <= hits / 400 <= 0.98


def test_the_same_score_twice_does_not_differ():
    score, outcome = scores(3)
    assert auc_difference(score, score, outcome).p_value == 1.0


def test_perfect_order():
    outcome = np.array([0.0, 0.0, 1.0, 1.0])
    found = auc_interval(outcome, outcome)
    assert (found.auc, found.low, found.high) == (1.0, 1.0, 1.0)
    assert ks(outcome, outcome) == pr_auc(outcome, outcome) == 1.0


def test_brier_vector():
    assert brier(np.array([0.8, 0.1]), np.array([1.0, 0.0])) == pytest.approx((0.04 + 0.01) / 2)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(-5, 5), min_size=1, max_size=30))
def test_midranks_agree_with_scipy(values):
    assert midranks(np.array(values, dtype=float)).tolist() == rankdata(values).tolist()


def test_one_outcome_alone_is_refused():
    with pytest.raises(InputError, match="at least 2 of each"):
        auc(np.array([1.0, 2.0, 3.0]), np.zeros(3))


def test_a_missing_score_is_refused():
    with pytest.raises(InputError, match="missing"):
        auc(np.array([1.0, np.nan, 3.0, 4.0]), np.array([0.0, 0.0, 1.0, 1.0]))
