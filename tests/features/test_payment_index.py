"""The payment index against the table of the domain."""

import narwhals as nw
import polars as pl
import pytest

from riskengine.features.payment_index import score_thousandths
from riskengine.terms.errors import InputError
from support.sales import Book

TABLE = [(-30, 100), (-20, 90), (0, 80), (15, 70), (22, 60), (30, 50), (60, 40), (90, 30), (120, 20)]


def score(late: int) -> int:
    frame = nw.from_native(pl.DataFrame({"late": [late]}))
    return frame.select(score_thousandths(nw.col("late")).alias("score"))["score"].item()


@pytest.mark.parametrize(("late", "points"), TABLE)
def test_points_of_the_table(late: int, points: int):
    assert score(late) == points * 1000


@pytest.mark.parametrize(
    ("late", "thousandths"),
    [(-90, 100_000), (-25, 95_000), (-10, 85_000), (6, 76_000), (1, 79_333), (26, 55_000), (45, 45_000), (150, 10_000)],
)
def test_between_and_beyond_the_points(late: int, thousandths: int):
    assert score(late) == thousandths


@pytest.mark.parametrize("late", [180, 181, 3650])
def test_half_a_year_late_earns_nothing(late: int):
    assert score(late) == 0


def test_never_rises_with_lateness():
    scores = [score(late) for late in range(-40, 200)]
    assert scores == sorted(scores, reverse=True)


def test_weighted_by_amount():
    book = Book()
    book.sell(200, 600, late=0)  # 80
    book.sell(200, 300, late=30)  # 50
    book.sell(200, 100, late=120)  # 20
    assert book.features()["pay_index_24m"] == 65.0


def test_needs_three_experiences():
    book = Book()
    book.sell(200, late=0)
    book.sell(200, late=0)
    assert book.features()["pay_index_24m"] is None
    book.sell(200, late=0)
    assert book.features()["pay_index_24m"] == 80.0


def test_open_overdue_counts_with_days_to_date_and_settled_leaves_after_24_months():
    book = Book()
    book.sell(120)  # 90 days past due: 30
    for late in (0, 0):
        book.sell(200, late=late)
    book.sell(900, late=100)  # settled 770 days ago
    assert book.features()["pay_index_24m"] == pytest.approx((30 + 80 + 80) / 3)


def test_large_amounts_do_not_overflow():
    book = Book()
    for _ in range(3):
        book.sell(200, 8e12, late=0)  # cents x thousandths of the three exceed 64 bits
    assert book.features()["pay_index_24m"] == pytest.approx(80.0, rel=1e-12)


def test_amounts_that_would_overflow_elsewhere_are_refused():
    book = Book()
    book.sell(200, 3e13, late=0)
    with pytest.raises(InputError, match=r"C1.*too large"):
        book.features()
