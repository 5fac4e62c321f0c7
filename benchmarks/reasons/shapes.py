"""What each shape of trees costs in AUC: on the real ledger, on the Polish ratios and on a generated portfolio.

    RISKENGINE_REAL_DATA=DIR python benchmarks/reasons/shapes.py
    RISKENGINE_REAL_DATA=DIR python benchmarks/reasons/shapes.py --only polish --shape "depth 4"
    python benchmarks/reasons/shapes.py --only generated --customers 10000

Everything but the shape is the same. How many trees are grown (at most 2,000, at a rate of 0.05) is decided for each
shape and fit on a fifth of the training rows (of customers, where rows have one), never on the rows AUC is told of;
then all training rows are learnt from. What a shape gains against depth 3 stands beside it: the range of the fits, or
of a single fit DeLong's 95 % interval.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import polars as pl
from sklearn.model_selection import StratifiedKFold

from riskengine.scoring.discrimination import auc_difference, auc_interval
from riskengine.scoring.matrix import customer_folds
from riskengine.scoring.spec import load_spec
from riskengine.tables.store import open_tables
from riskengine.workflows.generate import generate
from riskengine.workflows.intake import intake
from riskengine.workflows.models.training_data import TrainingData, prepare

ROOT = Path(__file__).parents[2]
SHIPPED = "depth 3"
SHAPES: dict[str, Callable[[int], dict[str, Any]]] = {
    "31 leaves": lambda _: {"num_leaves": 31},
    "depth 4": lambda _: {"max_depth": 4, "num_leaves": 16},
    "depth 3": lambda _: {"max_depth": 3, "num_leaves": 8},
    "depth 2": lambda _: {"max_depth": 2, "num_leaves": 4},
    "depth 1 (additive)": lambda _: {"max_depth": 1, "num_leaves": 2},
    "31 leaves, one feature a tree (additive)": lambda n: {
        "num_leaves": 31,
        "interaction_constraints": [[i] for i in range(n)],
    },
}


@dataclass(frozen=True, slots=True)
class Task:
    """One fit: train and test rows, and the rows of train (`held`) that say when to stop."""

    train: tuple[np.ndarray, np.ndarray]
    held: np.ndarray
    test: tuple[np.ndarray, np.ndarray]
    seed: int
    settings: dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=["ledger", "polish", "generated"])
    parser.add_argument("--shape", choices=SHAPES, action="append", help="Only these, beside the shipped one.")
    parser.add_argument("--customers", type=int, default=20_000, help="Of the generated portfolio.")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    folder = os.environ.get("RISKENGINE_REAL_DATA")
    data: dict[str, Callable[[], Iterator[tuple[str, list[Task]]]]] = {
        "ledger": lambda: _ledger(_needed(folder)),
        "polish": lambda: _polish(_needed(folder)),
        "generated": lambda: _generated(arguments.customers),
    }
    shapes = [s for s in (SHIPPED, *SHAPES) if s in (SHIPPED, *(arguments.shape or SHAPES))]
    for name, make in data.items():
        if arguments.only in (None, name):
            for title, tasks in make():
                _compare(title, tasks, list(dict.fromkeys(shapes)), arguments.threads)


def _compare(title: str, tasks: list[Task], shapes: list[str], threads: int) -> None:
    shipped: list[np.ndarray] = []
    for shape in shapes:
        begin = time.perf_counter()
        scores = [_fit(task, SHAPES[shape](task.train[0].shape[1]), threads) for task in tasks]
        shipped = shipped or [score for score, _ in scores]
        aucs = [auc_interval(score, task.test[1]) for (score, _), task in zip(scores, tasks, strict=True)]
        trees = np.mean([count for _, count in scores])
        mean = np.mean([interval.auc for interval in aucs])
        print(
            f"{title}: {shape:42} AUC {mean:.3f} "
            f"(fits {min(i.auc for i in aucs):.3f}-{max(i.auc for i in aucs):.3f}; "
            f"first fit {aucs[0].low:.3f}-{aucs[0].high:.3f}), {_against(scores, shipped, tasks)}, {trees:.0f} trees, "
            f"{time.perf_counter() - begin:.0f} s",
            flush=True,
        )


def _against(scores: list[tuple[np.ndarray, int]], shipped: list[np.ndarray], tasks: list[Task]) -> str:
    """AUC over that of the shipped shape: mean and range of the fits, DeLong's interval of a single one."""
    gains = [
        auc_difference(score, other, task.test[1])
        for (score, _), other, task in zip(scores, shipped, tasks, strict=True)
    ]
    found = [g.difference for g in gains]
    half = 1.96 * gains[0].standard_error
    low, high = (min(found), max(found)) if len(found) > 1 else (found[0] - half, found[0] + half)
    return f"{np.mean(found):+.3f} ({low:+.3f} to {high:+.3f}) against {SHIPPED}"


