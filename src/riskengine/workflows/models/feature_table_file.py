"""A table of features in a CSV or Parquet file, as a model is fitted to it."""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray
from polars.exceptions import PolarsError

from riskengine.scoring.calibration import Floats
from riskengine.scoring.table_model import FeatureTable
from riskengine.scoring.table_spec import ColumnSpec
from riskengine.terms.errors import InputError, UsageError, nearest

_READERS: dict[str, Callable[[io.BytesIO], pl.DataFrame]] = {
    ".parquet": pl.read_parquet,
    ".csv": lambda content: pl.read_csv(content, infer_schema_length=None, try_parse_dates=True),
}


@dataclass(frozen=True, slots=True)
class Roles:
    """Which columns are not features."""

    label: str
    group: str | None = None
    dates: str | None = None

    @property
    def named(self) -> tuple[str, ...]:
        return tuple(name for name in (self.label, self.group, self.dates) if name is not None)


@dataclass(frozen=True, slots=True)
class ReadTable:
    """`left_out`: columns that are no features, and why. `sha256` is that of the file's bytes."""

    table: FeatureTable
    left_out: dict[str, str]
    sha256: str


def read_feature_table(path: Path, roles: Roles, columns: ColumnSpec) -> ReadTable:
    """Read and check a file. Columns of text, without any value, or with one value only are left out and named.

    Raises UsageError for a column the file has not; InputError for a file that cannot be read, a label that is not 0
    or 1 in every row or has only one of them, infinite values, missing groups or dates, or a column of `only` that
    would have to be left out.
    """
    frame, digest = _read(path)
    _refuse_twins(frame.columns, path)
    for name in (*roles.named, *columns.only, *columns.without):
        if name not in frame.columns:
            raise UsageError(f"there is no column '{name}'", where=str(path), remedy=nearest(name, frame.columns))
    offered = columns.only or [name for name in frame.columns if name not in roles.named]
    reasons = {name: _unfit(frame[name]) for name in offered}
    left_out = {name: reason for name, reason in reasons.items() if reason is not None}
    left_out |= dict.fromkeys(columns.without, "named by the spec")
    if refused := [name for name in columns.only if name in left_out]:
        listed = "; ".join(f"'{name}' is {left_out[name]}" for name in refused)
        raise InputError(listed, where=f"{path}, features.only", remedy="take it out of the spec, or mend the column")
    used = tuple(name for name in offered if name not in left_out)
    if not used:
        raise InputError("no column is left to learn from", where=str(path), remedy="bring numeric columns")
    values = np.ascontiguousarray(frame.select(pl.col(used).cast(pl.Float64)).to_numpy().astype(np.float64))
    _refuse_infinite(values, used, path)
    group = None if roles.group is None else _group(frame[roles.group], path)
    day = None if roles.dates is None else _days(frame[roles.dates], path)
    return ReadTable(FeatureTable(used, values, _outcome(frame[roles.label], path), group, day), left_out, digest)


def _read(path: Path) -> tuple[pl.DataFrame, str]:
    import hashlib  # noqa: PLC0415 - only here

    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise UsageError(f"'{path.suffix}' is no known ending", where=str(path), remedy="bring .csv or .parquet")
    try:
        content = path.read_bytes()
        frame = reader(io.BytesIO(content))
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror or error})", where=str(path), remedy="check it") from None
    except PolarsError as error:
        first = str(error).partition("\n")[0]
        raise InputError(f"cannot be read ({first})", where=str(path), remedy="export it again") from None
    if frame.height == 0:
        raise InputError("the table has no rows", where=str(path), remedy="export it again")
    return frame, hashlib.sha256(content).hexdigest()


def _refuse_twins(columns: list[str], path: Path) -> None:
    """Polars gives the second column of a name another one."""
    twins = [name.rpartition("_duplicated_")[0] for name in columns if re.search(r"_duplicated_\d+$", name)]
    if twins := sorted({name for name in twins if name in columns}):
        raise InputError(
            f"two columns are called {', '.join(map(repr, twins))}", where=str(path), remedy="give each its own name"
        )


def _unfit(column: pl.Series) -> str | None:
    present = column.drop_nulls().drop_nans() if column.dtype.is_float() else column.drop_nulls()
    if present.is_empty():
        return "missing in every row"
    if not (column.dtype.is_numeric() or column.dtype == pl.Boolean):
        return f"not a number ({column.dtype})"
    if present.n_unique() == 1 and len(present) == len(column):
        return f"the same in every row ({present[0]})"
    return None


def _outcome(label: pl.Series, path: Path) -> Floats:
    where, remedy = f"{path}, column '{label.name}'", "make the label 1 for bad and 0 for good in every row"
    if label.null_count():
        raise InputError(f"the label is missing in {label.null_count():,} rows", where=where, remedy=remedy)
    if not (label.dtype.is_numeric() or label.dtype == pl.Boolean):
        raise InputError(f"the label is {label.dtype}, not 0 or 1", where=where, remedy=remedy)
    outcome = label.cast(pl.Float64).to_numpy().astype(np.float64)
    if odd := sorted(set(np.unique(outcome).tolist()) - {0.0, 1.0}):
        raise InputError(f"the label has other values than 0 and 1, such as {odd[0]:g}", where=where, remedy=remedy)
    if not 0 < outcome.sum() < outcome.size:
        raise InputError(f"the label is {outcome[0]:g} in every row", where=where, remedy="both outcomes are needed")
    return outcome


def _refuse_infinite(values: Floats, names: tuple[str, ...], path: Path) -> None:
    infinite = [names[place] for place in np.flatnonzero(np.any(np.isinf(values), axis=0))]
    if infinite:
        listed = ", ".join(infinite)
        raise InputError(f"infinite values in {listed}", where=str(path), remedy="leave them empty, or bound them")


def _group(column: pl.Series, path: Path) -> NDArray[np.object_]:
    if column.null_count():
        raise InputError(
            f"the group is missing in {column.null_count():,} rows",
            where=f"{path}, column '{column.name}'",
            remedy="give every row a group, its own if need be",
        )
    return np.array(column.cast(pl.String).to_list(), dtype=object)


def _days(column: pl.Series, path: Path) -> NDArray[np.int32]:
    where = f"{path}, column '{column.name}'"
    if column.dtype == pl.String:
        column = column.str.to_date("%Y-%m-%d", strict=False)
    if not column.dtype.is_temporal():
        raise InputError(f"no dates but {column.dtype}", where=where, remedy="write dates as 2024-12-31")
    if column.null_count():
        raise InputError(
            f"{column.null_count():,} rows have no readable date", where=where, remedy="write dates as 2024-12-31"
        )
    return column.cast(pl.Date).cast(pl.Int32).to_numpy().astype(np.int32)
