"""Two policies on the same customers and dates: one row per customer and date, both decisions, what happened then."""

from collections.abc import Mapping
from enum import StrEnum

import polars as pl

from riskengine.portfolio.trial.aftermath import KEY
from riskengine.portfolio.trial.decided import Decided


class Side(StrEnum):
    """The suffix of a column that belongs to one of the two."""

    POLICY = "policy"
    CHALLENGER = "challenger"


SEGMENTS: Mapping[str, str] = {"industry": "cus_industry", "region": "cus_region", "country": "cus_country"}
_AMOUNTS: Mapping[str, str] = {
    "exposure": "cus_exposure",
    "guarantee": "cus_guarantee_amount",
    "insured": "cus_insured_amount",
}
BOTH = ("status", "grade", "grade_label", "limit", "terms_days", "frozen", "refer", "severity", "actions", "credit")


def who_columns(features: pl.DataFrame, as_of: int) -> pl.DataFrame:
    """as_of, customer_id, industry, region, country, and exposure, guarantee and insured amount (0 where not stated)
    of one date's features."""
    named = (
        *(pl.col(source).cast(pl.String).alias(name) for name, source in SEGMENTS.items()),
        *(pl.col(source).cast(pl.Float64).fill_null(0.0).alias(name) for name, source in _AMOUNTS.items()),
    )
    return features.select(pl.lit(as_of, pl.Int32).alias("as_of"), "customer_id", *named)


def lay_side_by_side(who: pl.DataFrame, aftermath: pl.DataFrame, policy: Decided, challenger: Decided) -> pl.DataFrame:
    """One row per customer and date, sorted: `who`, AFTERMATH_SCHEMA, the decisions with a suffix for each side, and

    - `moved_grade`, `moved_limit`, `moved_terms`, `moved_actions`, `moved_credit`: what the two differ in (a value
      against none is a difference), `moved`: in anything;
    - `was_open`: not yet in default on the date; `is_good`: bought within the horizon and then neither defaulted nor
      paid severely late; `is_bad`: defaulted within it. Both are null where censored, false for who was in default.
    """
    cases = who.join(aftermath, on=KEY, how="left", validate="1:1")
    for side, decided in ((Side.POLICY, policy), (Side.CHALLENGER, challenger)):
        named = decided.decisions.rename({c: f"{c}_{side}" for c in decided.decisions.columns if c not in KEY})
        cases = cases.join(named, on=KEY, how="left", validate="1:1")
    moved = {f"moved_{what}": _differs(name) for what, name in _MOVES.items()}
    was_open = ~pl.col("was_in_default")
    good = was_open & ~pl.col("defaulted") & ~pl.col("severe_delay") & (pl.col("sales_horizon") > 0)
    return (
        cases.with_columns(
            **moved,
            was_open=was_open,
            is_bad=was_open & pl.col("defaulted"),
            is_good=good,
        )
        .with_columns(moved=pl.any_horizontal(list(moved)))
        .sort(KEY)
    )


_MOVES: Mapping[str, str] = {
    "grade": "grade",
    "limit": "limit",
    "terms": "terms_days",
    "actions": "actions",
    "credit": "credit",
}


def _differs(name: str) -> pl.Expr:
    return pl.col(f"{name}_{Side.POLICY}").ne_missing(pl.col(f"{name}_{Side.CHALLENGER}"))