def _fit(task: Task, shape: dict[str, Any], threads: int) -> tuple[np.ndarray, int]:
    settings = {
        "objective": "binary",
        "metric": "binary_logloss",
        "learning_rate": 0.05,
        "verbosity": -1,
        "num_threads": threads,
        "deterministic": True,
        "force_row_wise": True,
        "seed": task.seed,
        **task.settings,
        **shape,
    }
    values, outcome = task.train
    grown = lightgbm.Dataset(values[~task.held], outcome[~task.held], params=settings)
    held = grown.create_valid(values[task.held], outcome[task.held])
    tried = lightgbm.train(
        settings, grown, 2_000, valid_sets=[held], callbacks=[lightgbm.early_stopping(200, verbose=False)]
    )
    booster = lightgbm.train(settings, lightgbm.Dataset(values, outcome, params=settings), tried.best_iteration)
    return np.asarray(booster.predict(task.test[0])), tried.best_iteration


def _polish(folder: Path) -> Iterator[tuple[str, list[Task]]]:
    frame = pl.read_parquet(folder / "polish_years_1_3_5.parquet")
    names = [f"Attr{i}" for i in range(1, 65)]
    for year in sorted(frame["year_file"].unique().to_list()):
        rows = frame.filter(pl.col("year_file") == year)
        values = rows.select(pl.col(names).cast(pl.Float64)).to_numpy()
        outcome = rows["class"].cast(pl.Float64).to_numpy()
        tasks = []
        for seed, (train, test) in enumerate(StratifiedKFold(5, shuffle=True, random_state=1).split(values, outcome)):
            held = np.zeros(len(train), dtype=bool)
            held[next(StratifiedKFold(5, shuffle=True, random_state=2).split(train, outcome[train]))[1]] = True
            tasks.append(
                Task(
                    (values[train], outcome[train]),
                    held,
                    (values[test], outcome[test]),
                    seed,
                    {"min_data_in_leaf": 20, "feature_fraction": 0.3, "bagging_fraction": 0.8, "bagging_freq": 1},
                )
            )
        yield f"Polish year {year}", tasks


def _ledger(folder: Path) -> Iterator[tuple[str, list[Task]]]:
    example = ROOT / "examples" / "highradius"
    with tempfile.TemporaryDirectory() as scratch:
        tables = Path(scratch) / "tables"
        intake(example / "closed_invoices.yaml", (str(folder / "highradius_closed_invoices.csv"),), tables)
        data = prepare(open_tables(tables), load_spec(example / "model.yaml"))
    yield "real ledger", _snapshots(data, (1, 2, 3, 4, 5), {"min_data_in_leaf": 40, "feature_fraction": 0.3})


def _generated(customers: int) -> Iterator[tuple[str, list[Task]]]:
    with tempfile.TemporaryDirectory() as scratch:
        tables = Path(scratch) / "tables"
        generate(customers=customers, months=60, seed=1, end=date(2025, 12, 31), out=tables)
        data = prepare(open_tables(tables), load_spec(ROOT / "models" / "pd_12m.yaml"))
    settings = {"min_data_in_leaf": 200, "feature_fraction": 0.1, "bagging_fraction": 0.7, "bagging_freq": 1}
    yield "generated", _snapshots(data, (1,), {**settings, "lambda_l2": 50.0, "max_bin": 63})


def _snapshots(data: TrainingData, seeds: tuple[int, ...], settings: dict[str, Any]) -> list[Task]:
    train, test = (data.train.values, data.train.outcome), (data.test.values, data.test.outcome)
    return [Task(train, customer_folds(data.train.customer_id, 5, seed) == 0, test, seed, settings) for seed in seeds]


def _needed(folder: str | None) -> Path:
    if not folder:
        sys.exit("set RISKENGINE_REAL_DATA to the folder of the real data, or choose --only generated")
    return Path(folder)


if __name__ == "__main__":
    main()
