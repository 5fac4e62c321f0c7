"""Rows as they stand by a day after what was told about them later: disputes, closed orders, changed limits.

`changes` holds each telling as a row of its own, with the day from which it holds and the day it was known. Nothing in
the other tables is ever edited, so a day in the past keeps what was known on it.
"""

from collections.abc import Mapping

import polars as pl

from riskengine.tables.contracts import CONTRACTS
from riskengine.terms.codes import ChangeKind

Tables = Mapping[str, pl.LazyFrame]

# Which column of a customer a change states.
STATES: Mapping[ChangeKind, str] = {
    ChangeKind.LIMIT_CHANGED: "current_limit_cents",
    ChangeKind.TERMS_CHANGED: "current_terms_days",
    ChangeKind.INSURANCE_CHANGED: "insured_amount_cents",
    ChangeKind.GUARANTEE_CHANGED: "guarantee_amount_cents",
}
_KIND = pl.col("kind")


def with_changes(known: Tables, day: int) -> dict[str, pl.LazyFrame]:
    """`known` with `changes` applied; all frames hold only what was known by `day`, amounts in one currency.

    - Disputes: the newest dispute of an invoice counts, until it is closed. One opened on the day another was closed is
      a new one.
    - Orders are closed on the first day that anybody says.
    - Limit, terms, insurance, guarantee: of the changes that hold on the day the newest counts, unless master data
      known after it say it all again. One that has ended leaves what was there before it.
    """
    changes = known["changes"]
    return {
        **known,
        "customers": _customers(known["customers"], changes, day),
        "invoices": _invoices(known["invoices"], changes, day),
        "orders": _orders(known["orders"], changes),
    }


def _customers(customers: pl.LazyFrame, changes: pl.LazyFrame, day: int) -> pl.LazyFrame:
    newest = customers.filter(pl.col("known_at") == pl.col("known_at").max().over("customer_id"))
    holding = (
        changes.filter(_KIND.is_in([kind.value for kind in STATES]))
        .filter(pl.col("until").is_null() | (pl.col("until") >= day))
        .with_columns(pl.max_horizontal("changed_on", "known_at").alias("_since"))
        .sort("_since", "changed_on", "known_at", "change_id")
        .group_by("customer_id", "kind")
        .agg(pl.col("_since", "amount_cents", "terms_days").last())
    )
    for kind, column in STATES.items():
        stated = "terms_days" if kind is ChangeKind.TERMS_CHANGED else "amount_cents"
        said = holding.filter(kind.value == _KIND).select("customer_id", "_since", pl.col(stated).alias("_said"))
        is_newer = (pl.col("_since") >= pl.col("known_at")).fill_null(value=False)
        newest = (
            newest.join(said, on="customer_id", how="left")
            .with_columns(pl.when(is_newer).then("_said").otherwise(column).alias(column))
            .drop("_since", "_said")
        )
    return newest.select(CONTRACTS["customers"].column_names)


def _orders(orders: pl.LazyFrame, changes: pl.LazyFrame) -> pl.LazyFrame:
    closed = changes.filter(ChangeKind.ORDER_CLOSED.value == _KIND).group_by("order_id")
    told = closed.agg(pl.col("changed_on").min().alias("_closed"))
    joined = orders.join(told, on="order_id", how="left")
    return joined.with_columns(pl.min_horizontal("closed_on", "_closed").alias("closed_on")).drop("_closed")


def _invoices(invoices: pl.LazyFrame, changes: pl.LazyFrame, day: int) -> pl.LazyFrame:
    told = changes.filter(_KIND.is_in([ChangeKind.DISPUTE_OPENED.value, ChangeKind.DISPUTE_CLOSED.value])).select(
        "invoice_id",
        pl.col("changed_on").alias("_on"),
        _KIND.eq(ChangeKind.DISPUTE_OPENED.value).alias("_opens"),
        "change_id",
        "reason",
    )
    steps = pl.concat([told, _own_disputes(invoices, told, day)])
    opened = (
        steps.filter("_opens")
        .sort("_on", "change_id")
        .group_by("invoice_id")
        .agg(pl.col("_on").last().alias("_newest"), pl.col("reason").last().alias("_reason"))
    )
    before, after = pl.col("_on") <= pl.col("_newest"), pl.col("_on") > pl.col("_newest")
    closed = (
        steps.join(opened, on="invoice_id", how="inner")
        .group_by("invoice_id")
        .agg(
            pl.col("_newest").first(),
            pl.col("_reason").first(),
            (before & pl.col("_opens")).sum().alias("_openings"),
            (before & ~pl.col("_opens")).sum().alias("_closings"),
            pl.col("_on").filter(after & ~pl.col("_opens")).min().alias("_later"),
        )
        .with_columns(
            pl.when(pl.col("_closings") >= pl.col("_openings")).then("_newest").otherwise("_later").alias("_closed")
        )
    )
    is_told = pl.col("_newest").is_not_null()
    return (
        invoices.join(closed, on="invoice_id", how="left")
        .with_columns(
            (pl.col("disputed") | is_told).alias("disputed"),
            pl.when(is_told).then("_newest").otherwise("disputed_on").alias("disputed_on"),
            pl.when(is_told).then("_closed").otherwise("dispute_closed_on").alias("dispute_closed_on"),
            pl.when(is_told).then("_reason").otherwise("dispute_reason").alias("dispute_reason"),
        )
        .select(invoices.collect_schema().names())
    )


def _own_disputes(invoices: pl.LazyFrame, told: pl.LazyFrame, day: int) -> pl.LazyFrame:
    """What the rows of invoices with changes say of themselves, as if it had been told."""
    own = invoices.join(told.select("invoice_id"), on="invoice_id", how="semi").filter("disputed")
    opened = pl.coalesce("disputed_on", "known_at")
    stated = own.filter(opened <= day)
    none = pl.lit("", dtype=pl.String).alias("change_id")
    return pl.concat(
        [
            stated.select(
                "invoice_id",
                opened.alias("_on"),
                pl.lit(value=True).alias("_opens"),
                none,
                pl.col("dispute_reason").alias("reason"),
            ),
            stated.filter(pl.col("dispute_closed_on").is_not_null()).select(
                "invoice_id",
                pl.col("dispute_closed_on").alias("_on"),
                pl.lit(value=False).alias("_opens"),
                none,
                pl.lit(None, dtype=pl.String).alias("reason"),
            ),
        ]
    )
