"""`riskengine intake` as a script sees it: exit codes, streams, interruption, a full disk."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from riskengine.cli.main import main
from riskengine.tables.store import open_tables
from support.intake_case import CUSTOMERS, INVOICES, MAPPING, PAYMENTS

COMMAND = [sys.executable, "-m", "riskengine.cli.main", "intake"]


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def run(monkeypatch, capsys):
    """Run the command in this process, as the console script does."""
    monkeypatch.setenv("COLUMNS", "200")

    def command(*arguments: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["riskengine", "intake", *map(str, arguments)])
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = stop.code or 0
        said = capsys.readouterr()
        return Done(code, said.out, said.err)

    return command


@pytest.fixture
def ledger(tmp_path):
    for name, text in {"customers": CUSTOMERS, "invoices": INVOICES, "payments": PAYMENTS}.items():
        (tmp_path / f"{name}.csv").write_text(text)
    (tmp_path / "m.yaml").write_text(MAPPING)
    return tmp_path


def given(ledger: Path) -> list[Path]:
    return [ledger / f"{n}.csv" for n in ("customers", "invoices", "payments")]


def test_done_is_0_with_a_table_for_people(run, ledger):
    done = run("--mapping", ledger / "m.yaml", *given(ledger), "--out", ledger / "out")
    assert done.returncode == 0
    assert "accepted" in done.stdout
    assert "customers 2, fx 1, invoices 3, payments 2" in done.stdout
    assert "reading customers" in done.stderr
    assert json.loads((ledger / "out" / "summary.json").read_text())["total"]["read"] == 7


def test_json_goes_to_stdout_and_people_read_stderr(run, ledger):
    done = run("--mapping", ledger / "m.yaml", *given(ledger), "--out", ledger / "out", "--json")
    assert json.loads(done.stdout)["total"]["accepted"] == 7
    assert "accepted" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 2, "Missing argument"),
        (["customers.csv"], 2, "--mapping is missing"),
        (["customers.csv", "--mapping", "m.yaml"], 2, "--out is missing"),
        (["customers.csv", "--mapping", "absent.yaml", "--out", "o"], 4, "no such file"),
        (["customers.csv", "--mapping", "m.yaml", "--out", "o"], 2, "nothing was given for invoices, payments"),
        (["customers.csv", "--mapping", "m.yaml", "--out", "o", "--as-of", "June"], 2, "'June' is not a date"),
        (["--suggest", "customers.csv", "--mapping", "m.yaml"], 2, "--suggest takes one source"),
    ],
)
def test_wrong_usage_and_missing_files(run, ledger, monkeypatch, arguments, code, said):
    monkeypatch.chdir(ledger)
    done = run(*arguments)
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr
    assert "Traceback" not in done.stderr


def test_strict_is_4_and_quarantine_alone_is_0(run, ledger):
    (ledger / "payments.csv").write_text(PAYMENTS + "P9,I99,2024-03-01,5\n")
    arguments = ("--mapping", ledger / "m.yaml", *given(ledger), "--out", ledger / "out")
    loose = run(*arguments)
    assert loose.returncode == 0
    assert "unknown_invoice 1" in loose.stdout
    strict = run(*arguments, "--strict")
    assert strict.returncode == 4
    assert "out.rejected" in strict.stderr


def test_a_draft_goes_to_stdout_or_into_a_file(run, ledger):
    done = run("--suggest", ledger / "invoices.csv")
    assert done.returncode == 0
    assert "customer_id: customer" in done.stdout
    done = run("--suggest", ledger / "invoices.csv", "--out", ledger / "draft.yaml")
    assert (ledger / "draft.yaml").is_file()
    assert done.stdout == ""


def test_a_database_is_a_source(run, ledger):
    path = ledger / "l.db"
    with sqlite3.connect(path) as connection:
        for name in ("customers", "invoices", "payments"):
            head, *rows = [line.split(",") for line in (ledger / f"{name}.csv").read_text().splitlines()]
            columns = ", ".join(f'"{h}" text' for h in head)
            connection.execute(f"create table {name} ({columns})")
            connection.executemany(f"insert into {name} values ({', '.join('?' * len(head))})", rows)
    connection.close()
    several = run("--suggest", f"sqlite:///{path}")
    assert (several.returncode, "customers, invoices, payments" in several.stderr) == (2, True)
    draft = run("--suggest", f"invoices=sqlite:///{path}")
    assert (draft.returncode, "table: invoices" in draft.stdout) == (0, True)
    mapping = MAPPING
    for name in ("customers", "payments"):
        mapping = mapping.replace(f'    files: ["{name}*"]', f"    table: {name}")
    mapping = mapping.replace('    files: ["invoices*"]', "    query: select * from invoices order by no")
    (ledger / "m.yaml").write_text(mapping)
    done = run("--mapping", ledger / "m.yaml", f"sqlite:///{path}", "--out", ledger / "out")
    assert done.returncode == 0, done.stderr
    files = run("--mapping", ledger / "m.yaml", *(f"{p.stem}={p}" for p in given(ledger)), "--out", ledger / "files")
    assert files.returncode == 0, files.stderr
    for name in ("customers", "invoices", "payments"):
        assert pl.read_parquet(ledger / "out" / f"{name}.parquet").equals(
            pl.read_parquet(ledger / "files" / f"{name}.parquet")
        )


def test_no_permission_is_1_with_a_remedy(run, ledger):
    out = "/sys/riskengine-test" if os.geteuid() == 0 else ledger / "closed" / "out"
    (ledger / "closed").mkdir(mode=0o500)
    done = run("--mapping", ledger / "m.yaml", *given(ledger), "--out", out)
    assert done.returncode == 1
    assert "no permission to write" in done.stderr
    assert "Traceback" not in done.stderr


FULL = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
from riskengine.cli.main import main
sys.argv = ["riskengine", "intake", *sys.argv[1:]]
main()
"""


def test_a_full_disk_is_1_and_yesterdays_tables_stay(run, ledger):
    arguments = ["--mapping", ledger / "m.yaml", *given(ledger), "--out", ledger / "out"]
    assert run(*arguments).returncode == 0
    before = (ledger / "out" / "manifest.json").read_bytes()
    rows = "".join(f"X{i * 7919},C1,2024-01-10,2024-02-09,{i * 31 % 9973 + 1},EUR\n" for i in range(5000))
    (ledger / "invoices.csv").write_text(INVOICES + rows)
    done = subprocess.run(
        [sys.executable, "-c", FULL, *map(str, arguments)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, "nothing was published" in done.stderr) == (1, True), done.stderr
    assert (ledger / "out" / "manifest.json").read_bytes() == before
    assert not [p for p in ledger.iterdir() if p.name.startswith(".out")]


def test_ctrl_c_is_130_and_nothing_half_written_looks_finished(run, ledger):
    rows = "".join(f"X{i},C1,2024-01-10,2024-02-09,{i % 997 + 1},EUR\n" for i in range(150_000))
    (ledger / "invoices.csv").write_text(INVOICES + rows)
    arguments = ["--mapping", ledger / "m.yaml", *given(ledger), "--out", ledger / "out"]
    with subprocess.Popen(
        [*COMMAND, *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as running:
        for line in running.stderr:
            if "checking" in line:
                break
        time.sleep(0.05)
        running.send_signal(signal.SIGINT)
        said = running.stderr.read()
        running.wait(timeout=30)
    assert running.returncode == 130, said
    assert not (ledger / "out").exists()
    assert run(*arguments).returncode == 0
    assert open_tables(ledger / "out")["invoices"].collect().height == 150_003
