import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskengine.decision.limit import round_down
from riskengine.terms.limit import Binding, CapacitySource, NeedSource
from support.decisions import rate_one, shipped_policy

POLICY = shipped_policy().limit
STEPS = POLICY.rounding


def binding(ratings):
    return tuple(Binding)[ratings.limits.binding[0]]


def limit(ratings):
    return float(ratings.limits.limit[0])


def test_need_is_purchases_over_terms_and_delay():
    """50,000 a month, doubled for busy months, over 30 days of terms and 15 of delay: 150,000; grade 3 takes it so."""
    rated = rate_one(pay_late_days_wmean_365d=15.0, cus_current_terms_days=30)
    assert rated.limits.constraints.need == [150_000]
    assert limit(rated) == 150_000
    assert binding(rated) is Binding.NEED


def test_delay_beyond_the_policys_is_not_financed():
    assert rate_one(pay_late_days_wmean_365d=300.0).limits.constraints.need == [200_000]
    assert rate_one(pay_late_days_wmean_365d=-20.0).limits.constraints.need == [100_000]


def test_need_covers_the_largest_invoice():
    assert rate_one(pay_invoice_amount_max_365d=400_000).limits.constraints.need == [400_000]


def test_open_orders_are_needed_on_top():
    assert rate_one(ord_open_amount=40_000).limits.constraints.need == [140_000]


def test_a_request_states_the_need():
    rated = rate_one(req_amount=70_000)
    assert rated.limits.constraints.need == [70_000]
    assert tuple(NeedSource)[rated.limits.constraints.need_source[0]] is NeedSource.REQUEST


def test_without_a_ledger_the_agreed_limit_is_the_need_and_without_any_the_least():
    rated = rate_one(pay_purchases_month_mean_365d=None, pay_invoice_amount_max_365d=None)
    assert rated.limits.constraints.need == [150_000]
    nothing = rate_one(pay_purchases_month_mean_365d=None, pay_invoice_amount_max_365d=None, cus_current_limit=None)
    assert nothing.limits.constraints.need == [POLICY.need.least]


def test_who_bought_nothing_for_a_year_keeps_a_small_account():
    rated = rate_one(pay_purchases_month_mean_365d=0.0, pay_invoice_amount_max_365d=None)
    assert limit(rated) == POLICY.need.least


def test_capacity_is_the_middle_of_three_shares():
    rated = rate_one(fin_equity=1_000_000.0, fin_working_capital=300_000.0, fin_revenue=5_000_000.0, req_amount=1e6)
    assert rated.limits.constraints.capacity == [100_000]  # 10 % of equity; 60,000 and 250,000 are the others
    assert binding(rated) is Binding.CAPACITY


def test_without_a_current_statement_what_was_paid_is_the_capacity():
    for age in (None, 1_000.0):
        rated = rate_one(fin_statement_age_days=age, req_amount=1e6)
        assert rated.limits.constraints.capacity == [150_000]
        assert tuple(CapacitySource)[rated.limits.constraints.capacity_source[0]] is CapacitySource.PAID_HISTORY


def test_with_neither_there_is_a_starter_limit():
    rated = rate_one(fin_statement_age_days=None, pay_settled_count_all=0.0, req_amount=1e6, pay_paid_amount_365d=0.0)
    assert rated.limits.constraints.capacity == [POLICY.capacity.starter]
    assert 0 < limit(rated) <= POLICY.capacity.starter


def test_the_policy_cap_holds_after_the_factor_too():
    rich = {"fin_equity": 1e9, "fin_working_capital": 1e9, "fin_revenue": 1e10, "req_amount": 19e6}
    rated = rate_one(0.0005, portfolio=1e12, **rich)
    assert limit(rated) == POLICY.caps.customer
    assert binding(rated) is Binding.POLICY_CAP


def test_concentration_counts_the_sisters():
    rich = {"fin_equity": 1e9, "fin_working_capital": 1e9, "fin_revenue": 1e10, "req_amount": 19e6}
    rated = rate_one(portfolio=100e6, cus_exposure=1e6, grp_exposure=3e6, **rich)
    assert limit(rated) == 3_000_000  # 5 % of 100m less the 2m of the sisters
    assert binding(rated) is Binding.CONCENTRATION_CAP


def test_an_unknown_portfolio_does_not_constrain():
    rated = rate_one(portfolio=None)
    assert np.isnan(rated.limits.constraints.concentration_cap[0])
    assert limit(rated) == 100_000


def test_rules_cap_and_cut():
    capped = rate_one(cus_age_days=400.0, req_amount=5e5)
    assert (limit(capped), binding(capped)) == (400_000, Binding.NEED)  # grade 4 by the cap of young companies
    more = rate_one(cus_age_days=400.0, req_amount=1e6)
    assert (limit(more), binding(more)) == (500_000, Binding.RULE_CAP)
    assert limit(rate_one(sig_insurance_cut_count_365d=1.0)) == 70_000


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"pd_12m": 0.5}, Binding.GRADE),
        ({"sig_dishonest_debtor_count_365d": 1.0}, Binding.FROZEN),
        ({"sig_insolvency_filing_count_all": 1.0}, Binding.IN_DEFAULT),
        ({"pd_12m": 0.1, "req_amount": 5_000.0}, Binding.SMALLEST_LIMIT),
    ],
)
def test_no_credit_is_zero_and_says_why(changes, why):
    rated = rate_one(**changes)
    assert (limit(rated), binding(rated)) == (0, why)
    assert rated.terms.days == [0]


def test_available_credit_counts_what_is_owed_and_what_is_secured():
    assert rate_one().available == [20_000]
    assert rate_one(cus_guarantee_amount=50_000.0, cus_insured_amount=10_000.0).available == [69_000]
    assert rate_one(cus_exposure=130_000.0).available == [-30_000]


def test_a_frozen_customer_has_nothing_available_however_well_secured():
    assert rate_one(sig_dishonest_debtor_count_365d=1.0, cus_guarantee_amount=1e6).available == [0]


@given(st.floats(0, 1e8, allow_nan=False), st.floats(0, 1e8, allow_nan=False))
def test_rounding_down_keeps_the_order(first, second):
    low, high = round_down(np.array(sorted((first, second))), STEPS)
    assert low <= high
    assert low <= max(round(min(first, second), 2), 0)
