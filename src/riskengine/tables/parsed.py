"""A column of values with the rows that could not be understood."""

from dataclasses import dataclass
from typing import TypeAlias

import polars as pl

from riskengine.tables.reason import Reason, Repair

Problem: TypeAlias = tuple[Reason, pl.Series]  # a mask: true where the row has this problem


@dataclass(frozen=True, slots=True)
class Parsed:
    """`values` is null wherever a problem's mask is true."""

    values: pl.Series
    problems: tuple[Problem, ...] = ()
    repairs: tuple[tuple[Repair, pl.Series], ...] = ()


def no_row(count: int) -> pl.Series:
    return pl.repeat(value=False, n=count, dtype=pl.Boolean, eager=True)


def as_text(series: pl.Series, missing: tuple[str, ...] = ()) -> pl.Series:
    """Trimmed text; null where empty, NaN or among `missing`. Whole floats lose their ".0", so that ids stay ids.

    >>> as_text(pl.Series([1930438491.0, 2.5, None, float("nan")])).to_list()
    ['1930438491', '2.5', None, None]
    """
    if series.dtype.is_float():
        whole = series.is_finite() & (series == series.floor()) & (series.abs() < 2**53)
        texts = series.cast(pl.String)
        text = texts.zip_with(~whole.fill_null(value=False), series.cast(pl.Int64, strict=False).cast(pl.String))
        text = text.set(series.is_nan().fill_null(value=False), None)
    elif isinstance(series.dtype, pl.Datetime):
        midnight = series.dt.time().cast(pl.Int64).fill_null(0) == 0
        text = series.dt.to_string("%Y-%m-%d").zip_with(midnight, series.dt.to_string("%Y-%m-%d %H:%M:%S"))
    elif series.dtype == pl.String:
        text = series.str.strip_chars()
    else:
        text = series.cast(pl.String)
    return text.set(text.is_in(["", *missing]), None)
