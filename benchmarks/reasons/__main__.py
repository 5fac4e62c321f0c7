"""Contributions and reasons of a portfolio beside LightGBM's pred_contrib and beside bare prediction.

    python benchmarks/reasons                     20,000 generated customers, 36 months; 100,000 rows of features
    python benchmarks/reasons --tables DIR        tables made by riskengine generate

One thread for everybody, the fastest of the repeats. pred_contrib takes minutes, so it is timed on the first rows
(`--contrib-rows`, all with 0) and counted up: it works row by row.
"""

import argparse
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np

from riskengine.policy.source import load_policy
from riskengine.scoring.booster import parameters
from riskengine.scoring.fit import fit_model, model_in_memory
from riskengine.scoring.pd_model import PdModel
from riskengine.scoring.shapley.contributions import tables_of
from riskengine.scoring.spec import ModelSpec, load_spec
from riskengine.tables.store import open_tables
from riskengine.workflows.generate import generate
from riskengine.workflows.models.training_data import TrainingData, prepare
from riskengine.workflows.rerate import RerateOptions, rerate

ROOT = Path(__file__).parents[2]
ROWS = 100_000
END = date(2025, 12, 31)


def main() -> None:
    arguments = _arguments()
    if arguments.tables is not None:
        measure(arguments.tables, arguments)
        return
    with tempfile.TemporaryDirectory() as scratch:
        tables = Path(scratch) / "tables"
        generate(customers=20_000, months=36, seed=1, end=END, out=tables)
        measure(tables, arguments)


def measure(folder: Path, arguments: argparse.Namespace) -> None:
    spec = load_spec(ROOT / "models" / "pd_12m.yaml")
    data = prepare(open_tables(folder), spec)
    rows = np.resize(np.vstack([data.test.values, data.train.values]), (ROWS, len(data.features)))
    model = model_in_memory(fit_model(data.train, data.features, spec, spec.seed), data.features, spec)
    boosters = {
        "shipped spec": model.booster,
        "300 x depth 3": _plain(data, spec, {"max_depth": 3, "num_leaves": 8}),
        "300 x 31 leaves": _plain(data, spec, {"max_depth": -1, "num_leaves": 31}),
    }
    print(f"{ROWS:,} rows, {rows.shape[1]} features, one thread, seconds; fastest of {arguments.repeats}")
    for name, booster in boosters.items():
        _time(name, booster, rows, arguments)
    _time_rerate(folder, model, arguments.repeats)


def _time(name: str, booster: lightgbm.Booster, rows: np.ndarray, arguments: argparse.Namespace) -> None:
    some = rows[: arguments.contrib_rows or ROWS]
    theirs, exact = _fastest(1, lambda: booster.predict(some, pred_contrib=True, num_threads=1))
    theirs *= ROWS / len(some)
    bare, raw = _fastest(arguments.repeats, lambda: booster.predict(rows, raw_score=True, num_threads=1))
    making, tables = _fastest(arguments.repeats, lambda: tables_of.__wrapped__(booster))
    ours, found = _fastest(arguments.repeats, lambda: tables.contributions(rows))
    tracemalloc.start()
    tables.contributions(rows)
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    size = sum(c.nbytes for part in tables.parts for lookup in part.lookups for _, c in lookup.columns) / 2**20
    print(
        f"{name}: pred_contrib {theirs:.1f}, prediction {bare:.2f}, contributions {ours:.2f} and tables {making:.2f}; "
        f"{theirs / ours:.0f} times faster than pred_contrib ({theirs / (ours + making):.0f} with the tables), "
        f"{ours / bare:.2f} of the prediction; tables {size:.0f} MiB, peak {peak:.0f} MiB with the result; "
        f"differs from pred_contrib by {np.abs(found[: len(some)] - exact).max():.1e}, "
        f"sums from raw by {np.abs(found.sum(axis=1) - raw).max():.1e}",
        flush=True,
    )


def _time_rerate(folder: Path, model: PdModel, repeats: int) -> None:
    tables, policy = open_tables(folder), load_policy(ROOT / "rules").in_force(END)
    spent = {}
    for reasons in (False, True):
        options = RerateOptions(reasons=reasons)
        spent[reasons], found = _fastest(
            repeats, lambda options=options: rerate(tables, END, policy=policy, model=model, options=options)
        )
    told = found.ratings["reasons_en"].list.len().sum()
    extra = spent[True] - spent[False]
    print(
        f"rerate, {found.ratings.height:,} customers: {spent[False]:.1f} without reasons, {spent[True]:.1f} with "
        f"{told:,} in two languages: {extra / found.ratings.height * 1e3:.2f} ms a customer"
    )


def _fastest(repeats: int, work: Callable[[], Any]) -> tuple[float, Any]:
    """Processor seconds, which other work on the machine moves less than those of a clock."""
    spent = []
    for _ in range(repeats):
        begin = time.process_time()
        result = work()
        spent.append(time.process_time() - begin)
    return min(spent), result


def _plain(data: TrainingData, spec: ModelSpec, shape: dict[str, Any]) -> lightgbm.Booster:
    settings = {**parameters(data.features, spec.booster, 1), "min_data_in_leaf": 20, "feature_fraction": 1.0}
    settings |= {"lambda_l2": 0.0, "monotone_constraints": None, **shape}
    return lightgbm.train(settings, lightgbm.Dataset(data.train.values, data.train.outcome, params=settings), 300)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=Path)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--contrib-rows", type=int, default=5_000)
    return parser.parse_args()


if __name__ == "__main__":
    main()
