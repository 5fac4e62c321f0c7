"""What a person gets to see of the rows that were set aside."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from riskengine.tables.contracts import CONTRACTS
from riskengine.tables.findings import ROW, SOURCE
from riskengine.tables.mapping import MappingFile, mappable
from riskengine.tables.raw import RawSource
from riskengine.tables.reason import Reason
from riskengine.tables.spreadsheet import write_for_spreadsheets

LONGEST_VALUE = 500


def quarantine_table(findings: pl.DataFrame, sources: Sequence[RawSource], mapping: MappingFile) -> pl.DataFrame:
    """file, row, column (as the source calls it), value, field (table.column), reason, reason_en, reason_zh.

    One line for each thing that is wrong; a row of a source may have several.
    """
    names = pl.DataFrame(
        {SOURCE: range(len(sources)), "file": source_labels(sources)}, schema={SOURCE: pl.UInt16, "file": pl.String}
    )
    reasons = pl.DataFrame(
        [(r.value, r.text.en, r.text.zh) for r in Reason], schema=["reason", "reason_en", "reason_zh"], orient="row"
    )
    named = findings.rename({"column": "target"}).with_columns(
        field=pl.when(pl.col("table") != "").then(pl.concat_str("table", "target", separator="."))
    )
    return (
        named.join(names, on=SOURCE, how="left")
        .join(reasons, on="reason", how="left")
        .join(_source_columns(sources, mapping), on=[SOURCE, "table", "target"], how="left")
        .with_columns(
            column=pl.coalesce("column", "target"),
            value=pl.col("value").str.slice(0, LONGEST_VALUE),
            row=pl.col(ROW),
            field=pl.col("field").str.replace(r"_cents$", ""),
        )
        .sort(SOURCE, "row", "field", "reason", "value")
        .select("file", "row", "column", "value", "field", "reason", "reason_en", "reason_zh")
    )


def write_quarantine(table: pl.DataFrame, folder: Path) -> None:
    """quarantine.parquet with the values as they are, quarantine.csv for spreadsheets with formulas escaped."""
    table.write_parquet(folder / "quarantine.parquet")
    write_for_spreadsheets(table, folder / "quarantine.csv")


def source_labels(sources: Sequence[RawSource]) -> list[str]:
    """File names, or paths as given where two files have the same name."""
    names = [s.file if "://" in s.file else Path(s.file).name for s in sources]
    return [s.file if names.count(n) > 1 else n for s, n in zip(sources, names, strict=True)]


def _source_columns(sources: Sequence[RawSource], mapping: MappingFile) -> pl.DataFrame:
    """What the source calls each contract column."""
    rows: list[tuple[int, str, str, str]] = []
    for index, raw in enumerate(sources):
        for table, spec in mapping.spec.sources[raw.source].tables.items():
            known = mappable(CONTRACTS[table])
            rows += [
                (index, table, known[name].name, " + ".join(column.source_columns))
                for name, column in spec.columns.items()
                if column.source_columns
            ]
    schema = {SOURCE: pl.UInt16, "table": pl.String, "target": pl.String, "column": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")
