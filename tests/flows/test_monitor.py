"""`riskengine monitor`: tables and a champion in, a verdict with its rule, a report and figures out."""

import json
import re
import shutil
from datetime import date

import polars as pl
import pytest
from typer.testing import CliRunner

from riskengine.cli.main import app
from riskengine.decision.canonical import sha256_of
from riskengine.scoring.bundle import load_bundle
from riskengine.scoring.monitoring.checks import Check, Conclusion
from riskengine.scoring.workspace import Workspace
from riskengine.tables.publish import read_manifest, write_manifest
from riskengine.tables.store import file_sha256, open_tables, write_tables
from riskengine.terms.errors import FindingsError, InputError, UsageError
from riskengine.workflows.models.monitoring.monitor import baseline_of, dates_to_watch
from riskengine.workflows.previous_run import RUN
from support.other_outcome import workspace_with_other_outcome
from support.second_model import workspace_with_two
from support.small_world import EARLIER, LAST_DAY, ROOT, RULES

SINCE = ("--since", "2024-11-30")


def run(world, *words, as_of=LAST_DAY, workspace=None):
    place = ["--tables", world.tables, "--workspace", workspace or world.workspace, "--rules", RULES]
    return CliRunner().invoke(app, ["monitor", *map(str, [*place, "--as-of", as_of, *words])])


@pytest.fixture(scope="module")
def made(small_world, tmp_path_factory):
    folder = tmp_path_factory.mktemp("watched")
    words = ("--since", "2024-05-31", "--runs", small_world.runs)
    return folder, run(small_world, *words, "--out", folder / "first", "--json")


def lights(document):
    return {f["check"]: f["light"] for f in document["findings"]}


