from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskengine.decision.terms import settle_terms, step_down
from riskengine.terms.decision import Action
from support.decisions import columns, rate_columns, rate_one, shipped_policy


def days(ratings):
    return float(ratings.terms.days[0])


def test_nobody_gets_more_than_he_has_or_asks_for():
    assert days(rate_one(cus_current_terms_days=20)) == 20
    assert days(rate_one(cus_current_terms_days=20, req_terms_days=45)) == 45
    assert days(rate_one(cus_current_terms_days=None)) == 30


@pytest.mark.parametrize(("pd_12m", "longest"), [(0.0005, 90), (0.002, 60), (0.004, 60), (0.01, 45), (0.02, 30)])
def test_the_grade_says_how_long(pd_12m, longest):
    rated = rate_one(pd_12m, cus_current_terms_days=100, cus_relationship_days=100)
    assert days(rated) == longest


def test_long_good_relations_get_up_to_fifteen_days_more():
    assert days(rate_one(cus_current_terms_days=100)) == 75
    assert rate_one(cus_current_terms_days=100).terms.extension == [15]
    assert days(rate_one(cus_current_terms_days=100, cus_relationship_days=1_200)) == 67
    assert rate_one(cus_current_terms_days=30).terms.longest == [75]


def test_terms_do_not_creep_from_rating_to_rating():
    first = days(rate_one(cus_current_terms_days=60))
    assert first == days(rate_one(cus_current_terms_days=first)) == 60


def test_late_payers_get_shorter_terms():
    assert days(rate_one(cus_current_terms_days=60, pay_late_days_wmean_365d=20.0)) == 30
    assert days(rate_one(cus_current_terms_days=60, pay_late_days_wmean_365d=40.0)) == 14


def test_late_payers_get_no_longer_terms_for_asking():
    assert days(rate_one(cus_current_terms_days=14, req_terms_days=60)) == 60
    assert days(rate_one(cus_current_terms_days=14, req_terms_days=60, pay_late_days_wmean_365d=20.0)) == 30
    assert days(rate_one(cus_current_terms_days=14, req_terms_days=60, pay_late_days_wmean_365d=40.0)) == 14


@given(
    wanted=st.lists(st.integers(0, 400), min_size=2, max_size=20).map(sorted),
    allowed=st.sampled_from([np.nan, 0.0, 14.0, 45.0, 50.0, 90.0]),
    extension=st.integers(-20, 20),
    cap=st.sampled_from([np.inf, 0.0, 13.0, 50.0, 61.0]),
)
def test_who_wants_more_never_gets_less(wanted, allowed, extension, cap):
    count = len(wanted)
    effects = replace(
        rate_columns(columns(*[{"pay_dpd_max": 0.0}] * count), np.full(count, 0.01)).effects,
        terms_add_days=np.full(count, extension),
        terms_cap_days=np.full(count, cap),
    )
    given_days = settle_terms(
        np.array(wanted, dtype=np.float64),
        np.full(count, 4.0),
        np.full(count, allowed),
        effects,
        no_credit=np.zeros(count, dtype=np.bool_),
        policy=shipped_policy().terms,
    ).days
    assert np.isnan(given_days).all() == np.isnan(allowed)
    assert np.isnan(allowed) or ((np.diff(given_days) >= 0).all() and (given_days <= wanted).all())


def test_a_weak_grade_on_long_terms_calls_for_shorter_ones():
    def called(pd_12m, agreed):
        return rate_one(pd_12m, cus_current_terms_days=agreed).effects.actions[Action.SHORTEN_TERMS][0]

    assert called(0.05, 60)
    assert not called(0.05, 30)
    assert not called(0.02, 60)
    assert not called(0.5, 60)  # prepayment is an action of its own


def test_no_credit_means_prepayment():
    assert days(rate_one(0.5)) == 0
    assert rate_one(0.5, pay_index_24m=90.0).terms.longest == [0]


def test_the_discount_is_for_the_middle_grades():
    assert not rate_one(0.002).terms.discount[0]
    assert rate_one(0.02).terms.discount[0]
    assert not rate_one(0.02, cus_current_terms_days=14).terms.discount[0]
    assert not rate_one(0.5).terms.discount[0]


def test_the_unrated_have_no_terms():
    assert np.isnan(step_down(np.array([np.nan]), (7, 30)))[0]
