"""Speculative or investment grade of US firms not seen before, from 16 ratios and the industry, agency by agency.

    RISKENGINE_REAL_DATA=DIR python benchmarks/ratings.py

Five folds of firms (CIK): a firm's rows are never on both sides. Search and crosses are nested inside each fold. The
ratings themselves, earlier ones too, are no features; neither is the date, nor anything that names the firm.
"""

import os
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl

from riskengine.scoring.cross_validation import cross_validate
from riskengine.scoring.discrimination import auc
from riskengine.scoring.table_model import FeatureTable
from riskengine.scoring.table_spec import load_table_spec

SPEC = Path(__file__).with_name("ratings.yaml")
FEW_FIRMS = 100  # an agency with fewer is not judged alone
RATIOS = 16


def main() -> None:
    folder = os.environ.get("RISKENGINE_REAL_DATA")
    if not folder:
        sys.exit("set RISKENGINE_REAL_DATA to the folder of the real data")
    frame = pl.read_csv(Path(folder) / "corporate_ratings.csv")
    spec = load_table_spec(SPEC)
    table = table_of(frame)
    begin = time.perf_counter()
    found = cross_validate(table, spec, spec.seed)
    print(f"{len(table):,} ratings of {frame['CIK'].n_unique()} firms, {table.outcome.mean():.1%} speculative")
    _show("all agencies together", found.as_json())
    for agency, rows in frame.with_row_index().group_by("Rating Agency", maintain_order=True):
        if rows["CIK"].n_unique() < FEW_FIRMS:
            continue
        at = rows["index"].to_numpy()
        print(f"  of these, {agency[0]}: {at.size:,} ratings, AUC {auc(found.raw[at], table.outcome[at]):.3f}")
    for agency, rows in frame.group_by("Rating Agency", maintain_order=True):
        if rows["CIK"].n_unique() >= FEW_FIRMS:
            alone = cross_validate(table_of(rows), spec, spec.seed)
            _show(f"{agency[0]} alone, {rows['CIK'].n_unique()} firms", alone.as_json())
    print(f"{time.perf_counter() - begin:.0f} s")


def table_of(frame: pl.DataFrame) -> FeatureTable:
    """Ratios, SIC code and its two leading digits, sector as flags."""
    ratios = frame.columns[-RATIOS:]
    code = pl.col("SIC Code")
    features = frame.select(
        *ratios,
        code.alias("sic"),
        (code // 100).alias("sic_group"),
        *((pl.col("Sector") == s).cast(pl.Float64).alias(f"sector_{s}") for s in sorted(frame["Sector"].unique())),
    )
    return FeatureTable(
        tuple(features.columns),
        np.ascontiguousarray(features.to_numpy().astype(np.float64)),
        1.0 - frame["Binary Rating"].to_numpy().astype(np.float64),
        group=np.array(frame["CIK"].cast(pl.String).to_list(), dtype=object),
    )


def _show(name: str, content: dict) -> None:
    mean, spread = content["mean"], content["standard_deviation"]
    folds = ", ".join(f"{fold['auc']:.3f}" for fold in content["folds"])
    print(
        f"{name}: AUC {mean['auc']:.3f} (folds {folds}; deviation {spread['auc']:.3f}), KS {mean['ks']:.3f}, ", end=""
    )
    print(f"PR-AUC {mean['pr_auc']:.3f}, scorecard AUC {mean['scorecard_auc']:.3f}", flush=True)
    print("  chosen:", "; ".join(str(fold["settings"]) for fold in content["folds"]))


if __name__ == "__main__":
    main()
