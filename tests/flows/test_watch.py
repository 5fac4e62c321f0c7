"""`riskengine watch` on a generated portfolio: the real ratings, the real records, the command."""

import json
import os
import random
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

import polars as pl
import pytest

import riskengine
from riskengine.cli.main import main
from riskengine.early_warning.journal import MemoryJournal
from riskengine.policy.release.published import policies_of
from riskengine.records.database import RECORDS
from riskengine.records.records import open_records
from riskengine.tables.events.history import events_of
from riskengine.tables.events.unfolding import unfolded
from riskengine.tables.store import write_tables
from riskengine.terms.days import day_number, day_of
from riskengine.workflows.watch.rating_finder import RatingFinder
from riskengine.workflows.watch.rebuild import rebuild
from riskengine.workflows.watch.watcher import Arrived, start_watching
from support.small_world import LAST_DAY, RULES

CUT = LAST_DAY - timedelta(days=4)


@pytest.fixture(scope="module")
def world(small_world, tmp_path_factory):
    """Tables as of CUT, as a folder too, and the events of the days after it."""
    whole = unfolded(small_world.open_tables())
    day = day_number(CUT)
    base = replace(whole, frames={n: f.filter(pl.col("known_at") <= day) for n, f in whole.frames.items()}, sha256={})
    later = replace(whole, frames={n: f.filter(pl.col("known_at") > day) for n, f in whole.frames.items()}, sha256={})
    events = [event for event in events_of(later) if event.known_at <= day_number(LAST_DAY)]
    folder = tmp_path_factory.mktemp("watch")
    write_tables(base.frames, folder / "tables", reporting_currency=base.reporting_currency)
    (folder / "events.jsonl").write_text("".join(f"{event.line}\n" for event in events))
    (folder / "workspace").mkdir()
    bundle = small_world.bundle
    return World(whole, base, events, folder, bundle, small_world.model)


class World:
    def __init__(self, whole, base, events, folder, bundle, model):
        self.whole, self.base, self.events = whole, base, events
        self.folder, self.bundle, self.model = folder, bundle, model

    def command(self, workspace, *more, events=None):
        place = str(self.folder / "events.jsonl") if events is None else events
        named = {"--events": place, "--tables": self.folder / "tables", "--workspace": workspace, "--rules": RULES}
        options = [str(word) for pair in named.items() for word in pair]
        return [sys.executable, "-m", "riskengine.cli.main", "watch", *options, "--model", str(self.bundle), *more]


def run(command, **more):
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, **more)


@pytest.mark.parametrize("few", [0, 10_000], ids=["columns", "durable_rules"])
def test_late_and_repeated_events_end_where_the_tables_do(world, few):
    rng = random.Random(7)
    events = [*world.events, *rng.sample(world.events, 20)]
    events.sort(key=lambda one: one.known_at + rng.choice((0, 0, 0, 0, 2)))
    days = policies_of(RULES)
    finder = RatingFinder(days, world.model, few=few)
    watcher = start_watching(finder, MemoryJournal(), world.base, first_day=CUT)
    for start in range(0, len(events), 150):
        batch = events[start : start + 150]
        watcher.advance(max(day_of(event.known_at) for event in batch))
        watcher.take(Arrived(batch))
    watcher.advance(LAST_DAY)
    watcher.settle()
    rebuilt = rebuild(world.whole, CUT, LAST_DAY, finder=RatingFinder(days, world.model))
    assert len(rebuilt.episodes) > 40
    assert any(one.opened_on > CUT for one in rebuilt.episodes)
    assert watcher.episodes.episodes == rebuilt.episodes


