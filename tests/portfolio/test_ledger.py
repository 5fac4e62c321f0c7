"""Figures of a whole portfolio from tables: hand-made ledgers whose answers can be counted."""

from datetime import date

import polars as pl
import pytest

from riskengine.features.engines import Engine, engine_session
from riskengine.features.invoice_facts import invoice_facts
from riskengine.features.known import known_by
from riskengine.portfolio.ageing import AgeBand, DebtAge
from riskengine.portfolio.figures import ages_of_debt, portfolio_figures
from riskengine.portfolio.ledger import Ledger, balance_on, ledger_as_of, sales_between
from riskengine.tables.store import TableSet, tables_in_memory

AS_OF = date(2024, 6, 30)


def invoice(number: str, issued: date, due: date, cents: int, **more: object) -> dict[str, object]:
    return {
        "invoice_id": number,
        "customer_id": "C1",
        "issued_on": issued,
        "due_on": due,
        "amount_cents": cents,
        "currency": "CNY",
        "known_at": issued,
        **more,
    }


def payment(number: str, invoice_id: str, day: date, cents: int, **more: object) -> dict[str, object]:
    return {
        "payment_id": number,
        "invoice_id": invoice_id,
        "customer_id": "C1",
        "paid_on": day,
        "kind": "cash",
        "amount_cents": cents,
        "currency": "CNY",
        "known_at": day,
        **more,
    }


def ledger_tables(
    invoices: list[dict[str, object]], payments: list[dict[str, object]], fx: list[dict[str, object]] | None = None
) -> TableSet:
    customers = pl.DataFrame({"customer_id": ["C1", "C2"], "known_at": [date(2020, 1, 1)] * 2})
    frames = {"customers": customers, "invoices": pl.DataFrame(invoices, infer_schema_length=None)}
    if payments:
        frames["payments"] = pl.DataFrame(payments, infer_schema_length=None)
    if fx:
        frames["fx"] = pl.DataFrame(fx)
    return tables_in_memory(frames, reporting_currency="CNY")


def read(invoices: list[dict[str, object]], payments: list[dict[str, object]]) -> Ledger:
    return ledger_as_of(ledger_tables(invoices, payments), AS_OF)


def test_an_open_invoice_stands_in_the_band_of_its_days_past_due() -> None:
    found = balance_on(read([invoice("1", date(2024, 4, 1), date(2024, 5, 1), 10_000)], []), AS_OF)
    assert found.bands[AgeBand.TO_60] == 10_000
    assert found.receivables == found.overdue == 10_000


def test_a_part_payment_leaves_the_rest_and_an_overpayment_leaves_nothing() -> None:
    invoices = [
        invoice("1", date(2024, 6, 1), date(2024, 7, 1), 10_000),
        invoice("2", date(2024, 6, 1), date(2024, 7, 1), 500),
    ]
    payments = [payment("a", "1", date(2024, 6, 10), 4_000), payment("b", "2", date(2024, 6, 10), 900)]
    found = balance_on(read(invoices, payments), AS_OF)
    assert found.receivables == 6_000
    assert found.overdue == 0


def test_a_disputed_invoice_is_a_receivable_but_not_late() -> None:
    disputed = invoice("1", date(2024, 1, 1), date(2024, 1, 31), 10_000, disputed=True, disputed_on=date(2024, 3, 1))
    ledger = read([disputed], [])
    assert balance_on(ledger, AS_OF).disputed == 10_000
    assert balance_on(ledger, AS_OF).overdue == 0
    assert balance_on(ledger, date(2024, 2, 29)).overdue == 10_000


def test_an_earlier_balance_undoes_what_was_paid_since() -> None:
    ledger = read(
        [invoice("1", date(2024, 1, 1), date(2024, 1, 31), 10_000)], [payment("a", "1", date(2024, 5, 1), 10_000)]
    )
    assert balance_on(ledger, AS_OF).receivables == 0
    assert balance_on(ledger, date(2024, 4, 30)).receivables == 10_000
    assert balance_on(ledger, date(2023, 12, 31)).receivables == 0


def test_money_in_advance_waits_for_its_invoice() -> None:
    ledger = read(
        [invoice("1", date(2024, 3, 1), date(2024, 3, 31), 10_000)], [payment("a", "1", date(2024, 2, 1), 10_000)]
    )
    assert balance_on(ledger, date(2024, 2, 15)).receivables == 0