def test_report_and_figures(small_world, made):
    folder, said = made
    assert said.exit_code == 0, (said.output, said.exception)
    document = json.loads((folder / "first" / "monitoring.json").read_text(encoding="utf-8"))
    assert json.loads(said.stdout) == document
    model = load_bundle(small_world.bundle)
    assert (document["model"], document["digest"]) == (model.name, model.digest)
    assert {f["check"] for f in document["findings"]} == set(Check)
    assert [m["as_of"] for m in document["months"]] == [d["as_of"] for d in document["dates"]]
    assert document["months"][-1]["as_of"] == LAST_DAY.isoformat()
    assert document["months"][0]["as_of"] == "2024-05-31"
    assert len(document["dates"][-1]["features"]) == len(model.features)
    page = (folder / "first" / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page
    for words in ("Drift by month", "逐月漂移", "What to do", "处理", "not recorded", "未记录", "seen by the model"):
        assert words in page
    assert not re.search(r"\bnan\b|None", page)
    assert said.stderr.count("verdict on small 1 as of 2024-12-31: ") == 1


def test_the_reference_names_every_key(made):
    document = json.loads((made[0] / "first" / "monitoring.json").read_text(encoding="utf-8"))
    page = (ROOT / "docs" / "reference" / "outputs.md").read_text(encoding="utf-8")
    part = page.split("## monitoring.json\n", 1)[1].split("\n## ", 1)[0]
    rows = re.findall(r"^\| ([a-z_, ]+) \|", part, flags=re.M)
    assert {name for row in rows for name in row.split(", ")} - {"key"} == document.keys()


def test_a_ledger_with_seven_defaults_says_that_these_are_too_few(made):
    document = json.loads((made[0] / "first" / "monitoring.json").read_text(encoding="utf-8"))
    assert lights(document)[Check.LEVEL] == lights(document)[Check.DISCRIMINATION] == "too_few_outcomes"
    assert document["verdict"] in (Conclusion.TOO_FEW, Conclusion.WATCH)
    assert document["performance"]["dates"] == ["2024-06-30"]  # the only one a horizon after the training that is ripe
    seen = [m["as_of"] for m in document["months"] if m["seen"]]
    assert max(seen) == "2024-05-31"


def test_a_second_time_gives_the_same_bytes(small_world, tmp_path):
    for place in ("one", "two"):
        run(small_world, *SINCE, "--runs", small_world.runs, "--out", tmp_path / place)
    for name in ("report.html", "monitoring.json", "manifest.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_nothing_that_reached_us_later_is_used(small_world, tmp_path):
    """Tables that end on the date, and tables that go on, tell the same of it."""
    tables = open_tables(small_world.tables)
    day = date(2024, 11, 30)
    last = (day - date(1970, 1, 1)).days
    frames = {name: frame.filter(pl.col("known_at") <= last).collect() for name, frame in tables.frames.items()}
    write_tables(frames, tmp_path / "cut", reporting_currency=tables.reporting_currency)
    words = ("--since", "2024-10-31", "--json")
    whole = json.loads(run(small_world, *words, as_of=day).stdout)
    place = ["--tables", tmp_path / "cut", "--workspace", small_world.workspace, "--rules", RULES, "--as-of", day]
    cut = json.loads(CliRunner().invoke(app, ["monitor", *map(str, [*place, *words])]).stdout)
    assert whole == cut


def test_rule_shares_come_from_past_runs_and_overrides_only_where_there_are_some(small_world, made, tmp_path):
    document = json.loads((made[0] / "first" / "monitoring.json").read_text(encoding="utf-8"))
    runs = document["moved"]["runs"]
    ratings = pl.read_parquet(small_world.run / "ratings.parquet").filter(pl.col("status") == "rated")
    moved = ratings.filter(pl.col("pd_grade") != pl.col("rule_grade"))
    assert [r["as_of"] for r in runs] == [EARLIER.isoformat(), LAST_DAY.isoformat()]
    assert runs[-1]["worse"] + runs[-1]["better"] == moved.height > 0
    named = max(runs[-1]["by_rule"], key=lambda r: runs[-1]["by_rule"][r])
    assert moved["rules_applied"].list.eval(pl.element().str.starts_with(named)).list.any().any()
    assert document["moved"]["override_share"] is None
    assert document["data"]["last_run"] == EARLIER.isoformat()
    overridden = tmp_path / "runs"
    shutil.copytree(small_world.runs, overridden)
    override(overridden / LAST_DAY.isoformat(), 3)
    found = json.loads(run(small_world, *SINCE, "--runs", overridden, "--json").stdout)
    assert found["moved"]["override_share"] == pytest.approx(3 / runs[-1]["rated"])
    assert lights(found)[Check.OVERRIDES] == "green"


def override(folder, count):
    """As if officers had made the grades of some customers worse."""
    frame = pl.read_parquet(folder / "ratings.parquet").with_row_index()
    rows = frame.filter((pl.col("status") == "rated") & (pl.col("rule_grade") < 8))["index"][:count]
    grade = pl.when(pl.col("index").is_in(rows.implode())).then(pl.col("final_grade") + 1).otherwise("final_grade")
    frame.with_columns(final_grade=grade.cast(pl.Int8)).drop("index").write_parquet(folder / "ratings.parquet")
    manifest = read_manifest(folder, RUN)
    manifest["files"]["ratings.parquet"] = file_sha256(folder / "ratings.parquet")
    manifest["content_hash"] = sha256_of(manifest["files"])
    write_manifest(folder, RUN, {k: v for k, v in manifest.items() if k not in ("kind", "format")})


def test_a_late_beginning_hides_no_outcomes_without_saying_so(small_world):
    said = run(small_world, *SINCE).stdout
    assert "the month ends that are ripe lie before the first one looked at (--since)" in said


def test_a_changed_run_and_a_folder_without_runs_are_refused(small_world, tmp_path):
    spoilt = tmp_path / "runs"
    shutil.copytree(small_world.runs, spoilt)
    file = spoilt / LAST_DAY.isoformat() / "ratings.parquet"
    file.write_bytes(file.read_bytes()[:-1])
    assert "changed after the run" in str(run(small_world, *SINCE, "--runs", spoilt).exception)
    (tmp_path / "empty").mkdir()
    none = run(small_world, *SINCE, "--runs", tmp_path / "empty").exception
    assert isinstance(none, UsageError)
    assert "no run of rerate" in str(none)


def test_a_wrong_level_fails_a_job_that_asks_for_it_and_only_then(small_world, tmp_path):
    workspace = workspace_with_other_outcome(small_world, tmp_path / "space").root
    words = ("--since", "2024-08-31")
    calm = run(small_world, *words, "--fail-on", "redevelop", workspace=workspace)
    assert calm.exit_code == 0
    assert "recalibrate - level, slope or grades are off" in calm.stdout
    strict = run(small_world, *words, "--fail-on", "recalibrate", workspace=workspace)
    assert isinstance(strict.exception, FindingsError)
    assert strict.exception.exit_code == 3
    wrong = run(small_world, "--fail-on", "recalibrat").exception
    assert isinstance(wrong, UsageError)
    assert "did you mean 'recalibrate'?" in str(wrong)


def test_thresholds_of_a_file_hold_instead_of_the_models(small_world, tmp_path):
    file = tmp_path / "own.yaml"
    file.write_text("drift: {score: {watch: 0.0, act: 0.0001}, grades: {watch: 0.0, act: 0.0001}}\n", encoding="utf-8")
    found = json.loads(run(small_world, *SINCE, "--thresholds", file, "--json").stdout)
    assert found["thresholds_from"]["en"] == "file own.yaml"
    assert found["thresholds"]["drift"]["score"]["act"] == 0.0001
    # beyond chance is asked for all the same
    score = found["dates"][-1]["score"]
    assert (lights(found)[Check.SCORE_DRIFT] == "red") == (score["psi"] > score["sure"])


def test_a_bundle_that_keeps_no_development_is_watched_without_its_inputs(small_world, tmp_path):
    workspace, _ = workspace_with_two(small_world, tmp_path / "two")
    said = run(small_world, *SINCE, "--version", "2", "--out", tmp_path / "out", workspace=workspace.root)
    assert said.exit_code == 0, said.exception
    assert "drift of inputs cannot be measured: the model was trained before" in said.stdout
    document = json.loads((tmp_path / "out" / "monitoring.json").read_text(encoding="utf-8"))
    assert {lights(document)[c] for c in (Check.FEATURE_DRIFT, Check.SCORE_DRIFT, Check.MISSING)} == {"not_measured"}
    assert document["dates"][-1]["grades"]["now"]
    assert document["verdict"] != Conclusion.NOTHING


def test_bad_requests_say_what_to_do(small_world, tmp_path):
    for words, as_of, kind, said in (
        ((), "2023-12-31", InputError, "trained on snapshots up to 2023-12-31"),
        ((), "2026-12-31", InputError, "the data ends on"),
        (("--since", "2023-06-30"), LAST_DAY, UsageError, "does not lie between the training"),
        (("--version", "9"), LAST_DAY, UsageError, "no model is called '9'"),
        (("--model", tmp_path / "nowhere"), LAST_DAY, InputError, "no such folder"),
        (("--model", small_world.bundle, "--version", "1"), LAST_DAY, UsageError, "both name a model"),
        (("--thresholds", tmp_path / "none.yaml"), LAST_DAY, InputError, "there is no such file"),
    ):
        error = run(small_world, *words, as_of=as_of).exception
        assert isinstance(error, kind), (words, error)
        assert said in str(error)
        assert error.remedy
    error = run(small_world, workspace=tmp_path / "empty").exception
    assert isinstance(error, InputError)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x", encoding="utf-8")
    assert isinstance(run(small_world, "--out", tmp_path / "mine").exception, UsageError)


def test_dates_are_the_month_ends_after_training_and_the_date_itself():
    trained = date(2020, 1, 31)
    found = dates_to_watch(date(2024, 3, 15), trained, None)
    assert (found[0], found[-1], len(found)) == (date(2021, 3, 31), date(2024, 3, 15), 37)
    assert dates_to_watch(date(2024, 3, 31), trained, date(2024, 2, 10)) == (date(2024, 2, 29), date(2024, 3, 31))
    assert dates_to_watch(date(2020, 2, 10), trained, None) == (date(2020, 2, 10),)


def test_the_baseline_is_that_of_the_validation_or_else_of_the_comparison():
    contender = {"auc": 0.8, "auc_low": 0.75, "auc_high": 0.84}
    rows = baseline_of({"contenders": [contender], "data": {"test": {"snapshots": ["2024-06-30"]}}})
    assert (rows.auc, rows.window) == (0.8, ("2024-06-30",))
    assert rows.error == pytest.approx((0.84 - 0.75) / 2 / 1.96, rel=0.05)
    order = {"auc": 0.81, "auc_interval": {"low": 0.7, "high": 0.9}}
    drawn = baseline_of({"contenders": [contender], "validation": {"whole": {"order": order}}})
    assert drawn.auc == 0.81
    assert drawn.error > rows.error
    assert baseline_of({}).auc is None


def test_a_workspace_names_its_champion(small_world):
    assert Workspace(small_world.workspace).champion() == small_world.bundle
