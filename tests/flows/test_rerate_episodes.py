"""A rerate carries its warnings on from the run before."""

import json

import polars as pl

from riskengine.early_warning.frames import episodes_from
from support.small_world import EARLIER, LAST_DAY, SmallWorld


def read(folder, name):
    return pl.read_parquet(folder / f"{name}.parquet")


def test_episodes_go_on_from_the_run_before(small_world: SmallWorld) -> None:
    before, now = (
        episodes_from(read(folder, "episodes")) for folder in (small_world.runs / EARLIER.isoformat(), small_world.run)
    )
    still = {(one.key, one.opened_on) for one in now if one.opened_on < LAST_DAY}
    assert still
    assert still <= {(one.key, one.opened_on) for one in before}
    assert {one.key for one in before if one.is_open} <= {one.key for one in now}


def test_every_warning_of_the_run_is_an_entered_episode(small_world: SmallWorld) -> None:
    warned = set(read(small_world.run, "warnings").select("customer_id", "rule_id").iter_rows())
    episodes = [one for one in episodes_from(read(small_world.run, "episodes")) if one.is_open]
    entered = {(one.customer_id, rule) for one in episodes for rule in one.rules if one.phase == "entered"}
    assert warned <= entered
    assert {one.evaluated_on for one in episodes} == {LAST_DAY}


def test_who_is_under_warning_has_one_open_case(small_world: SmallWorld) -> None:
    episodes = read(small_world.run, "episodes").filter(pl.col("closed_on").is_null())
    cases = read(small_world.run, "cases").filter(pl.col("end").is_null())
    assert cases["customer_id"].is_unique().all()
    assert set(cases["customer_id"]) == set(episodes["customer_id"])
    counts = json.loads((small_world.run / "run.json").read_text(encoding="utf-8"))["counts"]
    assert counts["episodes"] == episodes.height
    assert sum(counts["cases_by_severity"].values()) == cases.height
