from functools import cache

import pytest

from riskengine.features.statement import FEATURES
from support.feature_rows import features_by_customer, features_of, tables

# Ratios to total assets of 1000: X1 0.2, X2 0.1, X3 0.15, X4 400/600, X5 1.5.
NEWEST = {
    "period_end": "2023-12-31",
    "published_on": "2024-04-30",
    "audited": True,
    "audit_opinion": "unqualified",
    "revenue": 1500,
    "cogs": 900,
    "ebit": 150,
    "interest": 50,
    "net_income": 75,
    "cash": 60,
    "receivables": 300,
    "inventory": 180,
    "current_assets": 500,
    "total_assets": 1000,
    "current_liabilities": 300,
    "total_liabilities": 600,
    "equity": 400,
    "retained_earnings": 100,
    "operating_cash_flow": 90,
}
YEAR_BEFORE = {
    **NEWEST,
    "period_end": "2022-12-31",
    "published_on": "2023-04-15",
    "revenue": 1200,
    "ebit": 180,
    "total_assets": 800,
    "total_liabilities": 450,
    "equity": 350,
}


def rated(*financials: dict, as_of: str = "2024-06-30") -> dict:
    return features_of(tables(financials=financials), as_of)


@cache
def _by_hand() -> dict:
    return rated(YEAR_BEFORE, NEWEST)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("fin_revenue", 1500),
        ("fin_total_assets", 1000),
        ("fin_equity", 400),
        ("fin_working_capital", 200),
        ("fin_working_capital_ratio", 0.2),
        ("fin_current_ratio", 500 / 300),
        ("fin_quick_ratio", 320 / 300),
        ("fin_cash_ratio", 0.2),
        ("fin_equity_ratio", 0.4),
        ("fin_debt_to_equity", 1.5),
        ("fin_negative_equity_flag", 0),
        ("fin_gross_margin", 0.4),
        ("fin_ebit_margin", 0.1),
        ("fin_net_margin", 0.05),
        ("fin_return_on_assets", 0.075),
        ("fin_cash_flow_to_debt", 0.15),
        ("fin_interest_cover", 3),
        ("fin_interest_burden", 50 / 1500),
        ("fin_receivable_days", 73),
        ("fin_inventory_days", 73),
        # 0.717 x 0.2 + 0.847 x 0.1 + 3.107 x 0.15 + 0.420 x 2/3 + 0.998 x 1.5
        ("fin_z_private", 0.1434 + 0.0847 + 0.46605 + 0.28 + 1.497),
        # 6.56 x 0.2 + 3.26 x 0.1 + 6.72 x 0.15 + 1.05 x 2/3
        ("fin_z_general", 1.312 + 0.326 + 1.008 + 0.7),
        # before: X1 200/800, X2 100/800, X3 180/800, X4 350/450: 1.64 + 0.4075 + 1.512 + 0.816667
        ("fin_z_general_change", 3.346 - 4.376166666666666),
        ("fin_revenue_change", 0.25),
        ("fin_assets_change", 0.25),
        ("fin_ebit_margin_change", 0.1 - 0.15),
        ("fin_ebit_change", -30 / 800),
        ("fin_equity_change", 50 / 800),
        ("fin_equity_ratio_change", 0.4 - 350 / 800),
        ("fin_statement_age_days", 182),
        ("fin_publication_delay_days", 121),
        ("fin_audited_flag", 1),
        ("fin_qualified_flag", 0),
        ("fin_statement_count", 2),
    ],
)
def test_value_by_hand(name: str, value: float) -> None:
    assert _by_hand()[name] == pytest.approx(value, rel=1e-12)


def test_every_feature_has_a_value_worked_out_by_hand() -> None:
    worked_out = {case[0] for case in test_value_by_hand.pytestmark[0].args[1]}
    assert worked_out == {f.name for f in FEATURES}


def test_no_statement_of_this_customer_is_missing_but_counts_zero() -> None:
    found = rated({**NEWEST, "customer_id": "C9"})
    assert found["fin_statement_count"] == 0
    assert all(found[f.name] is None for f in FEATURES if f.name != "fin_statement_count")


def test_no_statements_at_all_is_not_known_to_be_zero() -> None:
    assert rated()["fin_statement_count"] is None


def test_half_a_year_is_brought_to_twelve_months() -> None:
    found = rated({**NEWEST, "months": 6})
    assert found["fin_revenue"] == 3000
    assert found["fin_return_on_assets"] == pytest.approx(0.15)
    assert found["fin_receivable_days"] == pytest.approx(36.5)
    assert found["fin_interest_cover"] == pytest.approx(3)
    assert found["fin_z_general"] == pytest.approx(1.312 + 0.326 + 2.016 + 0.7)


def test_zero_is_a_value() -> None:
    found = rated({**NEWEST, "cash": 0, "ebit": 0, "equity": 0, "inventory": 0})
    assert found["fin_cash_ratio"] == 0
    assert found["fin_interest_cover"] == 0
    assert found["fin_equity"] == 0
    assert found["fin_inventory_days"] == 0
    assert found["fin_negative_equity_flag"] == 0


