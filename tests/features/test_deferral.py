from support.sales import Book, day


def promise(ago: int, until_ago: int = 0, invoice: str | None = None) -> dict:
    return {"kind": "promise_made", "changed_on": day(ago), "until": day(until_ago), "invoice_id": invoice}


def test_promises_are_counted_by_the_day_they_were_made():
    found = Book().features(changes=[promise(10), promise(89), promise(90), promise(179), promise(180)])
    assert found["pay_promise_count_90d"] == 2.0
    assert found["pay_promise_count_180d"] == 4.0


def test_without_changes_promises_are_unknown_not_none():
    assert Book().features()["pay_promise_count_90d"] is None
    other = [{"kind": "limit_changed", "changed_on": day(5), "amount": 1}]
    assert Book().features(changes=other)["pay_promise_count_90d"] == 0.0


def test_invoices_paid_in_parts():
    book = Book()
    for ago, last in ((300, 200), (200, 100), (120, 40)):
        invoice = book.sell(ago)
        book.pay(invoice, last + 20, 40)
        book.pay(invoice, last, 60)
    begun = book.sell(90)
    book.pay(begun, 30, 10)
    book.sell(100, late=0)
    found = book.features()
    assert found["pay_in_parts_count_90d"] == 2.0  # settled 40 days ago, and the one still open
    assert found["pay_in_parts_count_180d"] == 3.0


def test_terms_that_become_longer():
    book = Book()
    for ago in (300, 250, 200):
        book.sell(ago, terms=30, late=0)
    for ago in (80, 40):
        book.sell(ago, terms=45)
    assert book.features()["pay_terms_change_90d"] == 15.0
    assert Book().features()["pay_terms_change_90d"] is None
