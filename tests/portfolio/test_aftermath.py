"""Days are counted from 2020-01-01; the outcome is 30 days past due within 60 days."""

from datetime import date

import polars as pl
import pytest

from riskengine.portfolio.trial.aftermath import AFTERMATH_SCHEMA, governed_until, observe_aftermath, severe_days_of
from riskengine.scoring.arrears import read_ledger
from riskengine.scoring.label import find_standing
from riskengine.scoring.spec import OutcomeSpec
from riskengine.terms.codes import SignalKind
from riskengine.terms.days import day_of
from support.small_ledger import START, invoice, ledger, payment, signal

OUTCOME = OutcomeSpec(
    horizon_days=60,
    days_past_due=30,
    material_amount=0.0,
    material_share=0.0,
    write_off_above=0.0,
    insolvency_signals=(SignalKind.INSOLVENCY_FILING,),
)


def after(tables, *days, customer="A"):
    """One mapping per date, of one customer."""
    book = read_ledger(tables)
    rows = [(START + day, who) for day in days for who in ("A", "B", "Z")]
    population = pl.DataFrame(rows, schema={"as_of": pl.Int32, "customer_id": pl.String}, orient="row")
    dates = [day_of(START + day) for day in days]
    seen = observe_aftermath(book, find_standing(book, OUTCOME), population, OUTCOME, dates)
    assert seen.schema == pl.Schema(AFTERMATH_SCHEMA)
    assert seen.select("as_of", "customer_id").equals(population)
    return seen.filter(pl.col("customer_id") == customer).to_dicts()


def test_an_invoice_never_paid_is_a_default_with_what_it_left_open():
    (seen,) = after(ledger([invoice("1", issued=5, due=30)]), 10)
    assert seen["defaulted"]
    assert (seen["default_on"], seen["days_to_default"]) == (START + 60, 50)
    assert seen["default_reason"] == "arrears"
    assert seen["exposure_at_default"] == 1000.0
    assert seen["sold_and_lost"] == 0.0  # it was sold before the date's decision
    assert seen["peak_balance"] == 1000.0
    assert seen["severe_delay"]


def test_what_was_sold_after_the_date_and_never_paid_is_lost():
    book = ledger(
        [invoice("1", issued=5, due=30), invoice("2", issued=20, due=50, amount=300)], [payment("2", 55, 100)]
    )
    (seen,) = after(book, 10)
    assert seen["exposure_at_default"] == 1200.0
    assert seen["sold_and_lost"] == 200.0
    assert (seen["sales_governed"], seen["sales_horizon"], seen["peak_balance"]) == (300.0, 300.0, 1300.0)


def test_a_write_off_of_the_day_does_not_empty_the_exposure():
    book = ledger([invoice("1", issued=5, due=30)], [payment("1", 40, kind="write_off")])
    (seen,) = after(book, 10)
    assert (seen["default_reason"], seen["exposure_at_default"]) == ("write_off", 1000.0)


def test_insolvency_without_debt_is_a_default_without_exposure():
    (seen,) = after(ledger([], signals=[signal("insolvency_filing", 40)]), 10)
    assert (seen["default_reason"], seen["exposure_at_default"], seen["peak_balance"]) == ("insolvency", 0.0, 0.0)


def test_a_horizon_past_the_end_of_the_data_is_censored_and_nobody_is_good():
    (seen,) = after(ledger([invoice("1", issued=5, due=30)], last=69), 10)
    assert seen["is_censored"]
    for name in ("defaulted", "default_on", "severe_delay", "exposure_at_default", "sold_and_lost", "sales_horizon"):
        assert seen[name] is None
    assert after(ledger([invoice("1", issued=5, due=30)], last=70), 10)[0]["defaulted"]


def test_who_is_in_default_already_is_told_apart():
    (seen,) = after(ledger([invoice("1", issued=5, due=30)]), 61)
    assert seen["was_in_default"]
    assert not seen["defaulted"]


def test_a_severe_delay_is_not_a_default():
    (seen,) = after(ledger([invoice("1", issued=5, due=30)], [payment("1", 55)]), 10)
    assert (seen["defaulted"], seen["severe_delay"]) == (False, True)
    (paid_in_time,) = after(ledger([invoice("1", issued=5, due=30)], [payment("1", 49)]), 10)
    assert not paid_in_time["severe_delay"]


def test_each_invoice_is_governed_by_one_date():
    sold = [invoice(str(n), issued=n, due=n + 20, amount=n) for n in range(1, 60)]
    book = ledger(sold, [payment(str(n), n + 10, n) for n in range(1, 60)])
    seen = after(book, 5, 20, 30)
    assert [s["sales_governed"] for s in seen] == [sum(range(6, 21)), sum(range(21, 31)), sum(range(31, 41))]
    assert [s["sales_horizon"] for s in seen] == [sum(range(6, 60)), sum(range(21, 60)), sum(range(31, 60))]


def test_the_peak_is_an_evening_balance_and_looks_at_what_was_carried():
    book = ledger([invoice("1", issued=5, due=30), invoice("2", issued=12, due=30, amount=400)], [payment("1", 12)])
    first, second = after(book, 10, 20)
    assert (first["peak_balance"], second["peak_balance"]) == (1000.0, 400.0)


def test_a_customer_nobody_invoiced_has_zeros():
    (seen,) = after(ledger([invoice("1", issued=5, due=30)]), 10, customer="B")
    assert (seen["sales_horizon"], seen["peak_balance"], seen["defaulted"]) == (0.0, 0.0, False)


@pytest.mark.parametrize(("days", "severe"), [(90, 60), (30, 20), (1, 1)])
def test_a_severe_delay_is_two_thirds_of_the_way(days, severe):
    assert severe_days_of(OUTCOME.model_copy(update={"days_past_due": days})) == severe


def test_a_single_date_governs_its_horizon_and_none_more_than_it():
    assert governed_until([day_of(10)], 60) == (70,)
    assert governed_until([day_of(10), day_of(200)], 60) == (70, 260)
    assert governed_until([date(2024, 1, 31), date(2024, 2, 29)], 365)[1] == 19782 + 29
