"""What is told later about an invoice, an order or a customer holds from the day it is known, and not before."""

from datetime import date

import pytest

from riskengine.features.build import build_features
from riskengine.features.engines import Engine
from support.feature_rows import features_of, tables

INVOICE = {"invoice_id": "I1", "issued_on": "2024-01-01", "due_on": "2024-01-31", "amount": 100}
CUSTOMER = {"customer_id": "C1", "known_at": "2023-01-01", "current_limit": 500, "insured_amount": 0}


def change(kind: str, on: str, known_at: str | None = None, **rest: object) -> dict[str, object]:
    return {"kind": kind, "changed_on": on, "known_at": known_at or on, **rest}


def disputed(as_of: str, *changes: dict[str, object], **invoice: object) -> bool:
    """Whether the one invoice, long due, is in dispute: then nothing is overdue."""
    given = tables(invoices=[{**INVOICE, **invoice}], changes=[{"invoice_id": "I1", **c} for c in changes])
    return features_of(given, as_of)["pay_overdue_amount"] == 0.0


def limit(as_of: str, *changes: dict[str, object], versions: tuple[dict[str, object], ...] = (CUSTOMER,)) -> object:
    return features_of(tables(customers=versions, changes=changes), as_of)["cus_current_limit"]


def test_a_dispute_counts_from_the_day_we_know_it():
    late = change("dispute_opened", "2024-03-01", "2024-03-10")
    assert not disputed("2024-03-09", late)
    assert disputed("2024-03-10", late)


def test_a_dispute_ends_when_it_is_closed_and_may_be_raised_again():
    told = [
        change("dispute_opened", "2024-03-01"),
        change("dispute_closed", "2024-04-01"),
        change("dispute_opened", "2024-05-01"),
    ]
    days = ("2024-02-28", "2024-03-31", "2024-04-01", "2024-04-30", "2024-05-01", "2024-12-01")
    assert [disputed(day, *told) for day in days] == [False, True, False, False, True, True]


def test_on_one_day_a_dispute_may_be_closed_and_a_new_one_raised():
    again = [change("dispute_opened", "2024-03-01"), change("dispute_closed", "2024-04-01")]
    assert disputed("2024-04-01", *again, change("dispute_opened", "2024-04-01"))
    assert not disputed("2024-03-01", change("dispute_opened", "2024-03-01"), change("dispute_closed", "2024-03-01"))


def test_what_the_ledger_says_of_a_dispute_is_told_with_the_rest():
    own = {"disputed": True, "disputed_on": "2024-03-01"}
    closed = change("dispute_closed", "2024-04-01")
    assert [disputed(day, closed, **own) for day in ("2024-03-31", "2024-04-01")] == [True, False]
    reopened = {**own, "dispute_closed_on": "2024-03-15"}
    again = change("dispute_opened", "2024-05-01")
    found = [disputed(day, again, **reopened) for day in ("2024-03-14", "2024-03-15", "2024-05-01")]
    assert found == [True, False, True]


def test_a_closing_without_a_dispute_is_nothing():
    assert not disputed("2024-06-30", change("dispute_closed", "2024-04-01"))


def test_an_order_is_open_until_we_know_that_it_is_closed():
    order = {"order_id": "O1", "ordered_on": "2024-01-01", "amount": 100}
    given = tables(orders=[order], changes=[change("order_closed", "2024-02-01", "2024-02-05", order_id="O1")])
    assert [features_of(given, day)["ord_open_amount"] for day in ("2024-02-04", "2024-02-05")] == [100.0, 0.0]


def test_a_limit_changes_on_its_day_and_a_newer_version_of_the_customer_says_it_all_again():
    raised = change("limit_changed", "2024-02-01", amount=800)
    later = {**CUSTOMER, "known_at": "2024-03-01", "current_limit": 600}
    days = ("2024-01-31", "2024-02-01", "2024-03-01")
    assert [limit(day, raised, versions=(CUSTOMER, later)) for day in days] == [500.0, 800.0, 600.0]


def test_a_limit_announced_ahead_holds_from_its_day_on_even_if_master_data_came_between():
    ahead = change("limit_changed", "2024-04-01", "2024-02-01", amount=800)
    later = {**CUSTOMER, "known_at": "2024-03-01"}
    assert [limit(d, ahead, versions=(CUSTOMER, later)) for d in ("2024-03-31", "2024-04-01")] == [500.0, 800.0]


def test_what_has_ended_leaves_what_was_there_before():
    lasting = change("limit_changed", "2024-02-01", amount=800)
    short = change("limit_changed", "2024-03-01", amount=2000, until="2024-03-31")
    assert [limit(d, lasting, short) for d in ("2024-02-28", "2024-03-31", "2024-04-01")] == [800.0, 2000.0, 800.0]


def test_no_limit_is_set_any_more():
    assert limit("2024-06-30", change("limit_changed", "2024-02-01")) is None


def test_terms_insurance_and_guarantee_change_beside_each_other_and_convert():
    given = tables(
        customers=[CUSTOMER],
        changes=[
            change("terms_changed", "2024-02-01", terms_days=15),
            change("insurance_changed", "2024-02-01", amount=10, currency="EUR"),
            change("guarantee_changed", "2024-02-01", amount=7),
        ],
        fx=[{"currency": "EUR", "quoted_on": "2024-01-01", "rate": 8.0}],
    )
    found = features_of(given)
    assert found["cus_current_terms_days"] == 15.0
    assert found["cus_insured_amount"] == 80.0
    assert found["cus_guarantee_amount"] == 7.0
    assert found["cus_current_limit"] == 500.0


@pytest.mark.parametrize("engine", Engine)
def test_every_engine_reads_changes(engine: Engine):
    given = tables(
        invoices=[INVOICE],
        changes=[{"invoice_id": "I1", **change("dispute_opened", "2024-03-01")}, change("limit_changed", "2024-02-01")],
    )
    built = build_features(given, date(2024, 6, 30), engine=engine)
    assert built["pay_overdue_amount"].to_list() == [0.0]
