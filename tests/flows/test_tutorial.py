"""The tutorial, done: every command, every edit, and what it promises of their output."""

import datetime as dt
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from riskengine.cli.main import app
from riskengine.policy.release.published import PUBLISHED
from riskengine.terms.errors import RiskEngineError
from support.small_world import ROOT, RULES, SmallWorld
from support.tutorial import blocks_of, missing_lines, perform

PAGE = ROOT / "docs" / "tutorial" / "first-rule-change.md"
TODAY = dt.datetime(2026, 12, 14, 9, 0, tzinfo=dt.UTC)


def invoke(words: list[str]) -> tuple[int, str]:
    """As `riskengine.cli.main.main` does, in this process."""
    found = CliRunner().invoke(app, words)
    if isinstance(found.exception, RiskEngineError):
        return found.exception.exit_code, f"{found.output}error: {found.exception}"
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        raise found.exception
    return found.exit_code, found.output


@pytest.fixture
def checkout(small_world: SmallWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shipped policy, of which nothing is published, and a small portfolio in the place of the demo's."""
    shutil.copytree(RULES, tmp_path / "rules", ignore=shutil.ignore_patterns(PUBLISHED))
    keep_invariants(tmp_path / "rules" / "invariants.yaml", 2)  # all of them take a minute, and have their own tests
    shutil.copytree(small_world.workspace, tmp_path / "demo" / "workspace")
    (tmp_path / "demo" / "tables").symlink_to(small_world.tables)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("riskengine.cli.rules_release._now", lambda: TODAY)
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


def keep_invariants(path: Path, count: int) -> None:
    text = path.read_text(encoding="utf-8")
    path.write_text("  - id: ".join(text.split("  - id: ")[: count + 1]), encoding="utf-8")


def test_every_step_does_what_it_says(checkout: Path) -> None:
    blocks = list(blocks_of(PAGE.read_text(encoding="utf-8")))
    assert len(blocks) >= 12
    for block in blocks:
        said = perform(block, checkout, invoke)
        assert missing_lines(block.output or "", said) == [], f"line {block.line} of {PAGE.name}:\n{said}"


def test_every_block_of_commands_is_run() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text.count("```sh\n") == sum(block.verb == "run" for block in blocks_of(text))
