"""riskengine models: from a list to another champion and back."""

import json
import shutil
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from riskengine.cli.main import app
from riskengine.scoring.bundle import load_bundle
from riskengine.scoring.workspace import Workspace
from riskengine.terms.errors import FindingsError, InputError, RiskEngineError, UsageError
from support.second_model import TRAINER, workspace_with_two
from support.small_world import LAST_DAY, RULES

REASON = ("--by", "Ann Chen", "--reason", "yearly retraining")


def run(*arguments):
    return CliRunner().invoke(app, ["models", *map(str, arguments)])


def data(*arguments):
    result = run(*arguments, "--json")
    assert result.exit_code == 0, (result.output, result.exception)
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def shared(small_world, tmp_path_factory):
    return workspace_with_two(small_world, tmp_path_factory.mktemp("two") / "space")[0]


@pytest.fixture
def space(shared, tmp_path):
    root = tmp_path / "space"
    shutil.copytree(shared.root, root)
    return Workspace(root)


def test_the_list_says_who_is_champion_and_how_each_did(shared):
    first, second = data("list", "--workspace", shared.root)
    assert (first["version"], first["role"], second["role"]) == ("1", "champion", None)
    assert second["trained_by"] == TRAINER
    assert first["auc_low"] < first["auc"] < first["auc_high"]
    assert first["calibration"] == "not_enough"  # outcomes: fewer than ten
    assert first["accepted"] is True
    shown = run("list", "--workspace", shared.root)
    assert "small/2" in shown.output


def test_a_version_in_full_says_what_it_came_from(shared):
    found = data("show", "2", "--workspace", shared.root)
    assert found["spec"]["model"] == "small"
    assert found["metrics"]["data"]["train"]["snapshots"]
    assert [n["step"] for n in found["life"]] == ["trained"]
    text = run("show", "champion", "--workspace", shared.root).output
    assert "small 1, champion" in text
    assert "trained at an unknown time by nobody known" in text
    assert "policy not recorded" in text


def test_two_versions_are_compared_on_the_same_rows_out_of_time_for_both(shared, small_world):
    found = data("compare", "2", "1", "--workspace", shared.root, "--tables", small_world.tables)
    rows = found["same_rows"]
    assert rows["snapshots"][0] > max(
        data("show", "1", "--workspace", shared.root)["metrics"]["data"]["train"]["snapshots"]
    )
    assert rows["whole"]["gain"] is None  # fewer than ten went bad in this small world
    assert {p["group"] for p in rows["parts"]} >= {"statements", "signals", "relationship", "country", "size"}
    assert all((p["gain"] is None) == (p["auc"] is None) for p in rows["parts"])
    assert found["features_only_first"] == []
    moved = found["moved"]["movement"]
    assert (moved["before"]["model"], moved["now"]["model"]) == ("small 1", "small 2")
    assert sum(map(sum, moved["counts"])) == rows["whole"]["rows"]
    said = run("compare", "2", "1", "--workspace", shared.root, "--tables", small_world.tables).output
    assert "too few outcomes to compare" in said


def test_nobody_becomes_champion_past_the_gates_and_the_refusal_is_written_down(space):
    before = space.champion()
    refused = run("promote", "2", "--by", TRAINER, "--reason", "mine", "--workspace", space.root)
    assert isinstance(refused.exception, FindingsError)
    assert refused.exception.exit_code == 3
    for said in ("better than the champion: not compared with small 1", "approver: trained by Li Wei"):
        assert said in str(refused.exception)
    assert space.champion() == before
    note = space.notes()[-1]
    assert (note.step.value, note.id.version, note.by) == ("refused", "2", TRAINER)
    failed = {g["gate"] for g in note.evidence["gates"] if not g["passed"]}
    assert {"better than the champion", "approver"} <= failed


def promoted(space, small_world):
    """Version 2 as champion, by everything the gates of this small world may object to."""
    options = ("--tables", small_world.tables, "--despite", "smaller, and as good")
    return run("promote", "2", *REASON, *options, "--workspace", space.root)


def test_a_promotion_and_its_rollback_answer_who_rated_when(space, small_world):
    result = promoted(space, small_world)
    assert result.exit_code == 0, result.exception
    assert space.champion().name == "2"
    evidence = space.notes()[-1].evidence
    assert evidence["duel"]["champion"] == "small 1"
    assert evidence["replaces"]["version"] == "1"
    assert [c["version"] for c in data("history", "--workspace", space.root)["champions"]] == ["1", "2"]
    at = space.notes()[-1].at.date()
    assert [c["version"] for c in data("history", "--on", "2025-01-05", "--workspace", space.root)["champions"]] == [
        "1"
    ]
    assert [c["version"] for c in data("history", "--on", at, "--workspace", space.root)["champions"]] == ["1", "2"]
    assert data("rollback", "--by", "Bob", "--reason", "limits fell", "--workspace", space.root)["version"] == "1"
    assert space.champion().name == "1"
    with pytest.raises(UsageError, match="no model was champion on 2024-12-31"):
        raise run("history", "--on", "2024-12-31", "--workspace", space.root).exception
    with pytest.raises(FindingsError, match="champion already"):
        raise run("promote", "1", *REASON, "--workspace", space.root).exception


