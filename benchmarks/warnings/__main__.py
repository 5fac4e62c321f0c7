"""Watching a stream of events beside two things people write: events a second, waits, ends of days, memory.

python benchmarks/warnings [--customers 20000] [--days 5] [--batch 10000] [--busy 50000] [--work FOLDER]

- riskengine with the shipped policy: all features, the PD model, all rules, episodes, cases, records on disk;
- the same on a busy day, on which so many events are told as many days had;
- riskengine with five rules for warnings, the rest as shipped, so that its episodes can be held against the peer's;
- a hand-written loop with durable.lang (peer_durable.py): five rules, state in dictionaries, nothing kept on disk;
- pandas from scratch for each day: the peer of benchmarks/rerate, features, PD and rules of one day.

Exit code 1 if the five rules' episodes differ from those of the loop.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from riskengine.tables.events.history import events_of
from riskengine.tables.events.unfolding import unfolded
from riskengine.tables.store import open_tables, write_tables
from riskengine.terms.days import day_number
from riskengine.workflows.export_events import export_events

HERE = Path(__file__).parent
RERATE = HERE.parent / "rerate"
sys.path.insert(0, str(RERATE))  # the same portfolio, model and pandas peer

from measure import run_peer  # noqa: E402 - a script of the other benchmark

from portfolio import Portfolio, make_portfolio  # noqa: E402 - as above

RULES = HERE.parents[1] / "rules"
AT_ONCE = """versions:
  - from: 2015-01-01
    reference: Benchmark, a warning lasts as long as its rule applies
    decided_by: Benchmark
    policy:
      close_after_days: {watch: 0, amber: 0, red: 0}
      cooling_days: {watch: 0, amber: 0, red: 0}
"""


@dataclass(frozen=True, slots=True)
class Stream:
    """`before`: tables of what was known before `first`; `events`: the whole history, `own`: from `first` on."""

    before: Path
    events: Path
    own: Path
    first: date
    last: date


def main() -> int:
    options = _options()
    with tempfile.TemporaryDirectory() as scratch:
        work = options.work or Path(scratch)
        work.mkdir(parents=True, exist_ok=True)
        portfolio = _portfolio(work, options)
        stream = _stream(portfolio, work, options.days)
        five = _five_rules(work)
        print(f"load {os.getloadavg()[0]:.1f}", file=sys.stderr)
        shipped = _ours(portfolio, stream, RULES, options.batch, work / "shipped.json")
        if options.alone:
            _table({"shipped policy": shipped}, options)
            return 0
        if not stream.events.exists():
            export_events(portfolio.tables, stream.events, until=portfolio.as_of)
        few = _ours(portfolio, stream, five, options.batch, work / "five.json")
        loop = _loop(stream, work / "loop.json")
        pandas = run_peer(portfolio, work / "pandas", threads=options.threads, messages="narrow")
        single = _ours(portfolio, _shortened(stream, work, options.singles), RULES, 1, work / "single.json")
        busy = _ours(portfolio, _busy(portfolio, work, options.busy), RULES, options.batch, work / "busy.json")
    runs = {"shipped policy": shipped, "five rules": few, "durable.lang": loop, "one by one": single}
    _show(runs, pandas.total, options)
    print(f"a busy day: {busy['events']:,} events, {_rate(busy):,.0f} a second; wait of a batch: {_waits(busy)}")
    differing = _differing(few["episodes"], loop["episodes"])
    print(f"episodes of the five rules: {len(loop['episodes']):,}, differing {len(differing)}")
    for one in differing[:5]:
        print(f"  {one}")
    return 1 if differing else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=20_000)
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--days", type=int, default=5, help="days of events at the end of the history")
    parser.add_argument("--batch", type=int, default=10_000, help="most events taken together")
    parser.add_argument("--busy", type=int, default=50_000, help="events of the busy day, at least; whole days")
    parser.add_argument(
        "--singles", type=int, default=200, help="events taken one by one, for the wait of a single one"
    )
    parser.add_argument("--alone", action="store_true", help="only the shipped policy: how it is with more customers")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--as-of", type=date.fromisoformat, default=date(2025, 12, 31))
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--work", type=Path, help="keep the tables, the model and the results here")
    return parser.parse_args()


def _portfolio(work: Path, options: argparse.Namespace) -> Portfolio:
    return make_portfolio(
        work,
        customers=options.customers,
        months=options.months,
        seed=options.seed,
        training_customers=4_000,
        rules=RULES,
        as_of=options.as_of,
    )


def _stream(portfolio: Portfolio, work: Path, days: int) -> Stream:
    return _stream_from(portfolio, work, portfolio.as_of - timedelta(days=days - 1))


def _stream_from(portfolio: Portfolio, work: Path, first: date) -> Stream:
    before, events, own = work / f"before-{first}", work / "events.jsonl", work / f"events-{first}.jsonl"
    if not own.exists():
        tables = open_tables(portfolio.tables)
        known = {name: frame.filter(pl.col("known_at") < day_number(first)) for name, frame in tables.frames.items()}
        write_tables(known, before, reporting_currency=tables.reporting_currency)
        told = unfolded(tables)
        since = pl.col("known_at").is_between(day_number(first), day_number(portfolio.as_of))
        later = replace(told, frames={name: frame.filter(since) for name, frame in told.frames.items()})
        with own.open("w", encoding="utf-8") as kept:
            kept.writelines(f"{event.line}\n" for event in events_of(later))
    return Stream(before, events, own, first, portfolio.as_of)


def _shortened(stream: Stream, work: Path, count: int) -> Stream:
    """The first events of the first day."""
    own = work / "singles.jsonl"
    with stream.own.open(encoding="utf-8") as lines:
        first = [line for line, _ in zip(lines, range(count), strict=False)]
    own.write_text("".join(line for line in first if json.loads(line)["known_at"] == str(stream.first)))
    return Stream(stream.before, stream.events, own, stream.first, stream.first)


def _busy(portfolio: Portfolio, work: Path, count: int) -> Stream:
    """The last events, all told on the last day; of several news of one customer's master data only the newest."""
    with (work / "events.jsonl").open(encoding="utf-8") as lines:
        by_day = Counter(json.loads(line)["known_at"] for line in lines)
    days, left = sorted(by_day), 0
    while left < count:
        first = days.pop()
        left += by_day[first]
    stream = _stream_from(portfolio, work, date.fromisoformat(first))
    own, told = work / "busy.jsonl", str(portfolio.as_of)
    with stream.own.open(encoding="utf-8") as lines:
        events = [json.loads(line) for line in lines]
    newest = {one["customer_id" if one["event"] == "customer_updated" else "event_id"]: one for one in events}
    own.write_text("".join(json.dumps(one | {"known_at": told}) + "\n" for one in newest.values()), encoding="utf-8")
    return Stream(stream.before, stream.events, own, portfolio.as_of, portfolio.as_of)


