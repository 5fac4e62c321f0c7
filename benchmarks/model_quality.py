"""The model against the truth of a generated portfolio: share of the reachable Gini, PD by grade beside the true PD.

python benchmarks/model_quality.py                     20,000 customers over 60 months
python benchmarks/model_quality.py --seed 1 7 21       the same in several worlds
python benchmarks/model_quality.py --tables DIR        tables made by riskengine generate
python benchmarks/model_quality.py --bound             how far the features, and old truth, reach
"""

import argparse
import tempfile
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import lightgbm
import numpy as np
import polars as pl
from scipy.stats import beta

from riskengine.scoring.calibration import Floats
from riskengine.scoring.comparison import BANDS
from riskengine.scoring.discrimination import gini
from riskengine.scoring.fit import model_in_memory
from riskengine.scoring.matrix import Matrix
from riskengine.scoring.spec import load_spec
from riskengine.scoring.split import month_ends_back
from riskengine.tables.store import open_tables
from riskengine.terms.days import day_number, day_of
from riskengine.workflows.generate import generate
from riskengine.workflows.models.train import fit_and_compare
from riskengine.workflows.models.training_data import prepare

OLD_MONTHS = (1, 2, 3, 6)


def main() -> None:
    arguments = _arguments()
    if arguments.tables is not None:
        measure(arguments.tables, arguments.spec, bound=arguments.bound)
        return
    for seed in arguments.seed:
        with tempfile.TemporaryDirectory() as scratch:
            tables = Path(scratch) / "tables"
            generate(
                customers=arguments.customers,
                months=arguments.months,
                seed=seed,
                end=date(2025, 12, 31),
                out=tables,
            )
            print(f"world {seed}")
            measure(tables, arguments.spec, bound=arguments.bound)


def measure(folder: Path, spec_file: Path, *, bound: bool) -> None:
    spec = load_spec(spec_file)
    begin = time.perf_counter()
    data = prepare(open_tables(folder), spec)
    made = time.perf_counter()
    fitted, comparison = fit_and_compare(data, spec, spec.seed)
    done = time.perf_counter()
    pd_12m = model_in_memory(fitted, data.features, spec).predict(data.test.values).pd_12m
    truth = _true_pd(folder, data.test)
    known = ~np.isnan(truth)  # no true PD once a customer has stopped paying or left
    print(
        f"{len(data.train):,} training rows, {data.train.outcome.sum():,.0f} bad; "
        f"{len(data.test):,} test rows, {data.test.outcome.sum():,.0f} bad, {known.sum():,} with a true PD; "
        f"{len(data.features)} features; outcomes and snapshots {made - begin:.0f} s, fits {done - made:.0f} s"
    )
    for contender in comparison.contenders:
        print(f"{contender.name:12} AUC {contender.auc:.3f} ({contender.auc_low:.3f}-{contender.auc_high:.3f})")
    print(comparison.verdict.en)
    print("without a source, AUC:", ", ".join(f"{k} {v:.3f}" for k, v in comparison.auc_without_source.items()))
    outcome = data.test.outcome
    groups = {
        "all the spec rates": known,
        "not left for good (true PD above 0)": known & (truth > 0),
        "and not certain to default (true PD below 1)": known & (truth > 0) & (truth < 1),
    }
    print("share of the Gini of the true PD: by what happened; by what was to be expected of the true PD")
    for name, rows in groups.items():
        happened = [gini(score[rows], outcome[rows]) for score in (pd_12m, truth)]
        expected = [expected_gini(score[rows], truth[rows]) for score in (pd_12m, truth)]
        print(
            f"{name}, {rows.sum():,} rows, {outcome[rows].sum():,.0f} bad: "
            f"{happened[0]:.3f} of {happened[1]:.3f} = {happened[0] / happened[1]:.1%}; "
            f"{expected[0]:.3f} of {expected[1]:.3f} = {expected[0] / expected[1]:.1%}"
        )
    history = ~np.isnan(data.naive)
    for name, rows in {"everybody": known, "with history": known & history, "without": known & ~history}.items():
        print(f"{name}:")
        _print_grades(pd_12m[rows], truth[rows], outcome[rows])
    if bound:
        taught = _taught_the_truth(data.train, _true_pd(folder, data.train), data.test)
        for name, rows in groups.items():
            share = gini(taught[rows], outcome[rows]) / gini(truth[rows], outcome[rows])
            of_truth = expected_gini(taught[rows], truth[rows]) / expected_gini(truth[rows], truth[rows])
            print(f"taught the true PD, {name}: {share:.1%}; {of_truth:.1%}")
        _print_old_truth(folder, data.test, truth)


