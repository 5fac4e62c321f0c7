"""Clocks in days left and in days since, with the day itself; negative when passed, missing without a clock."""

from datetime import date

import pytest

from riskengine.features import clock
from riskengine.terms.days import day_number
from support.feature_rows import assert_engines_agree, tables
from support.sales import AS_OF, Book, day

TODAY = day_number(AS_OF)


def insurance(ago: int, amount: float | None = 1000, *, until: int | None = None, **more: object) -> dict:
    """Told `ago` days ago, with an end `until` days ago (negative: to come)."""
    return {
        "kind": "insurance_changed",
        "changed_on": day(ago),
        "amount": amount,
        "until": None if until is None else day(until),
        **more,
    }


def found_with(*changes: dict, customers: list[dict] | None = None, book: Book | None = None) -> dict:
    return (book or Book()).features(changes=list(changes), customers=customers or [{}])


def test_without_clocks_all_are_missing():
    found = Book().features()
    assert all(found[f.name] is None for f in clock.FEATURES)


@pytest.mark.parametrize(("until", "left"), [(-20, 20.0), (0, 0.0), (1, -1.0), (40, -40.0)])
def test_cover_ends(until: int, left: float):
    found = found_with(insurance(100, until=until))
    assert found["clk_cover_days_left"] == left
    assert found["clk_cover_on"] == TODAY + left
    assert found["clk_guarantee_days_left"] is None


def test_the_newest_cover_counts():
    assert found_with(insurance(100, until=-5), insurance(10, until=-300))["clk_cover_days_left"] == 300.0
    assert found_with(insurance(100, until=-5), insurance(10))["clk_cover_days_left"] is None
    assert found_with(insurance(100, until=-5), insurance(10, 0, until=-300))["clk_cover_days_left"] is None


def test_master_data_known_later_say_it_all_again():
    told = insurance(100, until=-5)
    newer = [{"known_at": "2020-01-01"}, {"known_at": day(50), "insured_amount": 700}]
    assert found_with(told, customers=newer)["clk_cover_days_left"] is None
    older = [{"known_at": day(100), "insured_amount": 700}]
    assert found_with(told, customers=older)["clk_cover_days_left"] == 5.0


def test_guarantee_ends():
    told = {**insurance(30, until=-9), "kind": "guarantee_changed"}
    found = found_with(told, insurance(30, until=-60))
    assert found["clk_guarantee_days_left"] == 9.0
    assert found["clk_cover_days_left"] == 60.0


def test_insured_invoices_past_due():
    book = Book()
    book.sell(100)  # due 70 days ago
    book.sell(50)
    assert book.features()["clk_insured_due_days"] is None
    found = found_with(insurance(300), book=book)
    assert found["clk_insured_due_days"] == 70.0
    assert found["clk_insured_due_on"] == day_number(date.fromisoformat(day(70)))
    paid = Book()
    paid.sell(100, late=0)
    assert found_with(insurance(300), book=paid)["clk_insured_due_days"] is None


def promise(ago: int, until: int, invoice: str | None = None) -> dict:
    return {"kind": "promise_made", "changed_on": day(ago), "until": day(until), "invoice_id": invoice}


def test_the_earliest_promise_for_what_is_open():
    book = Book()
    first, second, third = book.sell(100), book.sell(90), book.sell(80, late=0)
    found = found_with(promise(20, -7, first), promise(20, 3, second), promise(60, 40, third), book=book)
    assert found["clk_promise_days_left"] == -3.0
    assert found["clk_promise_on"] == TODAY - 3


def test_a_new_promise_takes_the_place_of_the_old():
    book = Book()
    invoice = book.sell(100)
    assert found_with(promise(30, 20, invoice), promise(15, -10, invoice), book=book)["clk_promise_days_left"] == 10.0


def test_a_promise_of_the_whole_account_counts_while_anything_is_overdue():
    book = Book()
    book.sell(20)
    assert found_with(promise(10, -5), book=book)["clk_promise_days_left"] is None
    book.sell(100)
    assert found_with(promise(10, -5), book=book)["clk_promise_days_left"] == 5.0


def test_the_next_statement_is_awaited_from_the_end_of_its_period():
    def awaited(**statement: object) -> object:
        made = [{"period_end": "2023-03-31", "published_on": "2023-07-01", **statement}]
        return Book().features(financials=made)["clk_statement_awaited_days"]

    assert awaited() == 91.0  # its period ends a year later, 91 days before the as-of date
    assert awaited(months=6) == 274.0
    assert awaited(period_end="2023-12-31", published_on="2024-03-01") < 0


def test_engines_agree():
    book = Book()
    invoice = book.sell(100)
    made = tables(
        invoices=book.invoices,
        payments=[],
        changes=[
            insurance(100, until=-5),
            insurance(100, until=-5, change_id="b", amount=3),
            promise(20, 3, invoice),
            promise(9, -3),
        ],
        financials=[{"period_end": "2023-03-31", "published_on": "2023-07-01"}],
    )
    assert_engines_agree(made, clock.FEATURES)
