"""The figures of two policies side by side, in total, by date and by segment, and how sure their differences are.

Amounts are cents and counts whole numbers, so sums are the same in any order.
"""

from collections.abc import Mapping

import numpy as np
import polars as pl

from riskengine.portfolio.trial.decided import Credit
from riskengine.portfolio.trial.detection import Caught, hurt_customers
from riskengine.portfolio.trial.resampling import Interval, resample_sums
from riskengine.portfolio.trial.side_by_side import SEGMENTS, Side
from riskengine.portfolio.trial.trial_money import MONEY

# What the challenger does more than the policy; each a sum over customers.
DIFFERENCES = (
    "loss_avoided_cents",
    "margin_lost_cents",
    "work_added_cents",
    "gain_cents",  # loss avoided - margin lost - work added
    "defaults_refused",
    "defaults_missed",
    "good_hurt",
)
MOST_VALUES = 30  # of one segment
EVENT_SEGMENT = tuple(SEGMENTS)


def figures_by(cases: pl.DataFrame, events: Mapping[Side, pl.DataFrame], by: str | None = None) -> pl.DataFrame:
    """One row for each value of the column `by` (as_of, industry, region or country), sorted; one row without it.

    rows, customers, moved, ripe, bad, sales_cents, lost_cents; and for each side with its suffix: allowed, refused,
    unset, exposure_allowed_cents, warnings, reviews, the columns of MONEY. Where defaults can be counted once (not by
    date): defaults, and refused_in_time, warned, missed for each side. A default belongs to the segment its customer
    was in on the last date before it.
    """
    keys = [] if by is None else [by]
    frame = cases if by is not None else cases.with_columns(_all=pl.lit(1))
    grouped = frame.group_by(keys or ["_all"], maintain_order=True).agg(*_sums())
    if by != "as_of":
        counted = _events_by(events, by)
        on = keys or ["_all"]
        grouped = grouped.join(counted, on=on, how="left", nulls_equal=True).with_columns(
            pl.col([c for c in counted.columns if c not in on]).fill_null(0)
        )
    return grouped.drop("_all", strict=False).sort(keys, nulls_last=True) if keys else grouped.drop("_all")


def _sums() -> list[pl.Expr]:
    ripe = ~pl.col("is_censored") & pl.col("was_open")
    found = [
        pl.len().cast(pl.Int64).alias("rows"),
        pl.col("customer_id").n_unique().cast(pl.Int64).alias("customers"),
        pl.col("moved").sum().cast(pl.Int64),
        ripe.sum().cast(pl.Int64).alias("ripe"),
        pl.col("is_bad").sum().cast(pl.Int64).alias("bad"),
        pl.col("is_good").sum().cast(pl.Int64).alias("good"),
        pl.col("sales_cents", "lost_cents").sum(),
    ]
    for side in Side:
        credit = pl.col(f"credit_{side}")
        allowed = credit == Credit.ALLOWED.value
        exposure = (pl.col("exposure").clip(lower_bound=0.0) * 100).round().cast(pl.Int64)
        found += [
            *((credit == word.value).sum().cast(pl.Int64).alias(f"{word.value}_{side}") for word in Credit),
            exposure.filter(allowed).sum().alias(f"exposure_allowed_cents_{side}"),
            pl.col(f"warnings_opened_{side}").sum().cast(pl.Int64).alias(f"warnings_{side}"),
            pl.col(f"reviews_opened_{side}").sum().cast(pl.Int64).alias(f"reviews_{side}"),
            *(pl.col(f"{name}_cents_{side}").sum() for name in MONEY),
        ]
    return found


def _events_by(events: Mapping[Side, pl.DataFrame], by: str | None) -> pl.DataFrame:
    on = [by or "_all"]
    names = {Caught.REFUSED: "refused_in_time", Caught.WARNED: "warned", Caught.MISSED: "missed"}
    counted = None
    for side in Side:
        frame = events[side] if by is not None else events[side].with_columns(_all=pl.lit(1))
        sums = [(pl.col("caught") == word.value).sum().cast(pl.Int64).alias(f"{n}_{side}") for word, n in names.items()]
        found = frame.group_by(on).agg(pl.len().cast(pl.Int64).alias("defaults"), *sums)
        counted = (
            found
            if counted is None
            else counted.join(found.drop("defaults"), on=on, how="full", coalesce=True, nulls_equal=True)
        )
    if counted is None:
        raise ValueError("there are two sides")
    return counted


