"""What nobody can beat: warnings by the true PD of a generated portfolio, on the dates of `warnings evaluate`.

    python benchmarks/warnings_quality.py --tables DIR --model BUNDLE --from 2022-12-31 --to 2024-12-31

A customer is warned of while its true PD is at a threshold or, once warned of, at half of it. Printed are the defaults
with such a warning standing 60 days before, how many are sudden (nothing shows before them), and how many new
warnings a month that takes, per 100 customers who trade.
"""

import argparse
from datetime import date
from pathlib import Path

import polars as pl

from riskengine.early_warning.quality.counts import count_defaults, default_tracks
from riskengine.early_warning.quality.population import DAYS_A_MONTH, watched_defaults
from riskengine.early_warning.quality.standing import KEY
from riskengine.portfolio.trial.side_by_side import SEGMENTS
from riskengine.synthetic.truth_files import FOLDER
from riskengine.tables.store import open_tables
from riskengine.terms.days import day_number
from riskengine.workflows.trial.passing import open_passing
from riskengine.workflows.warnings.evaluate import Every, evaluation_dates

THRESHOLDS = (0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.15, 0.2)
KEPT = 0.5  # of the threshold, while a warning stands


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True, help="its spec says what a default is")
    parser.add_argument("--from", dest="first", type=date.fromisoformat, required=True)
    parser.add_argument("--to", dest="last", type=date.fromisoformat, required=True)
    asked = parser.parse_args()
    dates = evaluation_dates(asked.first, asked.last, Every.MONTH)
    days = [day_number(day) for day in dates]
    passing = open_passing(open_tables(asked.tables), dates, workspace=asked.model, bundle=asked.model)
    true = pl.read_parquet(asked.tables / FOLDER / "pd.parquet", columns=["as_of", "customer_id", "pd_12m"])
    true = true.with_columns(pl.col("as_of").cast(pl.Int32)).filter(pl.col("as_of").is_in(days)).sort(KEY)
    after = passing.outcomes(true.select(KEY)).aftermath
    rows = after.with_columns(
        true["pd_12m"],
        is_bad=pl.when(~pl.col("was_in_default") & ~pl.col("is_censored")).then(pl.col("defaulted")),
        **{name: pl.lit(None, pl.String) for name in SEGMENTS},
    )
    defaults = watched_defaults(rows, days, passing.outcome.horizon_days)
    tell_sudden(asked.tables, defaults)
    trading = rows.filter((pl.col("pd_12m") > 0) & (pl.col("as_of") > days[0])).height / (len(days) - 1)
    months = (days[-1] - days[0]) / DAYS_A_MONTH
    print("true PD from | 60 days before | new a month per 100 | under warning")
    for threshold in THRESHOLDS:
        standing = warned(rows, days, threshold)
        found = count_defaults(default_tracks(defaults, standing))
        new = standing.filter("is_new").height
        share = standing.filter(pl.col("as_of") > days[0]).height / (len(days) - 1) / trading
        print(
            f"{threshold:12.0%} | {found.early:,} of {found.early_seen:,} ({found.early / found.early_seen:.1%}) | "
            f"{100 * new / trading / months:.2f} | {share:.1%}"
        )


def warned(rows: pl.DataFrame, days: list[int], threshold: float) -> pl.DataFrame:
    """as_of, customer_id and is_new of everybody under warning."""
    before: set[str] = set()
    found = []
    for day in days:
        now = rows.filter((pl.col("as_of") == day) & ~pl.col("was_in_default"))
        stood = pl.col("customer_id").is_in(sorted(before))
        held = now.filter((pl.col("pd_12m") >= threshold) | (stood & (pl.col("pd_12m") >= KEPT * threshold)))
        found.append(held.select(*KEY, is_new=~stood & (pl.lit(day) > days[0])))
        before = set(held["customer_id"].to_list())
    return pl.concat(found)


def tell_sudden(tables: Path, defaults: pl.DataFrame) -> None:
    truth = pl.read_parquet(tables / FOLDER / "customers.parquet", columns=["customer_id", "silent"])
    early = defaults.filter(pl.col("as_of") <= pl.col("default_on") - 60)
    known = early.select("customer_id", "default_on").unique().join(truth, on="customer_id")
    print(f"{known['silent'].sum()} of {known.height} defaults with a date 60 days before are sudden")


if __name__ == "__main__":
    main()
