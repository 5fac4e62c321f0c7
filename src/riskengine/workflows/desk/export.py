"""The lists as files: CSV and Excel for people, JSON for machines."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from riskengine.tables.publish import publishing_file
from riskengine.tables.spreadsheet import can_write_workbooks, write_for_spreadsheets, write_workbook
from riskengine.workflows.desk.case_list import CaseList
from riskengine.workflows.desk.documents import cases_document, warnings_document
from riskengine.workflows.desk.sheets import cases_sheet, warnings_sheet
from riskengine.workflows.desk.warning_list import ListedWarning

CASES_CSV, WARNINGS_CSV, LISTS_JSON, LISTS_XLSX = "cases.csv", "warnings.csv", "cases.json", "cases.xlsx"


def write_csv(rows: pl.DataFrame, path: Path) -> None:
    with publishing_file(path) as scratch:
        write_for_spreadsheets(rows, scratch)


def write_xlsx(cases: CaseList, warnings: Sequence[ListedWarning], path: Path) -> None:
    """Two sheets. Raises RiskEngineError where the package that writes Excel is not installed."""
    with publishing_file(path) as scratch:
        write_workbook(_sheets(cases, warnings), scratch)


def write_lists(folder: Path, cases: CaseList, warnings: Sequence[ListedWarning]) -> tuple[str, ...]:
    """All lists of a run, into a folder that is being published; the names of the files. Excel only where it can be
    written."""
    write_for_spreadsheets(cases_sheet(cases), folder / CASES_CSV)
    write_for_spreadsheets(warnings_sheet(warnings), folder / WARNINGS_CSV)
    document = {**cases_document(cases), "warnings": warnings_document(warnings)}
    (folder / LISTS_JSON).write_text(_json(document), encoding="utf-8")
    if not can_write_workbooks():
        return CASES_CSV, WARNINGS_CSV, LISTS_JSON
    write_workbook(_sheets(cases, warnings), folder / LISTS_XLSX)
    return CASES_CSV, WARNINGS_CSV, LISTS_JSON, LISTS_XLSX


def _sheets(cases: CaseList, warnings: Sequence[ListedWarning]) -> Mapping[str, pl.DataFrame]:
    return {"Cases 个案": cases_sheet(cases), "Warnings 预警": warnings_sheet(warnings)}


def _json(document: Mapping[str, Any]) -> str:
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"
