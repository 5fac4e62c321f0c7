import pytest

from support.sales import Book, day


def test_a_customer_without_invoices_owes_nothing_and_has_no_ratios():
    found = Book().features()
    for name in ("pay_open_amount", "pay_overdue_amount", "pay_dpd_max", "pay_settled_count_all", "pay_overdue_count"):
        assert found[name] == 0.0, name
    for name in ("pay_overdue_ratio", "pay_disputed_ratio", "pay_dpd_wmean", "pay_part_paid_share_365d"):
        assert found[name] is None, name


def test_open_and_overdue_by_days_past_due():
    book = Book()
    book.sell(10, 100)  # not due
    book.sell(60, 200)  # 30 days past due
    book.sell(91, 300)  # 61
    book.sell(121, 400)  # 91
    found = book.features()
    assert found["pay_open_amount"] == 1000.0
    assert [found[f"pay_overdue{band}_amount"] for band in ("", "_30", "_60", "_90")] == [900.0, 700.0, 700.0, 400.0]
    assert found["pay_overdue_ratio"] == 0.9
    assert found["pay_overdue_90_ratio"] == 0.4
    assert found["pay_dpd_max"] == 91.0
    assert found["pay_dpd_wmean"] == pytest.approx((30 * 200 + 61 * 300 + 91 * 400) / 900)
    assert (found["pay_open_count"], found["pay_overdue_count"]) == (4.0, 3.0)


def test_disputed_is_open_but_not_overdue():
    book = Book()
    book.sell(100, 300, disputed=True)
    book.sell(100, 100)
    found = book.features()
    assert found["pay_open_amount"] == 400.0
    assert found["pay_overdue_amount"] == 100.0
    assert found["pay_disputed_amount"] == 300.0
    assert found["pay_disputed_ratio"] == 0.75
    assert found["pay_disputed_share_365d"] == 0.5
    assert found["pay_disputed_share_90d"] is None


def test_a_closed_dispute_remains_a_sign():
    book = Book()
    book.sell(100, disputed=True, disputed_on=day(80), dispute_closed_on=day(60))
    found = book.features()
    assert found["pay_disputed_amount"] == 0.0
    assert found["pay_overdue_amount"] == 100.0
    assert found["pay_disputed_share_365d"] == 1.0


def test_part_payments():
    book = Book()
    partly = book.sell(100, 100)
    book.pay(partly, 20, 60)
    book.sell(10, 60)
    twice = book.sell(100, 100)
    book.pay(twice, 60, 50)
    book.pay(twice, 50, 50)
    book.sell(100, late=0)
    found = book.features()
    assert found["pay_part_paid_ratio"] == 0.4
    assert found["pay_part_paid_share_365d"] == 0.5
    assert found["pay_settled_count_365d"] == 2.0


def test_movement_of_the_balance():
    """30 days ago 300 were open, 100 of them overdue; today the other 200 are open and overdue."""
    book = Book()
    book.sell(70, 100, late=20)  # due 40 days ago, paid 20 days ago
    book.sell(50, 200)  # due 20 days ago
    found = book.features()
    assert found["pay_overdue_ratio_change_30d"] == pytest.approx(1 - 100 / 300)
    assert found["pay_overdue_ratio_change_90d"] is None


def test_open_change_over_90_days():
    book = Book()
    book.sell(100, 400, late=0)
    book.sell(10, 100)
    assert book.features()["pay_open_change_90d"] == -0.75


def test_a_written_off_invoice_is_not_paid():
    book = Book()
    name = book.sell(200)
    book.pay(name, 10, 100, "write_off")
    found = book.features()
    assert found["pay_open_amount"] == 0.0
    assert found["pay_settled_count_all"] == 0.0
    assert found["pay_written_off_amount_365d"] == 100.0
    assert found["pay_bad_debt_ratio_all"] == 1.0


@pytest.mark.parametrize(
    ("raised", "closed", "before"),
    [(20, None, 0.75), (80, 40, 0.75), (80, 10, 0.0), (80, None, 0.0), (30, None, 0.0), (80, 30, 0.75)],
)
def test_the_share_overdue_of_30_days_ago_sets_aside_what_was_in_dispute_then(
    raised: int, closed: int | None, before: float
):
    book = Book()
    dates = {"disputed_on": day(raised)} | ({} if closed is None else {"dispute_closed_on": day(closed)})
    book.sell(150, 300, disputed=True, **dates)
    book.sell(40, 100)
    found = book.features()
    assert found["pay_overdue_ratio_change_30d"] == found["pay_overdue_ratio"] - before
