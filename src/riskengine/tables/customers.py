"""Customers gathered from the rows of a ledger, and since when each is known."""

import polars as pl

from riskengine.tables.contracts import CUSTOMERS, Kind
from riskengine.tables.findings import ROW, SOURCE
from riskengine.tables.settle import Frames

_DAYS = tuple(c.name for c in CUSTOMERS.columns if c.kind is Kind.DAY)
_FACTS = ("invoices", "payments", "orders", "financials", "signals")


def first_seen(frames: Frames) -> pl.DataFrame:
    """customer_id, first_known (first day any fact about it was known), first_dealt (its first invoice or order)."""
    known = [frames[n].select("customer_id", "known_at") for n in _FACTS if n in frames]
    deals = [
        frames[n].select("customer_id", pl.col(day).alias("day"))
        for n, day in (("invoices", "issued_on"), ("orders", "ordered_on"))
        if n in frames
    ]
    nobody = pl.DataFrame(schema={"customer_id": pl.String, "known_at": pl.Int32, "day": pl.Int32})
    first_known = _stacked(known, nobody.drop("day")).group_by("customer_id").agg(first_known=pl.col("known_at").min())
    first_dealt = _stacked(deals, nobody.drop("known_at")).group_by("customer_id").agg(first_dealt=pl.col("day").min())
    return first_known.join(first_dealt, on="customer_id", how="full", coalesce=True)


def gather_customers(rows: pl.DataFrame, seen: pl.DataFrame) -> pl.DataFrame:
    """One row per customer_id. Of several values the most frequent is taken, of equally frequent ones the first in
    alphabetical (or numerical) order, of days the earliest; days the source does not say are those of what was seen
    first.
    """
    gathered = rows.group_by("customer_id").agg(pl.col(c).min() for c in _DAYS).drop_nulls("customer_id")
    for name in CUSTOMERS.column_names:
        if name == "customer_id" or name in _DAYS:
            continue
        counted = rows.select("customer_id", name).drop_nulls().group_by("customer_id", name).len()
        best = counted.sort("len", name, descending=[True, False])
        best = best.unique("customer_id", keep="first", maintain_order=True)
        gathered = gathered.join(best.drop("len"), on="customer_id", how="left")
    return with_first_seen(gathered, seen)


def with_first_seen(customers: pl.DataFrame, seen: pl.DataFrame) -> pl.DataFrame:
    """Fill absent customer_since and known_at from the first dealings."""
    joined = customers.join(seen, on="customer_id", how="left", maintain_order="left")
    return joined.with_columns(
        pl.col("customer_since").fill_null(pl.col("first_dealt")),
        pl.col("known_at").fill_null(pl.col("first_known")),
    ).drop("first_known", "first_dealt")


def without_lineage(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.drop(SOURCE, ROW)


def _stacked(frames: list[pl.DataFrame], empty: pl.DataFrame) -> pl.DataFrame:
    return pl.concat(frames) if frames else empty