def test_rows_known_later_do_not_exist() -> None:
    late_news = payment("a", "1", date(2024, 6, 1), 10_000, known_at=date(2024, 7, 1))
    ledger = read([invoice("1", date(2024, 1, 1), date(2024, 1, 31), 10_000)], [late_news])
    assert balance_on(ledger, AS_OF).receivables == 10_000


def test_credit_notes_are_no_sales_and_write_offs_are_losses() -> None:
    invoices = [invoice("1", date(2024, 6, 1), date(2024, 6, 15), 10_000)]
    payments = [
        payment("a", "1", date(2024, 6, 10), 2_000, kind="credit_note"),
        payment("b", "1", date(2024, 6, 20), 1_000, kind="write_off"),
        payment("c", "1", date(2024, 6, 12), 4_000),
    ]
    ledger = read(invoices, payments)
    assert sales_between(ledger, date(2024, 5, 31), AS_OF) == 8_000
    found = portfolio_figures(ledger).collection
    assert found.bad_debt_loss_rate == pytest.approx(1_000 / 8_000)
    assert found.on_time_collection_rate == pytest.approx(4_000 / 8_000)
    assert found.receivables == 30.0


def test_age_of_debt_runs_from_the_invoice_date() -> None:
    invoices = [
        invoice("1", date(2024, 6, 1), date(2024, 6, 15), 10_000),
        invoice("2", date(2023, 6, 1), date(2024, 6, 29), 5_000),
    ]
    ages = ages_of_debt(read(invoices, []))
    assert ages[DebtAge.NORMAL] == 100.0
    assert ages[DebtAge.LEGAL_OVERDUE] == 50.0


def test_dso_family_of_an_even_business() -> None:
    """1,000 a month on 30 days, everything paid two months after issue."""
    months = [date(2023 + (m // 12), m % 12 + 1, 15) for m in range(18)]
    invoices = [invoice(str(i), day, day.replace(day=28), 100_000) for i, day in enumerate(months)]
    payments = [payment(f"p{i}", str(i), months[i + 2], 100_000) for i in range(len(months) - 2)]
    found = portfolio_figures(read(invoices, payments)).collection
    assert found.receivables == 2_000
    assert found.overdue == 2_000
    assert found.dso == pytest.approx(2 / 3 * 91)
    assert found.best_possible_dso == 0
    assert found.average_days_delinquent == pytest.approx(found.dso)
    assert found.count_back_dso == pytest.approx(61)  # May and June
    assert found.receivables_turnover == pytest.approx(6)
    assert found.collection_effectiveness == pytest.approx(100 * (2_000 + 3_000 - 2_000) / (2_000 + 3_000))


def test_nothing_sold_gives_no_figures_rather_than_zero() -> None:
    found = portfolio_figures(read([invoice("1", date(2020, 1, 1), date(2020, 1, 31), 10_000)], []))
    assert found.collection.dso is None
    assert found.collection.bad_debt_loss_rate is None
    assert found.collection.count_back_dso is None
    assert found.provisions.recovery == 0.0
    assert found.provisions.provision == 100.0  # over 90 days, nothing ever recovered


def test_balances_agree_with_the_features_to_the_cent_in_several_currencies() -> None:
    fx = [
        {"currency": "USD", "quoted_on": date(2024, 1, 1), "rate": 7.1234, "known_at": date(2024, 1, 1)},
        {"currency": "EUR", "quoted_on": date(2024, 1, 1), "rate": 7.8765, "known_at": date(2024, 1, 1)},
    ]
    currencies = ("CNY", "USD", "EUR")
    invoices = [
        invoice(str(i), date(2024, 3, 1), date(2024, 3 + i % 4, 28), 10_001 + 37 * i, currency=currencies[i % 3])
        for i in range(60)
    ]
    payments = [
        payment(f"{i}-{j}", str(i), date(2024, 4, 1 + j), 3_333 + i, currency=currencies[(i + j * (i % 2)) % 3])
        for i in range(60)
        for j in range(i % 4)
    ]
    tables = ledger_tables(invoices, payments, fx)
    with engine_session(Engine.POLARS) as session:
        facts = session.collect(invoice_facts(known_by(tables, AS_OF, session)))
    found = balance_on(ledger_as_of(tables, AS_OF), AS_OF)
    assert found.receivables == facts["open_cents"].sum()
    assert found.overdue == facts.filter("is_overdue")["open_cents"].sum()
