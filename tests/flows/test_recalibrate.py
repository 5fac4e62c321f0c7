"""`riskengine models recalibrate`: the level is put right, the ranking stays, and somebody else decides."""

import json
from datetime import date

import numpy as np
import pytest
from typer.testing import CliRunner

from riskengine.cli.main import app
from riskengine.scoring.bundle import load_bundle, read_card, read_development, read_metrics
from riskengine.scoring.monitoring.checks import Check
from riskengine.scoring.workspace import Workspace
from riskengine.terms.errors import FindingsError, InputError, UsageError
from riskengine.workflows.models.monitoring.monitor import MonitorRequest, monitor_model
from riskengine.workflows.models.promote_model import Approval, try_promotion
from riskengine.workflows.models.recalibrate_model import ripe_month_ends
from support.other_outcome import AUTHOR, copied, workspace_with_other_outcome
from support.small_world import LAST_DAY, RULES


def run(world, workspace, *words, version="champion", as_of=LAST_DAY):
    place = ["--tables", world.tables, "--workspace", workspace.root, "--rules", RULES, "--as-of", as_of]
    who = ["--by", AUTHOR, "--reason", "the PDs are too low"]
    return CliRunner().invoke(app, ["models", "recalibrate", version, *map(str, [*place, *who, *words])])


@pytest.fixture(scope="module")
def made(small_world, tmp_path_factory):
    """The workspace after two recalibrations of its champion: versions 2 and 3."""
    workspace = workspace_with_other_outcome(small_world, tmp_path_factory.mktemp("recalibrated") / "space")
    first = run(small_world, workspace, "--months", 4, "--json")
    assert first.exit_code == 0, (first.output, first.exception)
    second = run(small_world, workspace, "--months", 4)
    assert second.exit_code == 0, (second.output, second.exception)
    return workspace, json.loads(first.stdout), second.stdout


def bundles(workspace):
    return [workspace.bundle_folder("small", v) for v in "123"]


def test_the_level_is_what_came_and_the_trees_are_the_parents(made):
    workspace, found, _ = made
    parent, child, _ = bundles(workspace)
    assert found["extent"] == "level"
    assert found["level_before"]["low"] > 1.5  # the harder outcome comes more often than the parent says
    assert found["mean_pd_after"] == pytest.approx(found["observed"])
    assert (child / "booster.txt").read_bytes() == (parent / "booster.txt").read_bytes()
    assert (child / "spec.yaml").read_bytes() == (parent / "spec.yaml").read_bytes()
    assert read_development(child) == read_development(parent)


def test_the_ranking_is_exactly_the_same(made):
    parent, child, _ = (load_bundle(b) for b in bundles(made[0]))
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(500, len(parent.features))) * rng.choice([1.0, 100.0], len(parent.features))
    before, after = parent.predict(rows), child.predict(rows)
    assert np.array_equal(before.raw, after.raw)
    order = np.argsort(before.raw, kind="stable")
    apart = (np.diff(before.pd_12m[order]) > 0) & (after.pd_12m[order][:-1] > child.calibration.floor)
    assert np.all(np.diff(after.pd_12m[order])[apart] > 0)
    assert np.all(np.diff(after.pd_12m[order]) >= 0)


def test_what_moved_is_in_the_bundle_with_its_parent_and_its_data(made, small_world):
    workspace, found, _ = made
    parent, child, _ = bundles(workspace)
    record = read_metrics(child)["recalibration"]
    assert record["parent"]["digest"] == load_bundle(parent).digest
    assert {k: v for k, v in found.items() if k in record} == record
    assert record["worse"] > 0 == record["better"]
    assert sum(g["customers_before"] for g in record["by_grade"]) == record["rated"]
    assert sum(g["customers_after"] for g in record["by_grade"]) == record["rated"]
    source = read_card(child)["provenance"]["recalibrated"]
    assert source["data_fingerprint"] == small_world.open_tables().fingerprint
    assert source["parent"] == record["parent"]
    assert read_metrics(child)["contenders"] == read_metrics(parent)["contenders"]  # of order: the same trees
    assert read_metrics(child)["calibration"]["default_rate"] == pytest.approx(record["observed"])


