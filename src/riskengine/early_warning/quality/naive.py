"""The rules a credit department uses without any engine, as warnings to compare with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import polars as pl
from numpy.typing import NDArray

from riskengine.early_warning.quality.standing import FINDING_SCHEMA, KEY, fold_findings

Floats = NDArray[np.float64]


class NaiveRule(StrEnum):
    """Each warns of customers whose value of one feature reaches a threshold."""

    OVERDUE_30 = "overdue_30"
    OVER_LIMIT = "over_limit"
    PAST_LATENESS = "past_lateness"


@dataclass(frozen=True, slots=True)
class Score:
    """The feature a naive rule looks at, and the threshold it is used with; None: only ranked."""

    feature: str
    threshold: float | None


SCORES: dict[NaiveRule, Score] = {
    NaiveRule.OVERDUE_30: Score("pay_dpd_max", 30.0),
    NaiveRule.OVER_LIMIT: Score("cus_utilisation", float(np.nextafter(1.0, 2.0))),  # above 100 %
    NaiveRule.PAST_LATENESS: Score("pay_late_days_max_all", None),
}
FEATURES = tuple(score.feature for score in SCORES.values())


def warn_from(rows: pl.DataFrame, rule: NaiveRule, threshold: float, days: Sequence[int]) -> pl.DataFrame:
    """Warnings that stand while the value is at least `threshold`, and above 0; STANDING_SCHEMA.

    `rows`: as_of, customer_id, was_in_default and FEATURES. Who is in default already is not warned of, and who has no
    value neither.
    """
    return _warnings(_known(rows, SCORES[rule].feature).filter(pl.col("value") >= threshold), rule, days)


def list_largest(rows: pl.DataFrame, rule: NaiveRule, sizes: Mapping[int, int], days: Sequence[int]) -> pl.DataFrame:
    """Warnings of the customers with the largest values, on each date as many as `sizes` says; STANDING_SCHEMA.

    Of equal values those who owe more come first, then by customer id. `rows`: as for `warn_from`, and exposure.
    """
    room = pl.DataFrame(
        {"as_of": list(sizes), "room": list(sizes.values())}, schema={"as_of": pl.Int32, "room": pl.Int64}
    )
    exposure = rows.select(*KEY, "exposure")
    ranked = (
        _known(rows, SCORES[rule].feature)
        .join(exposure, on=KEY)
        .sort("as_of", "value", "exposure", "customer_id", descending=[False, True, True, False])
        .with_columns(place=pl.int_range(pl.len()).over("as_of"))
        .join(room, on="as_of", how="left")
    )
    return _warnings(ranked.filter(pl.col("place") < pl.col("room")), rule, days)


def _warnings(found: pl.DataFrame, rule: NaiveRule, days: Sequence[int]) -> pl.DataFrame:
    marked = found.with_columns(indicator=pl.lit(rule.value), severity=pl.lit(1, pl.Int8))
    return fold_findings(marked.select(list(FINDING_SCHEMA)), days)


def threshold_for(rows: pl.DataFrame, rule: NaiveRule, new: int, days: Sequence[int]) -> float | None:
    """The lowest threshold, coming from the highest value down, before which there were at most `new` new warnings.

    None where even the highest value gives more, or the lowest less than nine tenths of them: a rule that warns
    of nearly everybody all the time has few new warnings, and is none.
    """
    value, before = _crossings(rows, SCORES[rule].feature, days)
    thresholds = np.unique(value)[::-1]
    if not len(thresholds):
        return None
    # a warning is new at a threshold t where before < t <= value
    at_least = len(value) - np.searchsorted(np.sort(value), thresholds, side="left")
    passed = len(before) - np.searchsorted(np.sort(before), thresholds, side="left")
    counts = at_least - passed
    too_many = np.flatnonzero(counts > new)
    last = len(thresholds) if not len(too_many) else int(too_many[0])
    if last == 0 or (last == len(thresholds) and counts[-1] < 0.9 * new):
        return None
    return float(thresholds[last - 1])


def _known(rows: pl.DataFrame, feature: str) -> pl.DataFrame:
    """as_of, customer_id, value, where it is above 0: no rule looks at who is not late or owes nothing."""
    value = pl.col(feature).cast(pl.Float64).fill_nan(None)
    return rows.filter(~pl.col("was_in_default")).select(*KEY, value=value).filter(pl.col("value") > 0)


def _crossings(rows: pl.DataFrame, feature: str, days: Sequence[int]) -> tuple[Floats, Floats]:
    """Of every customer and date after the first: the value, and that of the date before (-inf without), where it
    rose. Only there a warning can be new.
    """
    following = pl.DataFrame({"as_of": days[:-1], "next": days[1:]}, schema={"as_of": pl.Int32, "next": pl.Int32})
    known = _known(rows, feature)
    earlier = known.join(following, on="as_of").select("customer_id", as_of="next", before="value")
    pairs = known.filter(pl.col("as_of") > days[0]).join(earlier, on=KEY, how="left")
    risen = pairs.with_columns(pl.col("before").fill_null(-np.inf)).filter(pl.col("value") > pl.col("before"))
    return risen["value"].to_numpy(), risen["before"].to_numpy()
