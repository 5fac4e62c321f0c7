"""`riskengine generate` as a person calls it."""

import subprocess
import sys

import pytest

from riskengine.tables.store import open_tables


def _run(*arguments):
    command = [sys.executable, "-m", "riskengine.cli.main", "generate", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_tables_and_truth_are_published(tmp_path):
    out = tmp_path / "portfolio"
    done = _run("--customers", "40", "--months", "8", "--seed", "1", "--end", "2024-05-15", "--out", str(out))
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert "40/40" in done.stderr
    assert open_tables(out)["invoices"].collect().height > 0
    assert sorted(path.name for path in (out / "truth").iterdir()) == ["customers.parquet", "pd.parquet"]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (("--customers", "0"), "0 customers"),
        (("--months", "5"), "5 months"),
        (("--end", "31.12.2024"), "not a date"),
    ],
)
def test_wrong_usage_exits_2_and_names_the_remedy(tmp_path, wrong, says):
    given = {"--customers": "40", "--months": "8", "--seed": "1", "--out": str(tmp_path / "x")} | dict([wrong])
    done = _run(*(word for pair in given.items() for word in pair))
    assert done.returncode == 2
    assert says in done.stderr
    assert "Remedy" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_files_of_others_are_never_replaced(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    done = _run("--customers", "5", "--months", "6", "--seed", "1", "--out", str(tmp_path))
    assert done.returncode == 2
    assert (tmp_path / "notes.txt").read_text() == "mine"
