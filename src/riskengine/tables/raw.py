"""One source as it was read, before any meaning is given to its values."""

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class UnreadableLine:
    row: int
    text: str


@dataclass(frozen=True, slots=True)
class RawSource:
    """`frame` holds the source's columns; `rows` the number of each row as its reader sees it.

    In text files and spreadsheets the header is row 1; in Parquet files and query results the first row is row 1.
    """

    source: str  # name in the mapping
    file: str
    frame: pl.DataFrame
    rows: pl.Series
    unreadable: tuple[UnreadableLine, ...] = ()

    @property
    def rows_read(self) -> int:
        return self.frame.height + len(self.unreadable)


def without_blank_rows(frame: pl.DataFrame, *, first_row: int) -> tuple[pl.DataFrame, pl.Series]:
    """Drop rows in which every cell is empty; they are no rows to a reader. Returns the rest and its row numbers."""
    rows = pl.int_range(first_row, first_row + frame.height, dtype=pl.Int64, eager=True).alias("row")
    if frame.width == 0:
        return frame, rows
    empty = pl.all_horizontal(
        pl.col(name).is_null() | (pl.col(name).str.strip_chars() == "") if kind == pl.String else pl.col(name).is_null()
        for name, kind in frame.schema.items()
    )
    keep = frame.select(~empty).to_series()
    if keep.all():
        return frame, rows
    return frame.filter(keep), rows.filter(keep)
