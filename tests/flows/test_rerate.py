"""rerate from tables to a published run: who is in it, what stands in it, and what it says of its inputs."""

import hashlib
import json
import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter

import polars as pl
import pytest

from riskengine.decision.canonical import sha256_of
from riskengine.tables.publish import read_manifest
from riskengine.tables.store import tables_in_memory
from riskengine.terms.errors import InputError, UsageError
from riskengine.workflows.previous_run import RUN, newest_earlier_run, read_run
from riskengine.workflows.rerate import RerateOptions, rerate
from riskengine.workflows.rerate_folder import rerate_folder
from support.small_world import EARLIER, LAST_DAY, SmallWorld


@pytest.fixture(scope="module")
def ratings(small_world: SmallWorld) -> pl.DataFrame:
    return pl.read_parquet(small_world.run / "ratings.parquet")


@pytest.fixture(scope="module")
def summary(small_world: SmallWorld) -> dict:
    return json.loads((small_world.run / "run.json").read_text(encoding="utf-8"))


def test_every_known_customer_is_there_once(small_world: SmallWorld, ratings: pl.DataFrame) -> None:
    known = small_world.open_tables()["customers"].select("customer_id").unique().collect()
    assert ratings["customer_id"].to_list() == sorted(known["customer_id"])


def test_a_grade_exactly_for_those_who_are_rated(ratings: pl.DataFrame) -> None:
    rated = ratings.filter(pl.col("status") == "rated")
    assert rated["grade"].null_count() == rated["pd_12m"].null_count() == rated["limit"].null_count() == 0
    assert set(ratings.filter(pl.col("status") == "in_default")["grade"]) <= {"D"}
    unrated = ratings.filter(pl.col("status") == "unrated")
    assert unrated["grade"].null_count() == unrated["unrated_reason"].is_not_null().sum() == unrated.height


def test_the_frozen_have_no_credit(ratings: pl.DataFrame) -> None:
    frozen = ratings.filter("frozen")
    assert frozen.height > 0
    assert set(frozen["limit"]) == {0.0}
    assert all("freeze_credit" in actions for actions in frozen["actions"])


def test_reasons_come_in_both_languages(ratings: pl.DataFrame) -> None:
    rated = ratings.filter(pl.col("status") == "rated")
    assert (rated["reasons_en"].list.len() == rated["reasons_zh"].list.len()).all()
    assert rated["reasons_en"].list.len().max() > 0
    assert any("一" <= c <= "鿿" for text in rated["reasons_zh"].explode().drop_nulls() for c in text)


def test_counts_and_hashes_of_the_summary_fit_the_files(
    small_world: SmallWorld, ratings: pl.DataFrame, summary: dict
) -> None:
    assert summary["counts"]["customers"] == ratings.height
    assert sum(summary["counts"]["by_status"].values()) == ratings.height
    for name, digest in summary["files"].items():
        assert hashlib.sha256((small_world.run / name).read_bytes()).hexdigest() == digest
    rest = {k: v for k, v in summary.items() if k not in ("content_hash", "timings")}
    assert sha256_of(rest) == summary["content_hash"] == read_manifest(small_world.run, RUN)["content_hash"]


def test_the_summary_names_model_policy_and_inputs(small_world: SmallWorld, summary: dict) -> None:
    assert summary["model"]["digest"] == small_world.model.digest
    assert summary["policy"]["content_hash"] == small_world.policy.content_hash
    assert summary["inputs"]["tables"] == dict(small_world.open_tables().sha256)
    assert summary["previous"]["as_of"] == EARLIER.isoformat()


def test_movements_add_up_and_agree_with_both_runs(small_world: SmallWorld, ratings: pl.DataFrame) -> None:
    movements = pl.read_parquet(small_world.run / "movements.parquet")
    before = pl.read_parquet(small_world.runs / EARLIER.isoformat() / "ratings.parquet")
    assert movements["customer_id"].to_list() == sorted(set(ratings["customer_id"]) | set(before["customer_id"]))
    joined = movements.join(before.select("customer_id", "grade"), on="customer_id", how="inner")
    assert joined["grade"].equals(joined["grade_before"].rename("grade"))
    assert pl.read_parquet(small_world.runs / EARLIER.isoformat() / "movements.parquet").is_empty()


def test_a_warning_that_stays_keeps_its_first_day(small_world: SmallWorld) -> None:
    warnings = pl.read_parquet(small_world.run / "warnings.parquet")
    assert set(warnings["since"]) == {EARLIER, LAST_DAY}
    assert set(warnings.filter("is_new")["since"]) == {LAST_DAY}
    assert set(warnings.filter(~pl.col("is_new"))["since"]) == {EARLIER}


def test_without_reasons_nothing_else_changes(small_world: SmallWorld, ratings: pl.DataFrame) -> None:
    previous = read_run(small_world.runs / EARLIER.isoformat())
    found = rerate(
        small_world.open_tables(),
        LAST_DAY,
        policy=small_world.policy,
        model=small_world.model,
        previous=previous,
        options=RerateOptions(reasons=False),
    ).ratings
    assert found["reasons_en"].null_count() == found.height
    assert found.drop("reasons_en", "reasons_zh").equals(ratings.drop("reasons_en", "reasons_zh"))


