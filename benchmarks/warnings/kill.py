"""A watcher killed (SIGKILL) at random moments, started again each time, and held against one that nobody disturbed.

python benchmarks/warnings/kill.py [--kills 50] [--events 50000] [--customers 10000] [--seed 5] [--work FOLDER]

The events are the last ones of a generated history, some of them late, repeated or broken; model, policy and records
are the real ones. Each kill comes after a random number of steps, at a random moment of the next one. Exit code 1 if
the records differ in any row of any table.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from statistics import median

import polars as pl

from riskengine.records.database import RECORDS
from riskengine.tables.events.history import events_of
from riskengine.tables.events.unfolding import unfolded
from riskengine.tables.store import TableSet, open_tables, write_tables
from riskengine.terms.days import day_number, day_of
from riskengine.workflows.watch.watch_events import Tally, WatchRequest, watch_file
from riskengine.workflows.watch.watch_records import WatchMeans

HERE = Path(__file__).parent
RULES = HERE.parents[1] / "rules"
AS_OF = date(2025, 12, 31)
sys.path.insert(0, str(HERE.parent / "rerate"))

from portfolio import Portfolio, make_portfolio  # noqa: E402 - a script of the other benchmark


@dataclass(frozen=True, slots=True)
class Stream:
    """Events of the days after `first`; `tables` hold what was known by then."""

    tables: Path
    events: Path
    first: date
    model: Path
    count: int


def main() -> int:
    options = _options()
    with tempfile.TemporaryDirectory() as scratch:
        work = options.work or Path(scratch)
        work.mkdir(parents=True, exist_ok=True)
        stream = _stream(_portfolio(work, options), work, options)
        rng = random.Random(options.seed)
        calm, disturbed = work / "calm", work / "disturbed"
        for folder in (calm, disturbed):
            shutil.rmtree(folder, ignore_errors=True)
        began = time.perf_counter()
        steps = _watch(stream, calm, options.batch)
        seconds = time.perf_counter() - began
        print(f"{stream.count:,} lines from {stream.first}, {len(steps)} steps, undisturbed in {seconds:.0f} s")
        began = time.perf_counter()
        done = sum(_kill(stream, disturbed, options, steps, rng) for _ in range(options.kills))
        rest = _watch(stream, disturbed, options.batch)
        print(f"killed {done} times, {len(rest)} steps left after the last, {time.perf_counter() - began:.0f} s in all")
        return _compare(calm / RECORDS, disturbed / RECORDS)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--events", type=int, default=50_000, help="at least so many, whole days")
    parser.add_argument("--customers", type=int, default=10_000)
    parser.add_argument("--batch", type=int, default=500, help="most lines taken together")
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--work", type=Path, help="keep the tables, the model and the records here")
    return parser.parse_args()


def _portfolio(work: Path, options: argparse.Namespace) -> Portfolio:
    return make_portfolio(
        work,
        customers=options.customers,
        months=24,
        seed=7,
        training_customers=2_000,
        rules=RULES,
        as_of=AS_OF,
    )


def _stream(portfolio: Portfolio, work: Path, options: argparse.Namespace) -> Stream:
    tables = unfolded(open_tables(portfolio.tables))
    first = _first_day(tables, options.events)
    known = {name: frame.filter(pl.col("known_at") <= day_number(first)) for name, frame in tables.frames.items()}
    later = {name: frame.filter(pl.col("known_at") > day_number(first)) for name, frame in tables.frames.items()}
    before, file = work / f"before-{first}", work / f"events-{first}.jsonl"
    write_tables(known, before, reporting_currency=tables.reporting_currency)
    rng = random.Random(options.seed)
    events = list(events_of(TableSet(tables.reporting_currency, later, {})))
    events.sort(key=lambda one: one.known_at + rng.choice((0,) * 60 + (3,)))  # some come three days late
    with file.open("w", encoding="utf-8") as lines:
        for event in events:
            lines.write(f"{event.line}\n" * (2 if rng.random() < 0.01 else 1))
            if rng.random() < 0.001:
                lines.write('{"event_id": "broken"\n')
    with file.open(encoding="utf-8") as lines:
        count = sum(1 for _ in lines)
    return Stream(before, file, first, portfolio.model, count)


def _first_day(tables: TableSet, events: int) -> date:
    """The last day after which there are so many events."""
    rows = pl.concat([frame.select("known_at") for frame in tables.frames.values()]).collect()
    by_day = rows.filter(pl.col("known_at") <= day_number(AS_OF)).group_by("known_at").len().sort("known_at")
    left = by_day.with_columns(pl.col("len").reverse().cum_sum().reverse().alias("left"))
    return day_of(int(left.filter(pl.col("left") >= events)["known_at"].max())) - timedelta(days=1)


def _start(stream: Stream, workspace: Path, batch: int) -> subprocess.Popen[str]:
    said = [stream.tables, stream.events, stream.first, stream.model, workspace, batch]
    command = [sys.executable, str(HERE / "kill.py"), "--child", *map(str, said)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _watch(stream: Stream, workspace: Path, batch: int) -> list[float]:
    """To the end; the seconds of each step."""
    with _start(stream, workspace, batch) as process:
        found = [float(line) for line in process.stdout or ()]
    if process.returncode:
        raise RuntimeError("the watcher failed")
    return found


def _kill(stream: Stream, workspace: Path, options: argparse.Namespace, steps: list[float], rng: random.Random) -> bool:
    """Whether it was still at work when it was killed."""
    whole = rng.choices((0, 1, 2, 3), (1, 4, 3, 1))[0]
    with _start(stream, workspace, options.batch) as process:
        for _ in range(whole):
            if process.stdout is not None and not process.stdout.readline():
                break
        time.sleep(rng.random() * 1.5 * median(steps))  # without a whole step: while it begins
        process.send_signal(signal.SIGKILL)
    return process.returncode == -signal.SIGKILL


def _child(said: list[str]) -> None:
    tables, events, first, model, workspace, batch = said
    last = time.perf_counter()

    def heard(_step: object, _posted: object) -> None:
        nonlocal last
        now = time.perf_counter()
        os.write(1, f"{now - last:.4f}\n".encode())
        last = now

    means = WatchMeans(Path(workspace), RULES, Path(model), None, date.fromisoformat(first))
    request = WatchRequest(Path(tables), means, int(batch), settles=True)
    watch_file(request, Path(events), AS_OF, tally=Tally(), heard=heard)


def _compare(one: Path, other: Path) -> int:
    """Every row of every table in its place, by their digests."""
    left, right = _content(one), _content(other)
    differing = [name for name in sorted({*left, *right}) if left.get(name) != right.get(name)]
    print(json.dumps({name: rows for name, (rows, _) in left.items()}))
    print(f"differing tables: {', '.join(differing) or 'none'}")
    return 1 if differing else 0


def _content(place: Path) -> dict[str, tuple[int, str]]:
    """By table the number of rows and the digest of all of them in their order."""
    with sqlite3.connect(place) as connection:
        names = [row[0] for row in connection.execute("select name from sqlite_master where type = 'table' order by 1")]
        found = {}
        for name in names:
            digest, count = hashlib.sha256(), 0
            for row in connection.execute(f'select * from "{name}"'):
                digest.update(repr(row).encode())
                count += 1
            found[name] = (count, digest.hexdigest())
    connection.close()
    return found


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        _child(sys.argv[2:])
    else:
        sys.exit(main())
