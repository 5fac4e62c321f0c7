"""The customer against its own past: known vectors, and the properties of a swing."""

import math

import pytest

from riskengine.features import payment_own
from riskengine.features.catalogue import CATALOGUE
from support.sales import Book, day

DEVIATIONS = [f.name for f in payment_own.DEVIATIONS]


def steady(late: int = 2, recent: int | None = None) -> Book:
    """Twelve invoices of the year before, one a month, and three of the last 90 days."""
    book = Book()
    for month in range(12):
        book.sell(150 + 28 * month, late=late)
    for ago in (100, 80, 60):
        book.sell(ago, late=late if recent is None else recent)
    return book


def test_without_a_past_nothing_is_known():
    book = Book()
    for ago in (100, 80, 60, 50):
        book.sell(ago, late=5)
    found = book.features()
    assert {name: found[name] for name in DEVIATIONS} == dict.fromkeys(DEVIATIONS)
    assert found["pay_own_days_count_90d"] == 4.0


def test_who_pays_as_ever_does_not_deviate():
    found = steady().features()
    assert found["pay_own_late_deviation_90d"] == 0.0
    assert found["pay_own_amount_deviation_90d"] == 0.0
    assert found["pay_own_late_share_deviation_90d"] < 0.5  # always late, and so now


def test_lateness_in_own_swings():
    """Twelve invoices 2 days late, then three 14 days late. The spread of a row is drawn to 8 days by 4 rows."""
    found = steady(2, recent=14).features()
    swing = math.sqrt(4 * 64 / (12 + 3) * (1 / 3 + 1 / 12 + 1 / 4))
    assert found["pay_own_late_days_change_90d"] == 12.0
    assert found["pay_own_late_days_swing"] == pytest.approx(swing, rel=1e-12)
    assert found["pay_own_late_deviation_90d"] == pytest.approx(12 / swing, rel=1e-12)


def test_a_restless_past_makes_the_same_change_unremarkable():
    book = Book()
    for month in range(12):
        book.sell(150 + 28 * month, late=0 if month % 2 else 30)
    for ago in (100, 80, 60):
        book.sell(ago, late=27)
    restless = book.features()
    assert restless["pay_own_late_days_change_90d"] == 12.0
    assert restless["pay_own_late_deviation_90d"] < steady(2, recent=14).features()["pay_own_late_deviation_90d"] / 2


def test_share_late_against_own_share():
    found = steady(0, recent=3).features()
    usual = 1 / 14
    swing = math.sqrt(usual * (1 - usual) * (1 / 3 + 1 / 12 + 1 / 4))
    assert found["pay_late_share_0_90d"] == 1.0
    assert found["pay_own_late_share_past"] == 0.0
    assert found["pay_own_late_share_deviation_90d"] == pytest.approx((1 - usual) / swing, rel=1e-12)


def test_fewer_days_with_cash():
    book = Book()
    for month in range(12):
        book.sell(150 + 28 * month, late=0)
    found = book.features()  # nothing was paid in the last 90 days; the first cash came 428 days ago
    usual = 12 * 90 / (428 - 89)
    assert found["pay_own_days_count_90d"] == 0.0
    assert found["pay_own_days_usual"] == pytest.approx(usual, rel=1e-12)
    assert found["pay_own_days_deviation_90d"] == pytest.approx(usual / math.sqrt(1 + usual + usual**2 / 16), rel=1e-12)


def test_several_payments_of_a_day_are_one_day_with_cash():
    book = steady()
    again = steady()
    for number in range(5):
        again.pay(None, 30, 1 + number)
    assert again.features()["pay_own_days_count_90d"] == book.features()["pay_own_days_count_90d"] + 1


def test_paid_in_parts():
    book = steady(0)
    part = book.sell(75)
    for ago in (40, 30, 20):
        book.pay(part, ago, 100 / 3 + 0.01)
    found = book.features()
    assert found["pay_own_part_share_90d"] == 0.25
    assert found["pay_own_part_share_past"] == 0.0
    assert found["pay_own_part_deviation_90d"] > 0.5


def test_invoices_that_shrink():
    book = Book()
    for month in range(12):
        book.sell(150 + 28 * month, 1000, late=0)
    for ago in (80, 60, 40):
        book.sell(ago, 500, late=0)
    found = book.features()
    swing = math.sqrt(4 * 0.09 * 1000**2 / 14 * (1 / 3 + 1 / 11 + 1 / 4))  # the oldest is out
    assert found["pay_own_amount_change_90d"] == -0.5
    assert found["pay_own_amount_deviation_90d"] == pytest.approx(500 / swing, rel=1e-12)


def test_disputes():
    book = steady(0)
    book.sell(50, late=0, disputed=True, disputed_on=day(40), dispute_closed_on=day(10))
    found = book.features()
    assert found["pay_own_dispute_share_90d"] == pytest.approx(1 / 3)  # of the three issued in the last 90 days
    assert found["pay_own_dispute_share_past"] == 0.0
    assert found["pay_own_dispute_deviation_90d"] > 1.0


def test_one_invoice_beyond_measure_counts_as_ninety_days():
    book = steady(0)
    book.sell(400, late=320)
    assert book.features()["pay_own_late_days_change_90d"] == pytest.approx(90 / 4)


def test_they_are_for_rules_not_for_the_model():
    assert all(not CATALOGUE[f.name].for_model for f in payment_own.FEATURES)
