"""The other way: tables as the events that would have brought them."""

from collections.abc import Iterator, Mapping

import polars as pl

from riskengine.tables.contracts import CONTRACTS, TableContract
from riskengine.tables.events.event import Event
from riskengine.tables.events.forms import EventKind
from riskengine.tables.store import TableSet
from riskengine.terms.codes import SignalKind

# Whoever an event is about comes before it, and so does what it is applied to.
_WHOLE_ROWS: Mapping[str, EventKind] = {
    "customers": EventKind.CUSTOMER_UPDATED,
    "invoices": EventKind.INVOICE_POSTED,
    "orders": EventKind.ORDER,
    "payments": EventKind.PAYMENT,
    "financials": EventKind.STATEMENT_PUBLISHED,
    "industry": EventKind.INDUSTRY_OBSERVED,
    "fx": EventKind.RATE_QUOTED,
    "links": EventKind.LINK_CHANGED,
}
_TABLES = ("fx", "industry", *(t for t in _WHOLE_ROWS if t not in ("fx", "industry")), "signals", "changes")
_SIGNALS = {
    SignalKind.BROKEN_PROMISE.value: EventKind.PROMISE_BROKEN,
    SignalKind.BOUNCED_PAYMENT.value: EventKind.PAYMENT_BOUNCED,
}


def events_of(tables: TableSet) -> Iterator[Event]:
    """Every row as an event, by the day it was known; on one day rates and customers first, payments after invoices.

    `apply_events` makes the same rows of them. Ids of events are the table and the row's identity, so that the same
    tables give the same events.
    """
    held = {name: tables[name].collect() for name in _TABLES}
    days = pl.concat([frame.select("known_at") for frame in held.values()]).unique().sort("known_at")["known_at"]
    rows = {name: _by_day(CONTRACTS[name], frame) for name, frame in held.items()}
    for day in days:
        for name in _TABLES:
            if day in rows[name]:
                yield from events_of_rows(name, rows[name][day])


def events_of_rows(table: str, rows: pl.DataFrame) -> Iterator[Event]:
    """The rows of one table as events, in their order."""
    contract = CONTRACTS[table]
    keys = [contract.column_names.index(name) for name in contract.key]
    kind_at = contract.column_names.index("kind") if table in ("signals", "changes") else None
    for values in rows.select(contract.column_names).iter_rows():
        identity = "/".join(str(values[place]) for place in keys)
        kind = _WHOLE_ROWS[table] if kind_at is None else _kind(table, str(values[kind_at]))
        yield Event(f"{table}/{identity}", kind, values)


def _kind(table: str, kind: str) -> EventKind:
    return EventKind(kind) if table == "changes" else _SIGNALS.get(kind, EventKind.SIGNAL)


def _by_day(contract: TableContract, frame: pl.DataFrame) -> dict[int, pl.DataFrame]:
    parts = frame.sort(contract.column_names).partition_by("known_at", as_dict=True, maintain_order=True)
    return {int(day): part for (day,), part in parts.items()}
