"""Defaults caught and missed by a policy, and good customers it hurt."""

from dataclasses import dataclass
from enum import StrEnum
from math import fsum

import polars as pl

from riskengine.portfolio.trial.decided import Credit
from riskengine.portfolio.trial.side_by_side import Side


class Caught(StrEnum):
    """What stood on the last date before a default."""

    REFUSED = "refused"  # no credit any more
    WARNED = "warned"  # credit, but a warning
    MISSED = "missed"  # neither


@dataclass(frozen=True, slots=True)
class Detection:
    """One policy's record.

    Leads are median days from the date on which what stood had begun to stand, unbroken, to the default; None without
    any. Exposures at default are units of the reporting currency.
    """

    defaults: int
    refused: int
    warned: int
    missed: int
    exposure_refused: float
    exposure_warned: float
    exposure_missed: float
    refusal_lead_days: float | None
    warning_lead_days: float | None
    good_customers: int  # bought, and on no date defaulted or paid severely late afterwards
    hurt_customers: int  # of them, refused on some date


def default_events(cases: pl.DataFrame, side: Side) -> pl.DataFrame:
    """One row per default that the dates could have foreseen: customer_id, default_on, caught, refusal_lead_days,
    warning_lead_days, exposure_at_default, and the segments; sorted.

    A default counts once, however many dates look forward to it. Who was in default already is left out, and so are
    dates whose horizon runs past the end of the data.
    """
    ahead = cases.filter(pl.col("is_bad").fill_null(value=False)).sort("customer_id", "default_on", "as_of")
    refused = pl.col(f"credit_{side}") == Credit.REFUSED.value
    warned = pl.col(f"severity_{side}") > 0
    events = ahead.group_by("customer_id", "default_on", maintain_order=True).agg(
        pl.col("as_of").last().alias("last_on"),
        spell_start(refused).alias("refused_since"),
        spell_start(warned).alias("warned_since"),
        pl.col("exposure_at_default", "industry", "region", "country").last(),
    )
    caught = (
        pl.when(pl.col("refused_since").is_not_null())
        .then(pl.lit(Caught.REFUSED.value))
        .when(pl.col("warned_since").is_not_null())
        .then(pl.lit(Caught.WARNED.value))
        .otherwise(pl.lit(Caught.MISSED.value))
    )
    return events.with_columns(
        caught=caught,
        refusal_lead_days=pl.col("default_on") - pl.col("refused_since"),
        warning_lead_days=pl.col("default_on") - pl.col("warned_since"),
    )


def detect(cases: pl.DataFrame, events: pl.DataFrame, side: Side) -> Detection:
    """The record of a side; `events` are its `default_events`."""
    found = {word: events.filter(pl.col("caught") == word.value) for word in Caught}
    owed = {word: fsum(frame["exposure_at_default"].to_list()) for word, frame in found.items()}
    good = good_customers(cases)
    return Detection(
        defaults=events.height,
        refused=found[Caught.REFUSED].height,
        warned=found[Caught.WARNED].height,
        missed=found[Caught.MISSED].height,
        exposure_refused=owed[Caught.REFUSED],
        exposure_warned=owed[Caught.WARNED],
        exposure_missed=owed[Caught.MISSED],
        refusal_lead_days=_median(events["refusal_lead_days"]),
        warning_lead_days=_median(events["warning_lead_days"]),
        good_customers=good.height,
        hurt_customers=hurt_customers(cases, side).height,
    )


def good_customers(cases: pl.DataFrame) -> pl.DataFrame:
    """customer_id of who was good on some date and bad or severely late after none."""
    ripe = cases.filter(~pl.col("is_censored"))
    troubled = ripe.filter(pl.col("was_in_default") | pl.col("defaulted") | pl.col("severe_delay"))
    good = ripe.filter("is_good").select("customer_id").unique()
    return good.join(troubled, on="customer_id", how="anti").sort("customer_id")


def hurt_customers(cases: pl.DataFrame, side: Side) -> pl.DataFrame:
    """customer_id of the good who were refused on a date after which they bought."""
    refused = cases.filter(
        pl.col("is_good").fill_null(value=False) & (pl.col(f"credit_{side}") == Credit.REFUSED.value)
    )
    return good_customers(cases).join(refused, on="customer_id", how="semi")


def caught_before(ahead: pl.DataFrame, *more: pl.Expr) -> pl.DataFrame:
    """One row per default, sorted: customer_id, default_on, `since` (the date since which `stands` held unbroken up to
    the last date before the default; null if it did not hold then), is_caught, lead_days, and `more`.

    `ahead`: one row per default and date that looks forward to it: customer_id, default_on, as_of, stands. `more` see
    the rows of one default, oldest first.
    """
    ordered = ahead.sort("customer_id", "default_on", "as_of")
    events = ordered.group_by("customer_id", "default_on", maintain_order=True).agg(
        spell_start(pl.col("stands")).alias("since"), *more
    )
    return events.with_columns(
        is_caught=pl.col("since").is_not_null(),
        lead_days=(pl.col("default_on") - pl.col("since")).cast(pl.Float64),
    )


def spell_start(stands: pl.Expr) -> pl.Expr:
    """Within one default's dates, oldest first: since when `stands` holds without a break; null if it does not now."""
    broken = pl.col("as_of").filter(~stands).last()
    since = pl.col("as_of").filter(pl.col("as_of") > broken.fill_null(-(2**31) + 1)).first()
    return pl.when(stands.last()).then(since)


def _median(days: pl.Series) -> float | None:
    found = days.drop_nulls().median()
    return float(found) if isinstance(found, int | float) else None
