"""What a rating takes from customers other than itself and its links, as small numbers that can be kept.

Figures of an industry in our own ledger, what is usual among peers, which tables anybody delivered. They are sums over
all customers of a day. Kept, they let the features of a few customers be built from the rows of these few, with the
same result to the last bit as among all customers of that day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType

import polars as pl

from riskengine.terms.days import day_number, day_of
from riskengine.terms.errors import InputError


class By(StrEnum):
    """What makes customers peers of each other."""

    INDUSTRY = "industry"
    REGION = "region"
    SIZE = "size"


_DAY, _TABLE = "day", "table"  # beside those of By: the day of the sums, and the rows known of each table
SCHEMA: Mapping[str, type[pl.DataType]] = MappingProxyType(
    {"by": pl.String, "of": pl.String, "measure": pl.String, "whole": pl.Int64, "number": pl.Float64}
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The figures of all customers on one day.

    `sums` are frames with one row per industry, region or size class, sorted by that first column (`industry`, ...),
    and a column of whole numbers (Int64) per measure. `delivered` names the tables of which anything was known; None
    leaves it to the tables at hand. `numbers` holds references that are no sums, such as the spread of a measure of
    anomaly, each under a name of its own, with the columns `of`, `measure` and `number`.
    """

    as_of: date
    sums: Mapping[By, pl.DataFrame]
    delivered: frozenset[str] | None = None
    numbers: Mapping[str, pl.DataFrame] = field(default_factory=dict)

    def of(self, by: By, measures: Sequence[str]) -> pl.DataFrame:
        """The sums by one of the groupings. Raises InputError if a measure is not among them."""
        kept = self.sums[by]
        if kept.is_empty():
            return pl.DataFrame(schema={by.value: pl.String, **dict.fromkeys(measures, pl.Int64)})
        missing = sorted(set(measures) - set(kept.columns))
        if missing:
            raise InputError(
                f"the surroundings of {self.as_of} do not hold {missing[0]} by {by.value}",
                where="surroundings",
                remedy="they were kept by another version; run rerate again",
            )
        return kept.select(by.value, *measures)

    def without_delivery(self) -> "Surroundings":
        """The same without a word on which tables were delivered: for rows that came on another way."""
        return replace(self, delivered=None)

    def with_numbers(self, name: str, numbers: pl.DataFrame) -> "Surroundings":
        """The same with a reference more, or another in its place; a frame of `of`, `measure`, `number`."""
        kept = numbers.select(pl.col("of", "measure").cast(pl.String), pl.col("number").cast(pl.Float64))
        return replace(self, numbers={**self.numbers, name: kept.sort("of", "measure")})

    def frame(self) -> pl.DataFrame:
        """All in one table to be kept, sorted: `by`, `of`, `measure` and a `whole` number or a `number`."""
        parts = [_rows(_DAY, _day_rows(self.as_of))]
        if self.delivered is not None:
            parts.append(_rows(_TABLE, pl.DataFrame({"of": sorted(self.delivered), "measure": "rows", "whole": 1})))
        for by, sums in self.sums.items():
            long = sums.rename({by.value: "of"}).unpivot(index="of", variable_name="measure", value_name="whole")
            parts.append(_rows(by.value, long))
        parts.extend(_rows(name, numbers) for name, numbers in self.numbers.items())
        return pl.concat(parts).sort("by", "of", "measure")


def surroundings_from(kept: pl.DataFrame) -> Surroundings:
    """What `Surroundings.frame` gave. Raises InputError if it is anything else."""
    if dict(kept.schema) != dict(SCHEMA):
        raise InputError("no surroundings: the columns differ", where="surroundings", remedy="run rerate again")
    parts = {str(key): part for (key,), part in kept.partition_by("by", as_dict=True).items()}
    if _DAY not in parts:
        raise InputError("surroundings of no day", where="surroundings", remedy="run rerate again")
    tables = parts.get(_TABLE)
    reserved = {_DAY, _TABLE, *By}
    return Surroundings(
        as_of=day_of(parts[_DAY]["whole"].item()),
        sums={by: _wide(parts.get(by.value), by) for by in By},
        delivered=None if tables is None else frozenset(tables["of"]),
        numbers={n: p.select("of", "measure", "number") for n, p in sorted(parts.items()) if n not in reserved},
    )


def _day_rows(as_of: date) -> pl.DataFrame:
    return pl.DataFrame({"of": "as_of", "measure": "days", "whole": day_number(as_of)})


def _rows(by: str, rows: pl.DataFrame) -> pl.DataFrame:
    absent = [pl.lit(None, dtype=kind).alias(name) for name, kind in SCHEMA.items() if name not in rows.columns]
    return rows.with_columns(*absent).select(
        pl.lit(by).alias("by") if name == "by" else pl.col(name).cast(kind) for name, kind in SCHEMA.items()
    )


def _wide(rows: pl.DataFrame | None, by: By) -> pl.DataFrame:
    if rows is None:
        return pl.DataFrame(schema={by.value: pl.String})
    wide = rows.pivot(on="measure", index="of", values="whole", sort_columns=True)
    return wide.rename({"of": by.value}).sort(by.value)
