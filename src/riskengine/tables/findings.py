"""Rows set aside and rows repaired, by source and row number."""

from collections.abc import Iterable

import polars as pl

from riskengine.tables.reason import Reason, Repair

SOURCE = "_source"  # position of the source among those given
ROW = "_row"
FINDING_SCHEMA = {
    SOURCE: pl.UInt16,
    ROW: pl.Int64,
    "table": pl.String,
    "column": pl.String,
    "value": pl.String,
    "reason": pl.String,
}
REPAIR_SCHEMA = {SOURCE: pl.UInt16, ROW: pl.Int64, "repair": pl.String}


def findings_where(
    lineage: pl.DataFrame, mask: pl.Series, reason: Reason, *, table: str, column: str, value: pl.Series | None
) -> pl.DataFrame:
    """One finding for each true row. `lineage` has the source and row of each row."""
    shown = pl.repeat(None, len(mask), dtype=pl.String, eager=True) if value is None else value.cast(pl.String)
    return lineage.select(
        pl.col(SOURCE),
        pl.col(ROW),
        pl.lit(table).alias("table"),
        pl.lit(column).alias("column"),
        shown.alias("value"),
        pl.lit(reason.value).alias("reason"),
    ).filter(mask.fill_null(value=False))


def repairs_where(lineage: pl.DataFrame, mask: pl.Series, repair: Repair) -> pl.DataFrame:
    return lineage.select(SOURCE, ROW, pl.lit(repair.value).alias("repair")).filter(mask.fill_null(value=False))


def gathered(frames: Iterable[pl.DataFrame], schema: dict[str, type[pl.DataType]]) -> pl.DataFrame:
    kept = [f for f in frames if f.height]
    return pl.concat(kept) if kept else pl.DataFrame(schema=schema)


def rejected_rows(findings: pl.DataFrame) -> pl.DataFrame:
    """The distinct rows with a finding."""
    return findings.select(SOURCE, ROW).unique()
