"""`riskengine events` as a script sees it."""

from datetime import date
from pathlib import Path

from typer.testing import CliRunner

from riskengine.cli.main import app
from riskengine.tables.events.application import apply_events
from riskengine.tables.events.reading import Bounds, read_events
from riskengine.tables.events.unfolding import unfolded
from riskengine.tables.store import tables_in_memory, write_tables
from support.event_worlds import consistent_ledger, sorted_rows


def test_exported_events_make_the_tables_again(tmp_path: Path) -> None:
    tables = consistent_ledger(3)
    write_tables(tables.frames, tmp_path / "tables", reporting_currency="CNY")
    arguments = ["events", "export", "--tables", str(tmp_path / "tables"), "--out", str(tmp_path / "events.jsonl")]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    lines = (tmp_path / "events.jsonl").read_bytes().splitlines()
    read = read_events(lines, Bounds(date(2025, 1, 1), days_back=None))
    assert read.refusals == ()
    made = apply_events(tables_in_memory({}, reporting_currency="CNY"), read.events)
    assert made.set_aside == ()
    expected, found = sorted_rows(unfolded(tables)), sorted_rows(made.tables)
    assert all(found[name].equals(expected[name]) for name in expected)


def test_the_history_can_end_on_a_day(tmp_path: Path) -> None:
    write_tables(consistent_ledger(3).frames, tmp_path / "tables", reporting_currency="CNY")
    out = tmp_path / "events.jsonl"
    arguments = ["events", "export", "--tables", str(tmp_path / "tables"), "--out", str(out), "--until", "2022-06-30"]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    days = [line.split('"known_at":"')[1][:10] for line in out.read_text().splitlines()]
    assert days == sorted(days)
    assert days[-1] <= "2022-06-30"
