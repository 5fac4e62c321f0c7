"""A challenger rates beside the champion, and nothing else changes."""

import time

import polars as pl
import pytest

from riskengine.scoring.bundle import load_bundle
from riskengine.scoring.promotion_log import Step
from riskengine.terms.errors import InputError, UsageError
from riskengine.workflows.rerate_folder import rerate_folder
from support.second_model import workspace_with_two
from support.small_world import EARLIER, RerateOptions


def rated(small_world, out, workspace, **changes):
    told = []
    request = small_world.request(
        out, EARLIER, workspace=workspace.root, options=RerateOptions(reasons=False), previous="none", **changes
    )
    return rerate_folder(request, clock=time.perf_counter, tell=told.append), told


@pytest.fixture(scope="module")
def runs(small_world, tmp_path_factory):
    """The workspace, and a run without a shadow, with one asked for, and with one by role."""
    root = tmp_path_factory.mktemp("shadow")
    workspace, two = workspace_with_two(small_world, root / "space")
    rated(small_world, root / "without", workspace)
    rated(small_world, root / "asked", workspace, shadow="2")
    workspace.record(Step.SHADOW, two, by="Ann", at="2025-03-01T00:00:00+00:00")
    summary, _ = rated(small_world, root / "role", workspace)
    return workspace, root, summary


def test_the_decisions_are_the_same_bytes_with_and_without_a_shadow(runs):
    _, root, _ = runs
    for name in ("ratings", "warnings", "movements", "donors"):
        alone = (root / "without" / f"{name}.parquet").read_bytes()
        assert (root / "asked" / f"{name}.parquet").read_bytes() == alone
        assert (root / "role" / f"{name}.parquet").read_bytes() == alone
    assert not (root / "without" / "shadow.parquet").exists()


def test_the_shadows_pd_is_that_of_its_model_and_its_grades_are_by_the_same_policy(runs, small_world):
    workspace, root, summary = runs
    shadow = pl.read_parquet(root / "role" / "shadow.parquet")
    ratings = pl.read_parquet(root / "role" / "ratings.parquet")
    assert shadow["customer_id"].equals(ratings["customer_id"])
    assert set(shadow["model_version"]) == {"2"}
    assert summary["shadow"]["digest"] == load_bundle(workspace.bundle_folder("small", "2")).digest
    alone = root / "alone"
    rated(small_world, alone, workspace, bundle=workspace.bundle_folder("small", "2"), shadow="none")
    other = pl.read_parquet(alone / "ratings.parquet")
    for name in ("pd_12m", "grade", "limit", "terms_days", "frozen", "refer"):
        assert shadow[name].equals(other[name], null_equal=True), name
    assert not shadow["pd_12m"].equals(ratings["pd_12m"])


def test_the_report_shows_where_they_differ(runs):
    _, root, _ = runs
    page = (root / "role" / "report.html").read_text(encoding="utf-8")
    assert 'id="shadow"' in page
    assert "Where they differ most" in page
    assert "影子模型" in page
    assert 'id="shadow"' not in (root / "without" / "report.html").read_text(encoding="utf-8")


def test_a_damaged_shadow_does_not_keep_the_champion_from_rating_unless_it_was_asked_for(runs, small_world, tmp_path):
    workspace, root, _ = runs
    file = workspace.bundle_folder("small", "2") / "booster.txt"
    text = file.read_bytes()
    file.write_bytes(text[:-1])
    try:
        summary, told = rated(small_world, tmp_path / "role", workspace)
        assert summary["shadow"] is None
        assert any("no model rates beside the champion" in line for line in told)
        with pytest.raises(InputError, match="SHA-256"):
            rated(small_world, tmp_path / "asked", workspace, shadow="2")
        with pytest.raises(UsageError, match="no model is called '9'"):
            rated(small_world, tmp_path / "unknown", workspace, shadow="9")
    finally:
        file.write_bytes(text)
    assert (tmp_path / "role" / "ratings.parquet").read_bytes() == (root / "role" / "ratings.parquet").read_bytes()
