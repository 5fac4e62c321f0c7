"""The whole of intake as one pure step: sources as read in, tables and an account of every row out."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from riskengine.tables.contracts import CONTRACTS
from riskengine.tables.currencies import require_rates, stated_rates
from riskengine.tables.customers import first_seen, gather_customers, with_first_seen, without_lineage
from riskengine.tables.findings import (
    FINDING_SCHEMA,
    REPAIR_SCHEMA,
    ROW,
    SOURCE,
    findings_where,
    gathered,
    rejected_rows,
)
from riskengine.tables.links import content_columns, link_findings, with_invoice_facts
from riskengine.tables.mapping import MappingFile
from riskengine.tables.raw import RawSource
from riskengine.tables.reason import Reason
from riskengine.tables.rows import SourceRows, source_rows
from riskengine.tables.settle import (
    Frames,
    unit_mix_findings,
    with_credit_notes,
    with_known_at,
    with_repaired_days,
    within_table_findings,
)

GATHERED = "customers gathered"  # rows of which many make one customer


@dataclass(frozen=True, slots=True)
class TakenIn:
    """Tables in the engine's types, and what became of each row that was read."""

    tables: Frames
    findings: pl.DataFrame
    repairs: pl.DataFrame  # of the rows that were not quarantined
    accepted: pl.DataFrame
    merged: pl.DataFrame  # rows that repeat an earlier row


def take_in(sources: Sequence[RawSource], mapping: MappingFile, *, last_day: int | None) -> TakenIn:
    """Read, repair, check and merge. `last_day` is the day number after which nothing can have happened.

    Raises DocumentError for columns that a source lacks, InputError for a second currency without rates.
    """
    read = [source_rows(raw, index, mapping) for index, raw in enumerate(sources)]
    repairs = [r.repairs for r in read]
    findings = gathered((r.findings for r in read), FINDING_SCHEMA)
    frames = _settled(_without(_stacked(read, sources, mapping), findings), mapping, repairs)
    found = gathered(_within(frames, mapping, last_day), FINDING_SCHEMA)
    while True:
        findings, frames = pl.concat([findings, found]), _without(frames, found)
        # A row that goes may leave others without their customer or invoice.
        found = gathered(link_findings(_linked(frames), frames.get(GATHERED)), FINDING_SCHEMA)
        if found.is_empty():
            break
    frames, undated = _with_customers(frames, mapping)
    findings = pl.concat([findings, undated])
    tables = _distinct(frames)
    tables = {**tables, **stated_rates(mapping, tables.get("fx"))}
    require_rates(tables, mapping)
    kept = gathered(repairs, REPAIR_SCHEMA).join(rejected_rows(findings), on=[SOURCE, ROW], how="anti")
    merged = _repeated_rows(frames, kept)
    accepted = _rows_of(frames, kept).join(merged, on=[SOURCE, ROW], how="anti")
    return TakenIn(tables, findings, kept, accepted, merged)


def _stacked(read: Sequence[SourceRows], sources: Sequence[RawSource], mapping: MappingFile) -> Frames:
    parts: dict[str, list[pl.DataFrame]] = {}
    for rows, raw in zip(read, sources, strict=True):
        specs = mapping.spec.sources[raw.source].tables
        for name, frame in rows.tables.items():
            parts.setdefault(GATHERED if specs[name].one_row_per else name, []).append(frame)
    return {name: pl.concat(frames) for name, frames in parts.items()}


def _without(frames: Frames, findings: pl.DataFrame) -> Frames:
    if findings.is_empty():
        return frames
    rejected = rejected_rows(findings)
    return {n: f.join(rejected, on=[SOURCE, ROW], how="anti", maintain_order="left") for n, f in frames.items()}


def _linked(frames: Frames) -> Frames:
    return {n: f for n, f in frames.items() if n != GATHERED}


def _settled(frames: Frames, mapping: MappingFile, repairs: list[pl.DataFrame]) -> Frames:
    spec = mapping.spec
    gathered_rows = {n: f for n, f in frames.items() if n == GATHERED}
    out = with_credit_notes(_linked(frames), spec.repairs, repairs)
    out = with_invoice_facts(out, spec.currencies.default, spec.repairs, repairs)
    out = with_known_at(with_repaired_days(out, spec.repairs, repairs))
    return {**out, **gathered_rows}


