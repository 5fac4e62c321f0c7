"""The notebooks run as they are."""

import runpy

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


def test_without_a_portfolio_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RISKENGINE_DEMO", "nowhere-at-all")
    with pytest.raises(SystemExit, match="run make demo first"):
        runpy.run_path(str(ROOT / "notebooks" / "portfolio.py"))
