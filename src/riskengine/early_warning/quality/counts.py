"""What one set of warnings found: counts of warnings by what then happened, of defaults by what stood before them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from riskengine.early_warning.quality.population import EARLY_DAYS, Population
from riskengine.early_warning.quality.standing import KEY
from riskengine.portfolio.trial.detection import caught_before

Sums = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Counts:
    """New warnings after the first date.

    `new` = `in_default` (the customer already was) + `censored` (younger than the horizon, never called false) +
    `ripe`; `troubled` of the ripe were followed by default or severe delay within the horizon, `defaulted` of those by
    default. `at_start` stood on the first date: nobody knows since when, so they are not new. `customers` have a ripe
    one.
    """

    new: int
    at_start: int
    in_default: int
    censored: int
    ripe: int
    troubled: int
    defaulted: int
    customers: int


@dataclass(frozen=True, slots=True)
class Defaults:
    """Defaults watched for. `stood`: a warning stood on the last date before; `ended`: one stood within the horizon,
    but none on the last date; `unwarned`: none at all.

    `lead_days`: lower quartile, median and upper quartile, over those that stood, of the days from the date since
    which warnings stood without a break (at most the horizon). `early`: of `early_seen`, the defaults with a date at
    least 60 days before, those with a warning standing on the last such date; `early_ever`: on any such date.
    """

    count: int
    stood: int
    ended: int
    unwarned: int
    lead_days: tuple[float, float, float] | None
    early_seen: int
    early: int
    early_ever: int


def split_new(view: pl.DataFrame, first_day: int) -> tuple[Counts, pl.DataFrame]:
    """The counts of a set of warnings, and the ripe ones by customer: customer_id, ripe, troubled, defaulted.

    `view`: standing warnings with the columns of `Population.rows`, and `is_new`.
    """
    raised = view.filter("is_new")
    new = raised.filter(pl.col("as_of") > first_day)
    ripe = new.filter(pl.col("is_troubled").is_not_null())
    by_customer = ripe.group_by("customer_id").agg(
        ripe=pl.len().cast(pl.Int64),
        troubled=pl.col("is_troubled").sum().cast(pl.Int64),
        defaulted=pl.col("is_bad").sum().cast(pl.Int64),
    )
    in_default = int(new["was_in_default"].sum())
    counts = Counts(
        new=new.height,
        at_start=raised.height - new.height,
        in_default=in_default,
        censored=new.height - ripe.height - in_default,
        ripe=ripe.height,
        troubled=int(by_customer["troubled"].sum()),
        defaulted=int(by_customer["defaulted"].sum()),
        customers=by_customer.height,
    )
    return counts, by_customer


def per_customer(by_customer: pl.DataFrame, customers: Sequence[str], names: Sequence[str]) -> Sums:
    """The columns `names` as whole numbers, shape (customers, names); 0 for who has none."""
    every = pl.DataFrame({"customer_id": customers}, schema={"customer_id": pl.String})
    found = every.join(by_customer, on="customer_id", how="left", maintain_order="left")
    return found.select(pl.col(name).fill_null(0).cast(pl.Int64) for name in names).to_numpy().astype(np.int64)


def default_tracks(watched: pl.DataFrame, view: pl.DataFrame) -> pl.DataFrame:
    """One row per default, sorted: customer_id, default_on, since, is_caught, lead_days, was_warned, `early` and
    `early_ever` (null where no date is early enough).

    `watched`: `Population.defaults`, or some of them. `view`: as_of, customer_id of warnings standing.
    """
    standing = view.select(KEY).unique().with_columns(stands=pl.lit(value=True))
    flagged = watched.join(standing, on=KEY, how="left").with_columns(pl.col("stands").fill_null(value=False))
    early = pl.col("stands").filter(pl.col("as_of") <= pl.col("default_on") - EARLY_DAYS)
    return caught_before(
        flagged,
        pl.col("stands").any().alias("was_warned"),
        early.last().alias("early"),
        pl.when(early.len() > 0).then(early.any()).alias("early_ever"),
    )


def count_defaults(tracks: pl.DataFrame) -> Defaults:
    """`tracks`: of `default_tracks`."""
    stood, warned = int(tracks["is_caught"].sum()), int(tracks["was_warned"].sum())
    return Defaults(
        count=tracks.height,
        stood=stood,
        ended=warned - stood,
        unwarned=tracks.height - warned,
        lead_days=quartiles(tracks.filter("is_caught")["lead_days"]),
        early_seen=int(tracks["early"].count()),
        early=int(tracks["early"].sum() or 0),
        early_ever=int(tracks["early_ever"].sum() or 0),
    )


def amount_caught(tracks: pl.DataFrame, watched: pl.DataFrame) -> float | None:
    """Share of the exposure at default that was owed by customers with a warning standing on the last date before.

    `tracks`: of `default_tracks`, of `watched`. Summed in cents, so that it is the same in any order of rows.
    """
    owed = watched.group_by("customer_id", "default_on").agg(
        cents=(pl.col("exposure_at_default").last() * 100).round().cast(pl.Int64)
    )
    joined = tracks.join(owed, on=["customer_id", "default_on"])
    total = int(joined["cents"].sum())
    return int(joined.filter("is_caught")["cents"].sum()) / total if total else None


def quartiles(values: pl.Series) -> tuple[float, float, float] | None:
    """Lower quartile, median, upper quartile, interpolated; None without values.

    >>> quartiles(pl.Series([10.0, 20.0, 40.0]))
    (15.0, 20.0, 30.0)
    """
    if not len(values):
        return None
    low, middle, high = np.percentile(values.to_numpy(), [25, 50, 75])
    return float(low), float(middle), float(high)


@dataclass(frozen=True, slots=True)
class ListQuality:
    """Customers on dates at risk, with a known outcome, after which default or severe delay came (troubled) or did not
    (quiet); `listed_*` those under a warning.
    """

    troubled: int
    quiet: int
    listed_troubled: int
    listed_quiet: int

    @property
    def precision(self) -> float | None:
        """Of those under a warning on a date, the troubled ones."""
        listed = self.listed_troubled + self.listed_quiet
        return self.listed_troubled / listed if listed else None

    @property
    def recall(self) -> float | None:
        """Of the troubled ones, those under a warning."""
        return self.listed_troubled / self.troubled if self.troubled else None

    @property
    def noise_to_signal(self) -> float | None:
        """Share of the quiet under a warning over the share of the troubled (Kaminsky, Lizondo and Reinhart 1998).

        Below 1 a warning tells trouble from quiet; None where nobody troubled had one.

        >>> ListQuality(troubled=10, quiet=100, listed_troubled=5, listed_quiet=10).noise_to_signal
        0.2
        """
        if not self.listed_troubled or not self.quiet:
            return None
        return (self.listed_quiet / self.quiet) / (self.listed_troubled / self.troubled)


def judge_list(view: pl.DataFrame, population: Population) -> ListQuality:
    """`view` and the rows of the population are of the same segment."""
    ripe = population.rows.filter("at_risk").drop_nulls("is_troubled")
    listed = ripe.join(view.select(KEY).unique(), on=KEY, how="semi")
    troubled, listed_troubled = int(ripe["is_troubled"].sum()), int(listed["is_troubled"].sum())
    return ListQuality(troubled, ripe.height - troubled, listed_troubled, listed.height - listed_troubled)
