"""Patterns of events: the general expression says what a plain count in Python says."""

import random
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from riskengine.features.event_window import EventWindow, WindowStep, window_features
from riskengine.tables.events.forms import EventKind
from riskengine.tables.store import TableSet
from riskengine.terms.days import day_number, day_of
from riskengine.terms.text import Text
from support.feature_rows import tables

AS_OF = date(2024, 6, 30)
BROKEN = {"kind": "broken_promise"}


def window(*steps: WindowStep, counts_for_days: int = 30) -> EventWindow:
    return EventWindow("w", Text("w", "w"), counts_for_days, steps)


def answer(given_tables: TableSet, pattern: EventWindow, as_of: date = AS_OF) -> tuple[object, object]:
    """Whether it holds, and how many days ago it was complete, for customer C1."""
    found = window_features(given_tables, as_of, [pattern]).row(0, named=True)
    return found["evt_w_holds"], found["evt_w_days_ago"]


def promises(*days: str, **rest: object) -> list[dict[str, object]]:
    return [{**BROKEN, "occurred_on": day, **rest} for day in days]


THREE = WindowStep(EventKind.PROMISE_BROKEN, within_days=30, count=3)
ORDER = WindowStep(EventKind.ORDER, within_days=14, amount_from=1000)


@pytest.mark.parametrize(
    ("first", "expected"),
    [("2024-05-23", (1.0, 9.0)), ("2024-05-22", (0.0, None))],
)
def test_three_in_thirty_days_are_on_the_day_and_the_29_before(first: str, expected: tuple[object, object]):
    given_tables = tables(signals=promises(first, "2024-06-01", "2024-06-21"))
    assert answer(given_tables, window(THREE)) == expected


@pytest.mark.parametrize(
    ("day", "amount", "expected"),
    [
        ("2024-06-05", 1000, (1.0, 25.0)),
        ("2024-06-19", 1000, (1.0, 11.0)),  # the last of 14 days after
        ("2024-06-20", 1000, (0.0, None)),
        ("2024-06-04", 1000, (0.0, None)),  # before
        ("2024-06-10", 999.99, (0.0, None)),
    ],
)
def test_then_a_large_order_within_the_days_after(day: str, amount: float, expected: tuple[object, object]):
    order = {"ordered_on": day, "amount": amount}
    given_tables = tables(signals=promises("2024-06-01", "2024-06-03", "2024-06-05"), orders=[order])
    assert answer(given_tables, window(THREE, ORDER)) == expected


def test_it_holds_for_its_days_and_then_is_only_past():
    given_tables = tables(signals=promises("2024-06-01", "2024-06-01", "2024-06-01"))
    pattern = window(THREE, counts_for_days=29)
    assert answer(given_tables, pattern, date(2024, 6, 29)) == (1.0, 28.0)
    assert answer(given_tables, pattern, date(2024, 6, 30)) == (0.0, 29.0)


def test_a_pattern_completes_anew_while_events_go_on():
    days = ("2024-05-01", "2024-05-02", "2024-05-03", "2024-05-20")
    assert answer(tables(signals=promises(*days)), window(THREE, counts_for_days=60)) == (1.0, 41.0)


def test_amounts_add_up_and_are_in_the_reporting_currency():
    payments = [{"paid_on": "2024-06-01", "amount": 10, "currency": "EUR"}, {"paid_on": "2024-06-02", "amount": 20}]
    step = WindowStep(EventKind.PAYMENT, within_days=5, sum_from=100.0, kinds=("cash",))
    rate = {"currency": "EUR", "quoted_on": "2024-01-01"}
    for quoted, holds in ((8.0, 1.0), (7.99, 0.0)):
        assert answer(tables(payments=payments, fx=[{**rate, "rate": quoted}]), window(step))[0] == holds


def test_only_the_kinds_named_count():
    step = WindowStep(EventKind.SIGNAL, within_days=30, kinds=("lawsuit_defendant", "enforcement"))
    assert answer(tables(signals=promises("2024-06-01")), window(step)) == (0.0, None)
    assert answer(tables(signals=[{"kind": "enforcement", "occurred_on": "2024-06-01"}]), window(step))[0] == 1.0


def test_an_event_without_an_amount_is_not_large():
    step = WindowStep(EventKind.PROMISE_BROKEN, within_days=30, amount_from=0.01)
    assert answer(tables(signals=promises("2024-06-01")), window(step))[0] == 0.0
    assert answer(tables(signals=promises("2024-06-01", amount=1)), window(step))[0] == 1.0


def test_what_becomes_known_later_does_not_count_yet():
    late = promises("2024-06-01", "2024-06-01", "2024-06-01", known_at="2024-06-20")
    given_tables = tables(signals=[*late, *promises("2020-01-01")])
    assert answer(given_tables, window(THREE), date(2024, 6, 19))[0] == 0.0
    assert answer(given_tables, window(THREE), date(2024, 6, 20)) == (1.0, 19.0)


