"""What the project promises about itself."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command

from riskengine.cli.main import app
from riskengine.terms.version import VERSION

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def direct_dependencies():
    groups = [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    names = {re.match(r"[\w.-]+", requirement)[0].lower() for group in groups for requirement in group}
    return sorted(names - {"riskengine"})


def commands(group=None, before=""):
    """Every command and sub-command, such as 'rules check'."""
    found = []
    for name, command in (group or get_command(app)).commands.items():
        named = f"{before}{name}"
        found += commands(command, f"{named} ") if getattr(command, "commands", None) else [named]
    return sorted(found)


def test_the_version_is_the_same_in_both_places():
    assert PROJECT["version"] == VERSION


@pytest.mark.parametrize("name", direct_dependencies())
def test_each_dependency_has_its_reason(name):
    assert name.replace("_", "-") in (ROOT / "docs/dependencies.md").read_text().lower()


def test_the_lock_has_hashes_and_no_addresses():
    lock = (ROOT / "requirements.lock").read_text()
    assert not re.search(r"https?://|index-url", lock)
    blocks = re.split(r"\n(?=[a-z0-9])", lock)[1:]
    assert len(blocks) > 100
    assert [block.split("\n")[0] for block in blocks if "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("command", commands())
def test_each_command_is_documented(command):
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    assert any(f"riskengine {command}" in page.read_text() for page in pages)


def test_the_readme_begins_with_the_two_commands():
    readme = (ROOT / "README.md").read_text()
    assert re.findall(r"make (demo|test)", readme)[:2] == ["demo", "test"]
    assert readme.index("make demo") < 1200


def test_links_between_pages_lead_somewhere():
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]
    links = [(page, target) for page in pages for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text())]
    assert [
        f"{page.relative_to(ROOT)}: {target}"
        for page, target in links
        if not re.match(r"[a-z]+:", target) and not (page.parent / target).exists()
    ] == []


def test_only_those_who_may_read_the_hidden_truth_do():
    readers = {
        path.relative_to(ROOT / "src/riskengine").parts[0]
        for path in (ROOT / "src").rglob("*.py")
        if re.search(r"""["'/]truth["'/]""", path.read_text())
    }
    assert readers <= {"synthetic", "reports"}


def test_help_answers_without_loading_the_heavy_libraries():
    heavy = ["polars", "pandas", "numpy", "lightgbm", "mlflow", "sklearn", "altair", "sqlalchemy", "pydantic"]
    code = f"import sys, riskengine.cli.main; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("words", [["rerat"], ["rerate", "--no-such-option"]])
def test_wrong_usage_ends_with_2(words):
    done = subprocess.run(
        [sys.executable, "-m", "riskengine.cli.main", *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stdout == ""


def test_notebooks_and_scripts_are_named_in_the_docs():
    text = "".join(p.read_text() for p in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
    scripts = [p.name for folder in ("notebooks", "benchmarks") for p in (ROOT / folder).glob("*.py")]
    assert [name for name in scripts if name not in text] == []
