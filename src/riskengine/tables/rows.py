"""From the rows of one source to rows of the tables, cell by cell."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from riskengine.tables.column_values import Reading, column_values, source_text
from riskengine.tables.contracts import CONTRACTS, Column, TableContract
from riskengine.tables.findings import (
    FINDING_SCHEMA,
    REPAIR_SCHEMA,
    ROW,
    SOURCE,
    findings_where,
    gathered,
    repairs_where,
)
from riskengine.tables.mapping import TERMS_DAYS, MappingFile, mappable
from riskengine.tables.mapping_model import ColumnMapping, SourceMapping, TableMapping
from riskengine.tables.parsed import as_text, no_row
from riskengine.tables.raw import RawSource
from riskengine.tables.reason import Reason
from riskengine.tables.row_checks import value_failures
from riskengine.tables.store import memory_schema
from riskengine.tables.yaml_file import DocumentError, Finding
from riskengine.terms.errors import nearest


@dataclass(frozen=True, slots=True)
class SourceRows:
    """Rows of each table with the source and row they came from, not yet checked against each other."""

    tables: Mapping[str, pl.DataFrame]
    findings: pl.DataFrame
    repairs: pl.DataFrame


def source_rows(raw: RawSource, index: int, mapping: MappingFile) -> SourceRows:
    """Read every mapped cell. Raises DocumentError if the source lacks a column that the mapping names."""
    spec = mapping.spec.sources[raw.source]
    _require_columns(raw, spec, mapping)
    lineage = pl.DataFrame({SOURCE: pl.repeat(index, raw.frame.height, dtype=pl.UInt16, eager=True), ROW: raw.rows})
    findings = [_unreadable(raw, index), _without_any_table(raw, spec, mapping, lineage)]
    repairs: list[pl.DataFrame] = []
    tables = {}
    for name, table in spec.tables.items():
        frame, own = _present(raw.frame, lineage, table, spec.missing or mapping.spec.missing)
        reader = _TableReader(CONTRACTS[name], spec, mapping, frame, own, findings, repairs)
        tables[name] = reader.rows(table)
    return SourceRows(tables, gathered(findings, FINDING_SCHEMA), gathered(repairs, REPAIR_SCHEMA))


@dataclass(frozen=True, slots=True)
class _TableReader:
    contract: TableContract
    source: SourceMapping
    mapping: MappingFile
    frame: pl.DataFrame
    lineage: pl.DataFrame
    findings: list[pl.DataFrame]
    repairs: list[pl.DataFrame]

    def rows(self, table: TableMapping) -> pl.DataFrame:
        known = mappable(self.contract)
        columns = [self.lineage[SOURCE], self.lineage[ROW]]
        for name, spec in table.columns.items():
            if spec.derived is None:
                columns.append(self.column(known[name], spec))
        return _completed(pl.DataFrame(columns), self.contract)

    def column(self, target: Column, spec: ColumnMapping) -> pl.Series:
        parsed = column_values(self.frame, target, spec, self.reading(spec))
        table = self.contract.name
        problems = [*parsed.problems]
        for failure in value_failures(table, target, parsed.values):
            declared = failure.reason is Reason.NEGATIVE_AMOUNT and table in ("invoices", "payments")
            if not (declared and self.mapping.spec.repairs.negative_invoice == "credit_note"):
                problems.append((failure.reason, failure.mask))
        found = [(reason, mask) for reason, mask in problems if mask.any()]
        shown = source_text(self.frame, spec) if found and spec.constant is None else None
        for reason, mask in found:
            self.findings.append(
                findings_where(self.lineage, mask, reason, table=table, column=target.name, value=shown)
            )
        self.repairs.extend(repairs_where(self.lineage, mask, repair) for repair, mask in parsed.repairs)
        return parsed.values

    def reading(self, spec: ColumnMapping) -> Reading:
        whole = self.mapping.spec
        numbers = self.source.numbers or whole.numbers
        changed = {"decimal": spec.decimal, "thousands": spec.thousands}
        numbers = numbers.model_copy(update={k: v for k, v in changed.items() if v is not None})
        return Reading(
            self.mapping.date_patterns(self.source, spec),
            numbers,
            whole.missing if self.source.missing is None else self.source.missing,
            self.mapping.allowed_currencies,
            whole.repairs.fraction_of_cent == "round",
        )


def _completed(frame: pl.DataFrame, contract: TableContract) -> pl.DataFrame:
    """All columns of the contract, and for invoices the due or issue date that the terms give."""
    schema = memory_schema(contract)
    absent = [pl.lit(None, dtype=kind).alias(name) for name, kind in schema.items() if name not in frame.columns]
    defaults = [pl.col(c.name).fill_null(c.default) for c in contract.columns if c.default is not None]
    full = frame.with_columns(absent).with_columns(defaults)
    if TERMS_DAYS.name in frame.columns:
        terms = pl.col(TERMS_DAYS.name)
        full = full.with_columns(
            pl.col("due_on").fill_null(pl.col("issued_on") + terms),
            pl.col("issued_on").fill_null(pl.col("due_on") - terms),
        )
    return full.select(SOURCE, ROW, *contract.column_names)


def _present(
    frame: pl.DataFrame, lineage: pl.DataFrame, table: TableMapping, missing: tuple[str, ...]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    if table.only_with is None:
        return frame, lineage
    filled = as_text(frame[table.only_with], missing).is_not_null()
    return frame.filter(filled), lineage.filter(filled)


def _without_any_table(
    raw: RawSource, spec: SourceMapping, mapping: MappingFile, lineage: pl.DataFrame
) -> pl.DataFrame:
    conditions = [t.only_with for t in spec.tables.values() if t.only_with is not None]
    if len(conditions) < len(spec.tables):
        return pl.DataFrame(schema=FINDING_SCHEMA)
    missing = mapping.spec.missing if spec.missing is None else spec.missing
    empty = ~no_row(raw.frame.height)
    for condition in conditions:
        empty = empty & as_text(raw.frame[condition], missing).is_null()
    table = next(iter(spec.tables))
    return findings_where(lineage, empty, Reason.MISSING, table=table, column=conditions[0], value=None)


def _unreadable(raw: RawSource, index: int) -> pl.DataFrame:
    return pl.DataFrame(
        [(index, line.row, "", "", line.text, Reason.UNREADABLE_LINE.value) for line in raw.unreadable],
        schema=FINDING_SCHEMA,
        orient="row",
    )


def _require_columns(raw: RawSource, spec: SourceMapping, mapping: MappingFile) -> None:
    findings = tuple(_missing_columns(raw, spec, mapping))
    if findings:
        raise DocumentError(findings)


def _missing_columns(raw: RawSource, spec: SourceMapping, mapping: MappingFile) -> Iterator[Finding]:
    held = set(raw.frame.columns)
    for name, table in spec.tables.items():
        at = ("sources", raw.source, "tables", name)
        named: list[tuple[tuple[str, ...], str]] = [
            ((*at, "columns", c), n) for c, column in table.columns.items() for n in column.source_columns
        ]
        if table.only_with is not None:
            named.append(((*at, "only_with"), table.only_with))
        for place, column in named:
            if column not in held:
                yield Finding(
                    mapping.document.place(*place), f"{raw.file} has no column '{column}'", nearest(column, held)
                )
