"""`riskengine features` as a script sees it: data on stdout, people's text on stderr, exit codes."""

import json
import sys
from pathlib import Path

import polars as pl
import pytest

from riskengine.cli.main import main
from riskengine.features.catalogue import CATALOGUE
from riskengine.tables.store import write_tables
from support.ledgers import AS_OF, random_ledger


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ledger") / "tables"
    write_tables(random_ledger(41, customers=10, invoices=60), folder, reporting_currency="CNY")
    return folder


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    def call(*arguments: str | Path) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["riskengine", "features", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            main()
        code = stop.value.code
        out, err = capsys.readouterr()
        return (0 if code is None else int(code)), out, err

    return call


def test_list_as_json_is_the_whole_catalogue(run):
    code, out, _ = run("list", "--json")
    assert code == 0
    listed = json.loads(out)
    assert [f["name"] for f in listed] == list(CATALOGUE)
    assert {"meaning_en", "meaning_zh", "unit", "source", "low", "high", "missing_en", "missing_zh", "risk"} < set(
        listed[0]
    )


def test_list_for_people_and_by_source(run):
    code, out, err = run("list", "--source", "order")
    assert code == 0
    assert "ord_open_amount" in out
    assert "pay_" not in out.replace("pay_sales", "")
    assert "features" in err


def test_unknown_source(run):
    code, _, err = run("list", "--source", "ordr")
    assert code == 2
    assert "did you mean 'order'" in err


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_build_writes_all_features(run, tables: Path, tmp_path: Path, engine: str):
    out = tmp_path / "features.parquet"
    code, stdout, _ = run("build", "--tables", tables, "--as-of", AS_OF, "--out", out, "--engine", engine)
    assert (code, stdout) == (0, "")
    assert pl.read_parquet(out).columns == ["customer_id", *CATALOGUE]


def test_a_date_after_the_end_is_done_with_a_word(run, tables: Path, tmp_path: Path):
    code, _, err = run("build", "--tables", tables, "--as-of", "2025-06-30", "--out", tmp_path / "f.parquet")
    assert code == 0
    assert "days after the last known row" in err


def test_a_date_before_the_beginning_writes_nothing(run, tables: Path, tmp_path: Path):
    out = tmp_path / "f.parquet"
    code, _, err = run("build", "--tables", tables, "--as-of", "2001-01-01", "--out", out)
    assert code == 4
    assert "no customer is known by 2001-01-01" in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("option", "value", "hint"),
    [("--engine", "polar", "did you mean 'polars'"), ("--as-of", "30.6.2023", "YYYY-MM-DD")],
)
def test_wrong_usage(run, tables: Path, tmp_path: Path, option: str, value: str, hint: str):
    given = {"--as-of": "2023-06-30", "--engine": "polars"} | {option: value}
    flat = [part for pair in given.items() for part in pair]
    code, _, err = run("build", "--tables", tables, "--out", tmp_path / "f.parquet", *flat)
    assert code == 2
    assert hint in err


def test_unfinished_tables(run, tmp_path: Path):
    code, _, err = run("build", "--tables", tmp_path, "--as-of", "2023-06-30", "--out", tmp_path / "f.parquet")
    assert code == 4
    assert "manifest.json" in err
