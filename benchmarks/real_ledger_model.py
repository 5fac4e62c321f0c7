"""Train on the closed real ledger with five seeds: AUC on the test months beside the scorecard and the naive rules.

    RISKENGINE_REAL_DATA=DIR python benchmarks/real_ledger_model.py
    RISKENGINE_REAL_DATA=DIR python benchmarks/real_ledger_model.py --choose

`--choose` shows how the booster's settings were chosen: fitted on the snapshots of April and May 2019, judged on those
of July and August, whose outcomes begin after those of May have ended. The test months take no part in it.
"""

import argparse
import itertools
import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from riskengine.scoring.discrimination import auc, auc_interval
from riskengine.scoring.fit import fit_model, model_in_memory
from riskengine.scoring.matrix import Matrix
from riskengine.scoring.spec import ModelSpec, load_spec
from riskengine.tables.store import open_tables
from riskengine.workflows.intake import intake
from riskengine.workflows.train import TrainingData, fit_and_compare, prepare

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "highradius"
SEEDS = (1, 2, 3, 4, 5)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--choose", action="store_true")
    choose = parser.parse_args().choose
    folder = os.environ.get("RISKENGINE_REAL_DATA")
    if not folder:
        sys.exit("set RISKENGINE_REAL_DATA to the folder of the real ledgers")
    begin = time.perf_counter()
    spec = load_spec(EXAMPLE / "model.yaml")
    with tempfile.TemporaryDirectory() as scratch:
        tables = Path(scratch) / "tables"
        _take_in(Path(folder) / "highradius_closed_invoices.csv", tables)
        data = prepare(open_tables(tables), spec)
    if choose:
        _choose(data, spec)
    else:
        _report(data, spec)
    print(f"{time.perf_counter() - begin:.0f} s in all")


def _report(data: TrainingData, spec: ModelSpec) -> None:
    found = []
    for seed in SEEDS:
        comparison = fit_and_compare(data, spec, seed)[1]
        found.append(comparison.contenders[0])
        shown = ", ".join(f"{c.name} {c.auc:.3f} ({c.auc_low:.3f}-{c.auc_high:.3f})" for c in comparison.contenders)
        print(f"seed {seed}: {shown}")
    means = (np.mean([getattr(c, figure) for c in found]) for figure in ("auc", "ks", "pr_auc"))
    print("mean of five seeds: AUC {:.3f}, KS {:.3f}, PR-AUC {:.3f}".format(*means))
    print(f"{len(data.train):,} training rows, {data.train.outcome.sum():.0f} bad; ", end="")
    print(f"{len(data.test):,} test rows, {data.test.outcome.sum():.0f} bad")


def _choose(data: TrainingData, spec: ModelSpec) -> None:
    months = np.unique(data.train.as_of)
    early, late = _part(data.train, data.train.as_of <= months[1]), _part(data.train, data.train.as_of >= months[3])
    results = []
    for depth, trees, leaf in itertools.product((2, 3, 4), (60, 120, 240), (10, 20, 40)):
        booster = spec.booster.model_copy(update={"depth": depth, "trees": trees, "min_rows_leaf": leaf})
        tried = spec.model_copy(update={"booster": booster})
        scores = []
        for seed in SEEDS[:3]:
            fitted = fit_model(early, data.features, tried, seed, workers=2)
            raw = model_in_memory(fitted, data.features, tried).predict(late.values).raw
            scores.append(auc(raw, late.outcome))
        results.append((float(np.mean(scores)), depth, trees, leaf))
    for score, depth, trees, leaf in sorted(results, reverse=True):
        print(f"validation AUC {score:.4f}: depth {depth}, {trees} trees, {leaf} rows a leaf")
    interval = auc_interval(data.naive, data.test.outcome)
    print(f"naive feature on the test months: {interval.auc:.3f}")


def _part(matrix: Matrix, rows: np.ndarray) -> Matrix:
    return Matrix(matrix.values[rows], matrix.outcome[rows], matrix.customer_id[rows], matrix.as_of[rows])


def _take_in(ledger: Path, out: Path) -> None:
    intake(EXAMPLE / "closed_invoices.yaml", (str(ledger),), out)


if __name__ == "__main__":
    main()
