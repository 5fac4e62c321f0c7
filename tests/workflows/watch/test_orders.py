"""The orders of a batch: each by what came before it, and only those that must wait are told."""

from dataclasses import replace
from datetime import date

from riskengine.decision.order_standing import OrderStanding
from riskengine.tables.events.event import Event
from riskengine.tables.events.forms import FORMS, EventKind
from riskengine.terms.days import day_number
from riskengine.terms.decision import Stage
from riskengine.workflows.watch.orders import Orders
from support.decisions import shipped_policy

TODAY = date(2025, 7, 10)
POLICY = shipped_policy()
SOUND = OrderStanding(
    "C1", date(2025, 7, 9), "CNY", limit_cents=100_000_00, exposure_cents=0, terms_days=30, severity=0
)


def event(number, event_kind, cents, **more):
    row = dict.fromkeys(FORMS[event_kind].contract.column_names)
    day = day_number(TODAY)
    known = {"customer_id": "C1", "currency": "CNY", "known_at": day, "amount_cents": cents, **more}
    row.update({name: value for name, value in known.items() if name in row})
    return Event(f"E{number}", event_kind, tuple(row.values()))


def order(number, cents, **more):
    return event(number, EventKind.ORDER, cents, order_id=f"O{number}", ordered_on=day_number(TODAY), **more)


def payment(number, cents):
    return event(number, EventKind.PAYMENT, cents, payment_id=f"P{number}", paid_on=day_number(TODAY), kind="cash")


def held(orders, *events, policy=POLICY):
    return [(one.order_id, one.answer) for one in orders.held(events, policy, {}, TODAY)]


def test_each_order_is_answered_in_its_place():
    """Two fit, the third does not until money has come."""
    orders = Orders([SOUND])
    batch = (order(1, 60_000_00), order(2, 40_000_00), order(3, 30_000_00), payment(4, 70_000_00), order(5, 30_000_00))
    assert held(orders, *batch) == [("O3", "no")]


def test_one_batch_after_the_other_says_the_same():
    orders = Orders([SOUND])
    batch = (order(1, 60_000_00), order(2, 40_000_00), order(3, 30_000_00), payment(4, 70_000_00), order(5, 30_000_00))
    assert [one for single in batch for one in held(orders, single)] == [("O3", "no")]


def test_a_newer_rating_takes_the_place_of_the_older():
    orders = Orders([SOUND])
    orders.stand([replace(SOUND, freeze_flag=1, severity=3)])
    (told,) = orders.held([order(1, 1_00)], POLICY, {}, TODAY)
    assert (told.answer, told.available_cents, told.event_id) == ("no", 100_000_00, "E1")
    assert [rule for rule, _, _ in told.reasons] == ["ORD-FRZ-002", "ORD-EWS-001"]
    assert all(en and zh for _, en, zh in told.reasons)


def test_what_nobody_can_judge_waits_for_a_person():
    orders = Orders([SOUND])
    strange = order(1, 1_00, customer_id="C2")
    foreign = order(2, 1_00, currency="USD")
    worthless = order(3, 0)
    assert held(orders, strange, foreign, worthless) == [("O1", "refer"), ("O2", "refer"), ("O3", "refer")]
    assert held(orders, payment(4, 1_00)) == []


def test_a_policy_without_rules_about_orders_holds_none():
    silent = replace(POLICY, rules={**POLICY.rules, Stage.ORDERS: ()})
    assert held(Orders([SOUND]), order(1, 10**12), policy=silent) == []
