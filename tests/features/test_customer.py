import pytest

from riskengine.features.customer import FEATURES
from support.feature_rows import features_by_customer, features_of, tables

CUSTOMER = {
    "customer_id": "C1",
    "country": "CN",
    "region": "East",
    "industry": "C33",
    "legal_form": "LLC",
    "sales_team": "T1",
    "product_line": "P1",
    "currency": "CNY",
    "registered_on": "2014-07-01",
    "customer_since": "2020-01-01",
    "current_limit": 1000,
    "current_terms_days": 60,
    "guarantee_amount": 150,
    "insured_amount": 250,
}
INVOICE = {"issued_on": "2024-06-01", "due_on": "2024-07-31", "amount": 500}
ORDER = {"ordered_on": "2024-06-15", "amount": 400}
UNAPPLIED = {"paid_on": "2024-06-20", "amount": 100}
STATEMENT = {"period_end": "2023-12-31", "published_on": "2024-04-30", "equity": 3200, "cogs": 5000}


def rated(customer: dict | None = None, **more: list[dict]) -> dict:
    given = {"invoices": [INVOICE], "orders": [ORDER], "payments": [UNAPPLIED], "financials": [STATEMENT], **more}
    return features_of(tables(customers=[{**CUSTOMER, **(customer or {})}], **given))


def test_values_by_hand() -> None:
    found = rated()
    assert {f.name: found[f.name] for f in FEATURES} == {
        "cus_country": "CN",
        "cus_region": "East",
        "cus_industry": "C33",
        "cus_legal_form": "LLC",
        "cus_sales_team": "T1",
        "cus_product_line": "P1",
        "cus_age_days": 3652,
        "cus_relationship_days": 1642,
        "cus_current_limit": 1000,
        "cus_current_terms_days": 60,
        "cus_guarantee_amount": 150,
        "cus_insured_amount": 250,
        "cus_exposure": 800,  # 500 + 400 - 100
        "cus_utilisation": 0.8,
        "cus_over_limit_flag": 0,
        "cus_headroom": 200,
        "cus_uncovered_exposure": 400,
        "cus_covered_share": 0.5,
        "cus_exposure_to_equity": 0.25,
        "cus_share_of_wallet": 0.1,
    }


def test_what_master_data_leave_out_is_missing_and_nothing_owed_is_zero() -> None:
    found = features_of(tables())
    zero = {"cus_exposure", "cus_uncovered_exposure"}
    assert {found[name] for name in zero} == {0.0}
    assert {found[f.name] for f in FEATURES if f.name not in zero} == {None}


def test_no_limit_is_not_a_limit_of_zero() -> None:
    unset, nothing = rated({"current_limit": None}), rated({"current_limit": 0})
    assert (unset["cus_current_limit"], nothing["cus_current_limit"]) == (None, 0)
    assert (unset["cus_headroom"], nothing["cus_headroom"]) == (None, -800)
    assert (unset["cus_over_limit_flag"], nothing["cus_over_limit_flag"]) == (None, 1)
    assert (unset["cus_utilisation"], nothing["cus_utilisation"]) == (None, None)


def test_a_limit_of_zero_without_exposure_is_kept() -> None:
    found = rated({"current_limit": 0}, invoices=[], orders=[], payments=[])
    assert found["cus_over_limit_flag"] == 0
    assert found["cus_headroom"] == 0


@pytest.mark.parametrize(("limit", "over"), [(799, 1), (800, 0)])
def test_exactly_at_the_limit_is_not_over_it(limit: int, over: int) -> None:
    found = rated({"current_limit": limit})
    assert found["cus_over_limit_flag"] == over
    assert found["cus_headroom"] == limit - 800


def test_cash_beyond_what_is_owed_is_a_negative_exposure() -> None:
    found = rated(payments=[{**UNAPPLIED, "amount": 1000}])
    assert found["cus_exposure"] == -100
    assert found["cus_utilisation"] == pytest.approx(-0.1)
    assert found["cus_uncovered_exposure"] == 0
    assert found["cus_covered_share"] is None


def test_collateral_beyond_the_exposure_covers_all_of_it() -> None:
    found = rated({"guarantee_amount": 5000, "insured_amount": None})
    assert found["cus_uncovered_exposure"] == 0
    assert found["cus_covered_share"] == 1
    assert found["cus_insured_amount"] is None


def test_without_order_data_the_exposure_is_that_of_invoices() -> None:
    assert rated(orders=[])["cus_exposure"] == 400


@pytest.mark.parametrize("equity", [None, 0, -10])
def test_exposure_cannot_be_held_against_equity_that_is_not_there(equity: float | None) -> None:
    assert rated(financials=[{**STATEMENT, "equity": equity}])["cus_exposure_to_equity"] is None


def test_the_newest_known_version_counts_even_where_it_leaves_something_out() -> None:
    versions = [
        {**CUSTOMER, "known_at": "2020-01-01"},
        {**CUSTOMER, "current_limit": None, "region": "West", "known_at": "2024-06-30"},
        {**CUSTOMER, "current_limit": 9, "region": "South", "known_at": "2024-07-01"},
    ]
    found = features_of(tables(customers=versions))
    assert found["cus_region"] == "West"
    assert found["cus_current_limit"] is None


def test_days_yet_to_come_are_missing() -> None:
    found = rated({"registered_on": "2024-07-01", "customer_since": "2024-06-30", "known_at": "2024-01-01"})
    assert found["cus_age_days"] is None
    assert found["cus_relationship_days"] == 0


def test_amounts_are_in_the_reporting_currency() -> None:
    rates = [{"currency": "EUR", "quoted_on": "2024-01-01", "rate": 8.0}]
    found = rated({"currency": "EUR"}, fx=rates)
    assert found["cus_current_limit"] == 8000
    assert found["cus_utilisation"] == pytest.approx(0.1)


def test_text_is_kept_as_it_is() -> None:
    found = features_by_customer(tables(customers=[{"customer_id": "C1", "region": "=华东\n", "country": "NO"}]))
    assert found["C1"]["cus_region"] == "=华东\n"
    assert found["C1"]["cus_country"] == "NO"
