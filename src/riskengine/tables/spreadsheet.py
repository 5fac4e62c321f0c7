"""Tables as people open them in a spreadsheet."""

from pathlib import Path

import polars as pl

# A spreadsheet runs a cell that begins with one of these as a formula.
_FORMULA = r"^([=+\-@\t\r\n＝＋－＠])"


def write_for_spreadsheets(table: pl.DataFrame, path: Path) -> None:
    """CSV with texts that would run as a formula escaped by a quotation mark, and marked as UTF-8."""
    escaped = table.with_columns(pl.col(pl.String).str.replace(_FORMULA, "'$1"))
    escaped.write_csv(path, include_bom=True)