def test_the_command_tells_keeps_and_goes_on(world, tmp_path):
    words = run(world.command(tmp_path, "--today", str(LAST_DAY), "--json"))
    assert words.returncode == 0, words.stderr
    told = [json.loads(line) for line in words.stdout.splitlines()]
    assert {one["topic"] for one in told} == {"warning", "case", "order"}
    assert f"watching from {CUT} on" in words.stderr
    assert f"{len(world.events):,} events, 0 repeated, 0 refused" in words.stderr
    assert f"day {LAST_DAY}, settled up to {LAST_DAY - timedelta(days=1)}" in words.stderr
    records = open_records(tmp_path / RECORDS)
    assert [one.payload for one in records.outbox()] == told
    held = [one for one in told if one["topic"] == "order"]
    assert {one["answer"] for one in held} <= {"no", "refer"}
    assert all(one["reasons"] for one in held)
    records.close()

    again = run(world.command(tmp_path, "--today", str(LAST_DAY), "--settle"))
    assert f"going on behind line {len(world.events):,}" in again.stderr
    assert "0 events, 0 repeated, 0 refused, 0 set aside; " in again.stderr
    assert f"settled up to {LAST_DAY}" in again.stderr


def test_from_a_stream_and_from_python_it_tells_the_same_of_the_same_batches(world, tmp_path):
    lines = (world.folder / "events.jsonl").read_bytes()
    today = ("--today", str(LAST_DAY))
    streamed = run(world.command(tmp_path / "stream", *today, "--json", events="-"), input=lines.decode())
    assert streamed.returncode == 0, streamed.stderr
    with riskengine.watch(
        world.folder / "tables", LAST_DAY, workspace=tmp_path / "python", rules=RULES, model=world.bundle
    ) as watching:
        watching.take(lines.splitlines())
        assert watching.day == LAST_DAY
    one, other = (open_records(tmp_path / name / RECORDS) for name in ("stream", "python"))
    assert one.episodes() == other.episodes()
    assert sum(map(len, one.logged())) == len(world.events)
    one.close()
    other.close()


def test_python_events_are_mappings_too(world, tmp_path):
    recent = world.base["invoices"].filter(pl.col("issued_on") > day_number(CUT) - 60)
    bought = recent.group_by("customer_id").agg(pl.col("amount_cents").sum()).sort("amount_cents", "customer_id")
    large = bought.collect()["customer_id"].to_list()[-9:]
    with riskengine.watch(world.base, CUT, workspace=tmp_path, rules=RULES, model=world.bundle, since=CUT) as watching:
        said = {"event": "signal", "kind": "insolvency_filing", "occurred_on": CUT, "source": "court"}
        told = watching.take([*({**said, "event_id": who, "customer_id": who} for who in large), {"event": 5}])
        assert {one["customer_id"] for one in told if one.get("severity") == "red"} & set(large)
        assert watching.advance(CUT + timedelta(days=1)) is not None
        assert watching.day == CUT + timedelta(days=1)


@pytest.mark.parametrize(
    ("more", "code", "says"),
    [
        (("--batch", "0", "--today", str(LAST_DAY)), 2, "a batch of 0 lines is none"),
        (("--today", "2030-01-01"), 2, "more than 400 days"),
        (("--today", "yesterday"), 2, "yesterday"),
        (("--today", str(CUT), "--since", str(LAST_DAY)), 2, "later than today"),
    ],
)
def test_what_is_impossible_is_said(world, tmp_path, monkeypatch, capsys, more, code, says):
    monkeypatch.setattr(sys, "argv", world.command(tmp_path, *more)[2:])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == code
    assert says in capsys.readouterr().err


def test_interrupted_it_says_so_and_keeps_what_it_told(world, tmp_path):
    command = world.command(tmp_path, "--today", str(LAST_DAY), events="-")
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, text=True, bufsize=1, env={**os.environ, "NO_COLOR": "1"}, **pipes) as process:
        process.stdin.write("{broken\n")
        process.stdin.flush()
        while "refused" not in process.stderr.readline():
            pass
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "interrupted; what was told is kept" in error
    assert "nothing was published" not in error
    records = open_records(tmp_path / RECORDS)
    assert records.days() == (LAST_DAY, LAST_DAY - timedelta(days=1))
    records.close()
