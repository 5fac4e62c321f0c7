import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskengine.decision.evidence import bound_pd, count_experiences
from support.decisions import SOUND, columns, rate_columns, shipped_policy

POLICY = shipped_policy().limit.evidence
PDS = st.floats(0, 1, allow_nan=False)
COUNTS = st.integers(0, 60)


def bound(pd_12m, experiences):
    return float(bound_pd(np.array([float(pd_12m)]), np.array([float(experiences)]), POLICY)[0])


@given(PDS, PDS, COUNTS)
def test_a_worse_pd_never_has_a_smaller_bound(first, second, experiences):
    low, high = sorted((first, second))
    assert bound(low, experiences) <= bound(high, experiences) * (1 + 1e-15)


@given(PDS, COUNTS, COUNTS)
def test_more_experience_never_raises_the_bound(pd_12m, first, second):
    few, many = sorted((first, second))
    assert bound(pd_12m, many) <= bound(pd_12m, few) * (1 + 1e-15)


@given(PDS, COUNTS)
def test_the_bound_is_a_probability_not_below_the_pd(pd_12m, experiences):
    assert pd_12m <= bound(pd_12m, experiences) <= 1


@given(PDS)
def test_a_full_file_is_taken_at_its_word(pd_12m):
    assert bound(pd_12m, POLICY.full_file_experiences) == pd_12m


def test_the_bound_solves_its_equation():
    z, n, p = POLICY.deviations, POLICY.model_weight, 0.02
    upper = bound(p, 0)
    assert (upper - p) ** 2 == pytest.approx(z**2 * upper * (1 - upper) / n, rel=1e-12)


def test_a_current_statement_counts_as_experience_and_an_old_one_does_not():
    settled = np.array([np.nan, 3.0, 3.0])
    ages = np.array([100.0, 1_000.0, np.nan])
    assert list(count_experiences(settled, ages, 730, POLICY)) == [12, 3, 3]


def test_limits_grow_with_evidence():
    known = [{**SOUND, "pay_settled_count_all": n, "fin_statement_age_days": 200.0} for n in (0, 2, 6, 12, 24)]
    limits = rate_columns(columns(*known), [0.0024] * 5).limits.limit
    assert list(limits) == sorted(limits)
    assert limits[0] < limits[-1]
