"""riskengine train, from tables to champion."""

import json
import shutil
import warnings
from datetime import date

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from riskengine.cli.main import app
from riskengine.scoring.bundle import load_bundle, read_card, read_metrics
from riskengine.scoring.promotion_log import reigns
from riskengine.scoring.spec import load_spec
from riskengine.scoring.workspace import Workspace
from riskengine.tables.store import open_tables
from riskengine.terms.errors import FindingsError, InputError, UsageError
from riskengine.workflows.generate import generate
from riskengine.workflows.models.train import fit_and_compare
from riskengine.workflows.models.training_data import prepare

SPEC = """
model: quick
meaning: A quick model for tests
owner: tests
seed: 3
outcome: {horizon_days: 180, days_past_due: 60, material_amount: 500, material_share: 0.01, write_off_above: 500,
  insolvency_signals: [insolvency_filing]}
population: {exclude_in_default: true, min_settled_invoices: 0, active_within_days: null}
snapshots:
  train: {from_months_back: 10, to_months_back: 6}
  test: {from_months_back: 0, to_months_back: 0}
  every_months: 2
  min_history_months: 3
features: {only: [pay_late_days_mean_90d, pay_late_days_max_365d, pay_overdue_ratio, fin_equity_ratio, cus_age_days]}
masking:
  copies: 1
  shares: {payment: 0.2, statement: 0.2, customer: 0.2}
booster: {trees: 30, learning_rate: 0.1, depth: 2, min_rows_leaf: 20}
calibration: {method: platt, folds: 2, pd_floor: 0.0003,
  long_run_default_rate: {value: 0.03, reference: tests}}
rivals: {naive_feature: pay_late_days_max_all, scorecard_features: 5}
acceptance: {min_auc: GATE}
"""


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    out = tmp_path_factory.mktemp("data") / "tables"
    generate(customers=400, months=26, seed=11, end=date(2024, 12, 31), out=out)
    return out


@pytest.fixture(scope="module")
def spec(tmp_path_factory):
    path = tmp_path_factory.mktemp("specs") / "quick.yaml"
    path.write_text(SPEC.replace("GATE", "0.5"), encoding="utf-8")
    return path


def train(tables, spec, workspace, *options):
    named = () if spec is None else ("--spec", spec)
    arguments = ["train", "--tables", tables, *named, "--workspace", workspace, *options]
    return CliRunner().invoke(app, [str(a) for a in arguments])


@pytest.fixture(scope="module")
def trained(tables, spec, tmp_path_factory):
    """A workspace after a first, a second, and a third training that asks for promotion; and what they printed."""
    root = tmp_path_factory.mktemp("work") / "space"
    approved = ("--promote", "--approved-by", "Chen", "--despite", "the same model on the same data")
    runs = [train(tables, spec, root, "--json", *extra) for extra in ((), ("--seed", "4"))]
    runs.append(train(tables, None, root, "--json", "--like", "champion", *approved))
    assert [r.exit_code for r in runs] == [0, 0, 0], [r.output for r in runs]
    return Workspace(root), [json.loads(r.stdout) for r in runs]


def test_the_first_model_is_champion_later_ones_when_asked_for(trained):
    workspace, runs = trained
    assert [r["promoted"] for r in runs] == [True, False, True]
    assert [reign.id.version for reign in reigns(workspace.notes())] == ["1", "3"]
    assert workspace.champion() == workspace.bundle_folder("quick", "3")


def test_the_log_says_who_trained_and_who_approved_and_what_the_gates_said(trained):
    notes = trained[0].notes()
    assert [(n.step.value, n.id.version) for n in notes] == [
        ("trained", "1"),
        ("promoted", "1"),
        ("trained", "2"),
        ("challenger", "2"),
        ("trained", "3"),
        ("promoted", "3"),
    ]
    assert "nobody approved it" in notes[1].reason
    assert notes[5].by == "Chen"
    assert notes[5].evidence["replaces"]["version"] == "1"
    gates = {g["gate"]: g["found"] for g in notes[5].evidence["gates"]}
    assert "promoted because: the same model" in gates["better than the champion"]
    assert notes[5].evidence["duel"]["whole"]["gain"] is None  # four went bad
    assert len(notes[0].evidence["policy"]["content_hash"]) == 64


def test_whoever_trains_does_not_promote_over_a_champion(trained, tables, spec, tmp_path):
    root = tmp_path / "space"
    shutil.copytree(trained[0].root, root)
    refused = train(tables, spec, root, "--promote")
    assert isinstance(refused.exception, FindingsError)
    assert "approver: nobody approved it" in str(refused.exception)
    assert "better than the champion: not enough outcomes to compare with quick 3" in str(refused.exception)
    assert Workspace(root).champion().name == "3"
    assert [n.step.value for n in Workspace(root).notes()][-3:] == ["trained", "refused", "challenger"]


