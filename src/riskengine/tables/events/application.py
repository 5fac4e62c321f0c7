"""Events applied to tables."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from riskengine.tables.contracts import CONTRACTS
from riskengine.tables.events.event import Event
from riskengine.tables.events.fitting import misfits
from riskengine.tables.events.history import events_of_rows
from riskengine.tables.events.reason import EventReason
from riskengine.tables.events.refusal import Problem, SetAside
from riskengine.tables.events.rows import framed
from riskengine.tables.events.union import Union, joined, losers, without
from riskengine.tables.reason import Reason
from riskengine.tables.settle import unit_mix
from riskengine.tables.store import TableSet, memory_schema

# A row is checked against those of the tables before it.
_ORDER = ("customers", "fx", "industry", "invoices", "orders", "financials", "signals", "links", "payments", "changes")
# If one of these gives way to another, the rows about it are looked at again.
_ABOUT: Mapping[str, tuple[tuple[str, str], ...]] = {
    "payments": (("invoices", "invoice_id"),),
    "changes": (("invoices", "invoice_id"), ("orders", "order_id")),
}


@dataclass(frozen=True, slots=True)
class Applied:
    """`tables` with all events that fit. `added` and `removed` are the rows by which they differ from before.

    `set_aside` are the events that do not fit (yet): give them again with the next ones, and the result is the same as
    if all had come at once. `noted` are in the tables and worth a look.
    """

    tables: TableSet
    added: Mapping[str, pl.DataFrame]
    removed: Mapping[str, pl.DataFrame]
    set_aside: tuple[SetAside, ...]
    noted: tuple[SetAside, ...]

    def first_days(self) -> dict[str, int]:
        """By customer the first day (since 1970-01-01) about which the tables say something else than before."""
        days: dict[str, int] = {}
        for frame in (*self.added.values(), *self.removed.values()):
            if "customer_id" in frame.columns:
                for customer, day in frame.group_by("customer_id").agg(pl.col("known_at").min()).iter_rows():
                    days[customer] = min(day, days.get(customer, day))
        return dict(sorted(days.items()))


def apply_events(tables: TableSet, events: Iterable[Event]) -> Applied:
    """The tables and the rows of the events as one set; rows of `tables` are never edited.

    The result does not depend on the order of the events, on repetitions, or on how they are split into calls, if what
    is set aside is given again. An event is set aside while its customer, invoice or order is unknown or another's, or
    while the tables hold another content for its identity that was known first (on one day: that is smaller).
    Tables that events come into are held in memory from then on.
    """
    work = _Work(dict(tables.frames), list(events))
    for table in _ORDER:
        work.settle(table)
    changed = {*work.added, *work.removed}
    kept = {name: digest for name, digest in tables.sha256.items() if name not in changed}
    after = replace(tables, frames=work.frames, sha256=kept)
    return Applied(after, work.added, work.removed, work.misplaced(), (*_overpaid(work), *_odd_statements(work)))


class _Work:
    """The tables on their way: one table after the other is joined with its events."""

    def __init__(self, frames: dict[str, pl.LazyFrame], events: list[Event]) -> None:
        self.frames = frames
        self.events = events
        self.places = {table: places for table, (places, _) in framed(events).items()}
        self.added: dict[str, pl.DataFrame] = {}
        self.removed: dict[str, pl.DataFrame] = {}
        self.problems: dict[int, Problem] = {}

    def settle(self, table: str) -> None:
        pulled = self._pull(table)
        places = self.places.get(table, [])
        if not places:
            return
        self._set_aside_misfits(table, places)
        fitting = [place for place in places if place not in self.problems]
        rows = _rows(table, [self.events[place] for place in fitting])
        union = joined(table, self._held(table), rows)
        self.frames[table] = union.frame.lazy()
        for at in losers(table, rows, union.frame).arg_true():
            self.problems[fitting[at]] = _contradicted(self.events[fitting[at]])
        self._set_aside_removed(table, union)
        self._note_difference(table, union.added, union.removed, pulled)

    def _held(self, table: str) -> pl.DataFrame:
        """The rows of a table: read once if they are on disk, as they are if they are in memory."""
        return self.frames[table].collect()

    def _pull(self, table: str) -> pl.DataFrame | None:
        """Take rows about what has just given way out of the table and treat them as events again."""
        gone = [(self.removed[other], key) for other, key in _ABOUT.get(table, ()) if other in self.removed]
        if not gone:
            return None
        about = [self.frames[table].join(rows.lazy(), on=key, how="semi").collect() for rows, key in gone]
        pulled = pl.concat(about).unique().sort(pl.all())
        if pulled.is_empty():
            return None
        self.frames[table] = without(table, self._held(table), pulled).lazy()
        start = len(self.events)
        self.events += events_of_rows(table, pulled)
        self.places[table] = [*self.places.get(table, []), *range(start, len(self.events))]
        return pulled

    def _set_aside_misfits(self, table: str, places: Sequence[int]) -> None:
        rows = _rows(table, [self.events[place] for place in places])
        for at, problem in misfits(table, rows, self.frames).items():
            self.problems[places[at]] = problem

    def _set_aside_removed(self, table: str, union: Union) -> None:
        """Rows that gave way come back should the row they gave way to ever go."""
        gone = union.removed.filter(losers(table, union.removed, union.frame))
        for event in events_of_rows(table, gone.sort(pl.all())):
            self.problems[len(self.events)] = _contradicted(event)
            self.events.append(event)

    def _note_difference(
        self, table: str, added: pl.DataFrame, removed: pl.DataFrame, pulled: pl.DataFrame | None
    ) -> None:
        if pulled is not None:
            every = pulled.columns
            lost = pulled.join(added, on=every, how="anti", nulls_equal=True)
            added = added.join(pulled, on=every, how="anti", nulls_equal=True)
            removed = pl.concat([removed, lost])
        if added.height:
            self.added[table] = added
        if removed.height:
            self.removed[table] = removed

    def misplaced(self) -> tuple[SetAside, ...]:
        """What is set aside, each content once, in the order of the events."""
        found: dict[tuple[object, ...], SetAside] = {}
        for place, problem in sorted(self.problems.items()):
            event = self.events[place]
            found.setdefault((event.kind, event.values), SetAside(event, problem))
        return tuple(found.values())


def _rows(table: str, events: Sequence[Event]) -> pl.DataFrame:
    values = [event.values for event in events]
    return pl.DataFrame(values, schema=memory_schema(CONTRACTS[table]), orient="row")


def _contradicted(event: Event) -> Problem:
    key = event.form.contract.key[0]
    return Problem(EventReason.CONTRADICTS_LEDGER, key, str(event.row[key]))


def _overpaid(work: _Work) -> tuple[SetAside, ...]:
    """New payments on invoices that now have more applied than they are worth. The money has come; it is kept."""
    new = work.added.get("payments")
    if new is None or new["invoice_id"].null_count() == new.height:
        return ()
    own = work.frames["invoices"].join(new.lazy(), on="invoice_id", how="semi")
    owed = own.select("invoice_id", "currency", pl.col("amount_cents").alias("_owed"))
    applied = work.frames["payments"].join(owed, on=["invoice_id", "currency"], how="inner")
    over = (
        applied.group_by("invoice_id")
        .agg(pl.col("amount_cents").sum().alias("_applied"), pl.col("_owed").first())
        .filter(pl.col("_applied") > pl.col("_owed"))
        .collect()
    )
    ids = set(over["invoice_id"])
    rows = new.filter(pl.col("invoice_id").is_in(sorted(ids))) if ids else new.clear()
    problem = Problem(EventReason.OVERPAID, "amount")
    return tuple(SetAside(event, problem) for event in events_of_rows("payments", rows.sort("payment_id")))


def _odd_statements(work: _Work) -> tuple[SetAside, ...]:
    """New statements about a thousand times larger or smaller than the customer's others. Who is right nobody can say
    from the figures; what was known before stays, so the new one does too.
    """
    new = work.added.get("financials")
    if new is None:
        return ()
    whole = work.frames["financials"].join(new.lazy(), on="customer_id", how="semi").collect()
    odd = whole.filter(unit_mix(whole)).join(new, on=whole.columns, how="semi", nulls_equal=True)
    problem = Problem(Reason.SUSPECTED_UNIT_MIX, "total_assets")
    return tuple(SetAside(event, problem) for event in events_of_rows("financials", odd.sort(odd.columns)))
