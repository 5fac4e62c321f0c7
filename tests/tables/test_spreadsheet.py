"""What a spreadsheet would run is only shown."""

import zipfile
from datetime import date

import fastexcel
import polars as pl
import pytest

from riskengine.tables.spreadsheet import write_for_spreadsheets, write_workbook


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "＝1"])
def test_a_formula_becomes_a_text(tmp_path, text):
    write_for_spreadsheets(pl.DataFrame({"name": [text, "plain"], "number": [-1.5, None]}), tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_bytes().startswith("\ufeff".encode())
    assert pl.read_csv(tmp_path / "t.csv").rows() == [(f"'{text}", -1.5), ("plain", None)]


def test_a_workbook_holds_texts_days_and_numbers(tmp_path):
    days = pl.Series([date(2025, 1, 2), None])
    rows = pl.DataFrame({"客户": ["=1+1", "http://x"], "day": days, "number": [-1.5, None], "flag": [True, False]})
    write_workbook({"cases": rows, "empty": rows.clear()}, tmp_path / "t.xlsx")
    read = fastexcel.read_excel(tmp_path / "t.xlsx")
    assert read.sheet_names == ["cases", "empty"]
    found = read.load_sheet("cases").to_polars()
    assert found["客户"].to_list() == ["=1+1", "http://x"]
    assert found["number"].to_list() == [-1.5, None]
    with zipfile.ZipFile(tmp_path / "t.xlsx") as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


def test_the_same_tables_give_the_same_workbook(tmp_path):
    rows = pl.DataFrame({"name": ["a"], "number": [1.0]})
    for name in ("one", "two"):
        write_workbook({"rows": rows}, tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
