import pytest

from support.sales import Book, day


def test_no_history_is_missing_not_zero():
    found = Book().features()
    for window in ("90d", "365d", "all"):
        assert found[f"pay_habit_days_mean_{window}"] is None


def test_one_odd_invoice_hardly_moves_the_habit():
    book = Book()
    for ago in (100, 90, 80):
        book.sell(ago, late=2)
    book.sell(110, late=70)  # counts as 15
    book.sell(85, late=-25)  # counts as -5
    found = book.features()
    assert found["pay_habit_days_mean_90d"] == pytest.approx((2 + 2 + 2 + 15 - 5) / 5, rel=1e-12)
    assert found["pay_late_days_mean_90d"] == pytest.approx((2 + 2 + 2 + 70 - 25) / 5, rel=1e-12)


def test_every_window_has_its_own_habit():
    book = Book()
    book.sell(60, late=6)  # settled 24 days ago
    book.sell(300, late=0)  # settled 270 days ago
    book.sell(800, late=-3)  # settled 773 days ago
    found = book.features()
    assert found["pay_habit_days_mean_90d"] == 6.0
    assert found["pay_habit_days_mean_365d"] == 3.0
    assert found["pay_habit_days_mean_all"] == 1.0


def test_an_invoice_once_in_dispute_is_no_habit():
    book = Book()
    book.sell(100, late=40, disputed=True, disputed_on=day(80), dispute_closed_on=day(40))
    found = book.features()
    assert found["pay_late_days_mean_90d"] == 40.0
    assert found["pay_habit_days_mean_90d"] is None


def test_an_open_overdue_invoice_counts_today():
    book = Book()
    book.sell(60, late=0)
    book.sell(50)  # 20 days past due
    assert book.features()["pay_habit_days_mean_90d"] == 7.5
