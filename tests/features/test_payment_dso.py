import pytest

from support.sales import Book


def book_of_the_vector() -> Book:
    """Sales of 100k, 80k and 70k in three months of 30 days, 212k of them open."""
    book = Book()
    book.sell(5, 100_000)
    book.sell(35, 80_000)
    name = book.sell(65, 70_000)
    book.pay(name, 1, 38_000)
    return book


def test_count_back_dso_vector():
    assert book_of_the_vector().features()["pay_dso_countback"] == pytest.approx(30 + 30 + 30 * 32 / 70)  # 73.71
    assert round(book_of_the_vector().features()["pay_dso_countback"], 2) == 73.71


def test_dso_best_possible_and_their_difference():
    found = book_of_the_vector().features()
    overdue = 80_000 + 32_000  # due 5 and 35 days ago
    assert found["pay_dso_90d"] == pytest.approx(212 / 250 * 90)
    assert found["pay_best_dso_90d"] == pytest.approx((212_000 - overdue) / 250_000 * 90)
    assert found["pay_delinquent_days_90d"] == pytest.approx(found["pay_dso_90d"] - found["pay_best_dso_90d"])
    assert found["pay_dso_over_terms"] == pytest.approx(found["pay_dso_countback"] - 30)
    assert found["pay_terms_days_wmean_365d"] == 30.0


def test_count_back_over_a_month_without_sales_and_at_its_end():
    book = Book()
    book.sell(5, 100)
    book.sell(70, 100)
    assert book.features()["pay_dso_countback"] == 90.0  # the empty month lies between
    book.sell(800, 50)
    assert book.features()["pay_dso_countback"] == 360.0


def test_count_back_without_anything_is_missing_and_with_nothing_open_zero():
    assert Book().features()["pay_dso_countback"] is None
    book = Book()
    book.sell(50, late=0)
    assert book.features()["pay_dso_countback"] == 0.0


def test_collection_effectiveness():
    """Open 90 days ago 400, sold 600 since, open now 300 of which 100 overdue."""
    book = Book()
    book.sell(110, 400, late=0)
    book.sell(80, 300, late=0)
    book.sell(50, 100)
    book.sell(10, 200)
    assert book.features()["pay_collection_effectiveness_90d"] == pytest.approx(100 * 700 / 800)


def test_collection_effectiveness_without_anything_to_collect_is_missing():
    book = Book()
    book.sell(10, 200)
    assert book.features()["pay_collection_effectiveness_90d"] is None


def test_turnover():
    book = Book()
    book.sell(370, 200, late=0)  # open a year ago
    book.sell(100, 700, late=0)
    book.sell(10, 100)
    assert book.features()["pay_turnover_365d"] == pytest.approx(800 / 150)


def test_on_time_collection_by_amount():
    book = Book()
    book.sell(60, 500, late=0)
    book.sell(60, 300, late=5)
    book.sell(60, 200)
    book.sell(60, 900, disputed=True)
    assert book.features()["pay_on_time_rate_90d"] == 0.5


def test_what_credit_notes_alone_have_settled_was_not_there_to_collect():
    book = Book()
    book.sell(60, 500, late=0)
    book.pay(book.sell(60, 300), 40, 300, kind="credit_note")
    assert book.features()["pay_on_time_rate_90d"] == 1.0
    book.pay(book.sell(60, 500), 5, 500, kind="write_off")
    assert book.features()["pay_on_time_rate_90d"] == 0.5
