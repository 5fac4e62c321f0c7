"""Everybody on every evaluation date, with what then happened: what warnings are judged against.

`as_of` looks ahead here on purpose, as `portfolio.trial.aftermath` does; nothing of this may reach a rating.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from riskengine.early_warning.quality.standing import KEY
from riskengine.portfolio.trial.side_by_side import SEGMENTS
from riskengine.portfolio.trial.trial_money import CostAssumptions, with_refusal
from riskengine.terms.errors import InputError, UsageError

DAYS_A_MONTH = 365.25 / 12
EARLY_DAYS = 60  # what counts as early enough to act


@dataclass(frozen=True, slots=True)
class Population:
    """`rows`: one per customer and date, sorted (see `judge_population`). `days`: all dates, ascending.

    `defaults`: one row per default that was watched for and date before it; see `watched_defaults`.
    """

    rows: pl.DataFrame
    days: tuple[int, ...]
    horizon_days: int
    defaults: pl.DataFrame
    costs: CostAssumptions

    @property
    def months(self) -> float:
        """From the first date, on which nothing can be new, to the last."""
        return (self.days[-1] - self.days[0]) / DAYS_A_MONTH


def judge_population(
    who: pl.DataFrame, aftermath: pl.DataFrame, days: Sequence[int], horizon_days: int, costs: CostAssumptions
) -> Population:
    """`rows` = `who` (side_by_side.who_columns, pd_12m), AFTERMATH_SCHEMA, `with_refusal`, and

    - `is_bad`: defaulted within the horizon; `is_troubled`: defaulted or paid severely late within it. Both are null
      where censored and for who was in default already;
    - `at_risk`: not in default and owing something on the date;
    - `expected_loss`: PD x loss given default x uncovered exposure; a customer nobody could give a PD counts with 1.

    Raises UsageError for fewer than two dates or none whose outcome is known; InputError for a customer twice on a
    date or without an outcome row.
    """
    if len(days) < 2:
        raise UsageError("on a single date nothing is new", remedy="give a period with two dates or more")
    if who.select(KEY).is_duplicated().any():
        raise InputError("a customer is there twice on one date", where="population")
    rows = who.join(aftermath, on=KEY, how="left", validate="1:1")
    if rows["is_censored"].null_count():
        raise InputError(f"{rows['is_censored'].null_count()} customers have no aftermath", where="population")
    if rows["is_censored"].all():
        raise UsageError(
            f"no date of the period has a known outcome: {horizon_days} days from each run past the end of the data",
            where="--from",
            remedy="begin earlier, or bring a longer ledger",
        )
    open_then = pl.when(~pl.col("was_in_default") & ~pl.col("is_censored"))
    framed = with_refusal(rows, costs).with_columns(
        is_bad=open_then.then(pl.col("defaulted")),
        is_troubled=open_then.then(pl.col("defaulted") | pl.col("severe_delay")),
        at_risk=~pl.col("was_in_default") & (pl.col("exposure") > 0),
        expected_loss=_expected_loss(costs),
    )
    ordered = framed.sort(KEY)
    return Population(ordered, tuple(days), horizon_days, watched_defaults(ordered, days, horizon_days), costs)


def _expected_loss(costs: CostAssumptions) -> pl.Expr:
    cover = pl.col("guarantee") * costs.guaranteed_share + pl.col("insured") * costs.insured_share
    uncovered = (pl.col("exposure") - cover).clip(lower_bound=0.0)
    return pl.col("pd_12m").fill_nan(None).fill_null(1.0) * costs.loss_given_default * uncovered


def watched_defaults(rows: pl.DataFrame, days: Sequence[int], horizon_days: int) -> pl.DataFrame:
    """One row per default and date that could have warned of it: customer_id, default_on, as_of, the segments and the
    exposure at default; sorted.

    A default is watched for if a date with a known outcome looked forward to it and it came no later than one step
    after the last date. The dates are those of the horizon before it on which the customer was known and not in
    default, whether their own outcome is known or not.
    """
    events = (
        rows.filter(pl.col("is_bad").fill_null(value=False))
        .sort(KEY)
        .group_by("customer_id", "default_on", maintain_order=True)
        .agg(pl.col("exposure_at_default", *SEGMENTS).last())
        .filter(pl.col("default_on") <= days[-1] + (days[-1] - days[-2]))
    )
    seen = rows.filter(~pl.col("was_in_default")).select(*KEY, own="default_on")
    return (
        events.join(seen, on="customer_id")
        .filter(
            (pl.col("as_of") < pl.col("default_on"))
            & (pl.col("as_of") >= pl.col("default_on") - horizon_days)
            & (pl.col("own").is_null() | (pl.col("own") == pl.col("default_on")))
        )
        .drop("own")
        .sort("customer_id", "default_on", "as_of")
    )