def test_without_a_source_nobody_knows():
    assert answer(tables(orders=[{"ordered_on": "2024-06-01", "amount": 5}]), window(THREE)) == (None, None)


def test_disputes_count_wherever_they_are_told():
    step = WindowStep(EventKind.DISPUTE_OPENED, within_days=10, count=2)
    invoice = {"invoice_id": "I1", "issued_on": "2024-05-01", "due_on": "2024-05-31", "amount": 5}
    own = {**invoice, "disputed": True, "disputed_on": "2024-06-01"}
    told = {"kind": "dispute_opened", "invoice_id": "I2", "changed_on": "2024-06-08"}
    given_tables = tables(invoices=[own, {**invoice, "invoice_id": "I2"}], changes=[told])
    assert answer(given_tables, window(step)) == (1.0, 22.0)


def test_a_signal_announced_for_a_day_to_come_has_not_happened():
    ahead = promises("2024-07-05", known_at="2024-06-01")
    assert answer(tables(signals=ahead), window(WindowStep(EventKind.PROMISE_BROKEN, within_days=30)))[0] == 0.0


Event = tuple[int, int]  # day, amount


def _oracle(events: dict[EventKind, list[Event]], pattern: EventWindow, as_of: int) -> int | None:
    """The last day on which all steps are complete, by trying every day."""
    days: list[int] | None = None
    for step in pattern.steps:
        counted = [e for e in events[step.event] if step.amount_from is None or e[1] >= step.amount_from]
        days = [d for d in range(as_of - 200, as_of + 1) if _is_complete(counted, step, d, days)]
    return days[-1] if days else None


def _is_complete(events: list[Event], step: WindowStep, day: int, before: list[int] | None) -> bool:
    if day not in {d for d, _ in events}:
        return False
    starts = [day - step.within_days + 1] if before is None else before
    for start in starts:
        if before is not None and not day - step.within_days <= start <= day:
            continue
        inside = [amount for d, amount in events if start <= d <= day]
        if len(inside) >= step.count and (step.sum_from is None or sum(inside) >= step.sum_from):
            return True
    return False


def _random_step(rng: random.Random, event: EventKind) -> WindowStep:
    return WindowStep(
        event,
        within_days=rng.randint(1, 30),
        count=rng.randint(1, 3),
        sum_from=rng.choice((None, None, float(rng.randint(1, 20)))),
        amount_from=rng.choice((None, None, float(rng.randint(1, 10)))),
    )


def _history(rng: random.Random) -> SimpleNamespace:
    """Events of one customer over 120 days, a fifth of them known too late, as rows and for the oracle."""
    today = day_number(AS_OF)
    known: dict[EventKind, list[Event]] = {EventKind.PROMISE_BROKEN: [], EventKind.ORDER: []}
    rows: dict[EventKind, list[dict[str, object]]] = {kind: [] for kind in known}
    for kind, list_ in rows.items():
        for _ in range(rng.randint(1, 12)):
            day, amount = today - rng.randint(-3, 120), rng.randint(1, 10)
            known_at = max(day, today - 20) + rng.choice((0, 0, 0, 0, 30)) if day <= today else day
            if known_at <= today and day <= today:
                known[kind].append((day, amount))
            on = "occurred_on" if kind is EventKind.PROMISE_BROKEN else "ordered_on"
            extra = BROKEN if kind is EventKind.PROMISE_BROKEN else {}
            list_.append({on: str(day_of(day)), "amount": amount, "known_at": str(day_of(known_at)), **extra})
    return SimpleNamespace(known=known, rows=rows)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10**9))
def test_any_pattern_over_any_history_is_what_plain_counting_says(seed: int):
    rng = random.Random(seed)
    history = _history(rng)
    kinds = [rng.choice((EventKind.PROMISE_BROKEN, EventKind.ORDER)) for _ in range(rng.randint(1, 3))]
    pattern = window(*(_random_step(rng, kind) for kind in kinds), counts_for_days=rng.randint(1, 90))
    # something known keeps the sources from being absent altogether
    old = str(AS_OF - timedelta(days=3000))
    signals = [*history.rows[EventKind.PROMISE_BROKEN], {"kind": "enforcement", "occurred_on": old}]
    orders = [*history.rows[EventKind.ORDER], {"ordered_on": old, "amount": 1, "customer_id": "C9"}]
    customers = [{"customer_id": name, "known_at": "2000-01-01"} for name in ("C1", "C9")]
    found = window_features(tables(customers=customers, signals=signals, orders=orders), AS_OF, [pattern])
    row = found.row(0, named=True)
    last = _oracle(history.known, pattern, day_number(AS_OF))
    ago = None if last is None else day_number(AS_OF) - last
    assert row["evt_w_days_ago"] == ago
    assert row["evt_w_holds"] == float(ago is not None and ago < pattern.counts_for_days)
