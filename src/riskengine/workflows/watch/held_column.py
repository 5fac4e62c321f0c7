"""A column held in few bytes, of which any rows are given back as they were.

A text that many rows repeat is held once, an identity that ends in a number as that number, whole numbers in as few
bytes as they need, and what is the same in all rows once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import polars as pl

Places = npt.NDArray[np.int64]
_REPEATED = 20  # rows to a text, at least, for it to be held once
_DIGITS = "0123456789"
_MOST_DIGITS = 18  # that surely are a number of 64 bits
_WIDEST = 2**31  # span of whole numbers that are held by their distance from the smallest


class Form(StrEnum):
    AS_IT_IS = "as it is"
    REPEATED = "repeated"
    NUMBERED = "numbered"


def form_of(sample: pl.Series) -> Form:
    """How rows like these are best held; any others can be held so, too."""
    if sample.dtype != pl.String:
        return Form.AS_IT_IS
    if _is_repeated(sample):
        return Form.REPEATED
    return Form.NUMBERED if _is_repeated(_split(sample)["head"]) else Form.AS_IT_IS


def _is_repeated(texts: pl.Series) -> bool:
    return texts.n_unique() * _REPEATED <= len(texts)


def loosened(column: pl.Series, form: Form) -> pl.DataFrame:
    """The parts that a column of a form is held in, as long as more rows may come."""
    if form is Form.NUMBERED:
        return _split(column).with_columns(pl.col("head").cast(pl.Categorical))
    whole = column.cast(pl.Categorical) if form is Form.REPEATED else column
    return whole.to_frame("whole")


def _split(texts: pl.Series) -> pl.DataFrame:
    """`head`, and the `number` that the last digits make with a 1 before them, so that none of them is lost."""
    text, width = pl.col("text"), pl.col("width")
    trailing = text.str.len_bytes() - text.str.strip_chars_end(_DIGITS).str.len_bytes()
    return (
        texts.to_frame("text")
        .with_columns(trailing.clip(upper_bound=_MOST_DIGITS).cast(pl.Int64).alias("width"))
        .select(
            text.str.head(text.str.len_chars().cast(pl.Int64) - width).alias("head"),
            pl.when(width > 0).then(pl.lit("1") + text.str.tail(width)).cast(pl.Int64).alias("number"),
        )
    )


@dataclass(frozen=True, slots=True)
class HeldColumn:
    """Rows of the type `kind` in one part or, numbered, in two."""

    name: str
    kind: pl.DataType
    parts: Mapping[str, "_Part"]

    def at(self, places: Places) -> pl.Series:
        """Some rows; their places ascend."""
        found = [part.at(places) for part in self.parts.values()]
        if len(found) == 1:
            return found[0].cast(self.kind).alias(self.name)
        digits = pl.col("number").cast(pl.String).str.slice(1).fill_null("")
        return pl.DataFrame(found).select((pl.col("head").cast(pl.String) + digits).alias(self.name)).to_series()

    def among(self, texts: pl.Series, count: int) -> Places:
        """The places of those of `count` rows that say one of `texts`. Numbers are compared as such: writing them out
        takes longer."""
        places = np.arange(count)
        if "number" in self.parts:
            places = self.parts["number"].among(_split(texts)["number"], places)
        says = self.at(places).is_in(texts.implode()).fill_null(value=False)
        return np.compress(says.to_numpy(), places)


def held_column(name: str, kind: pl.DataType, loose: pl.DataFrame, order: pl.Series) -> HeldColumn:
    """All rows, `loosened`, in another order."""
    return HeldColumn(name, kind, {part.name: _part(part, order) for part in loose})


@dataclass(frozen=True, slots=True)
class _Part:
    """`stored` is one row where all say the same, and what to add to `least`, where there is one, for the others."""

    stored: pl.Series
    is_alike: bool = False
    least: int | None = None

    def at(self, places: Places) -> pl.Series:
        if self.is_alike:
            return self.stored.new_from_index(0, len(places))
        found = _gathered(self.stored, places)
        return found if self.least is None else found.cast(pl.Int64) + self.least

    def among(self, numbers: pl.Series, places: Places) -> Places:
        """Those of all places where one of the numbers stands; where none stands, too, if one of them is null."""
        if self.is_alike:
            return places
        wanted = numbers.drop_nulls() - (self.least or 0)
        found = self.stored.is_in(wanted.implode()).fill_null(value=False)
        return np.compress((found | (self.stored.is_null() & numbers.has_nulls())).to_numpy(), places)


def _part(column: pl.Series, order: pl.Series) -> _Part:
    """Put in order at last: a column that was made narrower in its place still has the room of the wider one."""
    if _is_alike(column):
        return _Part(column.gather(order.head(1)), is_alike=True)
    if column.dtype == pl.Categorical:
        texts = column.drop_nulls().unique().cast(pl.String).sort()
        return _Part(column.cast(pl.Enum(texts)).gather(order).rechunk())
    least, most = (column.min(), column.max()) if column.dtype.is_integer() else (None, None)
    if not isinstance(least, int) or not isinstance(most, int) or most - least >= _WIDEST:
        return _Part(column.gather(order).rechunk())
    return _Part((column.cast(pl.Int64) - least).shrink_dtype().gather(order).rechunk(), least=least)


def _is_alike(column: pl.Series) -> bool:
    if column.is_empty() or column.has_nulls():
        return 0 < len(column) == column.null_count()
    return (column == column.head(1)).all()


def _gathered(column: pl.Series, at: Places) -> pl.Series:
    """Of ascending places; one span of them is not copied."""
    if len(at) and at[-1] - at[0] == len(at) - 1:
        return column.slice(int(at[0]), len(at))
    return column.gather(at)
