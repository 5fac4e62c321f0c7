"""What a spreadsheet would run is only shown."""

import polars as pl
import pytest

from riskengine.tables.spreadsheet import write_for_spreadsheets


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "＝1"])
def test_a_formula_becomes_a_text(tmp_path, text):
    write_for_spreadsheets(pl.DataFrame({"name": [text, "plain"], "number": [-1.5, None]}), tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_bytes().startswith("\ufeff".encode())
    assert pl.read_csv(tmp_path / "t.csv").rows() == [(f"'{text}", -1.5), ("plain", None)]
