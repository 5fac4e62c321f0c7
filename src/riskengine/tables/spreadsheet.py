"""Tables as people open them in a spreadsheet: nothing in them is run."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from riskengine.terms.errors import RiskEngineError

# A spreadsheet runs a cell that begins with one of these as a formula.
_FORMULA = r"^([=+\-@\t\r\n＝＋－＠])"
_ALWAYS = datetime(1980, 1, 1)  # when every workbook was made, so that its bytes stay the same
_LONGEST_CELL = 32_767
_WIDEST = 60


def write_for_spreadsheets(table: pl.DataFrame, path: Path) -> None:
    """CSV with texts that would run as a formula escaped by a quotation mark, and marked as UTF-8."""
    escaped = table.with_columns(pl.col(pl.String).str.replace(_FORMULA, "'$1"))
    escaped.write_csv(path, include_bom=True)


def can_write_workbooks() -> bool:
    """Whether the package that writes Excel is installed."""
    from importlib.util import find_spec  # noqa: PLC0415 - asked seldom

    return find_spec("xlsxwriter") is not None


def write_workbook(sheets: Mapping[str, pl.DataFrame], path: Path) -> None:
    """An Excel workbook; texts are texts, whatever they begin with. The same tables give the same bytes.

    Raises RiskEngineError where the package that writes it is not installed.
    """
    try:
        import xlsxwriter  # noqa: PLC0415 - part of an extra
    except ImportError:
        raise RiskEngineError(
            "writing Excel needs the package xlsxwriter",
            where=str(path),
            remedy="pip install 'riskengine[excel]', or write CSV",
        ) from None
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": _ALWAYS})
        formats = {
            pl.Date: book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"}),
            pl.Float64: book.add_format({"num_format": "#,##0.00", "valign": "top"}),
        }
        text = book.add_format({"text_wrap": True, "valign": "top"})
        heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        for name, table in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            if table.width:
                sheet.autofilter(0, 0, table.height, table.width - 1)
            for place, column in enumerate(table.iter_columns()):
                sheet.write_string(0, place, column.name, heading)
                sheet.set_column(place, place, _width(column))
                _write_cells(sheet, place, column, formats.get(column.dtype.base_type(), text))


def _write_cells(sheet: Any, place: int, column: pl.Series, style: object) -> None:  # noqa: ANN401 - has no types
    for row, value in enumerate(column, start=1):
        if isinstance(value, str):
            sheet.write_string(row, place, value[:_LONGEST_CELL], style)
        elif column.dtype == pl.Date and value is not None:
            sheet.write_datetime(row, place, value, style)
        elif value is not None:
            sheet.write(row, place, value, style)


def _width(column: pl.Series) -> int:
    longest = max((len(str(value)) for value in column.head(1_000)), default=0)
    return min(_WIDEST, max(10, longest + 2))
