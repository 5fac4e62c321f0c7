"""Bring a company's own files into the engine's tables, with an account of every row."""

import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl

from riskengine.tables.findings import ROW, SOURCE, rejected_rows
from riskengine.tables.ledger import TakenIn, take_in
from riskengine.tables.mapping import MappingFile, load_mapping
from riskengine.tables.publish import publishing, write_manifest
from riskengine.tables.quarantine import quarantine_table, source_labels, write_quarantine
from riskengine.tables.raw import RawSource
from riskengine.tables.source import is_database, paired_sources, read_source
from riskengine.tables.store import file_sha256, write_tables
from riskengine.terms.days import day_number
from riskengine.terms.errors import InputError, RiskEngineError

REPORT = "riskengine intake report"
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Counts:
    """read = accepted + merged + quarantined."""

    source: str
    file: str
    read: int
    accepted: int
    merged: int
    quarantined: int
    repaired: int  # of the accepted and merged


@dataclass(frozen=True, slots=True)
class IntakeSummary:
    mapping: str
    reporting_currency: str
    last_day: str | None
    sources: tuple[Counts, ...]
    total: Counts
    reasons: dict[str, int]  # reason -> rows that have it; a row may have several
    repairs: dict[str, int]  # repair -> rows
    tables: dict[str, int]  # table -> rows written
    inputs: dict[str, str]  # file -> sha256

    def as_json(self) -> str:
        return json.dumps(asdict(self), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def intake(
    mapping_path: Path,
    given: Sequence[str],
    out: Path,
    *,
    as_of: dt.date | None = None,
    strict: bool = False,
    progress: Progress = lambda _: None,
) -> IntakeSummary:
    """Read sources by a mapping and publish tables, quarantine and summary into `out`.

    Days after `as_of` (or the mapping's `extracted_on`) are in the future. Raises InputError if nothing was accepted,
    or with `strict` if anything was quarantined; the reasons are then in `<out>.rejected`, and `out` stays as it was.
    """
    mapping = load_mapping(mapping_path)
    sources = [_read(name, text, mapping, progress) for name, text in paired_sources(mapping, given)]
    if not any(s.rows_read for s in sources):
        raise InputError("there are no rows in any source", where=given[0], remedy="check the export")
    progress("checking")
    last = as_of or mapping.spec.extracted_on
    taken = take_in(sources, mapping, last_day=None if last is None else day_number(last))
    quarantine = quarantine_table(taken.findings, sources, mapping)
    summary = _summary(mapping, sources, taken, last)
    _refuse(summary, quarantine, out, strict=strict)
    progress("writing")
    write_tables(
        taken.tables,
        out,
        reporting_currency=mapping.spec.reporting_currency,
        made_by={"command": "intake", "mapping": mapping.spec.mapping, "mapping_sha256": file_sha256(mapping_path)},
        beside=lambda folder: _write_account(summary, quarantine, folder),
    )
    return summary


def _read(name: str, text: str, mapping: MappingFile, progress: Progress) -> RawSource:
    progress(f"reading {name}")
    return read_source(name, text, mapping.spec.sources[name])


def _summary(mapping: MappingFile, sources: Sequence[RawSource], taken: TakenIn, last: dt.date | None) -> IntakeSummary:
    labels = source_labels(sources)
    accepted, merged = _per_source(taken.accepted), _per_source(taken.merged)
    quarantined = _per_source(rejected_rows(taken.findings))
    repaired = _per_source(taken.repairs.select(SOURCE, ROW).unique())
    parts = [[part.get(i, 0) for part in (accepted, merged, quarantined, repaired)] for i in range(len(sources))]
    counts = tuple(
        _checked(Counts(raw.source, label, raw.rows_read, *part))
        for raw, label, part in zip(sources, labels, parts, strict=True)
    )
    return IntakeSummary(
        mapping=mapping.spec.mapping,
        reporting_currency=mapping.spec.reporting_currency,
        last_day=None if last is None else last.isoformat(),
        sources=counts,
        total=_total(counts),
        reasons=_rows_by(taken.findings, "reason"),
        repairs=_rows_by(taken.repairs, "repair"),
        tables={name: frame.height for name, frame in sorted(taken.tables.items())},
        inputs={
            label: file_sha256(Path(raw.file))
            for label, raw in zip(labels, sources, strict=True)
            if not is_database(raw.file)
        },
    )


def _checked(counts: Counts) -> Counts:
    if counts.accepted + counts.merged + counts.quarantined != counts.read:
        raise RiskEngineError(
            f"rows do not add up: {counts}", where=counts.file, remedy="this is a defect of intake; please report it"
        )
    return counts


def _total(counts: Sequence[Counts]) -> Counts:
    return Counts(
        "total",
        "",
        sum(c.read for c in counts),
        sum(c.accepted for c in counts),
        sum(c.merged for c in counts),
        sum(c.quarantined for c in counts),
        sum(c.repaired for c in counts),
    )


def _per_source(rows: pl.DataFrame) -> dict[int, int]:
    return dict(rows.group_by(SOURCE).len().rows())


def _rows_by(frame: pl.DataFrame, column: str) -> dict[str, int]:
    return dict(frame.select(SOURCE, ROW, column).unique().group_by(column).len().sort(column).rows())


def _refuse(summary: IntakeSummary, quarantine: pl.DataFrame, out: Path, *, strict: bool) -> None:
    total = summary.total
    nothing_left = total.accepted == 0
    if not nothing_left and not (strict and total.quarantined):
        return
    report = out.with_name(f"{out.name}.rejected")
    with publishing(report, REPORT) as folder:
        _write_account(summary, quarantine, folder)
        write_manifest(folder, REPORT, {"mapping": summary.mapping})
    commonest = max(summary.reasons.items(), key=lambda item: item[1])
    what = f"all {total.read} rows were" if nothing_left else f"{total.quarantined} of {total.read} rows were"
    raise InputError(
        f"{what} quarantined, most often {commonest[0]} ({commonest[1]} rows); no tables were written",
        where=str(out),
        remedy=f"see {report / 'quarantine.csv'}",
    )


def _write_account(summary: IntakeSummary, quarantine: pl.DataFrame, folder: Path) -> None:
    write_quarantine(quarantine, folder)
    (folder / "summary.json").write_text(summary.as_json(), encoding="utf-8")