def _derives_days(mapping: MappingFile) -> bool:
    tables = [s.tables["customers"] for s in mapping.spec.sources.values() if "customers" in s.tables]
    return any(column.derived for table in tables for column in table.columns.values())


def _within(frames: Frames, mapping: MappingFile, last_day: int | None) -> list[pl.DataFrame]:
    found: list[pl.DataFrame] = []
    for name, frame in frames.items():
        table = "customers" if name == GATHERED else name
        # Customers may still be dated by their first dealings.
        dated_later = name == GATHERED or (name == "customers" and _derives_days(mapping))
        excused = frozenset({"known_at"}) if dated_later else frozenset[str]()
        found += within_table_findings(table, frame, last_day, excused)
    if "financials" in frames:
        found += unit_mix_findings(frames["financials"])
    return found


def _with_customers(frames: Frames, mapping: MappingFile) -> tuple[Frames, pl.DataFrame]:
    """Customers dated by what was seen of them first, if declared; those nothing was seen of are findings."""
    if "customers" not in frames:
        return frames, pl.DataFrame(schema=FINDING_SCHEMA)
    customers = frames["customers"]
    if _derives_days(mapping):
        customers = with_first_seen(customers, first_seen(frames))
    undated = findings_where(
        customers,
        customers["known_at"].is_null(),
        Reason.MISSING,
        table="customers",
        column="known_at",
        value=customers["customer_id"],
    )
    return _without({**frames, "customers": customers}, undated), undated


def _distinct(frames: Frames) -> Frames:
    """Each table without repeated rows, in the order of its identity, with gathered customers among the customers."""
    tables = {n: _one_each(n, f) for n, f in _linked(frames).items()}
    if GATHERED in frames:
        made = gather_customers(frames[GATHERED], first_seen(frames)).select(CONTRACTS["customers"].column_names)
        if "customers" in tables:
            made = pl.concat([tables["customers"], made.join(tables["customers"], on="customer_id", how="anti")])
        tables["customers"] = made
    return {n: f.sort(CONTRACTS[n].column_names) for n, f in tables.items()}


def _one_each(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    content = content_columns(name)
    ordered = without_lineage(frame).sort("known_at")
    return ordered.unique(content, keep="first", maintain_order=True)


def _rows_of(frames: Frames, repairs: pl.DataFrame) -> pl.DataFrame:
    """The rows that live on in some table. A used-up credit note leaves nothing but its repair."""
    lived = [f.select(SOURCE, ROW) for f in frames.values()]
    return pl.concat([*lived, repairs.select(SOURCE, ROW)]).unique()


def _repeated_rows(frames: Frames, repairs: pl.DataFrame) -> pl.DataFrame:
    """Rows of which everything they would bring is there already from an earlier row.

    A row that shows nothing but its customer repeats another if they show the same; unless a repair left it so.
    """
    verdicts = [_repeats(n, f) for n, f in _linked(frames).items()]
    linked = gathered(verdicts, _VERDICT)
    if GATHERED in frames:
        others = pl.concat([linked.select(SOURCE, ROW), repairs.select(SOURCE, ROW)])
        alone = frames[GATHERED].join(others, on=[SOURCE, ROW], how="anti", maintain_order="left")
        linked = gathered([linked, _repeats("customers", alone)], _VERDICT)
    return linked.group_by(SOURCE, ROW).agg(pl.col("repeats").all()).filter("repeats").select(SOURCE, ROW)


_VERDICT: dict[str, type[pl.DataType]] = {SOURCE: pl.UInt16, ROW: pl.Int64, "repeats": pl.Boolean}


def _repeats(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    ordered = frame.sort(SOURCE, ROW)
    first = ordered.select(pl.struct(content_columns(name)).is_first_distinct()).to_series()
    return ordered.select(SOURCE, ROW, (~first).alias("repeats"))
