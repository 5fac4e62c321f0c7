import pytest

from support.sales import Book, day

FADED = (
    *(f"pay_habit_days_faded_{n}d" for n in (30, 120, 480)),
    *(f"pay_late_days_faded_{n}d" for n in (30, 120, 480)),
    *(f"pay_late_share_{late}_faded_{n}d" for late in (7, 15) for n in (60, 240)),
)


def test_no_history_is_missing_not_zero():
    found = Book().features()
    assert all(found[name] is None for name in FADED)


def test_one_payment_on_the_due_day_is_counted_besides():
    book = Book()
    book.sell(58, late=28)  # settled on the as-of date
    found = book.features()
    assert found["pay_late_days_faded_30d"] == 14.0
    assert found["pay_habit_days_faded_30d"] == 7.5  # held at 15
    assert found["pay_late_share_7_faded_60d"] == 0.5
    assert found["pay_exp_count_faded_120d"] == 1.0


def test_an_experience_weighs_half_after_a_half_life():
    book = Book()
    book.sell(180, late=30)  # settled 120 days ago
    found = book.features()
    assert found["pay_exp_count_faded_120d"] == 0.5
    assert found["pay_late_days_faded_120d"] == pytest.approx(0.5 * 30 / 1.5, rel=1e-12)
    assert found["pay_late_days_faded_30d"] == pytest.approx(30 / 16 / (1 + 1 / 16), rel=1e-12)


def test_lately_counts_more_with_a_short_half_life():
    book = Book()
    for ago in (400, 370, 340):
        book.sell(ago, late=0)
    book.sell(60, late=20)
    found = book.features()
    assert found["pay_late_days_faded_30d"] > found["pay_late_days_faded_120d"] > found["pay_late_days_faded_480d"] > 0


def test_thresholds_are_passed_not_reached():
    book = Book()
    book.sell(37, late=7)  # settled on the as-of date
    assert book.features()["pay_late_share_7_faded_60d"] == 0.0
    book.sell(38, late=8)
    assert book.features()["pay_late_share_7_faded_60d"] == pytest.approx(1 / 3, rel=1e-12)


def test_open_and_overdue_counts_today_and_a_dispute_does_not_count():
    book = Book()
    book.sell(50)  # 20 days past due
    book.sell(100, late=40, disputed=True, disputed_on=day(80), dispute_closed_on=day(40))
    found = book.features()
    assert found["pay_late_days_faded_120d"] == 10.0
    assert found["pay_late_share_15_faded_60d"] == 0.5
