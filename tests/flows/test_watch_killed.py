"""A watcher killed at any moment and started again ends with the records of one that nobody disturbed, to the byte."""

import json
import os
import random
import sqlite3
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

from support.killed_watch import FIRST, LAST, main

KILLS = 3
TESTS = Path(__file__).parents[1]
DAYS = (LAST - FIRST).days


def lines(rng):
    """Customers, then signals, mostly in the order of days, some late, some twice, some broken."""
    for number in range(12):
        parent = f"C{rng.randrange(12)}" if rng.random() < 0.4 else None
        said = {"customer_id": f"C{number}", "name": f"C{number}", "parent_id": parent}
        yield json.dumps({"event_id": f"c{number}", "event": "customer_updated", "known_at": str(FIRST), **said})
    told = []
    for number in range(220):
        late = rng.choice((0, 0, 0, 0, 0, 2))
        on = FIRST + timedelta(days=max(0, number * DAYS // 220 - late))
        said = {"customer_id": f"C{rng.randrange(14)}", "kind": "negative_news", "occurred_on": str(on)}
        told.append(json.dumps({"event_id": f"s{number}", "event": "signal", **said}))
        yield told[-1]
        if rng.random() < 0.1:
            yield rng.choice(["{broken", rng.choice(told), ""])


def start(events, place):
    path = os.pathsep.join([str(TESTS), *sys.path])
    command = [sys.executable, "-m", "support.killed_watch", str(events), str(place)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path}, text=True)


def content(place):
    with sqlite3.connect(place) as connection:
        found = list(connection.iterdump())
    connection.close()
    return found


def test_killed_and_started_again_it_ends_with_the_same_records(tmp_path, capsys):
    rng = random.Random(5)
    events = tmp_path / "events.jsonl"
    events.write_text("".join(f"{line}\n" for line in lines(rng)))
    main(events, tmp_path / "undisturbed.sqlite")
    steps = len(capsys.readouterr().out.splitlines())
    assert steps > 30

    place = tmp_path / "killed.sqlite"
    for _ in range(KILLS):
        with start(events, place) as process:
            for _ in range(rng.randrange(1, steps // (KILLS + 1))):
                assert process.stdout.readline()
            time.sleep(rng.random() * 0.03)
            process.kill()
        assert process.returncode == -9
    main(events, place)
    assert 0 < len(capsys.readouterr().out.splitlines()) <= steps - KILLS  # it went on, and did not begin again
    assert content(place) == content(tmp_path / "undisturbed.sqlite")


def test_a_file_that_grows_is_watched_on(tmp_path):
    whole = list(lines(random.Random(6)))
    events = tmp_path / "events.jsonl"
    events.write_text("".join(f"{line}\n" for line in whole[:40]) + whole[40][:20])
    main(events, tmp_path / "grown.sqlite")
    events.write_text("".join(f"{line}\n" for line in whole))
    main(events, tmp_path / "grown.sqlite")
    main(events, tmp_path / "at_once.sqlite")
    for table in ("events", "refused"):
        found = []
        for name in ("grown", "at_once"):
            with sqlite3.connect(tmp_path / f"{name}.sqlite") as connection:
                found.append(connection.execute(f"select * from {table}").fetchall())
            connection.close()
        assert found[0] == found[1]
