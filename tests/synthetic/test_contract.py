"""The generated tables are valid input and know nothing before it happened."""

from datetime import date, timedelta

import polars as pl
import pytest

from riskengine.tables.contracts import CONTRACTS, Kind
from riskengine.tables.store import open_tables

TABLES = [name for name in CONTRACTS if name not in ("fx", "changes")]  # its rows say themselves what changed
END = date(2025, 12, 31)


@pytest.mark.parametrize("name", TABLES)
def test_table_fits_its_contract(portfolio, name):
    contract, frame = CONTRACTS[name], open_tables(portfolio.folder)[name].collect()
    assert frame.height > 0
    assert frame.select(contract.key).is_duplicated().sum() == 0
    for column in contract.columns:
        if column.required:
            assert frame[column.name].null_count() == 0, column.name
        if column.kind is Kind.CODE:
            assert set(frame[column.name].drop_nulls().unique()) <= set(column.codes), column.name


@pytest.mark.parametrize("name", TABLES)
def test_nothing_is_known_before_it_happened_or_after_the_end(portfolio, name):
    frame, happened = portfolio[name], CONTRACTS[name].known_from
    assert (frame["known_at"] >= frame[happened]).all()
    assert frame["known_at"].max() <= END


def test_rows_refer_to_customers_and_invoices_that_exist(portfolio):
    customers, invoices = portfolio["customers"], portfolio["invoices"]
    for name in ("invoices", "payments", "orders", "financials", "signals", "links"):
        assert portfolio[name].join(customers, on="customer_id", how="anti").is_empty(), name
    parents = customers.filter(pl.col("parent_id").is_not_null())
    assert parents.join(customers, left_on="parent_id", right_on="customer_id", how="anti").is_empty()
    payments = portfolio["payments"].filter(pl.col("invoice_id").is_not_null())
    assert payments.join(invoices, on=["invoice_id", "customer_id"], how="anti").is_empty()


def test_invoices_are_positive_due_after_issue_and_never_overpaid(portfolio):
    invoices, payments = portfolio["invoices"], portfolio["payments"]
    assert (invoices["amount_cents"] > 0).all()
    assert (invoices["due_on"] > invoices["issued_on"]).all()
    assert (payments["amount_cents"] > 0).all()
    paid = payments.join(invoices, on="invoice_id")
    assert (paid["paid_on"] >= paid["issued_on"]).all()
    totals = payments.group_by("invoice_id").agg(pl.col("amount_cents").sum().alias("total"))
    both = invoices.join(totals, on="invoice_id")
    assert (both["total"] <= both["amount_cents"]).all()


def test_a_customer_who_joins_has_no_past(portfolio):
    since = portfolio["customers"].group_by("customer_id").agg(pl.col("customer_since").min())
    for name, day in (("invoices", "issued_on"), ("orders", "ordered_on"), ("signals", "occurred_on")):
        joined = portfolio[name].join(since, on="customer_id")
        assert (joined[day] >= joined["customer_since"]).all(), name
    statements = portfolio["financials"].join(since, on="customer_id")
    assert (statements["known_at"] >= statements["customer_since"]).all()


def test_statements_add_up(portfolio):
    s = portfolio["financials"]
    difference = s["total_assets_cents"] - s["total_liabilities_cents"] - s["equity_cents"]
    assert difference.abs().max() <= 2  # rounding of each figure to a cent
    parts = s["cash_cents"] + s["receivables_cents"] + s["inventory_cents"]
    assert (parts <= s["current_assets_cents"] + 2).all()
    assert (s["current_liabilities_cents"] <= s["total_liabilities_cents"]).all()


def test_yearly_statements_are_late_and_half_year_reports_sooner_and_unaudited(portfolio):
    s = portfolio["financials"].with_columns(delay=(pl.col("published_on") - pl.col("period_end")).dt.total_days())
    yearly, half = s.filter(pl.col("months") == 12), s.filter(pl.col("months") == 6)
    assert yearly.height + half.height == s.height
    assert yearly["delay"].min() >= 90
    assert yearly["delay"].max() <= 280
    assert half["delay"].min() >= 40
    assert half["delay"].max() <= 150
    assert not half["audited"].any()
    givers = half["customer_id"].n_unique() / s["customer_id"].n_unique()
    assert 0.3 < givers < 0.45
    both = yearly.join(half, on="customer_id", suffix="_half")
    assert 0.4 < (both["revenue_cents_half"].sum() / both["revenue_cents"].sum()) < 0.6


def test_limits_change_over_time_and_some_were_never_set(portfolio):
    customers = portfolio["customers"]
    versions = customers.group_by("customer_id").len()
    assert (versions["len"] > 1).mean() > 0.3
    assert 0.05 < customers["current_limit_cents"].is_null().mean() < 0.2
    assert (customers["known_at"] <= END).all()


def test_orders_come_before_their_invoice_and_some_are_open(portfolio):
    orders = portfolio["orders"]
    assert (orders["closed_on"] >= orders["ordered_on"]).drop_nulls().all()
    still_open = orders.filter(pl.col("closed_on").is_null())
    assert still_open.height > 0
    assert still_open["ordered_on"].min() > END - timedelta(days=120)
