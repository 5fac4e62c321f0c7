"""Events applied to tables: a set union, whatever the order, the repetitions and the batches."""

import itertools
import json
import random
from datetime import date

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from riskengine.tables.events.application import Applied, apply_events
from riskengine.tables.events.event import Event
from riskengine.tables.events.reading import Bounds, read_events
from riskengine.tables.events.reason import EventReason
from riskengine.tables.reason import Reason
from riskengine.tables.store import TableSet
from riskengine.terms.days import day_number
from support.event_worlds import NO_TABLES, applied_in_parts, hostile_events, sorted_rows

SLOW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def events(*rows: dict[str, object], today: date = date(2024, 12, 31)) -> tuple[Event, ...]:
    """Events from fields, ids counted from 1."""
    lines = [json.dumps({"event_id": f"e{number}", **row}) for number, row in enumerate(rows, start=1)]
    batch = read_events(lines, Bounds(today))
    assert not batch.refusals, batch.refusals
    return batch.events


def customer(name: str = "C1") -> dict[str, object]:
    return {"event": "customer_updated", "customer_id": name, "known_at": "2024-01-01"}


def invoice(name: str = "I1", **changed: object) -> dict[str, object]:
    return {
        "event": "invoice_posted",
        "invoice_id": name,
        "customer_id": "C1",
        "issued_on": "2024-03-01",
        "due_on": "2024-03-31",
        "amount": 100,
        "currency": "CNY",
    } | changed


def payment(amount: float = 100, **changed: object) -> dict[str, object]:
    return {
        "event": "payment",
        "invoice_id": "I1",
        "customer_id": "C1",
        "paid_on": "2024-04-02",
        "amount": amount,
        "currency": "CNY",
    } | changed


def reasons(applied: Applied) -> list[str]:
    return [one.problem.why.value for one in applied.set_aside]


def same(one: TableSet, other: TableSet) -> None:
    left, right = sorted_rows(one), sorted_rows(other)
    for name in left:
        assert_frame_equal(left[name], right[name], check_exact=True)


@SLOW
@given(seed=st.integers(0, 10**6), data=st.data())
def test_order_repetition_and_batches_cannot_show(seed: int, data: st.DataObject):
    given_events = hostile_events(seed)
    at_once = apply_events(NO_TABLES, given_events)
    shuffled = data.draw(st.permutations(given_events + random.Random(seed).sample(given_events, 10)))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(shuffled)), max_size=4)))
    bounds = [0, *cuts, len(shuffled)]
    parts = [shuffled[start:end] for start, end in itertools.pairwise(bounds)]
    in_parts = applied_in_parts(NO_TABLES, parts)
    same(in_parts.tables, at_once.tables)
    again = apply_events(at_once.tables, given_events)
    same(again.tables, at_once.tables)
    assert not again.added
    assert not again.removed


def test_a_payment_that_comes_before_its_invoice_waits_for_it():
    early = apply_events(NO_TABLES, events(customer(), payment()))
    assert reasons(early) == [Reason.UNKNOWN_INVOICE]
    assert "payments" not in early.added
    late = apply_events(early.tables, [*(one.event for one in early.set_aside), *events(customer(), invoice())])
    assert late.set_aside == ()
    assert late.added["payments"].height == 1


def test_whoever_is_unknown_is_set_aside_with_all_that_hangs_on_him():
    applied = apply_events(NO_TABLES, events(invoice(), payment()))
    assert reasons(applied) == [Reason.UNKNOWN_CUSTOMER, Reason.UNKNOWN_CUSTOMER]
    assert not applied.added


def test_what_contradicts_its_invoice_is_set_aside():
    other = customer("C2")
    applied = apply_events(
        NO_TABLES,
        events(
            customer(),
            other,
            invoice(),
            payment(customer_id="C2"),
            payment(currency="EUR"),
            payment(paid_on="2024-02-01"),
            {"event": "dispute_opened", "invoice_id": "I1", "customer_id": "C2", "changed_on": "2024-04-01"},
            {"event": "order_closed", "order_id": "O9", "customer_id": "C1", "changed_on": "2024-04-01"},
        ),
    )
    assert reasons(applied) == [
        Reason.PAYER_DIFFERS,
        Reason.CURRENCY_DIFFERS,
        Reason.PAID_BEFORE_ISSUED,
        Reason.OWNER_DIFFERS,
        Reason.UNKNOWN_ORDER,
    ]


def test_of_two_contents_the_one_known_first_holds_whichever_came_first():
    first, other = events(customer(), invoice(), invoice(amount=90, known_at="2024-03-05"))[1:]
    for order in ((first, other), (other, first)):
        done = applied_in_parts(NO_TABLES, [events(customer()), *([one] for one in order)])
        assert done.tables["invoices"].collect()["amount_cents"].to_list() == [10000]
        assert [one.event.values for one in done.set_aside] == [other.values]
        assert reasons(done) == [EventReason.CONTRADICTS_LEDGER]


def test_the_same_fact_told_twice_is_one_fact_known_from_the_first_time_on():
    done = apply_events(NO_TABLES, events(customer(), invoice(known_at="2024-03-09"), invoice(known_at="2024-03-05")))
    assert done.tables["invoices"].collect()["known_at"].to_list() == [day_number(date(2024, 3, 5))]
    assert done.set_aside == ()


def test_payments_are_looked_at_again_when_their_invoice_gives_way():
    """The invoice turns out to have been another customer's all along."""
    base = applied_in_parts(NO_TABLES, [events(customer(), customer("C2"), invoice(known_at="2024-03-05"), payment())])
    assert base.set_aside == ()
    done = apply_events(base.tables, events(invoice(customer_id="C2", known_at="2024-03-02")))
    assert done.tables["payments"].collect().is_empty()
    assert done.removed["payments"].height == 1
    assert sorted(reasons(done)) == [EventReason.CONTRADICTS_LEDGER, Reason.PAYER_DIFFERS]


def test_more_money_than_the_invoice_is_worth_is_kept_and_noted():
    done = apply_events(NO_TABLES, events(customer(), invoice(), payment(80), payment(30)))
    assert done.set_aside == ()
    assert [one.problem.why for one in done.noted] == [EventReason.OVERPAID] * 2
    assert done.tables["payments"].select(pl.len()).collect().item() == 2


def statement(end: str, assets: float) -> dict[str, object]:
    published = {"period_end": end, "published_on": f"{end[:4]}-12-31", "months": 12, "currency": "CNY"}
    return {"event": "statement_published", "customer_id": "C1", "total_assets": assets, **published}


def test_a_statement_in_another_unit_is_kept_and_noted():
    done = apply_events(NO_TABLES, events(customer(), statement("2024-06-30", 5_000_000)))
    assert done.noted == ()
    mixed = apply_events(done.tables, events(statement("2024-09-30", 5_100)))
    assert [one.problem.why for one in mixed.noted] == [Reason.SUSPECTED_UNIT_MIX]
    assert mixed.noted[0].event.row["total_assets_cents"] == 510_000
    assert mixed.set_aside == ()


def test_the_first_day_that_changes_is_told_by_customer():
    done = apply_events(NO_TABLES, events(customer(), customer("C2")))
    later = apply_events(done.tables, events(invoice(), payment()))
    assert later.first_days() == {"C1": day_number(date(2024, 3, 1))}


def test_nothing_given_changes_nothing():
    done = apply_events(NO_TABLES, ())
    assert not done.added
    assert done.set_aside == ()
