"""The tables a watcher holds, and what events did to them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import polars as pl

from riskengine.features.neighbourhood import Neighbourhood, neighbourhood_of
from riskengine.tables.contracts import CONTRACTS
from riskengine.tables.events.application import Applied, apply_events
from riskengine.tables.events.event import Event
from riskengine.tables.events.refusal import SetAside
from riskengine.tables.store import TableSet

_MOST_PIECES = 16
_LINKING = (("customers", "parent_id"), ("links", "other_id"))


@dataclass(frozen=True, slots=True)
class Moved:
    """`ledger` after some events. `customers` are those of whom the tables say something else than before, and all whom
    that can concern; `first_day` the first day (since 1970-01-01) about which they do, None: none."""

    ledger: "Ledger"
    customers: frozenset[str]
    first_day: int | None
    noted: tuple[SetAside, ...]


@dataclass(frozen=True, slots=True)
class Ledger:
    """All tables in memory, what is set aside, and who can concern whom."""

    tables: TableSet
    set_aside: tuple[SetAside, ...]
    neighbourhood: Neighbourhood

    def after(self, events: Sequence[Event]) -> Moved:
        """With more events; those set aside are tried again."""
        applied = apply_events(self.tables, (*(one.event for one in self.set_aside), *events))
        neighbourhood = neighbourhood_of(applied.tables) if _links_others(applied) else self.neighbourhood
        ledger = Ledger(applied.tables, applied.set_aside, neighbourhood)
        about = applied.first_days()
        concerned = neighbourhood.of(about) | self.neighbourhood.of(about)
        return Moved(ledger, frozenset(concerned), _first_day(applied), applied.noted)

    def around(self, customers: Collection[str]) -> TableSet:
        """The rows that the ratings of some customers need; what is about no customer goes along whole."""
        names = pl.Series(sorted(self.neighbourhood.of(customers)), dtype=pl.String).implode()
        frames = {
            name: frame.filter(pl.col("customer_id").is_in(names)).collect().lazy()
            if "customer_id" in CONTRACTS[name].column_names
            else frame
            for name, frame in self.tables.frames.items()
        }
        return replace(self.tables, frames=frames, sha256={})

    def compacted(self) -> "Ledger":
        """The same in fewer pieces: every batch adds one to each table. A table in few pieces is not copied."""
        frames = {name: _in_few_pieces(frame) for name, frame in self.tables.frames.items()}
        return replace(self, tables=replace(self.tables, frames=frames))


def ledger_of(tables: TableSet) -> Ledger:
    """Reads every table once."""
    held = _in_memory(tables)
    return Ledger(held, (), neighbourhood_of(held))


def _in_memory(tables: TableSet) -> TableSet:
    return replace(tables, frames={name: frame.collect().rechunk().lazy() for name, frame in tables.frames.items()})


def _in_few_pieces(frame: pl.LazyFrame) -> pl.LazyFrame:
    held = frame.collect()
    return held.rechunk().lazy() if held.n_chunks() > _MOST_PIECES else held.lazy()


def _links_others(applied: Applied) -> bool:
    """Whether somebody may be linked otherwise than before. Most news of customers say nothing of a parent."""
    return any(
        frame[column].null_count() < frame.height
        for rows in (applied.added, applied.removed)
        for name, column in _LINKING
        if (frame := rows.get(name)) is not None
    )


def _first_day(applied: Applied) -> int | None:
    days = [
        int(day)
        for frame in (*applied.added.values(), *applied.removed.values())
        for day in frame.select(pl.col("known_at").min()).to_series().to_list()
    ]
    return min(days, default=None)
