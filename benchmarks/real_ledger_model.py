"""Train on the closed real ledger with five seeds: AUC on the test months beside the scorecard and the naive rules.

    RISKENGINE_REAL_DATA=DIR python benchmarks/real_ledger_model.py
    RISKENGINE_REAL_DATA=DIR python benchmarks/real_ledger_model.py --choose

`--choose` shows how the booster's settings were chosen: each of the last three training months (June to August 2019)
is judged by what was learnt from the months whose outcomes had ended by then; settings are ordered by the sum of AUC
and PR-AUC. The test months take no part in it.
"""

import argparse
import itertools
import os
import sys
import tempfile
import time
from pathlib import Path

import lightgbm
import numpy as np

from riskengine.scoring.booster import fit_booster
from riskengine.scoring.discrimination import auc, pr_auc
from riskengine.scoring.fit import model_in_memory
from riskengine.scoring.folds import Fold, time_folds
from riskengine.scoring.matrix import Matrix, masked_copies
from riskengine.scoring.spec import BoosterSpec, ModelSpec, load_spec
from riskengine.tables.store import open_tables
from riskengine.workflows.intake import intake
from riskengine.workflows.models.train import fit_and_compare
from riskengine.workflows.models.training_data import TrainingData, prepare

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
    found, raw = [], np.zeros(len(data.test))
    for seed in SEEDS:
        fitted, comparison = fit_and_compare(data, spec, seed)
        found.append(comparison.contenders[0])
        shown = ", ".join(f"{c.name} {c.auc:.3f} ({c.auc_low:.3f}-{c.auc_high:.3f})" for c in comparison.contenders)
        print(f"seed {seed}: {shown}")
        raw += model_in_memory(fitted, data.features, spec).predict(data.test.values).raw / len(SEEDS)
    low, high = _pr_interval(raw, data.test.outcome)
    print(f"mean score of the seeds, 95 % of 2,000 resamples of the test rows: PR-AUC {low:.3f} to {high:.3f}")
    means = (np.mean([getattr(c, figure) for c in found]) for figure in ("auc", "ks", "pr_auc"))
    print("mean of five seeds: AUC {:.3f}, KS {:.3f}, PR-AUC {:.3f}".format(*means))
    print(f"{len(data.train):,} training rows, {data.train.outcome.sum():.0f} bad; ", end="")
    print(f"{len(data.test):,} test rows, {data.test.outcome.sum():.0f} bad")


def _pr_interval(raw: np.ndarray, outcome: np.ndarray) -> tuple[float, float]:
    rng = np.random.default_rng(1)
    draws = (rng.integers(0, outcome.size, outcome.size) for _ in range(2_000))
    low, high = np.quantile([pr_auc(raw[rows], outcome[rows]) for rows in draws], (0.025, 0.975))
    return float(low), float(high)


def _choose(data: TrainingData, spec: ModelSpec) -> None:
    train = data.train
    folds = time_folds(train.as_of, spec.outcome.horizon_days, 3)
    results = []
    for leaves, trees, share, monotone in itertools.product((4, 8), (60, 100, 150), (0.1, 0.2, 0.3), (False, True)):
        changed = {"leaves": leaves, "trees": trees, "feature_share": share, "monotone": monotone}
        booster = spec.booster.model_copy(update=changed)
        found = np.array([_judge(train, fold, data.features, spec, booster) for fold in folds]).mean(axis=0)
        results.append((float(found.sum()), *found, changed))
    for _, area, precision, changed in sorted(results, key=lambda r: -r[0]):
        print(f"validation AUC {area:.4f}, PR-AUC {precision:.4f}: {changed}")


def _judge(train: Matrix, fold: Fold, features, spec: ModelSpec, booster: BoosterSpec) -> tuple[float, float]:
    learned = masked_copies(_part(train, fold.train), features, spec.masking, spec.seed)
    text = fit_booster(learned.values, learned.outcome, features, booster, spec.seed)
    raw = lightgbm.Booster(model_str=text).predict(train.values[fold.test], raw_score=True)
    return auc(raw, train.outcome[fold.test]), pr_auc(raw, train.outcome[fold.test])


def _part(matrix: Matrix, rows: np.ndarray) -> Matrix:
    return Matrix(matrix.values[rows], matrix.outcome[rows], matrix.customer_id[rows], matrix.as_of[rows])


def _take_in(ledger: Path, out: Path) -> None:
    intake(EXAMPLE / "closed_invoices.yaml", (str(ledger),), out)


if __name__ == "__main__":
    main()