def test_a_customers_ratings_name_the_model_that_made_them(small_world):
    customer = small_world.open_tables()["customers"].collect()["customer_id"].sort()[0]
    rated = data("history", "--customer", customer, "--runs", small_world.runs, "--on", LAST_DAY)
    assert [(r["as_of"], r["model_name"], r["model_version"]) for r in rated] == [(LAST_DAY.isoformat(), "small", "1")]
    assert len(data("history", "--customer", customer, "--runs", small_world.runs)) == 2
    assert isinstance(run("history", "--customer", "nobody", "--runs", small_world.runs).exception, UsageError)


@pytest.mark.parametrize("spoil", ["change", "cut", "remove"])
def test_a_spoilt_bundle_is_found_refused_and_written_down(space, spoil):
    assert run("verify", "--no-mlflow", "--workspace", space.root).exit_code == 0
    file = space.bundle_folder("small", "2") / "booster.txt"
    text = file.read_bytes()
    if spoil == "change":
        file.write_bytes(text.replace(b"leaf_value=", b"leaf_value= ", 1))
    elif spoil == "cut":
        file.write_bytes(text[: len(text) // 2])
    else:
        file.unlink()
    found = run("verify", "--no-mlflow", "--workspace", space.root)
    assert found.exit_code == 3
    assert "booster.txt" in found.stdout
    refused = run("promote", "2", *REASON, "--despite", "any", "--workspace", space.root)
    assert "bundle verified: " in str(refused.exception)
    assert space.champion().name == "1"
    assert space.notes()[-1].step.value == "refused"
    assert "small/2 is damaged: " in run("list", "--workspace", space.root).output
    assert isinstance(run("export", "2", "--out", space.root / "x", "--workspace", space.root).exception, InputError)


def test_a_bundle_written_again_after_training_is_not_the_one_that_was_trained(space):
    two, one = (space.bundle_folder("small", v) for v in "21")
    shutil.rmtree(two)
    shutil.copytree(one, two)
    refused = run("promote", "2", *REASON, "--despite", "any", "--workspace", space.root)
    assert "not the bundle that was trained as small 2" in str(refused.exception)
    assert "small 1, not the bundle the log names" in run("verify", "--no-mlflow", "--workspace", space.root).output


def test_an_edited_log_and_an_exchanged_champion_are_found(space):
    record = space.root / "champion.json"
    two = data("show", "2", "--workspace", space.root)
    content = json.loads(record.read_text()) | {"version": "2", "digest": two["digest"]}
    record.write_text(json.dumps(content))
    assert "names small 2, the log names small 1" in run("verify", "--no-mlflow", "--workspace", space.root).output
    space.log.write_text(space.log.read_text().replace("tests", "nobody"))
    assert "was edited" in run("verify", "--no-mlflow", "--workspace", space.root).output
    assert isinstance(run("history", "--workspace", space.root).exception, InputError)


def test_a_history_cut_at_its_end_is_found_and_no_command_works_with_it(space, tmp_path):
    """Without an older copy too, unless whoever cut it cut all that speaks of it."""
    backup = shutil.copytree(space.root, tmp_path / "backup")
    run("promote", "2", "--to", "shadow", *REASON, "--workspace", space.root)
    later = shutil.copytree(space.root, tmp_path / "later")
    lines = space.log.read_bytes().splitlines(keepends=True)
    space.log.write_bytes(b"".join(lines[:-1]))
    found = run("verify", "--no-mlflow", "--workspace", space.root)
    assert found.exit_code == 3
    assert f"the log was cut at its end: it had {len(lines)} lines, {len(lines) - 1} are left" in found.output
    assert isinstance(run("history", "--workspace", space.root).exception, InputError)
    assert isinstance(run("promote", "2", "--to", "none", *REASON, "--workspace", space.root).exception, InputError)
    (space.root / "models.end.json").write_bytes((backup / "models.end.json").read_bytes())
    assert run("verify", "--no-mlflow", "--workspace", space.root).exit_code == 0
    assert run("verify", "--no-mlflow", "--workspace", space.root, "--earlier", backup).exit_code == 0
    told = run("verify", "--no-mlflow", "--workspace", space.root, "--earlier", later)
    assert told.exit_code == 3
    assert f"models.jsonl:{len(lines)}: another line stood here in " in told.output
    with pytest.raises(InputError, match="no copy of a workspace"):
        raise run("verify", "--no-mlflow", "--workspace", space.root, "--earlier", tmp_path).exception


def test_an_older_copy_finds_a_bundle_that_was_exchanged_with_its_line(space, tmp_path):
    later = shutil.copytree(space.root, tmp_path / "later")
    (later / "bundles" / "small" / "2" / "card.json").write_text("{}", encoding="utf-8")
    told = run("verify", "--no-mlflow", "--workspace", space.root, "--earlier", later)
    assert "card.json: is not what it was in " in told.output


def test_an_export_rates_as_the_original(space, tmp_path):
    digest = data("export", "2", "--out", tmp_path / "two", "--workspace", space.root)["digest"]
    assert load_bundle(tmp_path / "two").digest == digest
    for name in ("a.zip", "b.zip"):
        run("export", "2", "--out", tmp_path / name, "--workspace", space.root)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    zipfile.ZipFile(tmp_path / "a.zip").extractall(tmp_path / "out")
    assert load_bundle(tmp_path / "out" / "small-2").digest == digest


def validated(space, version, small_world, tmp_path):
    """The papers of a validation on the spec's own test window, kept with the version and in MLflow."""
    place = ["--workspace", space.root, "--tables", small_world.tables, "--rules", RULES]
    words = ["validate", *place, "--version", version, "--out", tmp_path / "validation", "--keep"]
    result = CliRunner().invoke(app, [*map(str, words)])
    assert result.exit_code == 0 or isinstance(result.exception, FindingsError), result.exception


def test_a_validation_is_kept_with_its_version_shown_exported_and_verified(space, small_world, tmp_path):
    import mlflow  # noqa: PLC0415 - seconds to import

    digest = load_bundle(space.bundle_folder("small", "2")).digest
    assert data("show", "2", "--workspace", space.root)["validations"] == []
    validated(space, "2", small_world, tmp_path)
    assert load_bundle(space.bundle_folder("small", "2")).digest == digest
    [kept] = data("show", "2", "--workspace", space.root)["validations"]
    assert {"report.html", "card.md", "validation.json", "psi.svg", "calibration.svg"} <= set(kept["files"])
    assert "card.md" in run("show", "2", "--workspace", space.root).output
    client = mlflow.MlflowClient(space.mlflow_uri)
    [version] = client.search_model_versions("name='small'")
    told = client.get_run(version.run_id).data.metrics
    document = json.loads((tmp_path / "validation" / "validation.json").read_text(encoding="utf-8"))
    levels = [v["level"] for v in document["verdicts"]]
    assert told["verdicts_red"] == levels.count("red")
    assert told["verdicts_green"] == levels.count("green")
    assert told["validation_bad_rate"] == document["whole"]["bad_rate"]
    assert told["validation_score_psi"] == document["score_shift"]["psi"]
    window = f"validation/{'_'.join(kept['test'])}"
    assert {f"{window}/{name}" for name in kept["files"]} <= {
        f.path for f in client.list_artifacts(version.run_id, window)
    }
    [beside] = data("export", "2", "--out", tmp_path / "two", "--workspace", space.root)["validations"]
    assert (tmp_path / "two-validation" / "_".join(kept["test"]) / "card.md").is_file()
    assert beside.startswith(str(tmp_path))
    run("export", "2", "--out", tmp_path / "two.zip", "--workspace", space.root)
    assert any(n.endswith("/report.html") for n in zipfile.ZipFile(tmp_path / "two.zip").namelist())
    page = Path(kept["folder"]) / "report.html"
    page.write_text(page.read_text(encoding="utf-8").replace("red", "green"), encoding="utf-8")
    assert "report.html: is not what the validation wrote" in run("verify", "--workspace", space.root).output
    assert "its validation is damaged: " in run("show", "2", "--workspace", space.root).output
    assert isinstance(run("register", "2", "--workspace", space.root).exception, InputError)
    assert isinstance(run("export", "2", "--out", tmp_path / "x", "--workspace", space.root).exception, InputError)


def test_only_a_version_of_the_workspace_keeps_a_validation(space, small_world, tmp_path):
    shutil.copytree(space.bundle_folder("small", "1"), tmp_path / "away")
    words = [
        "validate",
        "--model",
        tmp_path / "away",
        "--keep",
        "--tables",
        small_world.tables,
        "--out",
        tmp_path / "o",
    ]
    result = CliRunner().invoke(app, [*map(str, [*words, "--workspace", space.root, "--rules", RULES])])
    assert isinstance(result.exception, UsageError)
    assert "is no version of the workspace" in str(result.exception)


def test_roles_are_given_and_taken(space):
    for role in ("challenger", "shadow"):
        assert data("promote", "2", "--to", role, *REASON, "--workspace", space.root)["step"] == role
    assert data("list", "--workspace", space.root)[1]["role"] == "shadow"
    assert data("promote", "2", "--to", "none", *REASON, "--workspace", space.root)["step"] == "relieved"
    with pytest.raises(UsageError, match="is no role"):
        raise run("promote", "2", "--to", "chalenger", *REASON, "--workspace", space.root).exception
    with pytest.raises(FindingsError, match="is the champion"):
        raise run("promote", "1", "--to", "shadow", *REASON, "--workspace", space.root).exception


def test_what_mlflow_missed_is_told_later(space):
    assert "MLflow's alias small@champion is not small 1" in run("verify", "--workspace", space.root).output
    assert data("register", "1", "--workspace", space.root)["mlflow_version"] == "1"
    again = run("verify", "--workspace", space.root)
    assert again.exit_code == 0, again.output
    away = run("register", "1", "--workspace", space.root, "--mlflow-uri", "http://127.0.0.1:9")
    assert isinstance(away.exception, RiskEngineError)
    assert "repeat: riskengine models register small/1" in str(away.exception)
