"""Measures: one whole number per customer, aggregated from the rows of a source in a single pass.

A feature is an expression over measures. Measures are sums, largest and smallest values of *whole numbers* (cents,
days, counts, thousandths), so the order of rows, chunks, threads and the engine cannot show in a result; fractions
appear only afterwards, in the expression of the feature.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import narwhals as nw

from riskengine.features.engines import Frame, whole_numbers

KEY = "customer_id"
PANDAS_BATCH = 64  # pandas holds all row values of a pass at once, and frames of over 100 blocks are slow in it


class Aggregate(StrEnum):
    SUM = "sum"
    MAX = "max"
    MIN = "min"


@dataclass(frozen=True, slots=True)
class Measure:
    """A row expression and how its values become one per customer.

    `absent` is the value of a customer who has no rows at all: 0 where none is a fact ("owes nothing"), None where
    there is nothing to know.
    """

    name: str
    row: nw.Expr
    aggregate: Aggregate = Aggregate.SUM
    absent: int | None = 0


def total(name: str, row: nw.Expr, where: nw.Expr | None = None) -> Measure:
    """Sum of `row` over the rows for which `where` holds. `row` must not be missing there."""
    value = row.cast(nw.Int64)
    return Measure(name, value if where is None else nw.when(where).then(value).otherwise(nw.lit(0, nw.Int64)))


def count(name: str, where: nw.Expr) -> Measure:
    """Number of rows for which `where` holds."""
    return Measure(name, where.cast(nw.Int64))


def largest(name: str, row: nw.Expr, where: nw.Expr | None = None, *, absent: int | None = None) -> Measure:
    """Largest of `row` over the rows for which `where` holds; missing if there are none."""
    value = row.cast(nw.Int64)
    return Measure(name, value if where is None else nw.when(where).then(value), Aggregate.MAX, absent)


def smallest(name: str, row: nw.Expr, where: nw.Expr | None = None, *, absent: int | None = None) -> Measure:
    """Smallest of `row` over the rows for which `where` holds; missing if there are none."""
    value = row.cast(nw.Int64)
    return Measure(name, value if where is None else nw.when(where).then(value), Aggregate.MIN, absent)


def aggregate(rows: Frame, measures: Sequence[Measure], key: str = KEY) -> Frame:
    """One row per value of `key` with a column per measure, Int64, in one pass over the rows."""
    if rows.implementation.is_pandas() and len(measures) > PANDAS_BATCH:
        first = aggregate(rows, measures[:PANDAS_BATCH], key)
        return first.join(aggregate(rows, measures[PANDAS_BATCH:], key), on=key, how="left")
    values = rows.select(key, *(m.row.alias(m.name) for m in measures))
    aggregated = values.group_by(key).agg(*(_aggregated(m) for m in measures))
    return whole_numbers(aggregated, [m.name for m in measures])


def attach(so_far: Frame, rows: Frame, measures: Sequence[Measure], *, given: bool = True) -> Frame:
    """Join the measures of `rows` to `so_far` by customer.

    `given` False says the source was not delivered at all: then nothing is known and every measure is missing.
    """
    joined = so_far.join(aggregate(rows, measures), on=KEY, how="left")
    if not given:
        return joined
    filled = [
        nw.col(m.name).fill_null(nw.lit(m.absent, nw.Int64)).alias(m.name) for m in measures if m.absent is not None
    ]
    return joined.with_columns(*filled) if filled else joined


def _aggregated(measure: Measure) -> nw.Expr:
    column = nw.col(measure.name)
    if measure.aggregate is Aggregate.SUM:
        return column.sum()
    return column.max() if measure.aggregate is Aggregate.MAX else column.min()
