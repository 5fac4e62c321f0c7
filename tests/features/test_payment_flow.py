import pytest

from riskengine.terms.errors import InputError
from support.sales import Book


def test_monthly_purchases_of_an_old_and_of_a_new_customer():
    old = Book()
    for month in range(24):
        old.sell(15 + 30 * month, 100)
    assert old.features()["pay_purchases_month_mean_365d"] == pytest.approx(1200 * 30 / 365)
    new = Book()
    new.sell(60, 100)
    new.sell(30, 100)
    assert new.features()["pay_purchases_month_mean_365d"] == 100.0
    newest = Book()
    newest.sell(0, 100)
    assert newest.features()["pay_purchases_month_mean_365d"] == 100.0


def test_sales_cash_and_counts():
    book = Book()
    book.sell(400, 50, late=0)
    book.sell(200, 70, late=0)
    book.sell(20, 90)
    found = book.features()
    assert (found["pay_sales_amount_365d"], found["pay_sales_amount_all"]) == (160.0, 210.0)
    assert (found["pay_paid_amount_365d"], found["pay_paid_amount_all"]) == (70.0, 120.0)
    assert (found["pay_invoice_count_90d"], found["pay_invoice_count_365d"]) == (1.0, 2.0)
    assert (found["pay_days_since_invoice"], found["pay_days_since_payment"]) == (20.0, 170.0)
    assert found["pay_history_days"] == 400.0
    assert (found["pay_invoice_amount_mean_365d"], found["pay_invoice_amount_max_365d"]) == (80.0, 90.0)


def test_falling_amounts_and_sales():
    book = Book()
    for ago, amount in ((400, 200), (200, 150), (120, 150), (60, 40), (30, 20)):
        book.sell(ago, amount)
    found = book.features()
    assert found["pay_invoice_amount_change_90d"] == pytest.approx(30 / 150 - 1)
    assert found["pay_sales_change_90d"] == pytest.approx(60 / 150 - 1)
    assert found["pay_sales_change_year_ago_90d"] == pytest.approx(60 / 200 - 1)


def test_a_season_is_not_a_fall():
    """Sells 100 in the last and 400 in the quarter before, every year."""
    book = Book()
    for year in (0, 365):
        book.sell(40 + year, 100)
        book.sell(130 + year, 400)
    found = book.features()
    assert found["pay_sales_change_90d"] == -0.75
    assert found["pay_sales_change_year_ago_90d"] == 0.0


def test_rhythm():
    book = Book()
    for ago in (100, 90, 80, 70, 60):
        book.sell(ago, 10)
    found = book.features()
    assert found["pay_purchase_gap"] == 6.0
    assert found["pay_sales_months_365d"] == 2.0  # 70 to 89 and 60 to 89 days ago, and 90 to 119
    even = Book()
    for month in range(12):
        even.sell(30 * month + 10, 100)
    assert even.features()["pay_sales_spread_365d"] == 0.0


def test_credit_notes_write_offs_and_unapplied_cash():
    book = Book()
    name = book.sell(100, 200)
    book.pay(name, 50, 30, "credit_note")
    book.pay(name, 40, 20, "write_off")
    book.pay(None, 30, 55)
    found = book.features()
    assert found["pay_credit_note_ratio_365d"] == 0.15
    assert found["pay_written_off_amount_365d"] == found["pay_written_off_amount_all"] == 20.0
    assert found["pay_bad_debt_ratio_all"] == 0.1
    assert found["pay_unapplied_amount"] == 55.0
    assert found["pay_open_amount"] == 150.0


def test_cash_change():
    book = Book()
    book.pay(None, 120, 200)
    book.pay(None, 20, 50)
    assert book.features()["pay_paid_change_90d"] == -0.75


def test_money_is_exact_to_the_cent_on_every_value():
    """0.07 + 63.80 = 63.87, not 63.870000000000005."""
    book = Book()
    book.sell(10, 0.07)
    book.sell(10, 63.80)
    assert book.features()["pay_open_amount"] == 63.87


@pytest.mark.parametrize("amount", [2e13, 6e16])  # the second sum runs over 64 bits and comes out negative
def test_sales_too_large_to_sum_exactly_are_refused(amount: float):
    book = Book()
    for _ in range(2):
        book.sell(10, amount)
    with pytest.raises(InputError, match="too large to sum exactly"):
        book.features()


def test_what_is_paid_beyond_an_invoice_is_not_lost():
    book = Book()
    book.pay(book.sell(100, 100), 50, 150)
    book.pay(book.sell(90, 100), 40, 30)
    found = book.features()
    assert found["pay_open_amount"] == 70.0
    assert found["pay_unapplied_amount"] == 50.0
    assert found["cus_exposure"] == 20.0
