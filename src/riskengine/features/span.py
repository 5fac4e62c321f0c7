"""From when until when the tables know anything."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from riskengine.tables.contracts import CONTRACTS
from riskengine.tables.store import TableSet
from riskengine.terms.days import day_number, day_of
from riskengine.terms.errors import InputError

QUIET_DAYS = 31  # a ledger that stopped longer ago than this is probably not up to date


@dataclass(frozen=True, slots=True)
class Span:
    first: date
    last: date

    def days_after(self, as_of: date) -> int:
        """Days from the last known row to `as_of`; 0 if there are rows that late or later."""
        return max(0, day_number(as_of) - day_number(self.last))


def span_of(tables: TableSet) -> Span:
    """First and last `known_at` of all tables. Raises InputError if they hold no rows."""
    known = [tables[name].select(pl.col("known_at")) for name in CONTRACTS]
    first, last = (
        (pl.concat(known).select(pl.col("known_at").min().alias("first"), pl.col("known_at").max().alias("last")))
        .collect()
        .row(0)
    )
    if first is None:
        raise InputError("the tables hold no rows", remedy="run intake on the ledger, or generate a portfolio")
    return Span(day_of(first), day_of(last))


def date_note(tables: TableSet, as_of: date) -> str | None:
    """A sentence for people when `as_of` lies outside what the ledger knows; None otherwise.

    Raises InputError if the tables hold no rows.
    """
    span = span_of(tables)
    days = span.days_after(as_of)
    if days > 0:
        note = f"{as_of} is {days} days after the last known row ({span.last})"
        return note if days <= QUIET_DAYS else f"warning: {note}; whatever is open looks {days} days older than checked"
    first = tables["invoices"].select(pl.col("known_at").min()).collect().item()
    if first is not None and day_number(as_of) < first:
        return f"warning: no invoice is known by {as_of}; the first is known on {day_of(first)}"
    return None
