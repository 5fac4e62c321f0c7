"""Lateness and amounts are shaped after the real ledger; its figures stand here as numbers."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from riskengine.synthetic.ledger_shape import amounts
from support.real_data import real_file

REAL_LATE_SHARES = {0: 0.420, 15: 0.036, 30: 0.022}
REAL_AMOUNTS = {0.1: 821.5, 0.5: 17285.0, 0.9: 81888.4, 0.99: 166102.4}


def test_lateness_is_that_of_the_real_ledger(settled):
    late = settled["late"].to_numpy()
    assert abs((late > 0).mean() - REAL_LATE_SHARES[0]) < 0.05
    assert abs((late > 15).mean() - REAL_LATE_SHARES[15]) < 0.02
    assert abs((late > 30).mean() - REAL_LATE_SHARES[30]) < 0.012
    assert (late < -3).mean() > 0.1  # early payers


def test_amounts_are_those_of_the_real_ledger():
    drawn = amounts(np.random.default_rng(5).standard_normal(200_000))
    for share, value in REAL_AMOUNTS.items():
        assert np.quantile(drawn, share) == pytest.approx(value, rel=0.08)


def test_amounts_and_purchases_have_heavy_tails(portfolio):
    per_customer = portfolio["invoices"].group_by("customer_id").agg(pl.len(), pl.col("amount_cents").sum())
    assert 15 < per_customer["len"].sum() / 12_000 / 4 < 25
    top = per_customer["amount_cents"].top_k(per_customer.height // 100).sum()
    assert top / per_customer["amount_cents"].sum() > 0.06
    assert per_customer["len"].quantile(0.99) > 4 * per_customer["len"].median()


def test_a_customer_keeps_its_habit(settled):
    early = settled.filter(pl.col("due_on") < date(2024, 1, 1)).group_by("customer_id").agg(pl.col("late").median())
    later = settled.filter(pl.col("due_on") >= date(2024, 1, 1)).group_by("customer_id").agg(pl.col("late").median())
    both = early.join(later, on="customer_id")
    assert both.select(pl.corr("late", "late_right", method="spearman")).item() > 0.4


def test_payments_fall_on_workdays(portfolio):
    cash = portfolio["payments"].join(portfolio["invoices"].filter(~pl.col("disputed")), on="invoice_id")
    assert (cash["paid_on"].dt.weekday() > 5).mean() < 0.12


def test_purchases_have_seasons(portfolio):
    retail = portfolio["customers"].filter(pl.col("industry") == "F52")["customer_id"].unique()
    rows = portfolio["invoices"].filter(pl.col("customer_id").is_in(retail.implode()))
    by_month = rows.group_by(pl.col("issued_on").dt.month()).len().sort("issued_on")["len"]
    assert by_month[11] > 1.3 * by_month[4]


@pytest.mark.real_data
def test_the_numbers_in_code_are_those_of_the_real_ledger():
    ledger = pl.read_csv(
        real_file("highradius_closed_invoices.csv"),
        columns=["customer_id", "due_date", "clear_date", "days_late", "amount"],
        schema_overrides={"customer_id": pl.String},
    ).unique()
    assert ledger.height == 39_040
    for days, share in REAL_LATE_SHARES.items():
        assert (ledger["days_late"] > days).mean() == pytest.approx(share, abs=0.001)
    for share, value in REAL_AMOUNTS.items():
        assert ledger["amount"].quantile(share, "linear") == pytest.approx(value, rel=0.001)
