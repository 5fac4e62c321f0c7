"""The reference of outputs names every column, and nothing that is not there."""

import json
import re

import polars as pl
import pytest

from support.small_world import ROOT, SmallWorld

PAGE = (ROOT / "docs" / "reference" / "outputs.md").read_text(encoding="utf-8")


def described(section: str) -> set[str]:
    """The names in the first column of a section's table."""
    part = PAGE.split(f"## {section}\n", 1)[1].split("\n## ", 1)[0]
    cells = re.findall(r"^\| ([^|]+) \|", part, flags=re.M)
    return {name.strip(" `") for cell in cells for name in cell.split(",")} - {"column", "---", "key"}


@pytest.mark.parametrize("table", ["ratings", "warnings", "episodes", "changes", "cases", "surroundings"])
def test_columns_are_documented(small_world: SmallWorld, table: str) -> None:
    found = set(pl.read_parquet(small_world.run / f"{table}.parquet").columns)
    assert described(f"{table}.parquet") == found


def test_movements_are_documented(small_world: SmallWorld) -> None:
    found = pl.read_parquet(small_world.run / "movements.parquet").columns
    plain = {name for name in found if not name.endswith(("_before", "_now"))}
    assert described("movements.parquet") == plain | {"*_before", "*_now"}


def test_the_summary_is_documented(small_world: SmallWorld) -> None:
    summary = json.loads((small_world.run / "run.json").read_text(encoding="utf-8"))
    assert {name.split(".")[0] for name in described("run.json")} == summary.keys()
