"""Days as ledgers write them, in declared formats only."""

import datetime as dt

import polars as pl

from riskengine.tables.parsed import Parsed, as_text, no_row
from riskengine.tables.reason import Reason

FIRST_DAY = dt.date(1900, 1, 1)
LAST_DAY = dt.date(2199, 12, 31)
_TIME_DIRECTIVES = ("%H", "%M", "%S", "%f", "%p")


def parse_days(series: pl.Series, patterns: tuple[str, ...], missing: tuple[str, ...] = ()) -> Parsed:
    """Int32 days since 1970-01-01. Date and datetime columns are taken as they are, without their time of day.

    A text that two patterns read as different days is ambiguous; none is preferred.

    >>> parsed = parse_days(pl.Series(["31/12/2019", "03/04/2020"]), ("%d/%m/%Y", "%m/%d/%Y"))
    >>> parsed.values.cast(pl.Date).to_list(), [(r.value, m.to_list()) for r, m in parsed.problems if m.any()]
    ([datetime.date(2019, 12, 31), None], [('ambiguous_date', [False, True])])
    """
    if series.dtype == pl.Date or isinstance(series.dtype, pl.Datetime):
        days = series.cast(pl.Date)
        given = days.is_not_null()
        ambiguous = no_row(len(series))
    else:
        text = as_text(series, missing)
        given = text.is_not_null()
        days, ambiguous = _from_text(text, patterns)
    outside = ~days.is_between(FIRST_DAY, LAST_DAY).fill_null(value=True)
    values = days.set(outside | ambiguous, None)
    bad = given & values.is_null() & ~ambiguous
    return Parsed(values.cast(pl.Int32), ((Reason.BAD_DATE, bad), (Reason.AMBIGUOUS_DATE, ambiguous)))


def _from_text(text: pl.Series, patterns: tuple[str, ...]) -> tuple[pl.Series, pl.Series]:
    distinct = text.unique()
    read = [read_days(distinct, pattern) for pattern in patterns]
    days = read[0]
    ambiguous = no_row(len(distinct))
    for other in read[1:]:
        ambiguous = ambiguous | (days.is_not_null() & other.is_not_null() & (days != other)).fill_null(value=False)
        days = days.zip_with(days.is_not_null(), other)
    table = pl.DataFrame({"text": distinct, "day": days, "ambiguous": ambiguous})
    joined = pl.DataFrame({"text": text}).join(table, on="text", how="left", maintain_order="left", nulls_equal=True)
    return joined["day"], joined["ambiguous"].fill_null(value=False)


def read_days(text: pl.Series, pattern: str) -> pl.Series:
    """Dates by one pattern, null where it does not fit."""
    if any(d in pattern for d in _TIME_DIRECTIVES):
        return text.str.to_datetime(pattern, strict=False, time_unit="us").dt.date()
    days = text.str.to_date(pattern, strict=False)
    # "%Y" also takes "24"; a year of two digits is only meant where "%y" is declared.
    return days.set((days.dt.year() < 100).fill_null(value=False), None)
