"""What changed between two ratings of a portfolio."""

from collections.abc import Mapping
from enum import StrEnum

import polars as pl

from riskengine.policy.vocabulary import DEFAULT_GRADE
from riskengine.terms.decision import Status
from riskengine.terms.text import Text


class Movement(StrEnum):
    """What happened to a customer since the previous run; the first that fits."""

    NEW = "new"  # not in the previous run
    GONE = "gone"  # in the previous run only
    DEFAULTED = "defaulted"
    CURED = "cured"  # was in default, is not any more
    LOST_RATING = "lost_rating"
    GAINED_RATING = "gained_rating"
    DOWN = "down"
    UP = "up"
    SAME = "same"


MOVEMENT_TEXT: Mapping[Movement, Text] = {
    Movement.NEW: Text("new", "新客户"),
    Movement.GONE: Text("gone", "已移出"),
    Movement.DEFAULTED: Text("went into default", "新增违约"),
    Movement.CURED: Text("came out of default", "违约恢复"),
    Movement.LOST_RATING: Text("lost the rating", "失去评级"),
    Movement.GAINED_RATING: Text("gained a rating", "获得评级"),
    Movement.DOWN: Text("worse", "下调"),
    Movement.UP: Text("better", "上调"),
    Movement.SAME: Text("unchanged", "不变"),
}
_COMPARED = {"status": pl.String, "final_grade": pl.Int8, "grade": pl.String, "pd_12m": pl.Float64, "limit": pl.Float64}
_COMPARED_TERMS = {"terms_days": pl.Int32}
COMPARED: Mapping[str, type[pl.DataType]] = {**_COMPARED, **_COMPARED_TERMS}
MOVEMENTS_SCHEMA: Mapping[str, type[pl.DataType]] = {
    "customer_id": pl.String,
    "movement": pl.String,
    "notches": pl.Int8,
    **{f"{name}_before": dtype for name, dtype in COMPARED.items()},
    **{f"{name}_now": dtype for name, dtype in COMPARED.items()},
    "limit_change": pl.Float64,
}


def compare_ratings(now: pl.DataFrame, before: pl.DataFrame | None) -> pl.DataFrame:
    """One row per customer of either run, sorted by customer_id; empty without a previous run.

    Columns: customer_id, movement, notches (above 0: worse), and status, final_grade, grade, pd_12m, limit, terms_days
    with `_before` and `_now`, limit_change (units of the reporting currency, null unless both limits are set).
    """
    if before is None:
        return pl.DataFrame(schema=dict(MOVEMENTS_SCHEMA))
    joined = _side(before, "before").join(_side(now, "now"), on="customer_id", how="full", coalesce=True)
    return (
        joined.with_columns(
            _movement().alias("movement"),
            (pl.col("final_grade_now") - pl.col("final_grade_before")).alias("notches"),
            (pl.col("limit_now") - pl.col("limit_before")).alias("limit_change"),
        )
        .select(pl.col(name).cast(dtype) for name, dtype in MOVEMENTS_SCHEMA.items())
        .sort("customer_id")
    )


def _side(ratings: pl.DataFrame, when: str) -> pl.DataFrame:
    return ratings.select("customer_id", *(pl.col(name).alias(f"{name}_{when}") for name in COMPARED))


def _movement() -> pl.Expr:
    before, now = pl.col("final_grade_before"), pl.col("final_grade_now")
    unrated = pl.lit(Status.UNRATED.value)
    cases = (
        (Movement.NEW, pl.col("status_before").is_null()),
        (Movement.GONE, pl.col("status_now").is_null()),
        (Movement.DEFAULTED, (now == DEFAULT_GRADE) & before.ne_missing(pl.lit(DEFAULT_GRADE))),
        (Movement.CURED, (before == DEFAULT_GRADE) & now.ne_missing(pl.lit(DEFAULT_GRADE))),
        (Movement.LOST_RATING, (pl.col("status_now") == unrated) & (pl.col("status_before") != unrated)),
        (Movement.GAINED_RATING, (pl.col("status_before") == unrated) & (pl.col("status_now") != unrated)),
        (Movement.DOWN, now > before),
        (Movement.UP, now < before),
    )
    chosen = pl.lit(Movement.SAME.value)
    for movement, holds in reversed(cases):
        chosen = pl.when(holds.fill_null(value=False)).then(pl.lit(movement.value)).otherwise(chosen)
    return chosen