def _taught_the_truth(train: Matrix, truth: Floats, test: Matrix) -> Floats:
    """What the same features give a booster that learns from true PDs, which no one has in life."""
    rows = ~np.isnan(truth) & (truth > 0)
    settings = {"learning_rate": 0.1, "max_bin": 63, "feature_fraction": 0.3, "verbosity": -1, "num_threads": 2}
    data = lightgbm.Dataset(train.values[rows], np.clip(truth[rows], 1e-4, 0.999))
    return np.asarray(lightgbm.train({"objective": "cross_entropy", **settings}, data, 300).predict(test.values))


def _print_old_truth(folder: Path, test: Matrix, truth: Floats) -> None:
    """What the true PD of some months ago still says of today's, to whoever knew it exactly and nothing since."""
    today = day_of(int(test.as_of[0]))
    for months in OLD_MONTHS:
        then = np.full_like(test.as_of, day_number(month_ends_back(today, months)))
        old = _true_pd(folder, replace(test, as_of=then))
        both = ~np.isnan(truth) & ~np.isnan(old)
        paying = both & (truth > 0) & (truth < 1)
        shares = (
            expected_gini(old[rows], truth[rows]) / expected_gini(truth[rows], truth[rows]) for rows in (both, paying)
        )
        print(f"true PD of {months} months ago, {both.sum():,} rows: {' and '.join(f'{s:.1%}' for s in shares)}")


def expected_gini(score: Floats, truth: Floats) -> float:
    """Gini with every customer counted as bad with its true PD and as good with the rest: free of one year's luck."""
    _, place = np.unique(score, return_inverse=True)
    bad, good = np.bincount(place, truth), np.bincount(place, 1 - truth)
    return float(2 * (bad @ (np.cumsum(good) - good / 2)) / (bad.sum() * good.sum()) - 1)


def _true_pd(folder: Path, test: Matrix) -> Floats:
    truth = pl.read_parquet(folder / "truth" / "pd.parquet").with_columns(pl.col("as_of").cast(pl.Int32))
    rows = pl.DataFrame({"customer_id": test.customer_id.tolist(), "as_of": test.as_of})
    joined = rows.join(truth, on=["customer_id", "as_of"], how="left", maintain_order="left")
    return joined["pd_12m"].cast(pl.Float64).fill_null(float("nan")).to_numpy()


def _print_grades(pd_12m: Floats, truth: Floats, outcome: Floats) -> None:
    print("grade  customers  mean PD  mean true PD  default rate  Jeffreys 95 %")
    grade = np.minimum(np.searchsorted(np.array(BANDS), pd_12m, side="right"), len(BANDS) - 1)
    inside = []
    for number in range(len(BANDS)):
        rows = grade == number
        if rows.any():
            bad, count = outcome[rows].sum(), rows.sum()
            low, high = beta.ppf([0.025, 0.975], bad + 0.5, count - bad + 0.5)
            figures = (pd_12m[rows].mean(), truth[rows].mean(), outcome[rows].mean())
            inside.append(bool(low <= figures[0] <= high))
            print(
                f"{number + 1:5}  {count:9,}  {figures[0]:7.2%}  {figures[1]:12.2%}  {figures[2]:12.2%}  "
                f"{low:.2%} to {high:.2%}{'' if inside[-1] else '  outside'}"
            )
    print(f"PD inside the band in {sum(inside)} of {len(inside)} grades that hold customers")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Model quality against the truth of a generated portfolio.")
    parser.add_argument("--tables", type=Path)
    parser.add_argument("--spec", type=Path, default=Path(__file__).parents[1] / "models" / "pd_12m.yaml")
    parser.add_argument("--bound", action="store_true")
    parser.add_argument("--customers", type=int, default=20_000)
    parser.add_argument("--months", type=int, default=60)
    parser.add_argument("--seed", type=int, nargs="+", default=[1])
    return parser.parse_args()


if __name__ == "__main__":
    main()
