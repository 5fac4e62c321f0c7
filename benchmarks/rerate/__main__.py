"""Re-rating a portfolio beside what a competent person would write: same features, rules and outcome, and the ratio.

python benchmarks/rerate [--customers 100000] [--months 12] [--repeats 1] [--work FOLDER] [--one-thread]

The peer is pandas, LightGBM and durable_rules (peer.py and what it imports; it knows nothing of riskengine). It runs
twice: asserting a customer's whole record to each stage's rules, as the first version of such a script does, and
asserting only what the stage asks about, which is the fastest loop we could write. Exit code 1 if an outcome differs.
"""

import argparse
import json
import os
import sys
import tempfile
from datetime import date
from pathlib import Path

import polars as pl
from measure import PHASES, Run, run_ours, run_peer
from outcome import differing_customers

from portfolio import Portfolio, make_portfolio

RULES = Path(__file__).parents[2] / "rules"


def main() -> int:
    options = _options()
    if options.work is not None:
        options.work.mkdir(parents=True, exist_ok=True)
        return compare(options, options.work)
    with tempfile.TemporaryDirectory(prefix="rerate-") as folder:
        return compare(options, Path(folder))


def compare(options: argparse.Namespace, work: Path) -> int:
    portfolio = make_portfolio(
        work,
        customers=options.customers,
        months=options.months,
        seed=options.seed,
        training_customers=options.training_customers,
        rules=options.rules,
        as_of=options.as_of,
    )
    _describe(portfolio)
    runs: dict[str, list[Run]] = {}
    for number in range(options.repeats):
        print(f"run {number + 1} of {options.repeats}, load {os.getloadavg()[0]:.1f}", file=sys.stderr)
        _add(runs, "riskengine", run_ours(portfolio, work / "ours", threads=options.threads))
        _add(runs, "peer", run_peer(portfolio, work / "peer", threads=options.threads, messages="whole"))
        _add(runs, "peer, tuned", run_peer(portfolio, work / "tuned", threads=options.threads, messages="narrow"))
        if options.one_thread:
            _add(runs, "riskengine, 1 thread", run_ours(portfolio, work / "one", threads=1))
    best = {who: min(found, key=lambda run: run.work) for who, found in runs.items()}
    _show(best)
    differing = {who: differing_customers(work / "ours", work / who) for who in ("peer", "tuned")}
    for who, found in differing.items():
        print(f"customers that {who} decides differently: {found}")
    return 1 if any(sum(found.values()) for found in differing.values()) else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--months", type=int, default=12, help="about 2 invoices a month for each customer")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--training-customers", type=int, default=4_000)
    parser.add_argument("--as-of", type=date.fromisoformat, default=date(2025, 12, 31))
    parser.add_argument("--repeats", type=int, default=1, help="the fastest of so many runs counts, for both sides")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="for either side")
    parser.add_argument("--one-thread", action="store_true", help="run riskengine on one thread too")
    parser.add_argument("--rules", type=Path, default=RULES)
    parser.add_argument("--work", type=Path, help="keep the tables, the model and the results here")
    return parser.parse_args()


def _describe(portfolio: Portfolio) -> None:
    rows = {
        name: pl.scan_parquet(portfolio.tables / f"{name}.parquet").select(pl.len()).collect().item()
        for name in ("invoices", "payments", "orders", "financials", "signals")
    }
    policy = json.loads(portfolio.policy.read_text(encoding="utf-8"))
    print(f"{', '.join(f'{count:,} {name}' for name, count in rows.items())}; as of {portfolio.as_of}")
    print(f"{sum(len(rules) for rules in policy['rules'].values())} rules in {len(policy['rules'])} stages")


def _add(runs: dict[str, list[Run]], who: str, run: Run) -> None:
    runs.setdefault(who, []).append(run)


def _show(best: dict[str, Run]) -> None:
    ours = best["riskengine"]
    print(f"{'seconds':32}" + "".join(f"{who:>22}" for who in best))
    for phase in PHASES:
        print(f"{phase:32}" + "".join(f"{run.seconds[phase]:22.2f}" for run in best.values()))
    figures = {
        "from tables to files": lambda run: f"{run.work:.2f}",
        "whole process, with imports": lambda run: f"{run.total:.2f}",
        "processor seconds": lambda run: f"{run.cpu:.2f}",
        "peak memory, MiB": lambda run: f"{run.peak_mib:,.0f}",
        "ratio, from tables to files": lambda run: f"{run.work / ours.work:.1f}",
        "ratio, whole process": lambda run: f"{run.total / ours.total:.1f}",
    }
    for name, figure in figures.items():
        print(f"{name:32}" + "".join(f"{figure(run):>22}" for run in best.values()))


if __name__ == "__main__":
    sys.exit(main())
