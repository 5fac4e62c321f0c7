"""Hand-made tables for tests of features: rows as dicts, dates as ISO text, money in whole units."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import polars as pl
from polars.testing import assert_frame_equal

from riskengine.features.build import build_features
from riskengine.features.engines import Engine
from riskengine.features.feature import Feature
from riskengine.tables.contracts import CONTRACTS, Kind
from riskengine.tables.store import TableSet, disk_schema, tables_in_memory

Row = Mapping[str, object]

_DEFAULTS: Mapping[str, Row] = {
    "customers": {"customer_id": "C1", "known_at": "2020-01-01"},
    "invoices": {"customer_id": "C1", "currency": "CNY", "disputed": False},
    "payments": {"customer_id": "C1", "currency": "CNY", "kind": "cash"},
    "orders": {"customer_id": "C1", "currency": "CNY"},
    "financials": {"customer_id": "C1", "currency": "CNY", "months": 12},
    "signals": {"customer_id": "C1"},
    "changes": {"customer_id": "C1"},
    "links": {"customer_id": "C1", "kind": "guarantor", "holds_from": "2020-01-01"},
    "industry": {"industry": "C33"},
    "fx": {},
}


def tables(*, reporting_currency: str = "CNY", **given: Sequence[Row]) -> TableSet:
    """Tables by name. An absent id is the row's number, an absent known_at the contract's stand-in for it; a money
    column may be given without `_cents`, in whole units. Without customers there is one, C1.
    """
    rows = {"customers": [{}], **given}
    frames = {name: _frame(name, table) for name, table in rows.items()}
    return tables_in_memory(frames, reporting_currency=reporting_currency)


def features_of(
    tables: TableSet, as_of: str = "2024-06-30", *, engine: Engine = Engine.POLARS, customer: str = "C1"
) -> dict[str, object]:
    """The features of one customer by name."""
    return features_by_customer(tables, as_of, engine=engine)[customer]


def features_by_customer(
    tables: TableSet, as_of: str = "2024-06-30", *, engine: Engine = Engine.POLARS
) -> dict[str, dict[str, object]]:
    """The features of every customer by name."""
    built = build_features(tables, date.fromisoformat(as_of), engine=engine)
    return {row["customer_id"]: row for row in built.iter_rows(named=True)}


def assert_engines_agree(tables: TableSet, features: Iterable[Feature], as_of: str = "2024-06-30") -> None:
    """Every engine gives the same values, within 1e-9 of their size, and the same missing ones."""
    names = ["customer_id", *(f.name for f in features)]
    polars, *others = (build_features(tables, date.fromisoformat(as_of), engine=e).select(names) for e in Engine)
    for other in others:
        assert_frame_equal(polars, other, rel_tol=1e-9, abs_tol=1e-9)


def _frame(name: str, rows: Sequence[Row]) -> pl.DataFrame:
    return pl.DataFrame(
        [_row(name, row, number) for number, row in enumerate(rows)], schema=disk_schema(CONTRACTS[name])
    )


def _row(name: str, given: Row, number: int) -> dict[str, object]:
    contract = CONTRACTS[name]
    row: dict[str, object] = {**_DEFAULTS[name], **given}
    for column in contract.columns:
        units = row.pop(column.name.removesuffix("_cents"), None) if column.kind is Kind.CENTS else None
        if units is not None:
            row[column.name] = round(float(str(units)) * 100)
    row.setdefault("known_at", row.get(contract.known_from))
    if contract.key[0].endswith("_id") and contract.key[0] not in row:
        row[contract.key[0]] = f"{name}-{number}"
    unknown = set(row) - set(contract.column_names)
    if unknown:
        raise KeyError(f"{name}: {unknown}")
    days = {c.name for c in contract.columns if c.kind is Kind.DAY}
    return {k: date.fromisoformat(str(v)) if k in days and v is not None else v for k, v in row.items()}
