from support.sales import Book, day


def test_nothing_due_is_missing_and_nothing_unpaid_is_zero():
    found = Book().features()
    assert found["pay_due_unpaid_share_30d"] is None
    assert found["pay_due_unpaid_count_90d"] == 0.0
    assert found["pay_dpd_over_usual"] == 0.0


def test_what_fell_due_and_is_not_paid():
    book = Book()
    book.sell(40, late=2)  # due 10 days ago, paid
    book.sell(50)  # due 20 days ago
    book.sell(100)  # due 70 days ago
    book.sell(20)  # due in 10 days
    book.sell(60, disputed=True, disputed_on=day(20))  # due 30 days ago, in dispute
    found = book.features()
    assert found["pay_due_unpaid_share_30d"] == 0.5
    assert found["pay_due_unpaid_share_90d"] == 2 / 3
    assert found["pay_due_unpaid_count_90d"] == 2.0


def test_an_invoice_due_today_is_not_due_yet():
    book = Book()
    book.sell(30)
    assert book.features()["pay_due_unpaid_share_30d"] is None


def test_past_due_is_held_against_the_usual_lateness():
    book = Book()
    for ago in (200, 160, 120):
        book.sell(ago, late=12)
    assert book.features()["pay_dpd_over_usual"] == 0.0
    book.sell(50)  # 20 days past due
    assert book.features()["pay_dpd_over_usual"] == 8.0


def test_past_due_without_a_payment_to_hold_it_against_is_missing():
    book = Book()
    book.sell(50)
    assert book.features()["pay_dpd_over_usual"] is None
