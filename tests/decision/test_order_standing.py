"""What a customer owes, event by event: to the cent what the features say of the same rows."""

from datetime import date

import pytest

from riskengine.decision.order_standing import OrderStanding, after, in_cents_of
from riskengine.features.build import build_features
from riskengine.tables.events.application import apply_events
from riskengine.tables.events.event import Event
from riskengine.tables.events.forms import FORMS, EventKind
from riskengine.tables.events.history import events_of
from riskengine.tables.events.unfolding import unfolded
from riskengine.terms.days import day_number
from riskengine.terms.errors import InputError
from support.event_worlds import NO_TABLES, consistent_ledger

DAY = day_number(date(2025, 6, 30))
NEW = OrderStanding("C1", date(2025, 5, 31), "CNY", limit_cents=1_000_00, exposure_cents=0)
_MOVES = {EventKind.INVOICE_POSTED, EventKind.PAYMENT, EventKind.ORDER, EventKind.ORDER_CLOSED}


def event(event_kind, **values):
    row = dict.fromkeys(FORMS[event_kind].contract.column_names)
    known = {"customer_id": "C1", "known_at": DAY, "currency": "CNY", **values}
    row.update({name: value for name, value in known.items() if name in row})
    return Event(f"E-{event_kind}", event_kind, tuple(row.values()))


def order(order_id, cents, **more):
    return event(EventKind.ORDER, order_id=order_id, ordered_on=DAY, amount_cents=cents, **more)


def closed(order_id):
    return event(EventKind.ORDER_CLOSED, change_id=order_id, kind="order_closed", order_id=order_id, changed_on=DAY)


def test_orders_invoices_and_payments_move_the_exposure():
    stands = after(NEW, order("O1", 500_00))
    assert (stands.exposure_cents, stands.open_orders) == (500_00, {"O1": 500_00})
    assert after(stands, order("O1", 700_00)) == stands, "an order of the same number is the same order"
    invoice = event(EventKind.INVOICE_POSTED, invoice_id="I1", issued_on=DAY, due_on=DAY + 30, amount_cents=480_00)
    stands = after(after(stands, invoice), closed("O1"))
    assert (stands.exposure_cents, stands.open_orders) == (480_00, {})
    unheard = after(stands, closed("O9"))
    assert unheard.exposure_cents == stands.exposure_cents, "of an order nobody knows, nobody knows the amount"
    assert after(unheard, order("O9", 70_00)).exposure_cents == stands.exposure_cents, "its word came too late"
    paid = event(EventKind.PAYMENT, payment_id="P1", invoice_id="I1", paid_on=DAY, amount_cents=600_00, kind="cash")
    stands = after(stands, paid)
    assert (stands.exposure_cents, stands.available_cents) == (-120_00, 1_120_00)
    assert NEW.exposure_cents == 0


def test_other_events_move_nothing():
    dispute = event(EventKind.DISPUTE_OPENED, change_id="D1", kind="dispute_opened", invoice_id="I1", changed_on=DAY)
    assert after(NEW, dispute) is NEW


def test_an_order_that_was_closed_before_it_was_known_is_not_open():
    assert after(NEW, order("O1", 500_00, closed_on=DAY)) is NEW


def test_amounts_change_currency_as_features_do():
    assert after(NEW, order("O1", 100_05, currency="USD"), {"USD": 7.1}).exposure_cents == 710_36
    assert in_cents_of("CNY", 1, "USD", {"USD": 0.5}) == 1  # half rounded up
    with pytest.raises(InputError, match="no rate of USD"):
        after(NEW, order("O1", 100_00, currency="USD"))


def test_another_customers_event_is_refused():
    with pytest.raises(InputError, match="about C2"):
        after(NEW, order("O1", 1_00, customer_id="C2"))


@pytest.mark.parametrize("seed", range(6))
def test_event_by_event_comes_to_what_the_features_say(seed):
    events = [one for one in events_of(unfolded(consistent_ledger(seed, invoices=60))) if _counts(one)]
    tables = apply_events(NO_TABLES, events).tables
    features = build_features(tables, date(2025, 6, 30))
    expected = {
        customer: round(amount * 100) for customer, amount in features["customer_id", "cus_exposure"].iter_rows()
    }
    stands = {
        name: OrderStanding(name, date(2020, 1, 1), "CNY", limit_cents=None, exposure_cents=0) for name in expected
    }
    fitting = {one.id for one in events} - {one.event.id for one in apply_events(NO_TABLES, events).set_aside}
    for one in sorted(events, key=lambda each: each.known_at):
        if one.id in fitting and one.kind in _MOVES:
            stands[one.customer_id] = after(stands[one.customer_id], one)
    assert {name: one.exposure_cents for name, one in stands.items()} == expected
    assert len({one.exposure_cents for one in stands.values()}) > 1


def _counts(one):
    """What is owed, in one currency, known and of a day by then; a write-off of more than is owed is nobody's money."""
    if one.kind in (EventKind.CUSTOMER_UPDATED, EventKind.RATE_QUOTED):
        return True
    row = one.row
    days = [row[name] for name in ("issued_on", "paid_on", "ordered_on", "changed_on") if row.get(name) is not None]
    is_past = one.known_at <= DAY and all(day <= DAY for day in days)
    return one.kind in _MOVES and is_past and row.get("currency") in (None, "CNY") and row.get("kind") != "write_off"
