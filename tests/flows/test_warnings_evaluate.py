"""`riskengine warnings evaluate` on the generated small world, and what it refuses."""

import csv
import json
import re
from datetime import date

import polars as pl
import pytest
from typer.testing import CliRunner

from riskengine.cli.main import app
from riskengine.early_warning.quality.groups import Kind
from riskengine.policy.source import load_policy
from riskengine.tables.publish import read_manifest
from riskengine.terms.errors import RiskEngineError, UsageError
from riskengine.workflows.warnings.evaluate import Every, evaluation_dates, names_of
from riskengine.workflows.warnings.evaluate_folder import (
    EVALUATION,
    EvaluateRequest,
    budget_per_week,
    evaluate_folder,
)
from support.small_world import RULES

FIRST, LAST = date(2024, 2, 29), date(2024, 9, 30)  # the horizon of 180 days: up to June the outcome is known


def request(world, out=None, **changes):
    asked = {"tables": world.tables, "first": FIRST, "last": LAST, "rules": RULES, "workspace": world.workspace}
    return EvaluateRequest(**asked | {"out": out, "budget": "2 a week"} | changes)


@pytest.fixture(scope="module")
def published(small_world, tmp_path_factory):
    out = tmp_path_factory.mktemp("warnings") / "out"
    report, summary = evaluate_folder(request(small_world, out))
    return out, report, summary


def test_what_is_published(published):
    out, report, summary = published
    manifest = read_manifest(out, EVALUATION)
    assert sorted(manifest["files"]) == [
        "cases.parquet", "figures.csv", "report.html", "summary.json", "warnings.parquet",
    ]  # fmt: skip
    assert json.loads((out / "summary.json").read_text(encoding="utf-8")) == summary
    rows = list(csv.DictReader((out / "figures.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert len(rows) == len(report.evaluation.figures) == len(summary["figures"])


def test_every_indicator_of_the_policy_is_named(published):
    _, report, _ = published
    policy = load_policy(RULES).in_force(LAST)
    assert {f.name for f in report.evaluation.of_kind(Kind.INDICATOR)} == set(names_of(policy))


def test_each_warning_that_opened_is_one_row(published):
    out, report, _ = published
    rows = pl.read_parquet(out / "warnings.parquet")
    together = report.evaluation.of_kind(Kind.ALL)[0].counts
    opened = rows.filter("is_opening")
    assert opened.filter(~pl.col("at_start")).height == together.new > 0
    assert opened.filter("at_start").height == together.at_start
    later = opened.filter(~pl.col("at_start"))
    assert (later["outcome"] == "censored").sum() == together.censored
    assert later["outcome"].is_in(["default", "severe_delay"]).sum() == together.troubled
    assert later.filter(pl.col("outcome") == "censored")["as_of"].min() > report.ripe_dates[-1]


def test_a_budget_is_kept_and_nothing_is_lost(published):
    out, _, summary = published
    cases = pl.read_parquet(out / "cases.parquet")
    worked = cases.drop_nulls("worked_on").group_by("worked_on").len()
    assert worked["len"].max() <= 2 * 31 / 7 + 1
    assert cases.height == summary["budget"]["worked"] + summary["budget"]["left_out"]
    assert cases["expected_loss"].is_sorted(descending=True)


def test_the_page_speaks_both_languages_and_holds_every_picture(published):
    text = (published[0] / "report.html").read_text(encoding="utf-8")
    assert text.count('<svg role="img"') == text.count("<figure") >= 8
    for words in ("How good the warnings were", "预警效果评估", "Beside naive rules", "与简单规则比较"):
        assert words in text
    assert not re.search(r"https?://(?!www\.w3\.org)", text)


def test_same_input_same_bytes_whatever_the_workers(small_world, published, tmp_path):
    evaluate_folder(request(small_world, tmp_path / "again", workers=2))
    for name in ("report.html", "figures.csv", "warnings.parquet", "cases.parquet", "summary.json"):
        assert (tmp_path / "again" / name).read_bytes() == (published[0] / name).read_bytes(), name


def test_the_command(small_world):
    words = [
        "warnings", "evaluate", "--tables", small_world.tables, "--workspace", small_world.workspace, "--rules", RULES,
        "--from", "2024-05-01", "--to", "2024-06-16", "--every", "week", "--json",
    ]  # fmt: skip
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == 0, done.output
    summary = json.loads(done.stdout)
    assert summary["dates"] == [f"2024-0{d}" for d in ("5-05", "5-12", "5-19", "5-26", "6-02", "6-09", "6-16")]
    assert summary["budget"] is None
    assert "defaults" in done.stderr


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"first": LAST, "last": FIRST}, "is later than"),
        ({"first": date(2024, 5, 1), "last": date(2024, 6, 15)}, "fewer than two month ends"),
        ({"first": date(2024, 5, 1), "last": date(2024, 5, 15)}, "no month ends"),
        ({"first": date(2024, 10, 31), "last": date(2024, 12, 31)}, "no date of the period has a known outcome"),
        ({"first": date(2010, 1, 31), "last": date(2010, 3, 31)}, "the master scale begins on"),
        ({"budget": "20 apples a week"}, "cannot be worked"),
        ({"budget": "twenty"}, "is no budget"),
        ({"budget": "0 a week"}, "leaves everything out"),
    ],
)
def test_what_is_refused_with_a_reason(small_world, tmp_path, changes, message):
    with pytest.raises(RiskEngineError, match=message) as caught:
        evaluate_folder(request(small_world, tmp_path / "out", **changes))
    assert caught.value.exit_code == UsageError.exit_code
    assert not (tmp_path / "out").exists()


def test_a_step_that_does_not_exist_is_refused_with_the_nearest():
    words = ["warnings", "evaluate", "--tables", "x", "--from", "2024-01-01", "--to", "2024-12-31", "--every", "weak"]
    done = CliRunner().invoke(app, words)
    assert isinstance(done.exception, UsageError)
    assert "week" in str(done.exception)


def test_dates_are_sundays_or_month_ends():
    weeks = evaluation_dates(date(2024, 1, 7), date(2024, 1, 28), Every.WEEK)
    assert [day.weekday() for day in weeks] == [6] * 4
    assert evaluation_dates(date(2024, 1, 31), date(2024, 3, 30), Every.MONTH) == (date(2024, 1, 31), date(2024, 2, 29))
    assert budget_per_week("20 a week") == 20.0
