"""The notebooks run as they are."""

import runpy
import tempfile
from pathlib import Path

import pytest

from support.small_world import LAST_DAY, ROOT, SmallWorld


def test_the_portfolio_notebook_runs(
    small_world: SmallWorld, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RISKENGINE_DEMO", str(small_world.root))
    left = runpy.run_path(str(ROOT / "notebooks" / "portfolio.py"))
    assert left["now"].as_of == LAST_DAY
    assert len(left["ratings"]) == left["by_grade"]["customers"].sum()
    assert "report:" in capsys.readouterr().out


def test_the_tuning_notebook_runs(
    small_world: SmallWorld, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RISKENGINE_DEMO", str(small_world.root))
    left = runpy.run_path(str(ROOT / "notebooks" / "tuning_a_rule.py"))
    assert 0 < left["found"]["total"]["moved"] == len(left["movers"])
    assert left["found"]["ripe_dates"]
    assert left["curve"].index.tolist() == [30, 45, 60, 75, 90]
    assert left["curve"]["hits"].is_monotonic_decreasing
    said = capsys.readouterr().out
    assert "@hold_dpd" in said
    assert "decisions differ on 7 dates" in said


def test_the_retraining_notebook_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left = runpy.run_path(str(ROOT / "notebooks" / "retraining_a_model.py"))
    assert left["recipe"].spec.read_text(encoding="utf-8") == left["SPEC"]
    assert left["moved"].rows > 500
    assert left["moved"].gain is not None
    assert left["rated"]["model_version"].tolist() == ["1", "2"]
    assert left["on_new_year"][0]["version"] == "1"
    assert left["place"].champion().name == "2"
    assert {"report.html", "card.md", "moved.md", "roc_cap.svg"} <= set(left["kept"]["files"])
    said = capsys.readouterr().out
    assert "approver: trained by Li Wei, approved by Li Wei" in said
    assert "promoted because: learnt from later outcomes" in said
    assert "2 promoted by Ann Chen" in said


@pytest.mark.parametrize("name", ["portfolio.py", "tuning_a_rule.py"])
def test_without_a_portfolio_it_says_what_to_do(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RISKENGINE_DEMO", "nowhere-at-all")
    with pytest.raises(SystemExit, match="run make demo first"):
        runpy.run_path(str(ROOT / "notebooks" / name))
