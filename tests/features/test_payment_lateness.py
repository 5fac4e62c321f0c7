import pytest

from support.sales import Book


def test_no_history_is_missing_not_zero():
    found = Book().features()
    for name in ("pay_late_days_mean_365d", "pay_late_days_max_all", "pay_late_days_std_all", "pay_index_24m"):
        assert found[name] is None


def test_mean_weighted_mean_and_worst():
    book = Book()
    book.sell(100, 100, late=10)
    book.sell(90, 300, late=-2)
    found = book.features()
    assert found["pay_late_days_mean_90d"] == 4.0
    assert found["pay_late_days_wmean_365d"] == 1.0
    assert found["pay_late_days_max_365d"] == 10.0
    assert found["pay_late_days_std_all"] == pytest.approx(72**0.5, rel=1e-12)


def test_windows_go_by_the_day_of_settlement():
    book = Book()
    book.sell(200, late=40)  # settled 130 days ago
    book.sell(150, late=31)  # settled 89 days ago
    book.sell(149, late=29)  # settled 90 days ago: just outside
    found = book.features()
    assert found["pay_late_days_mean_90d"] == 31.0
    assert found["pay_late_days_mean_180d"] == pytest.approx(100 / 3)
    assert found["pay_late_days_mean_30d"] is None


def test_an_old_open_invoice_counts_today_in_every_window():
    book = Book()
    book.sell(500)
    found = book.features()
    assert found["pay_late_days_mean_30d"] == found["pay_late_days_max_all"] == 470.0


def test_slope_in_days_per_month():
    """Each payment 3 days later than the one 30 days before it."""
    book = Book()
    for month in range(5):
        settled, late = 150 - 30 * month, 3 * month
        book.sell(settled + late + 30, late=late)
    found = book.features()
    assert found["pay_late_days_slope_365d"] == pytest.approx(3.0, rel=1e-12)
    assert found["pay_late_days_slope_180d"] == pytest.approx(3.0, rel=1e-12)


def test_slope_needs_three_experiences_on_different_days():
    book = Book()
    for _ in range(4):
        book.sell(60, late=5)
    assert book.features()["pay_late_days_slope_365d"] is None


def test_change_against_before_and_against_a_year_ago():
    book = Book()
    book.sell(60, late=20)  # settled 10 days ago
    book.sell(230, late=8)  # settled 192 days ago
    book.sell(440, late=12)  # settled 398 days ago
    found = book.features()
    assert found["pay_late_days_change_90d"] == 12.0
    assert found["pay_late_days_change_year_ago_90d"] == 8.0


def test_a_customer_who_always_pays_late_in_winter_is_not_worse_than_a_year_ago():
    book = Book()
    for year in (0, 365):
        book.sell(60 + year, late=15)
    assert book.features()["pay_late_days_change_year_ago_90d"] == 0.0