def per_customer(cases: pl.DataFrame, events: Mapping[Side, pl.DataFrame]) -> pl.DataFrame:
    """One row for each customer, sorted: customer_id and DIFFERENCES; dates without outcome say nothing in them."""
    one, other = Side.POLICY, Side.CHALLENGER
    money = cases.group_by("customer_id").agg(
        loss_avoided_cents=(pl.col(f"loss_cents_{one}") - pl.col(f"loss_cents_{other}")).sum(),
        margin_lost_cents=(pl.col(f"margin_cents_{one}") - pl.col(f"margin_cents_{other}")).sum(),
        work_added_cents=(pl.col(f"handling_cents_{other}") - pl.col(f"handling_cents_{one}")).sum(),
        gain_cents=(pl.col(f"result_cents_{other}") - pl.col(f"result_cents_{one}")).sum(),
    )
    for name, word in (("defaults_refused", Caught.REFUSED), ("defaults_missed", Caught.MISSED)):
        money = _more(money, name, {s: events[s].filter(pl.col("caught") == word.value) for s in Side})
    money = _more(money, "good_hurt", {s: hurt_customers(cases, s) for s in Side})
    return money.select("customer_id", *(pl.col(name).cast(pl.Int64) for name in DIFFERENCES)).sort("customer_id")


def _more(frame: pl.DataFrame, name: str, rows: Mapping[Side, pl.DataFrame]) -> pl.DataFrame:
    """How many rows more each customer has on the challenger's side."""
    for side in Side:
        frame = frame.join(
            rows[side].group_by("customer_id").agg(pl.len().cast(pl.Int64).alias(side)), "customer_id", "left"
        )
    more = pl.col(Side.CHALLENGER).fill_null(0) - pl.col(Side.POLICY).fill_null(0)
    return frame.with_columns(more.alias(name)).drop(list(Side))


def segment_gains(cases: pl.DataFrame, kind: str) -> pl.DataFrame:
    """One row per customer as in `per_customer`, one column of gain in cents for each value of a segment.

    Only the MOST_VALUES values with the most rows; null is a value.
    """
    ripe = cases.filter(~pl.col("is_censored"))
    values = ripe.group_by(kind).len().sort("len", kind, descending=[True, False]).head(MOST_VALUES)[kind]
    gain = pl.col(f"result_cents_{Side.CHALLENGER}") - pl.col(f"result_cents_{Side.POLICY}")
    columns = [gain.filter(pl.col(kind).eq_missing(pl.lit(v, pl.String))).sum().alias(_column(v)) for v in values]
    return cases.group_by("customer_id").agg(*columns).sort("customer_id")


def _column(value: str | None) -> str:
    """The name of a value's column; a value may be called anything, so null gets a name no value has."""
    return "null" if value is None else f"={value}"


def value_of(column: str) -> str | None:
    return None if column == "null" else column.removeprefix("=")


def sure_differences(
    cases: pl.DataFrame, events: Mapping[Side, pl.DataFrame]
) -> tuple[dict[str, Interval], dict[str, dict[str | None, Interval]]]:
    """Intervals of DIFFERENCES in total, and of the gain by segment and value. The same draws for all of them."""
    if cases["is_censored"].all():
        return {}, {}
    total = per_customer(cases, events)
    parts = {kind: segment_gains(cases, kind).drop("customer_id") for kind in SEGMENTS}
    columns = [total.drop("customer_id").to_numpy(), *(frame.to_numpy() for frame in parts.values())]
    found = iter(resample_sums(np.concatenate(columns, axis=1).astype(np.int64)))
    in_total = {name: next(found) for name in DIFFERENCES}
    return in_total, {kind: {value_of(c): next(found) for c in frame.columns} for kind, frame in parts.items()}
