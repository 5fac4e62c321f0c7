"""What customers owed at the ends of past months, and how late it was, each time by what was known then."""

from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl

from riskengine.features.engines import Engine, engine_session
from riskengine.features.invoice_facts import invoice_facts
from riskengine.features.known import known_by
from riskengine.tables.contracts import CONTRACTS
from riskengine.tables.store import TableSet, tables_in_memory
from riskengine.terms.days import day_number

PATH_SCHEMA = {
    "customer_id": pl.String,
    "day": pl.Date,
    "open": pl.Float64,
    "overdue": pl.Float64,
    "dpd": pl.Int32,
}


def month_ends(last: date, months: int) -> tuple[date, ...]:
    """`last` and the ends of the `months` calendar months before its own, ascending.

    >>> [day.isoformat() for day in month_ends(date(2025, 3, 15), 2)]
    ['2025-01-31', '2025-02-28', '2025-03-15']
    """
    found = [last]
    day = last.replace(day=1) - timedelta(days=1)
    for _ in range(months):
        found.append(day)
        day = day.replace(day=1) - timedelta(days=1)
    return tuple(reversed(found))


def tables_of(tables: TableSet, customers: Sequence[str]) -> TableSet:
    """The rows of some customers, held in memory; tables that are about nobody go along whole."""
    frames = {}
    for name, contract in CONTRACTS.items():
        is_theirs = "customer_id" in contract.column_names
        rows = tables[name].filter(pl.col("customer_id").is_in(customers)) if is_theirs else tables[name]
        frames[name] = rows.collect()
    return tables_in_memory(frames, reporting_currency=tables.reporting_currency)


def overdue_paths(tables: TableSet, customers: Sequence[str], days: Sequence[date]) -> pl.DataFrame:
    """Columns of PATH_SCHEMA, one row per customer and day on which the customer was known, sorted.

    `open` and `overdue` (past due and not disputed) are units of the reporting currency, `dpd` is the age of the oldest
    overdue invoice in days, 0 where none is. Raises InputError if a currency has no rate.
    """
    own = tables_of(tables, customers)
    parts = [pl.DataFrame(schema=PATH_SCHEMA)]
    with engine_session(Engine.POLARS) as session:
        for day in days:
            if own["customers"].filter(pl.col("known_at") <= day_number(day)).limit(1).collect().is_empty():
                continue
            known = known_by(own, day, session)
            master = session.collect(known.customers.select("customer_id"))
            parts.append(_on(day, master, session.collect(invoice_facts(known))))
    return pl.concat(parts).sort("customer_id", "day")


def _on(day: date, master: pl.DataFrame, invoices: pl.DataFrame) -> pl.DataFrame:
    late = pl.col("is_overdue")
    owed = invoices.group_by("customer_id").agg(
        (pl.col("open_cents").sum() / 100).alias("open"),
        (pl.col("open_cents").filter(late).sum() / 100).alias("overdue"),
        pl.col("due_age").filter(late).max().cast(pl.Int32).alias("dpd"),
    )
    none_owed = pl.col("open", "overdue", "dpd").fill_null(0)
    joined = master.join(owed, on="customer_id", how="left").with_columns(none_owed, day=pl.lit(day))
    return joined.select(pl.col(name).cast(kind) for name, kind in PATH_SCHEMA.items())
