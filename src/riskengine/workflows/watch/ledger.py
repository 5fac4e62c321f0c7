"""The tables a watcher holds, and what events did to them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import polars as pl

from riskengine.tables.events.application import Applied, apply_events
from riskengine.tables.events.event import Event
from riskengine.tables.events.refusal import SetAside
from riskengine.tables.store import TableSet
from riskengine.workflows.watch.kinship import Kinship, kinship_of, of_customers, pairs_of


@dataclass(frozen=True, slots=True)
class Moved:
    """`ledger` after some events. `customers` are those of whom the tables say something else than before, with
    everybody linked with them; `first_day` the first day (since 1970-01-01) about which they do, None: none."""

    ledger: "Ledger"
    customers: frozenset[str]
    first_day: int | None
    noted: tuple[SetAside, ...]


@dataclass(frozen=True, slots=True)
class Ledger:
    """All tables in memory, what is set aside, and who is linked with whom."""

    tables: TableSet
    set_aside: tuple[SetAside, ...]
    kinship: Kinship

    def after(self, events: Sequence[Event]) -> Moved:
        """With more events; those set aside are tried again."""
        applied = apply_events(self.tables, (*(one.event for one in self.set_aside), *events))
        kinship = self._kinship(applied)
        days = applied.first_days()
        ledger = Ledger(applied.tables, applied.set_aside, kinship)
        return Moved(ledger, frozenset(kinship.closed(days)), _first_day(applied), applied.noted)

    def of(self, customers: Iterable[str]) -> TableSet:
        return of_customers(self.tables, customers)

    def compacted(self) -> "Ledger":
        """The same in fewer pieces: every batch adds one to each table."""
        frames = {name: frame.collect().rechunk().lazy() for name, frame in self.tables.frames.items()}
        return replace(self, tables=replace(self.tables, frames=frames))

    def _kinship(self, applied: Applied) -> Kinship:
        """That of the tables after the events, however they came: a link that gave way links nobody."""
        names = ("customers", "links")
        if any(name in applied.removed for name in names):
            return kinship_of(applied.tables)
        pairs = [pair for name in names if name in applied.added for pair in pairs_of(name, applied.added[name])]
        return self.kinship.with_pairs(pairs) if pairs else self.kinship


def ledger_of(tables: TableSet) -> Ledger:
    """Reads every table once."""
    held = replace(tables, frames={name: frame.collect().rechunk().lazy() for name, frame in tables.frames.items()})
    return Ledger(held, (), kinship_of(held))


def _first_day(applied: Applied) -> int | None:
    frames = [*applied.added.values(), *applied.removed.values()]
    found = [frame.select(pl.col("known_at").min()).item() for frame in frames]
    return min(found, default=None)