def test_the_champion_predicts(trained):
    model = load_bundle(trained[0].champion())
    assert (model.name, model.version, model.horizon_days) == ("quick", "3", 180)
    assert model.digest == trained[1][2]["digest"]
    assert set(model.features) <= model.seen_missing


def test_all_three_contenders_are_measured_and_kept(trained):
    workspace, runs = trained
    metrics = read_metrics(workspace.champion())
    assert [c["name"] for c in metrics["contenders"]] == ["lightgbm", "scorecard", "naive rule"]
    assert metrics["contenders"] == runs[2]["comparison"]["contenders"]
    assert set(metrics["auc_without_source"]) == {"payment", "statement", "customer"}
    assert metrics["verdict"]["en"]
    assert metrics["verdict"]["zh"]
    judged = {v["check"]: v["level"] for v in metrics["validation"]["verdicts"]}
    assert judged["monotone"] == "green"
    assert {"calibration_level", "calibration_grades", "calibration_slope", "earned_its_place"} <= set(judged)
    assert metrics["validation"]["whole"]["bad"] == metrics["data"]["test"]["bad"]


def test_the_same_input_gives_the_same_bytes_and_another_seed_another_model(trained, tables, spec, tmp_path):
    again = train(tables, spec, tmp_path / "space", "--json")
    assert json.loads(again.stdout)["digest"] == trained[1][0]["digest"]
    assert trained[1][1]["digest"] != trained[1][0]["digest"]


def test_the_number_of_workers_does_not_show(tables, spec):
    model_spec = load_spec(spec)
    data = prepare(open_tables(tables), model_spec)
    one, two = (fit_and_compare(data, model_spec, 3, workers=w)[0] for w in (1, 2))
    assert one.booster_text == two.booster_text
    assert one.calibration == two.calibration


def test_the_bundle_says_what_it_came_from(trained):
    card = read_card(trained[0].champion())
    assert len(card["provenance"]["data_fingerprint"]) == 64
    assert card["provenance"]["seed"] == 3
    assert (trained[0].champion() / "spec.yaml").read_text(encoding="utf-8") == SPEC.replace("GATE", "0.5")


def test_trained_like_a_version_it_keeps_spec_and_seed_and_says_what_moved(trained):
    space, runs = trained
    one, three = (space.bundle_folder("quick", version) for version in "13")
    assert (three / "booster.txt").read_bytes() == (one / "booster.txt").read_bytes()
    moved = runs[2]["moved"]["movement"]
    assert (moved["before"]["model"], moved["now"]["model"]) == ("quick 1", "quick 3")
    assert moved["stayed"] == 1  # nothing moved: the same data
    assert moved["rank_correlation"] == pytest.approx(1)
    assert all(m["before"] == m["now"] for m in moved["features"])
    assert runs[0]["moved"] is None
    [folder] = (space.root / "validations" / "quick" / "3").iterdir()
    assert "# What moved from quick 1 to quick 3" in (folder / "moved.md").read_text(encoding="utf-8")
    assert "quick 1 到 quick 3 的变化" in (folder / "moved.html").read_text(encoding="utf-8")
    assert json.loads((folder / "moved.json").read_text(encoding="utf-8")) == runs[2]["moved"]


def test_like_a_version_and_by_a_spec_is_wrong_usage(trained, tables, spec):
    both = train(tables, spec, trained[0].root, "--like", "1")
    assert isinstance(both.exception, UsageError)
    unknown = train(tables, None, trained[0].root, "--like", "17")
    assert isinstance(unknown.exception, UsageError)


def test_report_figures_pictures_and_card_are_kept_with_the_version_and_in_mlflow(trained):
    import mlflow  # noqa: PLC0415 - seconds to import

    space = trained[0]
    [folder] = (space.root / "validations" / "quick" / "3").iterdir()
    files = {p.name for p in folder.iterdir()}
    assert files >= {"report.html", "validation.json", "card.md", "calibration.svg", "psi.svg", "importance.svg"}
    assert "promoted by Chen" in (folder / "card.md").read_text(encoding="utf-8")
    told = json.loads((folder / "validation.json").read_text(encoding="utf-8"))
    assert told["digest"] == load_bundle(space.champion()).digest
    client = mlflow.MlflowClient(space.mlflow_uri)
    run = client.get_model_version_by_alias("quick", "champion").run_id
    logged = {f.path.split("/")[-1] for f in client.list_artifacts(run, f"validation/{folder.name}")}
    assert logged == files
    assert client.get_run(run).data.metrics["verdicts_red"] == sum(v["level"] == "red" for v in told["verdicts"])


def test_mlflow_gives_the_pd_of_the_bundle_from_the_same_features(trained):
    import mlflow  # noqa: PLC0415 - seconds to import

    space, example = trained[0], read_card(trained[0].champion())["example"]
    values = np.array(example, dtype=np.float64)
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of MLflow's own making
        patch.setenv("MLFLOW_TRACKING_URI", space.mlflow_uri)
        mlflow.set_tracking_uri(space.mlflow_uri)
        model = load_bundle(space.champion())
        loaded = mlflow.pyfunc.load_model("models:/quick@champion")
        said = loaded.predict(pd.DataFrame(values, columns=list(model.features)))
    assert said["pd_12m"].tolist() == model.predict(values).pd_12m.tolist()


