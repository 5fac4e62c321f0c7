from support.sales import Book, day


def orders(*rows: tuple[int, float, int | None]) -> list[dict]:
    """(days ago, amount, closed days ago)."""
    return [
        {"ordered_on": day(ago), "amount": amount, "closed_on": None if closed is None else day(closed)}
        for ago, amount, closed in rows
    ]


def test_open_orders_are_those_not_closed_by_the_day():
    found = Book().features(orders=orders((50, 100, None), (40, 30, 1), (20, 7, -1)))
    assert found["ord_open_amount"] == 107.0
    assert found["ord_open_count"] == 2.0
    assert found["ord_days_since_last"] == 20.0


def test_changes():
    found = Book().features(orders=orders((400, 60, 350), (150, 200, 100), (120, 200, 100), (30, 60, 10), (10, 40, 5)))
    assert found["ord_amount_change_90d"] == -0.75
    assert found["ord_size_change_90d"] == -0.75
    assert found["ord_amount_change_year_ago_90d"] == 100 / 60 - 1
    assert (found["ord_amount_90d"], found["ord_amount_365d"]) == (100.0, 500.0)
    assert (found["ord_count_90d"], found["ord_count_365d"]) == (2.0, 4.0)


def test_open_orders_against_sales():
    book = Book()
    book.sell(30, 400)
    assert book.features(orders=orders((5, 100, None)))["ord_open_to_sales_90d"] == 0.25


def test_no_order_table_is_missing_and_no_orders_of_this_customer_is_zero():
    assert Book().features()["ord_open_amount"] is None
    others = [{"customer_id": "C2", "ordered_on": day(5), "amount": 1}]
    customers = [{"customer_id": "C1"}, {"customer_id": "C2"}]
    found = Book().features(orders=others, customers=customers)
    assert found["ord_open_amount"] == 0.0
    assert found["ord_days_since_last"] is None
