"""A folder of tables: written once, opened lazily.

In memory every day column is an Int32 count of days since 1970-01-01.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import polars as pl

from riskengine.tables.contracts import CONTRACTS, Kind, TableContract
from riskengine.tables.publish import publishing, read_manifest, write_manifest
from riskengine.terms.errors import InputError

TABLES = "riskengine tables"

_ON_DISK: Mapping[Kind, type[pl.DataType]] = {
    Kind.TEXT: pl.String,
    Kind.CODE: pl.String,
    Kind.DAY: pl.Date,
    Kind.CENTS: pl.Int64,
    Kind.COUNT: pl.Int32,
    Kind.NUMBER: pl.Float64,
    Kind.FLAG: pl.Boolean,
}


@dataclass(frozen=True, slots=True)
class TableSet:
    """All tables as lazy Polars frames (a table that was not given is empty), days as Int32."""

    reporting_currency: str
    frames: Mapping[str, pl.LazyFrame]
    sha256: Mapping[str, str]

    def __getitem__(self, name: str) -> pl.LazyFrame:
        return self.frames[name]

    @property
    def fingerprint(self) -> str:
        """SHA-256 over names and hashes of the files the tables came from."""
        joined = "\n".join(f"{name} {digest}" for name, digest in sorted(self.sha256.items()))
        return hashlib.sha256(joined.encode()).hexdigest()


def disk_schema(contract: TableContract) -> dict[str, type[pl.DataType]]:
    """Column name to Polars type as stored in Parquet."""
    return {c.name: _ON_DISK[c.kind] for c in contract.columns}


def memory_schema(contract: TableContract) -> dict[str, type[pl.DataType]]:
    """Column name to Polars type as the engine computes with it."""
    return {c.name: pl.Int32 if c.kind is Kind.DAY else _ON_DISK[c.kind] for c in contract.columns}


def write_tables(
    frames: Mapping[str, pl.LazyFrame | pl.DataFrame],
    out: Path,
    *,
    reporting_currency: str,
    made_by: Mapping[str, str | int] = MappingProxyType({}),
    beside: Callable[[Path], None] | None = None,
) -> None:
    """Publish contract-conforming tables as Parquet with a manifest. Optional columns that are absent become null.

    Day columns may be dates or day numbers. `made_by` is noted in the manifest. `beside` may write further files into
    the folder, which are published with the tables or not at all and are no part of the TableSet.

    Raises InputError for an unknown table, an unknown or a missing required column.
    """
    with publishing(out, TABLES) as scratch:
        described: dict[str, dict[str, int | str]] = {}
        for name, contract in CONTRACTS.items():
            if name not in frames:
                continue
            path = scratch / f"{name}.parquet"
            _conformed(frames[name].lazy(), contract).sink_parquet(path, compression="zstd", statistics=True)
            rows = pl.scan_parquet(path).select(pl.len()).collect().item()
            described[name] = {"rows": rows, "sha256": file_sha256(path)}
        if beside is not None:
            beside(scratch)
        content = {"reporting_currency": reporting_currency, "tables": described}
        write_manifest(scratch, TABLES, content | ({"made_by": dict(made_by)} if made_by else {}))


def open_tables(folder: Path) -> TableSet:
    """Open a finished folder of tables without reading the rows.

    Raises InputError if the folder is unfinished, of another kind, or a file does not fit its contract.
    """
    manifest = read_manifest(folder, TABLES)
    described = manifest["tables"]
    frames = {}
    for name, contract in CONTRACTS.items():
        if name in described:
            path = folder / f"{name}.parquet"
            if not path.is_file():
                raise InputError("named in the manifest but absent", where=str(path), remedy="make the tables again")
            frame = pl.scan_parquet(path)
            _check_columns(frame, contract, str(path))
            frames[name] = frame.with_columns(pl.col(pl.Date).cast(pl.Int32))
        else:
            frames[name] = pl.LazyFrame(schema=memory_schema(contract))
    return TableSet(manifest["reporting_currency"], frames, {n: str(d["sha256"]) for n, d in described.items()})


def tables_in_memory(frames: Mapping[str, pl.LazyFrame | pl.DataFrame], *, reporting_currency: str) -> TableSet:
    """A TableSet from frames at hand, conformed to the contracts."""
    held = {}
    for name, contract in CONTRACTS.items():
        if name in frames:
            held[name] = _conformed(frames[name].lazy(), contract).with_columns(pl.col(pl.Date).cast(pl.Int32))
        else:
            held[name] = pl.LazyFrame(schema=memory_schema(contract))
    return TableSet(reporting_currency, held, {})


def file_sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _conformed(frame: pl.LazyFrame, contract: TableContract) -> pl.LazyFrame:
    present = set(frame.collect_schema().names())
    unknown = sorted(present - set(contract.column_names))
    if unknown:
        raise InputError(f"unknown columns {', '.join(unknown)}", where=contract.name, remedy="drop or rename them")
    missing = [c.name for c in contract.columns if c.required and c.default is None and c.name not in present]
    if missing:
        raise InputError(f"required columns {', '.join(missing)} are missing", where=contract.name)
    schema = disk_schema(contract)
    return frame.select(
        (pl.col(c.name) if c.name in present else pl.lit(c.default)).cast(schema[c.name]).alias(c.name)
        for c in contract.columns
    )


def _check_columns(frame: pl.LazyFrame, contract: TableContract, where: str) -> None:
    found = frame.collect_schema()
    for name, kind in disk_schema(contract).items():
        if name not in found:
            raise InputError(f"column '{name}' is missing", where=where, remedy="make the tables again with intake")
        if found[name] != kind:
            raise InputError(
                f"column '{name}' is {found[name]}, expected {kind.__name__}",
                where=where,
                remedy="make the tables again with intake",
            )
