"""The same input gives the same bytes, whatever the chunks, the workers, the order of rows, or the day it is run."""

import json
from pathlib import Path
from time import perf_counter

import polars as pl
import pytest

from riskengine.tables.store import write_tables
from riskengine.workflows.rerate import RerateOptions
from riskengine.workflows.rerate_folder import rerate_folder
from support.small_world import EARLIER, SmallWorld

FILES = ("ratings.parquet", "warnings.parquet", "movements.parquet", "donors.parquet", "report.html")


def rerun(world: SmallWorld, out: Path, **changes: object) -> Path:
    rerate_folder(world.request(out, previous=str(world.runs / EARLIER.isoformat()), **changes), clock=perf_counter)
    return out


def assert_same_files(first: Path, second: Path) -> None:
    assert sorted(p.name for p in first.iterdir()) == sorted(p.name for p in second.iterdir())
    for name in FILES:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name


@pytest.mark.parametrize(
    "options",
    [RerateOptions(), RerateOptions(workers=2, chunk_size=64), RerateOptions(chunk_size=33)],
    ids=["again", "two workers", "small chunks"],
)
def test_same_bytes(small_world: SmallWorld, tmp_path: Path, options: RerateOptions) -> None:
    found = rerun(small_world, tmp_path / "run", options=options)
    assert_same_files(small_world.run, found)
    assert (small_world.run / "manifest.json").read_bytes() == (found / "manifest.json").read_bytes()
    first, second = (json.loads((run / "run.json").read_text(encoding="utf-8")) for run in (small_world.run, found))
    assert first.pop("timings").keys() == second.pop("timings").keys()
    assert first == second


def test_same_bytes_for_any_order_of_rows(small_world: SmallWorld, tmp_path: Path) -> None:
    tables = small_world.open_tables()
    shuffled = {
        name: frame.collect().sample(fraction=1.0, shuffle=True, seed=5) for name, frame in tables.frames.items()
    }
    assert not shuffled["invoices"].equals(tables["invoices"].collect())
    write_tables(shuffled, tmp_path / "tables", reporting_currency=tables.reporting_currency)
    found = rerun(small_world, tmp_path / "run", tables=tmp_path / "tables")
    assert_same_files(small_world.run, found)


def test_rows_that_are_not_known_yet_do_not_show(small_world: SmallWorld, tmp_path: Path) -> None:
    """The run as of November from the December tables is the run from tables cut off in November."""
    tables = small_world.open_tables()
    cut = {
        name: frame.filter(pl.col("known_at") <= pl.lit(EARLIER).cast(pl.Int32))
        for name, frame in tables.frames.items()
    }
    write_tables(cut, tmp_path / "tables", reporting_currency=tables.reporting_currency)
    request = small_world.request(tmp_path / "run", EARLIER, tables=tmp_path / "tables", previous="none")
    rerate_folder(request, clock=perf_counter)
    assert_same_files(small_world.runs / EARLIER.isoformat(), tmp_path / "run")