def test_a_model_under_its_gate_is_kept_without_a_role_and_the_exit_code_is_3(tables, tmp_path):
    spec = tmp_path / "strict.yaml"
    spec.write_text(SPEC.replace("GATE", "1.0"), encoding="utf-8")
    result = train(tables, spec, tmp_path / "space", "--promote")
    assert isinstance(result.exception, FindingsError)
    assert result.exception.exit_code == 3
    assert "no role" in result.stdout
    workspace = Workspace(tmp_path / "space")
    assert not workspace.has_champion()
    assert load_bundle(workspace.bundle_folder("quick", "1"))


def test_windows_the_data_cannot_fill_are_refused(tables, tmp_path):
    spec = tmp_path / "long.yaml"
    spec.write_text(SPEC.replace("GATE", "0.5").replace("horizon_days: 180", "horizon_days: 720"), encoding="utf-8")
    result = train(tables, spec, tmp_path / "space")
    assert isinstance(result.exception, InputError)
    assert "window" in str(result.exception)
    assert not (tmp_path / "space").exists()


def test_quality_is_told_for_new_and_existing_customers_and_who_lacks_a_source(trained):
    metrics = read_metrics(trained[0].champion())
    slices = [s for s in metrics["validation"]["slices"] if s["group"] != "month"]
    assert trained[1][2]["groups"] == slices
    rows = {(s["group"], s["name"]): s["rows"] for s in slices}
    assert {("relationship", "existing"), ("statements", "without"), ("signals", "with")} <= set(rows)
    for group in ("statements", "signals", "relationship", "industry", "size"):
        assert sum(n for (known, _), n in rows.items() if known == group) == metrics["data"]["test"]["rows"]


def edited(tmp_path, old, new):
    assert old in SPEC
    path = tmp_path / "edited.yaml"
    path.write_text(SPEC.replace("GATE", "0.5").replace(old, new), encoding="utf-8")
    return path


def test_settings_are_searched_and_the_search_is_kept(tables, tmp_path):
    search = "search: {trials: 2, folds: 1, space: {booster.trees: {choices: [5, 30]}}}\nrivals:"
    text = edited(tmp_path, "rivals:", search)
    text.write_text(text.read_text().replace("from_months_back: 10", "from_months_back: 14"), encoding="utf-8")
    result = train(tables, text, tmp_path / "space")
    assert result.exit_code == 0, result.exception
    assert "settings tried" in result.stdout
    assert "best on its folds (0." in result.stdout
    found = read_metrics(Workspace(tmp_path / "space").bundle_folder("quick", "1"))["search"]
    assert found["trials"][0]["settings"] == {"booster.trees": 30}
    assert not found["timed"]


def test_a_search_that_cannot_be_run_is_refused_before_the_tables_are_read(tmp_path):
    for space, said in (
        ("booster.tree: {choices: [5, 30]}", "did you mean 'booster.trees'"),
        ("booster.trees: {low: 0, high: 30}", "do not fit"),
        ("calibration.folds: {choices: [2, 3]}", "cannot be searched"),
    ):
        text = edited(tmp_path, "rivals:", f"search: {{trials: 2, space: {{{space}}}}}\nrivals:")
        result = train(tmp_path / "nowhere", text, tmp_path / "space")
        assert isinstance(result.exception, UsageError)
        assert said in str(result.exception)


def test_a_direction_may_be_overruled_with_a_reason(tables, tmp_path):
    overruled = "features: {directions: {pay_overdue_ratio: {risk: free, reason: a test}}, "
    text = edited(tmp_path, "features: {", overruled)
    data = prepare(open_tables(tables), load_spec(text))
    assert {f.name: f.risk.value for f in data.features}["pay_overdue_ratio"] == "free"


def test_no_bad_customer_in_a_window_is_told(tables, tmp_path):
    text = edited(tmp_path, "material_amount: 500", "material_amount: 900000000")
    text.write_text(
        text.read_text().replace("write_off_above: 500", "write_off_above: null").replace("[insolvency_filing]", "[]"),
        encoding="utf-8",
    )
    result = train(tables, text, tmp_path / "space")
    assert isinstance(result.exception, InputError)
    assert "snapshots.train: 0 of" in str(result.exception)
    assert "are bad: both outcomes are needed" in str(result.exception)


def test_overlapping_windows_are_refused(tables, tmp_path):
    result = train(tables, edited(tmp_path, "to_months_back: 6", "to_months_back: 2"), tmp_path / "space")
    assert isinstance(result.exception, InputError)
    assert "reach 180 days ahead" in str(result.exception)