def test_the_same_input_gives_the_same_bytes(made):
    _, second, third = bundles(made[0])
    names = sorted(p.name for p in second.iterdir())
    assert names == sorted(p.name for p in third.iterdir())
    for name in names:
        if name != "manifest.json":  # which holds the number of the version
            assert (second / name).read_bytes() == (third / name).read_bytes()


def test_it_has_no_role_and_says_what_comes_next(made):
    workspace, _, said = made
    assert workspace.champion().name == "1"
    assert [n.id.version for n in workspace.notes() if n.step.value == "trained"] == ["1", "2", "3"]
    assert workspace.notes()[-1].reason == "the PDs are too low"
    assert workspace.notes()[-1].evidence["recalibrated_from"]["version"] == "1"
    assert "small/3, from small/1: the ranking is the same" in said
    assert "customers change grade" in said
    shown = CliRunner().invoke(app, ["models", "show", "2", "--workspace", str(workspace.root)]).output
    assert "recalibrated (level) from small 1 on outcomes of 2024-06-30 to 2024-09-30: mean PD " in shown


def test_the_gates_are_asked_and_its_author_may_not_approve(made, small_world, tmp_path):
    workspace = copied(made[0], tmp_path / "space")
    bundle = workspace.bundle_folder("small", "2")

    def asked(approver):
        at = "2027-01-01T00:00:00+00:00"
        approval = Approval(approver, at, "recalibrated", approver, "the same ranking, a level that holds")
        return {v.gate.name: v for v in try_promotion(workspace, bundle, approval)}

    own, other = asked(AUTHOR), asked("Ann Chen")
    assert not own["APPROVER"].passed
    assert other["APPROVER"].passed
    assert other["VERIFIED"].passed
    assert other["CALIBRATION"].passed
    assert other["BETTER"].passed  # by the stated reason


def test_monitoring_does_not_praise_a_calibration_for_the_outcomes_it_was_made_of(made, small_world):
    workspace, found, _ = made
    parent, child, _ = bundles(workspace)
    first = date.fromisoformat(found["month_ends"][-1])
    old, new = (
        monitor_model(MonitorRequest(small_world.tables, LAST_DAY, b, RULES, since=first)).monitoring
        for b in (parent, child)
    )
    lights = [{f.check: f.light.value for f in m.findings} for m in (old, new)]
    assert lights[0][Check.LEVEL] == "red"
    assert lights[1][Check.LEVEL] == "too_few_outcomes"
    assert old.watch.ranking.auc == new.watch.ranking.auc


def test_bad_requests_say_what_to_do(made, small_world):
    workspace = made[0]
    versions = workspace.versions()
    for words, as_of, kind, said in (
        ((), "2024-04-30", InputError, "no outcomes are ripe that the model knew nothing of"),
        (("--extent", "levels"), LAST_DAY, UsageError, "did you mean 'level'?"),
    ):
        error = run(small_world, workspace, *words, as_of=as_of).exception
        assert isinstance(error, kind), (words, error)
        assert said in str(error)
    few = run(small_world, Workspace(small_world.workspace)).exception
    assert isinstance(few, InputError)
    assert "7 customers defaulted within the horizon of 1 month ends from 2024-06-30 to 2024-06-30, 20" in str(few)
    missing = run(small_world, workspace, version="7").exception
    assert isinstance(missing, UsageError)
    again = run(small_world, workspace, version="2").exception
    assert isinstance(again, FindingsError)
    assert "nothing is off beyond chance" in str(again)
    assert workspace.versions() == versions


def test_month_ends_lie_a_horizon_after_the_training_and_a_horizon_before_the_end():
    found = ripe_month_ends(date(2025, 3, 10), date(2023, 1, 31), 365, 6)
    assert found == (date(2024, 1, 31), date(2024, 2, 29))
    assert ripe_month_ends(date(2026, 12, 31), date(2023, 1, 31), 365, 2) == (date(2025, 11, 30), date(2025, 12, 31))
    with pytest.raises(InputError, match="bring tables that go to 2025-01-30"):
        ripe_month_ends(date(2024, 12, 31), date(2023, 1, 31), 365, 6)
