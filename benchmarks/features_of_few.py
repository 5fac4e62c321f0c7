"""CPU time of the features of a few customers: from all tables, within kept surroundings, and by a plan.

    python benchmarks/features_of_few.py                # generates 5,000 customers first
    python benchmarks/features_of_few.py --tables DIR   # on tables at hand

All three give the same rows; the script stops if they do not.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
from polars.testing import assert_frame_equal

from riskengine.features.build import build_among, build_features
from riskengine.features.neighbourhood import neighbourhood_of
from riskengine.features.plan import FeaturePlan
from riskengine.policy.source import load_policy
from riskengine.tables.contracts import CONTRACTS
from riskengine.tables.store import TableSet, open_tables
from riskengine.workflows.generate import generate

RULES = Path(__file__).parents[1] / "rules"
ROUNDS = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=Path)
    parser.add_argument("--as-of", type=date.fromisoformat, default=date(2025, 12, 31))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = arguments.tables
        if folder is None:
            folder = Path(scratch) / "tables"
            generate(customers=5000, months=36, seed=7, end=arguments.as_of, out=folder)
        measure(open_tables(folder), arguments.as_of)


def measure(tables: TableSet, day: date) -> None:
    held = TableSet(tables.reporting_currency, {n: tables[n].collect().lazy() for n in CONTRACTS}, {})
    windows = load_policy(RULES).in_force(day).windows
    whole = build_among(held, day, windows=windows)
    around, everybody = whole.surroundings, whole.features["customer_id"]
    seconds = least(lambda: build_features(held, day, windows=windows))
    print(f"all {whole.features.height:,} customers: {1000 * seconds:.0f} ms")
    near = neighbourhood_of(held)
    for count in (1, 100, 2000):
        chosen = everybody.head(count)
        some = only(held, near.of(chosen))
        plan = FeaturePlan(day, surroundings=around, windows=windows)
        first = once(lambda plan=plan, some=some: plan.build(some))
        wanted = whole.features.filter(pl.col("customer_id").is_in(chosen.implode()))
        found = plan.build(some).filter(pl.col("customer_id").is_in(chosen.implode()))
        assert_frame_equal(found, wanted, check_exact=True)
        anew = least(lambda some=some: build_features(some, day, windows=windows, surroundings=around))
        again = least(lambda plan=plan, some=some: plan.build(some))
        print(
            f"{count:>5} and who is linked with them: {1000 * anew:.0f} ms within surroundings, "
            f"{1000 * again:.0f} ms by a plan (the first time {1000 * first:.0f} ms)"
        )


def only(tables: TableSet, customers: set[str]) -> TableSet:
    names = pl.Series(sorted(customers)).implode()
    frames = {
        name: tables[name].filter(pl.col("customer_id").is_in(names)).collect().lazy()
        if "customer_id" in contract.column_names
        else tables[name]
        for name, contract in CONTRACTS.items()
    }
    return TableSet(tables.reporting_currency, frames, {})


def once(call: Callable[[], object]) -> float:
    begin = time.process_time()
    call()
    return time.process_time() - begin


def least(call: Callable[[], object]) -> float:
    return min(once(call) for _ in range(ROUNDS))


if __name__ == "__main__":
    main()