@pytest.mark.parametrize("interest", [0, -5])
def test_without_interest_there_is_nothing_to_cover(interest: int) -> None:
    found = rated({**NEWEST, "interest": interest})
    assert found["fin_interest_cover"] is None
    assert found["fin_interest_burden"] == pytest.approx(interest / 1500)


NEEDS_POSITIVE = {
    "current_liabilities": ["fin_current_ratio", "fin_quick_ratio", "fin_cash_ratio"],
    "total_assets": ["fin_equity_ratio", "fin_return_on_assets", "fin_z_private", "fin_z_general"],
    "total_liabilities": ["fin_cash_flow_to_debt", "fin_z_private", "fin_z_general"],
    "equity": ["fin_debt_to_equity"],
    "revenue": ["fin_gross_margin", "fin_ebit_margin", "fin_net_margin", "fin_receivable_days"],
    "cogs": ["fin_inventory_days"],
    "months": ["fin_revenue", "fin_return_on_assets", "fin_z_private"],
}


def test_a_denominator_that_is_not_positive_gives_missing() -> None:
    cases = {f"{item} {value}": (item, value) for item in NEEDS_POSITIVE for value in (0, -1, None)}
    del cases["months None"]  # required by the table
    found = features_by_customer(
        tables(
            customers=[{"customer_id": case} for case in cases],
            financials=[{**NEWEST, "customer_id": case, item: value} for case, (item, value) in cases.items()],
        )
    )
    for case, (item, _) in cases.items():
        assert [found[case][name] for name in NEEDS_POSITIVE[item]] == [None] * len(NEEDS_POSITIVE[item]), case


def test_negative_equity_is_flagged() -> None:
    found = rated({**NEWEST, "equity": -100, "total_liabilities": 1100})
    assert found["fin_negative_equity_flag"] == 1
    assert found["fin_equity_ratio"] == pytest.approx(-0.1)
    assert found["fin_debt_to_equity"] is None


def test_a_loss_can_be_measured_against_negative_equity() -> None:
    found = rated({**YEAR_BEFORE, "equity": -80}, {**NEWEST, "equity": -160, "ebit": -40})
    assert found["fin_equity_change"] == pytest.approx(-0.1)
    assert found["fin_ebit_change"] == pytest.approx(-220 / 800)


@pytest.mark.parametrize("period_end", ["2021-12-31", "2023-06-30", "2023-09-30"])
def test_only_a_statement_of_a_year_before_makes_a_trend(period_end: str) -> None:
    found = rated({**YEAR_BEFORE, "period_end": period_end}, NEWEST)
    assert found["fin_revenue_change"] is None
    assert found["fin_statement_count"] == 2


def test_half_year_is_held_against_half_year() -> None:
    before = {**NEWEST, "period_end": "2023-06-30", "published_on": "2023-08-30", "months": 6, "revenue": 500}
    newest = {**NEWEST, "period_end": "2024-06-30", "published_on": "2024-08-30", "months": 6, "revenue": 400}
    found = rated(before, NEWEST, newest, as_of="2024-09-30")
    assert found["fin_revenue_change"] == pytest.approx(-0.2)
    assert found["fin_revenue"] == 800


def test_a_restatement_counts_from_the_day_it_is_known() -> None:
    restated = {**NEWEST, "revenue": 1000, "published_on": "2024-06-15", "audit_opinion": "qualified"}
    before, after = (rated(NEWEST, restated, as_of=day) for day in ("2024-06-14", "2024-06-15"))
    assert (before["fin_revenue"], after["fin_revenue"]) == (1500, 1000)
    assert (before["fin_qualified_flag"], after["fin_qualified_flag"]) == (0, 1)
    assert after["fin_statement_count"] == 1
    assert after["fin_publication_delay_days"] == 121, "lateness is that of the first publication"


def test_a_statement_known_later_is_not_used() -> None:
    found = rated(YEAR_BEFORE, NEWEST, as_of="2024-04-29")
    assert found["fin_revenue"] == 1200
    assert found["fin_statement_age_days"] == 485


def test_a_period_that_has_not_ended_is_a_forecast() -> None:
    found = rated(NEWEST, {**NEWEST, "period_end": "2024-12-31", "revenue": 9000})
    assert found["fin_revenue"] == 1500
    assert found["fin_statement_age_days"] == 182


@pytest.mark.parametrize(("opinion", "flag"), [("adverse", 1), ("disclaimer", 1), ("qualified", 1), (None, None)])
def test_audit_opinion(opinion: str | None, flag: int | None) -> None:
    found = rated({**NEWEST, "audit_opinion": opinion, "audited": None})
    assert found["fin_qualified_flag"] == flag
    assert found["fin_audited_flag"] is None


def test_amounts_are_in_the_reporting_currency_and_ratios_do_not_care() -> None:
    rates = [{"currency": "USD", "quoted_on": "2024-01-01", "rate": 7.0}]
    found = features_of(tables(financials=[{**NEWEST, "currency": "USD"}], fx=rates))
    assert found["fin_revenue"] == pytest.approx(10500)
    assert found["fin_equity_ratio"] == pytest.approx(0.4)
    assert found["fin_z_general"] == pytest.approx(3.346)
