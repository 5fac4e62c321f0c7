"""Defaults are rare, visible in the books, sometimes silent, sometimes catching; most scares heal."""

from datetime import date, timedelta

import numpy as np
import polars as pl

END = date(2025, 12, 31)


def _failed(portfolio) -> pl.DataFrame:
    return portfolio["truth/customers"].filter(pl.col("default_on") <= END)


def _open_past_due(portfolio, customers: pl.DataFrame) -> pl.DataFrame:
    """Per customer of `customers` (with `day`): most days past due on an undisputed invoice still open on `day`."""
    rows = portfolio["invoices"].join(customers.select("customer_id", "day"), on="customer_id")
    paid = (
        portfolio["payments"]
        .join(rows.select("invoice_id", "day"), on="invoice_id")
        .filter(pl.col("paid_on") <= pl.col("day"))
        .group_by("invoice_id")
        .agg(pl.col("amount_cents").sum().alias("paid"))
    )
    rows = rows.join(paid, on="invoice_id", how="left").filter(
        pl.col("amount_cents") > pl.col("paid").fill_null(0), pl.col("issued_on") <= pl.col("day"), ~pl.col("disputed")
    )
    days = (pl.col("day") - pl.col("due_on")).dt.total_days()
    worst = rows.group_by("customer_id").agg(days.max().alias("dpd"))
    return customers.join(worst, on="customer_id", how="left").with_columns(pl.col("dpd").fill_null(-999))


def test_default_rate_is_two_to_four_per_cent_a_year_and_moves(portfolio):
    failed, customers = _failed(portfolio), portfolio["truth/customers"].height
    by_year = failed.group_by(pl.col("default_on").dt.year()).len()["len"] / customers
    assert 0.018 < failed.height / customers / 4 < 0.04
    assert by_year.max() / by_year.min() > 1.1


def test_about_one_default_in_eight_is_silent(portfolio):
    assert 0.09 < _failed(portfolio)["silent"].mean() < 0.17


def test_an_ordinary_default_reaches_90_days_past_due_on_its_day(portfolio):
    ordinary = _failed(portfolio).filter(~pl.col("silent"))
    on_the_day = _open_past_due(portfolio, ordinary.with_columns(day=pl.col("default_on")))
    before = _open_past_due(portfolio, ordinary.with_columns(day=pl.col("default_on") - pl.duration(days=1)))
    assert (on_the_day["dpd"] == 90).all()
    assert (before["dpd"] < 90).all()


def test_nobody_else_ever_reaches_90_days_past_due(settled):
    assert settled.filter(~pl.col("disputed"))["late"].max() < 90


def test_a_silent_default_has_no_sign_before_its_day(portfolio):
    silent = _failed(portfolio).filter("silent")
    truth = portfolio["truth/customers"].filter(pl.col("stopped_on").is_null(), pl.col("left_on").is_null())
    day = date(2024, 6, 30)
    normal = _open_past_due(portfolio, truth.with_columns(day=pl.lit(day)))
    eve = _open_past_due(portfolio, silent.with_columns(day=pl.col("default_on") - pl.duration(days=1)))
    assert eve["dpd"].max() < 90
    assert abs((eve["dpd"] > 15).mean() - (normal["dpd"] > 15).mean()) < 0.06
    filings = portfolio["signals"].filter(pl.col("kind") == "insolvency_filing")
    known = silent.filter(pl.col("default_on") <= END - timedelta(days=12)).join(filings, on="customer_id", how="left")
    assert (known["occurred_on"] == known["default_on"]).all()


def test_no_invoice_after_default_and_write_offs_come_much_later(portfolio):
    failed = _failed(portfolio)
    invoices = portfolio["invoices"].join(failed, on="customer_id")
    assert (invoices["issued_on"] <= invoices["default_on"]).all()
    written_off = portfolio["payments"].filter(pl.col("kind") == "write_off").join(failed, on="customer_id", how="left")
    assert written_off.height > 0
    assert ((written_off["paid_on"] - written_off["default_on"]).dt.total_days() >= 200).all()


def test_most_scares_heal(portfolio):
    """Of the customers whose quality fell into the worst 3 %, most are well again, and alive, two years later."""
    truth = portfolio["truth/pd"].filter(pl.col("pd_12m") < 1)
    bar = truth["quality"].quantile(0.03)
    then = truth.filter(pl.col("as_of") == date(2023, 12, 31), pl.col("quality") < bar)
    failed = then.join(_failed(portfolio), on="customer_id", how="semi").height / then.height
    assert 0.15 < failed < 0.5


def test_some_always_pay_late_and_never_fail(portfolio, settled):
    slow = portfolio["truth/customers"].filter("slow_payer")
    assert 0.005 < slow.height / portfolio["truth/customers"].height < 0.03
    assert slow.filter(pl.col("reason") == "deterioration").height == 0
    per_customer = settled.filter("slow_payer").group_by("customer_id").agg(pl.col("late").median())
    assert per_customer["late"].median() > 15


def test_failure_in_the_group_is_catching(portfolio):
    """A sister or subsidiary fails more often in the year after a failure in its group than grouped customers do."""
    truth = portfolio["truth/customers"].filter(pl.col("group").is_not_null())
    first = truth.filter(pl.col("stopped_on") <= date(2024, 12, 31)).sort("stopped_on").group_by("group").first()
    pairs = truth.join(first.select("group", "customer_id", "stopped_on"), on="group", suffix="_first").filter(
        pl.col("customer_id") != pl.col("customer_id_first")
    )
    days = (pl.col("stopped_on") - pl.col("stopped_on_first")).dt.total_days()
    after = pairs.select(((days > 0) & (days <= 365)).fill_null(value=False).mean()).item()
    usual = truth.filter(pl.col("stopped_on") <= END).height / truth.height / 4
    assert after > 1.5 * usual
    assert truth.filter(pl.col("reason") == "contagion").height > 0


def test_signals_are_more_frequent_in_trouble_yet_often_false(portfolio):
    failed = _failed(portfolio)
    signals = portfolio["signals"].join(failed, on="customer_id", how="left")
    year_before = (pl.col("default_on") - pl.col("occurred_on")).dt.total_days().is_between(1, 365)
    before = signals.filter(year_before).height / failed.height
    years = 4 * portfolio["truth/customers"].height
    never_failed = signals.filter(pl.col("default_on").is_null()).height / years
    assert before > 2 * never_failed
    assert signals["default_on"].is_null().mean() > 0.5
    lag = (signals["known_at"] - signals["occurred_on"]).dt.total_days()
    assert lag.mean() > 5
    assert signals["kind"].n_unique() == 18


def test_lateness_and_statements_follow_hidden_quality(portfolio, settled):
    quality = portfolio["truth/pd"].select("customer_id", "as_of", "quality")
    due = settled.filter(~pl.col("slow_payer")).with_columns(as_of=pl.col("due_on").dt.month_end())
    banded = due.join(quality, on=["customer_id", "as_of"]).with_columns(band=(pl.col("quality") * 2).floor())
    medians = banded.filter(pl.col("band").is_between(-5, 3)).group_by("band").agg(pl.col("late").mean()).sort("band")
    assert (np.diff(medians["late"].to_numpy()) < 0).all()
    statements = portfolio["financials"].with_columns(as_of=pl.col("period_end").dt.month_end())
    seen = statements.join(quality, on=["customer_id", "as_of"])
    ratio = seen["equity_cents"] / seen["total_assets_cents"]
    assert np.corrcoef(ratio, seen["quality"])[0, 1] > 0.5
