"""Arithmetic over measures that gives missing, never infinity or NaN, where a figure has no meaning.

Divide by columns, not by constants: Polars divides by a constant by multiplying with its reciprocal, which is off by
one unit in the last place for one value in seven, and 63.87 must be 63.87 on every engine.
"""

import narwhals as nw

CENTS_PER_UNIT = "cents_per_unit"  # a column of 100.0 that `build` adds to the measures


def number(name: str) -> nw.Expr:
    """A measure as a float."""
    return nw.col(name).cast(nw.Float64)


def money(name: str) -> nw.Expr:
    """A measure in cents as units of the reporting currency."""
    return number(name) / nw.col(CENTS_PER_UNIT)


def ratio(numerator: nw.Expr, denominator: nw.Expr) -> nw.Expr:
    """`numerator / denominator`; missing unless the denominator is positive. Both Float64."""
    return nw.when(denominator > 0.0).then(numerator / denominator)


def growth(now: nw.Expr, before: nw.Expr) -> nw.Expr:
    """Relative change from `before` to `now`: -0.2 is a fifth less. Missing unless `before` is positive."""
    return nw.when(before > 0.0).then(now / before - nw.lit(1.0))


def flag(condition: nw.Expr) -> nw.Expr:
    """1 where true, 0 where false, missing where unknown."""
    return nw.when(condition).then(nw.lit(1.0)).when(~condition).then(nw.lit(0.0))
