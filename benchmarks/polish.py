"""Bankruptcy of Polish companies (UCI 365), years 1, 3 and 5: five folds, crosses and search nested inside each.

    RISKENGINE_REAL_DATA=DIR python benchmarks/polish.py            all three years
    RISKENGINE_REAL_DATA=DIR python benchmarks/polish.py --year 5

The file has no dates and no company ids, so companies cannot be kept apart; the share of companies whose ratios occur
twice is printed.
"""

import argparse
import os
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl

from riskengine.scoring.cross_validation import cross_validate
from riskengine.scoring.table_model import FeatureTable
from riskengine.scoring.table_spec import load_table_spec

SPEC = Path(__file__).with_name("polish.yaml")
COLUMNS = tuple(f"Attr{i}" for i in range(1, 65))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--year", type=int, action="append")
    parser.add_argument("--seed", type=int)
    arguments = parser.parse_args()
    folder = os.environ.get("RISKENGINE_REAL_DATA")
    if not folder:
        sys.exit("set RISKENGINE_REAL_DATA to the folder of the real data")
    frame = pl.read_parquet(Path(folder) / "polish_years_1_3_5.parquet")
    spec = load_table_spec(SPEC)
    for year in arguments.year or (1, 3, 5):
        _report(year, frame.filter(pl.col("year_file") == year), spec, arguments.seed or spec.seed)


def _report(year: int, frame: pl.DataFrame, spec, seed: int) -> None:
    begin = time.perf_counter()
    values = frame.select(COLUMNS).to_numpy().astype(np.float64)
    table = FeatureTable(COLUMNS, values, frame["class"].to_numpy().astype(np.float64))
    twice = frame.select(COLUMNS).is_duplicated().mean()
    print(f"year {year}: {len(table):,} companies, {table.outcome.mean():.1%} bankrupt, {twice:.1%} occur twice")
    found = cross_validate(table, spec, seed)
    for number, fold in enumerate(found.folds, 1):
        print(
            f"  fold {number}: AUC {fold.auc:.4f}, KS {fold.ks:.3f}, PR-AUC {fold.pr_auc:.3f}, "
            f"scorecard AUC {fold.scorecard_auc:.3f}, crosses {fold.crosses}"
        )
    content = found.as_json()
    mean, spread = content["mean"], content["standard_deviation"]
    print(
        f"  mean: AUC {mean['auc']:.4f} (standard deviation of folds {spread['auc']:.4f}), KS {mean['ks']:.3f}, "
        f"PR-AUC {mean['pr_auc']:.3f}, scorecard AUC {mean['scorecard_auc']:.3f}; {time.perf_counter() - begin:.0f} s",
        flush=True,
    )


if __name__ == "__main__":
    main()
