"""Rows joined to a table as a set: order and repetition of what is added cannot show in the result.

Of rows with one identity and other content the one known first holds; of those known on one day the smallest in the
order of the columns. So of any two rows the same one wins, whichever came first.
"""

from dataclasses import dataclass

import polars as pl

from riskengine.tables.contracts import CONTRACTS, TableContract
from riskengine.tables.links import content_columns


@dataclass(frozen=True, slots=True)
class Union:
    """`frame` is the table with the rows; `added` are those new to it, `removed` those that gave way to one of them."""

    frame: pl.DataFrame
    added: pl.DataFrame
    removed: pl.DataFrame


def joined(table: str, held: pl.DataFrame, rows: pl.DataFrame) -> Union:
    """`held` and `rows` as one set. Both fit the contract of the table, `held` has one row for each identity.

    Costs little where `held` is in memory: its rows are not copied unless one of them gives way.
    """
    key = list(CONTRACTS[table].key)
    rivals = held.join(rows.select(key).unique(), on=key, how="semi", nulls_equal=True)
    winners = _one_each(CONTRACTS[table], pl.concat([rivals, rows.select(rivals.columns)]))
    every = rivals.columns
    added = winners.join(rivals, on=every, how="anti", nulls_equal=True)
    removed = rivals.join(winners, on=every, how="anti", nulls_equal=True)
    kept = held if removed.is_empty() else without(table, held, removed)
    return Union(pl.concat([kept, added]), added, removed)


def without(table: str, held: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """`held` without the identities of `rows`."""
    key = list(CONTRACTS[table].key)
    return held.join(rows.select(key), on=key, how="anti", nulls_equal=True)


def losers(table: str, rows: pl.DataFrame, frame: pl.DataFrame) -> pl.Series:
    """For each of `rows` whether the table holds another content under its identity."""
    content = content_columns(table)
    own = frame.join(rows.select(CONTRACTS[table].key), on=CONTRACTS[table].key, how="semi", nulls_equal=True)
    marked = rows.with_row_index("_at").join(own, on=content, how="anti", nulls_equal=True)
    return pl.int_range(rows.height, eager=True, dtype=pl.UInt32).is_in(marked["_at"].implode())


def _one_each(contract: TableContract, rows: pl.DataFrame) -> pl.DataFrame:
    order = ["known_at", *(c for c in contract.column_names if c != "known_at")]
    ordered = rows.sort(order, nulls_last=False)
    return ordered.unique(list(contract.key), keep="first", maintain_order=True)
