"""Tables as a stream would have brought them: what a row says of later days becomes a row of `changes`."""

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from riskengine.tables.contracts import CONTRACTS
from riskengine.tables.store import TableSet, memory_schema
from riskengine.terms.codes import ChangeKind


def unfolded(tables: TableSet) -> TableSet:
    """Disputes and closed orders as changes, known on their day (or with their row, where that came later).

    Features of any day are those of `tables`: a day that a row names is known from that day on by either way.
    """
    invoices, orders = tables["invoices"], tables["orders"]
    opened_on = pl.coalesce("disputed_on", "known_at")
    closed = pl.col("disputed") & pl.col("dispute_closed_on").is_not_null()
    parts = [
        tables["changes"],
        _told(invoices, ChangeKind.DISPUTE_OPENED, pl.col("disputed"), opened_on, ("invoice_id", "dispute_reason")),
        _told(invoices, ChangeKind.DISPUTE_CLOSED, closed, pl.col("dispute_closed_on"), ("invoice_id",)),
        _told(orders, ChangeKind.ORDER_CLOSED, pl.col("closed_on").is_not_null(), pl.col("closed_on"), ("order_id",)),
    ]
    silent = {"disputed": False, "dispute_reason": None, "disputed_on": None, "dispute_closed_on": None}
    schema = memory_schema(CONTRACTS["invoices"])
    frames = {
        **tables.frames,
        "invoices": invoices.with_columns(pl.lit(v, dtype=schema[name]).alias(name) for name, v in silent.items()),
        "orders": orders.with_columns(pl.lit(None, dtype=pl.Int32).alias("closed_on")),
        "changes": pl.concat(parts),
    }
    kept = {name: digest for name, digest in tables.sha256.items() if name not in ("invoices", "orders", "changes")}
    return replace(tables, frames=frames, sha256=kept)


def _told(rows: pl.LazyFrame, kind: ChangeKind, where: pl.Expr, day: pl.Expr, about: Sequence[str]) -> pl.LazyFrame:
    schema = memory_schema(CONTRACTS["changes"])
    subject = about[0]
    said = {
        "change_id": pl.concat_str(pl.lit(f"{kind.value}/"), subject),
        "customer_id": pl.col("customer_id"),
        "kind": pl.lit(kind.value),
        "changed_on": day,
        subject: pl.col(subject),
        "known_at": pl.max_horizontal(day, "known_at"),
    }
    if len(about) > 1:
        said["reason"] = pl.col(about[1])
    return rows.filter(where).select(
        said.get(name, pl.lit(None)).cast(kind_of).alias(name) for name, kind_of in schema.items()
    )
