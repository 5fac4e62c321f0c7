"""`riskengine validate`: a trained bundle in, report, figures, points and card out."""

import csv
import io
import json
import shutil
from datetime import date

import polars as pl
import pytest
from typer.testing import CliRunner

from riskengine.cli.main import app
from riskengine.scoring.bundle import load_bundle
from riskengine.scoring.validation.verdict_rules import Check
from riskengine.scoring.workspace import Workspace
from riskengine.tables.store import tables_in_memory
from riskengine.terms.errors import FindingsError, InputError, UsageError
from riskengine.workflows.models import validate_model
from riskengine.workflows.models.validate_model import ValidationRequest
from support.small_world import RULES


def run(world, out, *words):
    place = ["--tables", world.tables, "--workspace", world.workspace, "--rules", RULES, "--out", out]
    return CliRunner().invoke(app, ["validate", *map(str, [*place, *words])])


@pytest.fixture(scope="module")
def made(small_world, tmp_path_factory):
    folder = tmp_path_factory.mktemp("validated")
    first = run(small_world, folder / "first", "--card", folder / "cards", "--json")
    return folder, first


def test_report_figures_points_and_card(small_world, made):
    folder, said = made
    assert said.exit_code == 0 or isinstance(said.exception, FindingsError)
    document = json.loads((folder / "first" / "validation.json").read_text(encoding="utf-8"))
    assert json.loads(said.stdout) == document
    assert {v["check"] for v in document["verdicts"]} >= {Check.MONOTONE, Check.FUTURE, Check.EARNED}
    assert document["future"]["found"] == []  # the catalogue's features know nothing of what came later
    assert document["reversals"] == []
    model = load_bundle(small_world.bundle)
    assert document["digest"] == model.digest
    page = (folder / "first" / "report.html").read_text(encoding="utf-8")
    assert "http://www.w3.org" in page  # pictures are drawn into it
    assert "<script" not in page
    for words in ("Did LightGBM earn its place?", "是否名副其实", "not enough outcomes", "结果样本不足"):
        assert words in page
    card = (folder / "cards" / f"{model.name}.md").read_text(encoding="utf-8")
    assert card == (folder / "first" / "card.md").read_text(encoding="utf-8")
    assert "## What it is for" in card
    rows = list(csv.DictReader(io.StringIO((folder / "first" / "points.csv").read_text(encoding="utf-8"))))
    assert {r["missing"] for r in rows} == {"True", "False"}


def test_a_second_time_gives_the_same_bytes(small_world, made):
    folder, _ = made
    run(small_world, folder / "second")
    for path in sorted((folder / "first").iterdir()):
        assert path.read_bytes() == (folder / "second" / path.name).read_bytes(), path.name


def test_a_tampered_bundle_is_refused(small_world, tmp_path):
    copy = tmp_path / "bundle"
    shutil.copytree(small_world.bundle, copy)
    text = (copy / "booster.txt").read_text(encoding="utf-8")
    (copy / "booster.txt").write_text(text.replace("leaf_value=", "leaf_value= ", 1), encoding="utf-8")
    said = run(small_world, tmp_path / "out", "--model", copy)
    assert isinstance(said.exception, InputError)
    assert "does not match" in str(said.exception)
    assert not (tmp_path / "out").exists()


def test_a_feature_the_catalogue_no_longer_has_is_refused(small_world, monkeypatch):
    name = small_world.model.features[0]
    left = {k: v for k, v in validate_model.CATALOGUE.items() if k != name}
    monkeypatch.setattr(validate_model, "CATALOGUE", left)
    request = ValidationRequest(small_world.tables, small_world.bundle, Workspace(small_world.workspace), RULES)
    with pytest.raises(UsageError, match=name):
        validate_model.validate_model(request)


def test_half_a_window_is_wrong_usage(small_world, tmp_path):
    said = run(small_world, tmp_path / "out", "--from", "2024-06-30")
    assert isinstance(said.exception, UsageError)


def test_two_names_of_a_model_are_wrong_usage(small_world, tmp_path):
    said = run(small_world, tmp_path / "out", "--version", "1", "--model", small_world.bundle)
    assert isinstance(said.exception, UsageError)


def test_the_cut_takes_away_what_came_later_and_what_is_about_later():
    frame = pl.DataFrame(
        {
            "order_id": ["a", "b", "c"],
            "customer_id": ["x"] * 3,
            "ordered_on": [10, 10, 30],
            "amount_cents": [1] * 3,
            "currency": ["CNY"] * 3,
            "known_at": [10, 30, 10],
        },
        schema_overrides={"ordered_on": pl.Int32, "known_at": pl.Int32},
    )
    tables = tables_in_memory({"orders": frame}, reporting_currency="CNY")
    kept = validate_model.tables_as_known(tables, date(1970, 1, 21))["orders"].collect()
    assert kept["order_id"].to_list() == ["a"]
