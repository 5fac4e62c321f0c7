"""Which rows count as known, and amounts in other currencies."""

from datetime import date

import pytest

from riskengine.features.build import build_features
from riskengine.features.span import date_note, span_of
from riskengine.terms.errors import InputError
from support.feature_rows import features_by_customer, features_of, tables
from support.sales import AS_OF, Book, day


def test_only_customers_known_by_then_and_their_newest_version():
    given = tables(
        customers=[
            {"customer_id": "B", "country": "CN", "known_at": day(500)},
            {"customer_id": "B", "country": "DE", "known_at": day(10)},
            {"customer_id": "B", "country": "FR", "known_at": day(-1)},
            {"customer_id": "A", "known_at": day(0)},
            {"customer_id": "C", "known_at": day(-1)},
        ]
    )
    found = features_by_customer(given, AS_OF.isoformat())
    assert list(found) == ["A", "B"]
    assert found["B"]["cus_country"] == "DE"


def test_invoices_of_unknown_customers_do_not_add_rows():
    given = tables(invoices=[{"customer_id": "X", "issued_on": day(9), "due_on": day(1), "amount": 5}])
    assert list(features_by_customer(given, AS_OF.isoformat())) == ["C1"]


def test_before_the_first_customer():
    given = tables(customers=[{"customer_id": "C1", "known_at": "2024-01-15"}])
    with pytest.raises(InputError, match=r"no customer is known by 2023-12-31.*2024-01-15"):
        build_features(given, date(2023, 12, 31))


def test_two_newest_versions_are_refused():
    twice = [{"customer_id": "C1", "country": c, "known_at": day(9)} for c in ("CN", "DE")]
    with pytest.raises(InputError, match="C1 has several newest versions"):
        build_features(tables(customers=twice), AS_OF)


def test_no_customers_at_all():
    with pytest.raises(InputError, match="holds no customers"):
        build_features(tables(customers=[]), AS_OF)


def test_a_currency_without_a_rate_is_refused():
    book = Book()
    book.sell(50, currency="USD")
    with pytest.raises(InputError, match=r"invoices: amounts in USD but no rate .* known by .*add a positive"):
        book.features()


def test_a_rate_known_too_late_is_no_rate():
    book = Book()
    book.sell(50, currency="USD")
    with pytest.raises(InputError, match="USD"):
        book.features(fx=[{"currency": "USD", "quoted_on": day(60), "rate": 7.0, "known_at": day(-1)}])


@pytest.mark.parametrize("rate", [0.0, -1.0, float("nan"), float("inf")])
def test_a_rate_that_is_no_rate(rate: float):
    book = Book()
    book.sell(50, currency="USD")
    with pytest.raises(InputError, match="USD"):
        book.features(fx=[{"currency": "USD", "quoted_on": day(60), "rate": rate}])


def test_a_currency_nobody_knows_of_yet_needs_no_rate():
    book = Book()
    book.sell(50)
    book.sell(50, currency="USD", known_at=day(-1))
    assert book.features()["pay_open_amount"] == 100.0


def test_the_last_known_rate_converts_each_row_to_whole_cents():
    book = Book()
    for _ in range(3):
        book.sell(50, 0.05, currency="USD")  # 5 cents x 7.1 = 35.5, rounded up to 36 each
    rates = [(90, 6.0, 90), (20, 7.1, 20), (10, 9.0, -5), (-3, 9.0, 5)]
    fx = [{"currency": "USD", "quoted_on": day(q), "rate": r, "known_at": day(k)} for q, r, k in rates]
    assert book.features(fx=fx)["pay_open_amount"] == 1.08


def test_rows_about_days_to_come_do_not_count():
    book = Book()
    book.sell(-5, known_at=day(1))
    book.pay(None, -5, 50, known_at=day(1))
    found = book.features()
    assert (found["pay_open_amount"], found["pay_unapplied_amount"]) == (0.0, 0.0)


def test_span_and_notes():
    book = Book()
    book.sell(200)
    given = tables(customers=[{"customer_id": "C1", "known_at": day(400)}], invoices=book.invoices)
    span = span_of(given)
    assert (span.first.isoformat(), span.last.isoformat()) == (day(400), day(200))
    assert date_note(given, span.last) is None
    assert "200 days after" in str(date_note(given, AS_OF))
    assert "no invoice is known" in str(date_note(given, span.first))


def test_one_customer_one_invoice():
    book = Book()
    book.sell(10)
    found = features_of(tables(invoices=book.invoices), AS_OF.isoformat())
    assert found["pay_open_amount"] == 100.0
    assert found["pay_late_days_mean_all"] is None
