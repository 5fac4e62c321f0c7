"""pandas frames as tables, checked against the contracts."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from riskengine.tables.contracts import CONTRACTS, Column, Kind, TableContract
from riskengine.tables.store import TableSet, memory_schema, tables_in_memory
from riskengine.terms.errors import InputError, UsageError, nearest

if TYPE_CHECKING:
    import pandas as pd

_CENTS = "_cents"


def tables_from_pandas(frames: Mapping[str, "pd.DataFrame"], *, reporting_currency: str | None) -> TableSet:
    """The engine's tables from frames by table name.

    Columns are those of the contracts (docs/reference/tables.md), with three conveniences: money may be given in units
    under the name without `_cents`; days may be datetimes, dates or ISO texts; a missing `known_at` is the day the
    contract names (say, `issued_on`). NaN, NaT and None are missing. Raises UsageError for an unknown table or without
    a reporting currency, InputError for columns or values that do not fit, naming the table, column and row.
    """
    if reporting_currency is None:
        raise UsageError("the frames have no reporting currency", remedy="give reporting_currency, such as 'CNY'")
    unknown = [name for name in frames if name not in CONTRACTS]
    if unknown:
        raise UsageError(f"there is no table '{unknown[0]}'", remedy=nearest(unknown[0], CONTRACTS))
    held = {name: _table(frame, CONTRACTS[name], reporting_currency) for name, frame in frames.items()}
    for name, frame in held.items():
        _refuse_repeats(frame, CONTRACTS[name])
    return tables_in_memory(held, reporting_currency=reporting_currency)


def _table(frame: "pd.DataFrame", contract: TableContract, currency: str) -> pl.DataFrame:
    given = {str(name): name for name in frame.columns}
    known = {c.name for c in contract.columns} | {c.name.removesuffix(_CENTS) for c in contract.columns}
    for name in given:
        if name not in known:
            raise InputError(f"unknown column '{name}'", where=contract.name, remedy=nearest(name, known))
    columns: dict[str, pl.Series] = {}
    for column in contract.columns:
        in_units = column.name.removesuffix(_CENTS)
        if column.name in given and in_units in given and in_units != column.name:
            raise InputError(f"'{in_units}' and '{column.name}' are both given", where=contract.name, remedy="keep one")
        if column.name in given:
            columns[column.name] = _series(frame[given[column.name]], column, contract.name, in_units=False)
        elif in_units in given:
            columns[column.name] = _series(frame[given[in_units]], column, contract.name, in_units=True)
    return _completed(columns, contract, currency)


def _completed(columns: dict[str, pl.Series], contract: TableContract, currency: str) -> pl.DataFrame:
    """With `known_at`, the currency and the defaults where they were left out; required values are there."""
    frame = pl.DataFrame(columns)
    if contract.known_from in columns:
        stand_in = pl.col(contract.known_from)
        known = pl.col("known_at").fill_null(stand_in) if "known_at" in columns else stand_in
        frame = frame.with_columns(known.alias("known_at"))
    if contract.column_names.count("currency") and contract.name != "fx":
        own = pl.col("currency").fill_null(currency) if "currency" in columns else pl.lit(currency)
        frame = frame.with_columns(own.alias("currency"))
    for column in contract.columns:
        if column.default is not None:
            own = pl.col(column.name).fill_null(column.default) if column.name in columns else pl.lit(column.default)
            frame = frame.with_columns(own.alias(column.name))
        if column.required and column.name not in frame.columns:
            raise InputError(f"required column '{column.name}' is missing", where=contract.name)
        if column.required and frame[column.name].null_count():
            row = frame[column.name].is_null().arg_true()[0]
            raise InputError(
                f"'{column.name}' is missing in row {row}", where=contract.name, remedy="fill or drop the row"
            )
    schema = memory_schema(contract)
    return frame.select(pl.col(name).cast(schema[name]) for name in frame.columns)


def _series(values: "pd.Series", column: Column, table: str, *, in_units: bool) -> pl.Series:
    where = f"{table}.{column.name.removesuffix(_CENTS) if in_units else column.name}"
    match column.kind:
        case Kind.DAY:
            return _days(values, where)
        case Kind.CENTS | Kind.COUNT:
            return _whole(values, where, 100 if in_units else 1)
        case Kind.NUMBER:
            return pl.Series(_numbers(values, where), dtype=pl.Float64).fill_nan(None)
        case Kind.FLAG:
            return _flags(values, where)
        case _:
            return _texts(values, column, where)


def _days(values: "pd.Series", where: str) -> pl.Series:
    import pandas as pd  # noqa: PLC0415 - slow to import

    try:
        days = pd.to_datetime(values, errors="raise", format=None if values.dtype != object else "mixed")
    except (ValueError, TypeError) as error:
        raise InputError(f"not a day ({error})", where=where, remedy="give datetimes, dates or YYYY-MM-DD") from None
    if getattr(days.dt, "tz", None) is not None:
        raise InputError("days with a time zone", where=where, remedy="decide which day it was, then drop the zone")
    counted = days.to_numpy(dtype="datetime64[D]").astype(np.int64)
    missing = days.isna().to_numpy(dtype=bool)
    return pl.Series(np.where(missing, 0, counted)).cast(pl.Int32).set(pl.Series(missing), None)


def _numbers(values: "pd.Series", where: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    try:
        numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
    except (ValueError, TypeError) as error:
        raise InputError(f"not a number ({error})", where=where) from None
    if np.isinf(numbers).any():
        row = int(np.argmax(np.isinf(numbers)))
        raise InputError(f"infinite in row {row}", where=where, remedy="leave out what is not known")
    return numbers


def _whole(values: "pd.Series", where: str, size: int) -> pl.Series:
    """Whole numbers; amounts in units are taken to the hundredth, and a third decimal is refused."""
    numbers = _numbers(values, where) * size
    rounded = np.round(numbers)
    missing = np.isnan(numbers)
    off = ~missing & (np.abs(numbers - rounded) > 1e-6 * np.maximum(1.0, np.abs(numbers) * 1e-6))
    if off.any():
        row = int(np.argmax(off))
        what = "more than two decimals" if size == 100 else "a fraction"
        raise InputError(f"{what} in row {row} ({values.iloc[row]})", where=where, remedy="round it first")
    if (np.abs(np.where(missing, 0.0, rounded)) > 2.0**53).any():
        raise InputError(
            "amounts too large to be exact", where=where, remedy="give whole numbers of hundredths as Int64"
        )
    return pl.Series(np.where(missing, 0.0, rounded)).cast(pl.Int64).set(pl.Series(missing), None)


def _flags(values: "pd.Series", where: str) -> pl.Series:
    held = _objects(values)
    wrong = next((row for row, v in enumerate(held) if v is not None and not isinstance(v, bool | np.bool_)), None)
    if wrong is not None:
        raise InputError(f"{held[wrong]!r} in row {wrong} is neither true nor false", where=where)
    return pl.Series([None if v is None else bool(v) for v in held], dtype=pl.Boolean)


def _texts(values: "pd.Series", column: Column, where: str) -> pl.Series:
    held = _objects(values)
    for row, value in enumerate(held):
        if value is not None and not isinstance(value, str):
            raise InputError(
                f"{value!r} in row {row} is not text", where=where, remedy="convert it, ids too: astype(str)"
            )
        if column.codes and value is not None and value not in column.codes:
            raise InputError(
                f"{value!r} in row {row} is no known code", where=where, remedy=nearest(value, column.codes)
            )
    return pl.Series(held, dtype=pl.String)


def _objects(values: "pd.Series") -> list[object]:
    """The values with None for every kind of missing."""
    pairs = zip(values.tolist(), values.isna().tolist(), strict=True)
    return [None if is_missing else value for value, is_missing in pairs]


def _refuse_repeats(frame: pl.DataFrame, contract: TableContract) -> None:
    repeated = frame.filter(pl.struct(contract.key).is_duplicated())
    if repeated.height:
        key = ", ".join(f"{name} {repeated[name][0]}" for name in contract.key)
        raise InputError(
            f"{repeated.height} rows share their key with another (first: {key})",
            where=contract.name,
            remedy="keep one row for each key",
        )
