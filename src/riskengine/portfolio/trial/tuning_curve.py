"""What a threshold would have hit at each value, and what then happened to those customers.

All figures are sums over customers of whole numbers (hits, defaults, cents), so that they are the same in any order,
and so that resampling customers gives their uncertainty.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from riskengine.portfolio.trial.detection import caught_before, default_events
from riskengine.portfolio.trial.side_by_side import Side

Counts = NDArray[np.int64]

# Sums over the customers of one value; the columns of `Evidence.sums`.
MEASURES = (
    "hits",  # customers on dates
    "opened",  # of them, not hit on the date before; without the first date
    "warnings_opened",  # of the whole policy, without the first date
    "reviews_opened",  # cases newly referred, of the whole policy, without the first date
    "ripe_hits",  # hits whose outcome is known, at customers not in default already
    "bad_hits",  # of them, in default within the horizon
    "good_hits",  # of them, who bought and then paid as they should
    "caught",  # defaults before which a hit stood on the last date
    "refused",  # decisions that refuse credit
    "moved",  # decisions that differ from the policy's as it is
    "loss_avoided_cents",
    "margin_lost_cents",
    "work_added_cents",
    "gain_cents",  # loss avoided - margin lost - work added
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """`sums`: shape (customers, values, measures), in the order of `customers`, `values` and MEASURES.

    `defaults`: the defaults of each customer that the dates could have foreseen. `weeks`: from the first date to the
    last. `lead_days`: median days from the date since which the hit had stood to the default, None without any.
    """

    customers: tuple[str, ...]
    values: tuple[float, ...]
    sums: Counts
    defaults: Counts
    weeks: float
    lead_days: tuple[float | None, ...]
    customers_hit: tuple[int, ...]

    def totals(self) -> Counts:
        """Shape (values, measures)."""
        found: Counts = self.sums.sum(axis=0)
        return found


def measure_value(cases: pl.DataFrame, hits: pl.DataFrame, days: Sequence[int]) -> tuple[pl.DataFrame, float | None]:
    """The measures of one value for each customer, and the median lead.

    `cases`: `side_by_side` with money, the policy as it is against the policy with the value. `hits`: as_of,
    customer_id of the rules in question under the value. `days`: all dates as day numbers, ascending.
    """
    flagged = _flagged(cases, hits, days)
    other = f"_{Side.CHALLENGER}"
    later = pl.col("as_of") > days[0]
    ripe = pl.col("is_hit") & pl.col("is_bad").is_not_null() & pl.col("was_open")
    events = _caught(flagged)
    summed = flagged.group_by("customer_id").agg(
        hits=pl.col("is_hit").sum(),
        opened=(pl.col("is_opened") & later).sum(),
        warnings_opened=pl.col(f"warnings_opened{other}").filter(later).sum(),
        reviews_opened=pl.col(f"reviews_opened{other}").filter(later).sum(),
        ripe_hits=ripe.sum(),
        bad_hits=(ripe & pl.col("is_bad")).sum(),
        good_hits=(ripe & pl.col("is_good")).sum(),
        refused=(pl.col(f"credit{other}") == "refused").sum(),
        moved=pl.col("moved").sum(),
        loss_avoided_cents=_gain("loss"),
        margin_lost_cents=_gain("margin"),
        work_added_cents=-_gain("handling"),
        gain_cents=-_gain("result"),
    )
    caught = events.filter("is_caught").group_by("customer_id").agg(caught=pl.len())
    joined = summed.join(caught, on="customer_id", how="left").sort("customer_id")
    found = joined.select("customer_id", *(pl.col(name).cast(pl.Int64).fill_null(0) for name in MEASURES))
    lead = events.filter("is_caught")["lead_days"].median()
    return found, float(lead) if isinstance(lead, int | float) else None


def foreseeable_defaults(cases: pl.DataFrame) -> pl.DataFrame:
    """customer_id and `defaults`: how many of each customer the dates could have foreseen."""
    events = default_events(cases, Side.POLICY)
    return events.group_by("customer_id").agg(defaults=pl.len().cast(pl.Int64)).sort("customer_id")


def gather_evidence(
    values: Sequence[float],
    measured: Sequence[pl.DataFrame],
    leads: Sequence[float | None],
    defaults: pl.DataFrame,
    days: Sequence[int],
) -> Evidence:
    """The measures of all values as one array; every frame has the same customers in the same order."""
    customers = measured[0]["customer_id"]
    owned: Mapping[str, int] = dict(defaults.iter_rows())
    return Evidence(
        customers=tuple(customers.to_list()),
        values=tuple(values),
        sums=np.stack([frame.select(MEASURES).to_numpy() for frame in measured], axis=1).astype(np.int64),
        defaults=np.array([owned.get(customer, 0) for customer in customers], dtype=np.int64),
        weeks=(days[-1] - days[0]) / 7.0,
        lead_days=tuple(leads),
        customers_hit=tuple(frame.filter(pl.col("hits") > 0).height for frame in measured),
    )


def _gain(name: str) -> pl.Expr:
    """What the policy as it is has more of; 0 where nobody can say."""
    return (pl.col(f"{name}_cents_{Side.POLICY}") - pl.col(f"{name}_cents_{Side.CHALLENGER}")).sum()


def _flagged(cases: pl.DataFrame, hits: pl.DataFrame, days: Sequence[int]) -> pl.DataFrame:
    """`cases` with `is_hit`, and `is_opened`: not hit on the date before."""
    later = pl.DataFrame({"as_of": days[:-1], "next": days[1:]}, schema={"as_of": pl.Int32, "next": pl.Int32})
    stood = hits.join(later, on="as_of").select(as_of="next", customer_id="customer_id", stood=pl.lit(value=True))
    marked = hits.with_columns(is_hit=pl.lit(value=True))
    joined = cases.join(marked, on=["as_of", "customer_id"], how="left").join(
        stood, on=["as_of", "customer_id"], how="left"
    )
    is_hit = pl.col("is_hit").fill_null(value=False)
    return joined.with_columns(is_hit=is_hit, is_opened=is_hit & ~pl.col("stood").fill_null(value=False))


def _caught(flagged: pl.DataFrame) -> pl.DataFrame:
    """One row per foreseeable default: whether a hit stood on the last date before it, and since when unbroken."""
    ahead = flagged.filter(pl.col("is_bad").fill_null(value=False))
    return caught_before(ahead.with_columns(stands="is_hit"))
