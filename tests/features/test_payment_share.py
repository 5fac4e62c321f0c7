import pytest

from support.sales import Book


def test_shares_by_count_and_amount():
    book = Book()
    for amount, late in ((100, 0), (200, 30), (300, 31), (400, 95)):
        book.sell(160, amount, late=late)
    found = book.features()
    shares = {d: found[f"pay_late_share_{d}_365d"] for d in (0, 30, 60, 90)}
    amounts = {d: found[f"pay_late_amount_share_{d}_365d"] for d in (0, 30, 60, 90)}
    assert shares == {0: 0.75, 30: 0.5, 60: 0.25, 90: 0.25}
    assert amounts == pytest.approx({0: 0.9, 30: 0.7, 60: 0.4, 90: 0.4})
    assert found["pay_late_share_0_90d"] == pytest.approx(2 / 2)  # settled 99 and 100 days ago lie outside


def test_streaks_of_experiences():
    book = Book()
    for settled_ago, late in ((200, 5), (150, 0), (100, 3), (80, 9), (20, 1)):
        book.sell(settled_ago + late + 30, late=late)
    found = book.features()
    assert found["pay_late_streak_current"] == 3.0
    assert found["pay_on_time_streak_current"] == 0.0
    book.sell(40, late=0)  # settled 10 days ago
    found = book.features()
    assert found["pay_late_streak_current"] == 0.0
    assert found["pay_on_time_streak_current"] == 1.0


def test_who_was_never_on_time_is_late_in_a_row_from_the_first():
    book = Book()
    book.sell(200, late=5)
    book.sell(100, late=5)
    book.sell(50)
    assert book.features()["pay_late_streak_current"] == 3.0


def test_months_in_a_row():
    """Months by settlement, newest first: late, nothing, late, on time, late, late, late."""
    book = Book()
    for month, late in ((0, 4), (2, 4), (3, 0), (4, 4), (5, 4), (6, 4)):
        book.sell(30 * month + 5 + late + 30, late=late)
    found = book.features()
    assert found["pay_late_months_streak_current"] == 2.0
    assert found["pay_late_months_streak_max_365d"] == 3.0
    assert found["pay_late_months_count_365d"] == 5.0


def test_first_time_beyond_30_days():
    book = Book()
    for _ in range(3):
        book.sell(200, late=5)
    assert book.features()["pay_first_late_30_flag_90d"] == 0.0
    book.sell(100)  # 70 days past due; passed 30 days 40 days ago
    assert book.features()["pay_first_late_30_flag_90d"] == 1.0
    book.sell(300, late=40)  # had been there before
    assert book.features()["pay_first_late_30_flag_90d"] == 0.0


def test_an_invoice_open_for_long_is_not_a_first_delay():
    book = Book()
    for _ in range(3):
        book.sell(300, late=5)
    book.sell(400)  # passed 30 days beyond terms 340 days ago
    assert book.features()["pay_first_late_30_flag_90d"] == 0.0


@pytest.mark.parametrize(("past_due", "flag"), [(30, 0.0), (31, 1.0), (120, 1.0), (121, 0.0)])
def test_the_first_delay_is_news_from_the_31st_day_past_due_for_90_days(past_due: int, flag: float):
    book = Book()
    for _ in range(3):
        book.sell(300, late=5)
    book.sell(past_due + 30)
    assert book.features()["pay_first_late_30_flag_90d"] == flag


def test_first_delay_is_unknown_without_history():
    book = Book()
    book.sell(100)
    assert book.features()["pay_first_late_30_flag_90d"] is None


def test_early_share():
    book = Book()
    book.sell(100, late=-3)
    book.sell(100, late=0)
    assert book.features()["pay_early_share_365d"] == 0.5
