"""When an invoice is open, settled, written off or disputed, and what counts as a payment experience."""

from datetime import date

import pytest

from riskengine.features.engines import Engine, engine_session
from riskengine.features.invoice_facts import invoice_facts
from riskengine.features.known import known_by
from support.feature_rows import tables
from support.sales import AS_OF, Book, day


def facts(book: Book, as_of: date = AS_OF, **others: list[dict]) -> dict[str, dict]:
    given = tables(invoices=book.invoices, payments=book.payments, **others)
    with engine_session(Engine.POLARS) as session:
        frame = session.collect(invoice_facts(known_by(given, as_of, session)))
    return {row["invoice_id"]: row for row in frame.iter_rows(named=True)}


def fact(book: Book, **others: list[dict]) -> dict:
    (only,) = facts(book, **others).values()
    return only


def test_an_unpaid_invoice_past_due_counts_with_the_days_to_date():
    book = Book()
    book.sell(100, 250)
    found = fact(book)
    assert (found["open_cents"], found["due_age"], found["late_days"]) == (25000, 70, 70)
    assert found["is_overdue"]
    assert found["is_experience"]
    assert found["experience_age"] == 0


def test_an_invoice_due_today_is_neither_overdue_nor_an_experience():
    book = Book()
    book.sell(30)
    assert not fact(book)["is_overdue"]
    assert not fact(book)["is_experience"]


@pytest.mark.parametrize("late", [-10, 0, 12])
def test_paid_in_full(late: int):
    book = Book()
    book.sell(90, late=late)
    found = fact(book)
    assert (found["open_cents"], found["late_days"], found["settled_age"]) == (0, late, 60 - late)
    assert found["is_paid"]
    assert found["is_experience"]


def test_the_last_part_settles():
    book = Book()
    name = book.sell(90)
    book.pay(name, 55, 40)
    book.pay(name, 20, 60)
    found = fact(book)
    assert (found["late_days"], found["cash_count"]) == (40, 2)
    assert (found["open_cents_30"], found["open_cents_90"]) == (6000, 10000)


def test_a_credit_note_after_full_payment_does_not_make_the_payment_later():
    book = Book()
    name = book.sell(90, late=0)
    book.pay(name, 5, 10, "credit_note")
    assert fact(book)["late_days"] == 0


def test_credit_note_and_cash_settle_together():
    book = Book()
    name = book.sell(90)
    book.pay(name, 50, 70)
    book.pay(name, 40, 30, "credit_note")
    assert fact(book)["late_days"] == 20


def test_credit_notes_alone_settle_but_say_nothing_about_paying():
    book = Book()
    name = book.sell(90)
    book.pay(name, 10, 100, "credit_note")
    found = fact(book)
    assert found["is_settled"]
    assert not found["is_experience"]


def test_a_write_off_is_never_payment():
    book = Book()
    name = book.sell(90)
    book.pay(name, 10, 100, "write_off")
    found = fact(book)
    assert found["is_written_off"]
    assert not found["is_paid"]
    assert (found["open_cents"], found["late_days"], found["experience_age"]) == (0, 60, 10)


def test_a_write_off_before_the_due_day_still_counts_as_late():
    book = Book()
    name = book.sell(10)
    book.pay(name, 1, 100, "write_off")
    assert fact(book)["late_days"] == 1


def test_a_small_difference_let_go_leaves_an_invoice_paid_on_its_cash_day():
    book = Book()
    name = book.sell(90)
    book.pay(name, 55, 95)
    book.pay(name, 5, 5, "write_off")
    found = fact(book)
    assert found["is_paid"]
    assert found["late_days"] == 5


def test_an_overpaid_invoice_is_not_negative():
    book = Book()
    name = book.sell(90)
    book.pay(name, 50, 130)
    assert fact(book)["open_cents"] == 0


def test_a_payment_known_later_has_not_happened():
    book = Book()
    name = book.sell(90)
    book.pay(name, 50, 100, known_at=day(-3))
    assert fact(book)["open_cents"] == 10000


@pytest.mark.parametrize(
    ("raised", "closed", "disputed"),
    [(None, None, True), (10, None, True), (10, 3, False), (10, -5, True), (-5, None, False)],
)
def test_dispute_as_it_stands_on_the_day(raised: int | None, closed: int | None, *, disputed: bool):
    book = Book()
    dates = {"disputed_on": raised, "dispute_closed_on": closed}
    book.sell(90, disputed=True, **{k: day(v) for k, v in dates.items() if v is not None})
    found = fact(book)
    assert found["is_disputed"] is disputed
    assert found["is_overdue"] is not disputed
    assert found["is_experience"] is not disputed


def test_another_currency_is_settled_in_its_own_cents():
    """Three parts of a third each round differently from the whole; nothing may stay open."""
    fx = [{"currency": "EUR", "quoted_on": day(100), "rate": 7.7777}]
    book = Book()
    name = book.sell(90, 100, currency="EUR")
    for amount in (33.33, 33.33, 33.34):
        book.pay(name, 50, amount, currency="EUR")
    found = fact(book, fx=fx)
    assert (found["amount_cents"], found["open_cents"]) == (77777, 0)
    assert found["is_settled"]


def test_a_payment_in_another_currency_than_its_invoice():
    fx = [{"currency": "EUR", "quoted_on": day(100), "rate": 8.0}]
    book = Book()
    name = book.sell(90, 100, currency="EUR")
    book.pay(name, 50, 400, currency="CNY")
    assert fact(book, fx=fx)["open_cents"] == 40000
    book.pay(name, 50, 400, currency="CNY")
    assert fact(book, fx=fx)["is_settled"]
