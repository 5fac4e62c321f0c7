"""The tables a watcher holds, and what events did to them."""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import polars as pl

from riskengine.features.known import EVENT_DAY
from riskengine.features.neighbourhood import Neighbourhood, neighbourhood_of
from riskengine.tables.contracts import CONTRACTS
from riskengine.tables.events.application import Applied, apply_events
from riskengine.tables.events.event import Event
from riskengine.tables.events.refusal import SetAside
from riskengine.tables.store import TableSet
from riskengine.workflows.watch.held_table import KEY, HeldTable, held_table

MOST_ROWS, LEAST_ROWS = 1_850_000, 500_000  # of all tables, to be worked on together
_LESS = 12  # one row fewer in a part for so many that there are
_LINKING = (("customers", "parent_id"), ("links", "other_id"))
_IDENTITIES = ("invoice_id", "payment_id", "order_id", "signal_id", "change_id")


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
    """All tables in memory, what is set aside, and who can concern whom. `held` are the tables about customers, `whole`
    those about nobody."""

    reporting_currency: str
    held: Mapping[str, HeldTable]
    whole: Mapping[str, pl.DataFrame]
    set_aside: tuple[SetAside, ...]
    neighbourhood: Neighbourhood

    @property
    def count(self) -> int:
        """Rows of all tables about customers."""
        return sum(table.count for table in self.held.values())

    def after(self, events: Sequence[Event]) -> Moved:
        """With more events; those set aside are tried again."""
        every = (*(one.event for one in self.set_aside), *events)
        applied = apply_events(self._met_by(every), every)
        ledger = self._with(applied)
        about = applied.first_days()
        concerned = ledger.neighbourhood.of(about) | self.neighbourhood.of(about)
        return Moved(ledger, frozenset(concerned), _first_day(applied), applied.noted)

    def of(self, customers: Collection[str], tables: Collection[str] = tuple(CONTRACTS)) -> TableSet:
        """The rows of some customers; what is about nobody goes along whole. Tables not named are empty."""
        names = pl.Series(values=sorted(customers), dtype=pl.String)
        frames = {name: table.of(names if name in tables else names.clear()) for name, table in self.held.items()}
        frames.update(self.whole)
        return TableSet(self.reporting_currency, {name: frames[name].lazy() for name in CONTRACTS}, {})

    def around(self, customers: Collection[str]) -> TableSet:
        """The rows that the ratings of some customers need."""
        return self.of(self.neighbourhood.of(customers))

    def table(self, name: str, columns: Collection[str]) -> pl.DataFrame:
        """All rows of one table."""
        held = self.held.get(name)
        if held is None:
            return self.whole[name].select(columns)
        return pl.DataFrame([held.column(column) for column in columns])

    def known(self, day: int) -> pl.Series:
        """The customers known by a day (since 1970-01-01), sorted."""
        known = self.table("customers", (KEY, "known_at")).filter(pl.col("known_at") <= day)
        return known[KEY].unique().sort()

    def delivered(self, day: int) -> frozenset[str]:
        """The tables of which anything at all is known by a day."""
        return frozenset(name for name in CONTRACTS if self._holds(name, day))

    def parts(self, customers: pl.Series, most_rows: int | None = None) -> Iterator[pl.Series]:
        """Sorted customers in parts of about as many rows, each of one customer at least; by itself in as few parts as
        there is room for: what is held grows with the rows there are, so parts are smaller where there are many."""
        most_rows = most_rows or max(LEAST_ROWS, MOST_ROWS - self.count // _LESS)
        counts = pl.concat([table.rows_by_customer() for table in self.held.values()])
        counts = counts.group_by(KEY).agg(pl.col("rows").sum())
        own = customers.to_frame(KEY).join(counts, on=KEY, how="left", maintain_order="left")["rows"].fill_null(0)
        count = max(1, math.ceil(own.sum() / most_rows))
        before = (own.cum_sum() - own) * count // max(1, own.sum())
        part = before.clip(upper_bound=count - 1).to_numpy()  # who has no rows and comes last makes no part of its own
        cuts = [0, *(np.flatnonzero(np.diff(part)) + 1).tolist(), len(part)]
        return (customers.slice(start, end - start) for start, end in pairwise(cuts) if end > start)

    def settled(self) -> "Ledger":
        """The same with what many events brought laid in its place."""
        return replace(self, held={name: table.settled() for name, table in self.held.items()})

    def _met_by(self, events: Sequence[Event]) -> TableSet:
        """All rows that events meet: those with the identity of one or about the same invoice, the invoices and orders
        that these are about, and all of some other tables about the same customers.

        Joined to these the events do what they would do among all.
        """
        ids = _identities(events)
        frames = {name: self.held[name].naming(_about(name, ids)) for name in ("payments", "changes")}
        for name, column in (("invoices", "invoice_id"), ("orders", "order_id")):
            naming = (frame[column] for frame in frames.values() if column in frame.columns)
            every = ids.get(column, set()).union(*(series.drop_nulls() for series in naming))
            frames[name] = self.held[name].naming({column: every})
        customers = {one for event in events if (one := event.customer_id) is not None}
        names = pl.Series(values=sorted(customers.union(*(frame[KEY] for frame in frames.values()))), dtype=pl.String)
        frames["signals"] = self.held["signals"].naming(_about("signals", ids))
        frames |= {name: table.of(names) for name, table in self.held.items() if name not in frames}
        frames.update(self.whole)
        return TableSet(self.reporting_currency, {name: frames[name].lazy() for name in CONTRACTS}, {})

    def _with(self, applied: Applied) -> "Ledger":
        touched = {*applied.added, *applied.removed}
        held = {
            name: table.changed(applied.added.get(name), applied.removed.get(name)) if name in touched else table
            for name, table in self.held.items()
        }
        whole = {name: applied.tables[name].collect() for name in self.whole}
        ledger = Ledger(self.reporting_currency, held, whole, applied.set_aside, self.neighbourhood)
        return replace(ledger, neighbourhood=_ties(held)) if _links_others(applied) else ledger

    def _holds(self, name: str, day: int) -> bool:
        days = ("known_at", EVENT_DAY[name]) if name in EVENT_DAY else ("known_at",)
        return bool(self.table(name, days).select(pl.all_horizontal(pl.all() <= day).any()).item())


def ledger_of(tables: TableSet) -> Ledger:
    """Reads every table once."""
    about = {name: contract for name, contract in CONTRACTS.items() if KEY in contract.column_names}
    held = {name: held_table(contract, tables[name]) for name, contract in about.items()}
    whole = {name: tables[name].collect() for name in CONTRACTS if name not in held}
    return Ledger(tables.reporting_currency, held, whole, (), _ties(held))


def _ties(held: Mapping[str, HeldTable]) -> Neighbourhood:
    needed = {"customers": (KEY, "parent_id"), "links": (KEY, "other_id", "kind")}
    frames = {name: pl.LazyFrame([held[name].column(column) for column in columns]) for name, columns in needed.items()}
    return neighbourhood_of(TableSet("", frames, {}))


def _identities(events: Sequence[Event]) -> dict[str, set[str]]:
    """By column the identities of payments, invoices and the like that events give or name."""
    found: dict[str, set[str]] = {}
    for event in events:
        for column, value in event.row.items():
            if column in _IDENTITIES and value is not None:
                found.setdefault(column, set()).add(str(value))
    return found


def _about(table: str, ids: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Of identities those that rows of a table can have."""
    columns = CONTRACTS[table].column_names
    return {column: values for column, values in ids.items() if column in columns}


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