def _five_rules(work: Path) -> Path:
    folder = work / "five-rules"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(RULES, folder)
    for file in (folder / "early_warning").glob("*.yaml"):
        if file.name not in ("windows.yaml", "indicators.yaml"):
            file.unlink()
    shutil.copy(HERE / "five_rules.yaml", folder / "early_warning" / "five.yaml")
    (folder / "early_warning" / "episodes.yaml").write_text(AT_ONCE, encoding="utf-8")
    return folder


def _ours(portfolio: Portfolio, stream: Stream, rules: Path, batch: int, out: Path) -> dict:
    return _run("ours.py", stream.before, stream.own, stream.first, stream.last, rules, portfolio.model, batch, out)


def _loop(stream: Stream, out: Path) -> dict:
    return _run("peer_durable.py", stream.events, stream.first, stream.last, out)


def _run(script: str, *arguments: object) -> dict:
    done = subprocess.run(
        [sys.executable, str(HERE / script), *map(str, arguments)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{script} failed:\n{done.stderr}")
    return json.loads(Path(str(arguments[-1])).read_text(encoding="utf-8"))


def _differing(ours: list, theirs: list) -> list:
    """Episodes that one of the two has and the other has not."""
    left, right = {tuple(one) for one in ours}, {tuple(one) for one in theirs}
    return sorted(left ^ right, key=str)


def _show(runs: dict[str, dict], pandas_day: float, options: argparse.Namespace) -> None:
    shipped, single, loop = runs["shipped policy"], runs.pop("one by one"), runs["durable.lang"]
    _table(runs, options)
    print(f"wait of a batch: {_waits(shipped)}; of a single event: {_waits(single)}; in the loop: {_waits(loop)}")
    ratio = pandas_day / np.mean(shipped["day_ends"])
    print(f"a day from scratch with pandas: {pandas_day:.1f} seconds, {ratio:.1f} times the end of a day")


def _table(runs: dict[str, dict], options: argparse.Namespace) -> None:
    shipped = runs["shipped policy"]
    size = f"{options.customers:,} customers, {options.days} days, {shipped['events']:,} events"
    print(f"{size}, batches of {options.batch:,}")
    print(f"{'':34}" + "".join(f"{who:>16}" for who in runs))
    figures = {
        "events a second within a day": lambda run: f"{_rate(run):,.0f}",
        "end of a day, seconds": lambda run: f"{np.mean(run['day_ends']):.2f}",
        "events a second with ends of days": lambda run: f"{shipped['events'] / run['seconds']:,.0f}",
        "memory between steps, MiB": lambda run: f"{run['held_mib']:,.0f}",
        "peak memory, MiB": lambda run: f"{run['peak_mib']:,.0f}",
    }
    for name, figure in figures.items():
        print(f"{name:34}" + "".join(f"{figure(run):>16}" for run in runs.values()))
    print(f"records on disk: {shipped['records_mib']:.0f} MiB; opening: {shipped['opening']:.1f} seconds")


def _rate(run: dict) -> float:
    return sum(count for count, _ in run["batches"]) / sum(seconds for _, seconds in run["batches"])


def _waits(run: dict) -> str:
    middle, longest = (1000 * np.quantile([seconds for _, seconds in run["batches"]], share) for share in (0.5, 0.99))
    return f"p50 {middle:,.2f} ms, p99 {longest:,.2f} ms"


if __name__ == "__main__":
    sys.exit(main())