def test_customers_nothing_is_known_of_are_listed_with_the_reason(small_world: SmallWorld) -> None:
    tables = small_world.open_tables()
    silent = pl.LazyFrame({"customer_id": ["ZZZ"], "name": ["Nobody <b>& Co"], "known_at": [LAST_DAY]})
    frames = dict(tables.frames)
    frames["customers"] = pl.concat(
        [frames["customers"], silent.with_columns(pl.col("known_at").cast(pl.Int32))], how="diagonal"
    )
    found = rerate(
        tables_in_memory(frames, reporting_currency=tables.reporting_currency),
        LAST_DAY,
        policy=small_world.policy,
        model=small_world.model,
    )
    last = found.ratings.row(-1, named=True)
    assert (last["customer_id"], last["status"], last["unrated_reason"]) == ("ZZZ", "unrated", "no_information")
    assert last["grade"] is None
    assert last["limit"] is None


def test_as_of_before_and_after_the_data(small_world: SmallWorld) -> None:
    tables = small_world.open_tables()
    means = {"policy": small_world.policy, "model": small_world.model}
    with pytest.raises(InputError, match="the data begins on"):
        rerate(tables, date(2001, 1, 1), **means)
    with pytest.raises(InputError, match=r"the data ends on .* more than 31 days before"):
        rerate(tables, LAST_DAY + timedelta(days=60), **means)


def test_tables_in_another_currency_than_the_model_learnt_are_refused(small_world: SmallWorld) -> None:
    tables = replace(small_world.open_tables(), reporting_currency="USD")
    policy = replace(small_world.policy, currency="USD")
    with pytest.raises(InputError, match="the tables are in USD, the model learnt amounts in CNY"):
        rerate(tables, LAST_DAY, policy=policy, model=small_world.model)


def test_tables_in_another_currency_than_the_policy_are_refused(small_world: SmallWorld) -> None:
    tables = replace(small_world.open_tables(), reporting_currency="USD")
    with pytest.raises(InputError, match="the tables are in USD, the amounts of the policy are in CNY") as caught:
        rerate(tables, LAST_DAY, policy=small_world.policy, model=small_world.model)
    assert "write `currency: USD` into its policy.yaml" in str(caught.value)


@pytest.mark.parametrize(("options", "what"), [({"workers": 0}, "0 workers"), ({"chunk_size": 0}, "a chunk of 0")])
def test_impossible_options_are_refused(small_world: SmallWorld, options: dict[str, int], what: str) -> None:
    with pytest.raises(UsageError, match=what):
        rerate(
            small_world.open_tables(),
            LAST_DAY,
            policy=small_world.policy,
            model=small_world.model,
            options=RerateOptions(**options),
        )


def test_an_unknown_customer_cannot_be_certified(small_world: SmallWorld, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no customer 'C9' is known"):
        rerate_folder(small_world.request(tmp_path / "r", certified=("C9",)), clock=perf_counter)
    assert not (tmp_path / "r").exists()


def test_the_newest_earlier_run_is_found_and_half_runs_are_not(small_world: SmallWorld, tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    shutil.copytree(small_world.runs, runs)
    assert newest_earlier_run(runs, LAST_DAY) == runs / EARLIER.isoformat()
    assert newest_earlier_run(runs, LAST_DAY + timedelta(days=1)) == runs / LAST_DAY.isoformat()
    assert newest_earlier_run(runs, EARLIER) is None
    assert newest_earlier_run(tmp_path / "nowhere", LAST_DAY) is None
    (runs / LAST_DAY.isoformat() / "manifest.json").unlink()
    assert newest_earlier_run(runs, LAST_DAY + timedelta(days=1)) == runs / EARLIER.isoformat()


def test_a_changed_or_later_run_is_no_previous_run(small_world: SmallWorld, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not earlier than"):
        rerate_folder(small_world.request(tmp_path / "r", previous=str(small_world.run)), clock=perf_counter)
    changed = tmp_path / "changed"
    shutil.copytree(small_world.runs / EARLIER.isoformat(), changed)
    pl.read_parquet(changed / "ratings.parquet").head(5).write_parquet(changed / "ratings.parquet")
    with pytest.raises(InputError, match="changed after the run"):
        rerate_folder(small_world.request(tmp_path / "r", previous=str(changed)), clock=perf_counter)
    (changed / "ratings.parquet").unlink()
    with pytest.raises(InputError, match="is not there"):
        read_run(changed)
    (changed / "manifest.json").write_text('{"kind": "riskengine run", "as_of": "2024-11-30"}', encoding="utf-8")
    with pytest.raises(InputError, match="the manifest is incomplete"):
        read_run(changed)


def test_the_report_needs_no_network_and_escapes_names(small_world: SmallWorld) -> None:
    page = (small_world.run / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "src=" not in page
    assert "@import" not in page
    assert 'href="#' in page
    assert 'href="http' not in page
