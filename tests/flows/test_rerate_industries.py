"""A run in which industries are warned of: in the files of episodes and cases and in the report, for no customer."""

from pathlib import Path
from time import perf_counter

import polars as pl
import pytest

from riskengine.early_warning.subject import industry_of
from riskengine.workflows.rerate import RerateOptions
from riskengine.workflows.rerate_folder import rerate_folder
from support.shipped_copy import edited
from support.small_world import SmallWorld

RULE = "EWS-IND-004"


@pytest.fixture(scope="module")
def alarmed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped policy, told to warn of every industry of which the change of its default rate is known."""
    folder = tmp_path_factory.mktemp("alarmed")
    calm = ("parameters.yaml", "industry_default_calm:", "value: 0.005", "value: -1.5")
    return edited(folder, ("parameters.yaml", "industry_default_rise:", "value: 0.01", "value: -1"), calm)


def rerun(world: SmallWorld, out: Path, rules: Path, chunk_size: int) -> Path:
    options = RerateOptions(chunk_size=chunk_size)
    rerate_folder(world.request(out, rules=rules, previous="none", options=options), clock=perf_counter)
    return out


def test_each_industry_is_told_once_and_no_customer(small_world: SmallWorld, alarmed: Path, tmp_path: Path) -> None:
    whole = rerun(small_world, tmp_path / "whole", alarmed, 20_000)
    episodes = pl.read_parquet(whole / "episodes.parquet").filter(pl.col("indicator") == "industry_defaults")
    codes = {industry_of(subject) for subject in episodes["customer_id"]}
    ratings = pl.read_parquet(whole / "ratings.parquet")
    assert len(codes) == episodes.height > 3
    assert codes <= set(ratings["industry"].drop_nulls())
    assert RULE not in set(pl.read_parquet(whole / "warnings.parquet")["rule_id"])
    usual = pl.read_parquet(small_world.run / "ratings.parquet")
    assert ratings.select("customer_id", "grade", "limit", "frozen").equals(
        usual.select("customer_id", "grade", "limit", "frozen")
    )
    cases = pl.read_parquet(whole / "cases.parquet").filter(pl.col("customer_id").str.starts_with("industry:"))
    assert {industry_of(subject) for subject in cases["customer_id"]} == codes
    assert set(cases["automatic"].explode().drop_nulls()) == set()
    assert f"industry:{min(codes)}" not in ratings["customer_id"].to_list()
    report = (whole / "report.html").read_text(encoding="utf-8")
    assert f"Whole industries warned of: {min(codes)}: Industry fails more often (watch)" in report


def test_chunks_do_not_show(small_world: SmallWorld, alarmed: Path, tmp_path: Path) -> None:
    whole, parts = (rerun(small_world, tmp_path / f"{size}", alarmed, size) for size in (20_000, 33))
    for name in ("episodes.parquet", "changes.parquet", "cases.parquet", "report.html"):
        assert (whole / name).read_bytes() == (parts / name).read_bytes(), name
