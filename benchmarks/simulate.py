"""Seconds of `riskengine rules simulate`: twelve month ends of 2024 on the portfolio of `make demo`, 5,000 customers.

    python benchmarks/simulate.py                  # generates and trains first, about a minute
    python benchmarks/simulate.py --demo demo      # on what `make demo` left there

The challenger is the shipped policy with other thresholds. Beside it stands what one would do without the command:
re-rate every date under both policies (`rerate`, without sentences), measured on one date and multiplied.
"""

import argparse
import shutil
import tempfile
import time
from datetime import date
from pathlib import Path

from riskengine.policy.source import load_policy
from riskengine.scoring.bundle import load_bundle
from riskengine.scoring.workspace import Workspace
from riskengine.tables.store import open_tables
from riskengine.workflows.generate import generate
from riskengine.workflows.models.train import Author, train
from riskengine.workflows.rerate import RerateOptions, rerate
from riskengine.workflows.trial.history import month_ends_between
from riskengine.workflows.trial.simulate_folder import SimulateRequest, simulate_folder

ROOT = Path(__file__).parents[1]
DATES = month_ends_between(date(2024, 1, 31), date(2024, 12, 31))
CHANGES = {"hold_dpd": 30, "hold_amount": 10_000, "thin_file_limit": 400_000, "late_months": 9, "arrears_red_dpd": 45}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--demo", type=Path, help="folder with tables and workspace, as make demo leaves them")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        demo = arguments.demo or make_demo(Path(scratch))
        challenger = make_challenger(Path(scratch))
        for workers in arguments.workers:
            request = SimulateRequest(
                demo / "tables",
                ROOT / "rules",
                challenger,
                DATES,
                Path(scratch) / "out",
                workspace=demo / "workspace",
                workers=workers,
            )
            begin = time.perf_counter()
            summary = simulate_folder(request, clock=time.perf_counter)
            seconds = time.perf_counter() - begin
            timings = summary["timings"]
            print(
                f"{workers} workers: {seconds:.1f} s ({timings['history']:.1f} history, {timings['comparison']:.1f} "
                f"both chains and all figures, {seconds - sum(timings.values()):.1f} report); "
                f"{summary['total']['rows']:,} customers on dates, {summary['movers']:,} decisions differ"
            )
        print(f"re-rating one date: {(one := seconds_of_one_rerate(demo)):.2f} s, 24 times {24 * one:.0f} s")


def make_demo(folder: Path) -> Path:
    generate(customers=5000, months=36, seed=7, end=date(2025, 12, 31), out=folder / "tables")
    author = Author("benchmark", "2026-01-01T00:00:00+00:00")
    train(folder / "tables", ROOT / "models" / "pd_12m.yaml", Workspace(folder / "workspace"), author)
    return folder


def make_challenger(folder: Path) -> Path:
    """The shipped policy with one more dated value of each parameter in CHANGES."""
    root = folder / "challenger"
    shutil.copytree(ROOT / "rules", root)
    place = root / "parameters.yaml"
    lines = place.read_text(encoding="utf-8").splitlines()
    for name, value in CHANGES.items():
        start = lines.index(f"  {name}:")
        first = next(n for n in range(start, len(lines)) if lines[n].startswith("      - {from:"))
        last = next(n for n in range(first, len(lines) + 1) if n == len(lines) or not lines[n].startswith("      - "))
        lines.insert(last, f"      - {{from: 2024-01-01, value: {value}, reference: a trial, decided_by: benchmark}}")
    place.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return root


def seconds_of_one_rerate(demo: Path) -> float:
    tables, day = open_tables(demo / "tables"), DATES[6]
    policy = load_policy(ROOT / "rules").in_force(day)
    model = load_bundle(Workspace(demo / "workspace").champion())
    begin = time.perf_counter()
    rerate(tables, day, policy=policy, model=model, options=RerateOptions(reasons=False))
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
