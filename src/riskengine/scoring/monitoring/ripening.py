"""Outcomes as they ripen: each month end on its own, whole horizons and parts of one.

Of a month end whose horizon has not passed, only part of its defaults can have come. What part is read off the month
ends that are ripe: the share of their defaults that had come after as many days (of those who default at all). With
fewer than `FEWEST` defaulted customers to read it off, defaults are taken to come evenly. Either way the expectation
is of defaults so far, never of the whole horizon, and its own uncertainty widens the interval.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from riskengine.scoring.calibration import Floats
from riskengine.scoring.discrimination import AucInterval, auc_interval
from riskengine.scoring.monitoring.watched import Watched

FEWEST = 10  # defaulted customers below which no figure of order, and no timing, is given
_Z = 1.959963984540054


class Timing(StrEnum):
    """Where the expected part of an unfinished horizon comes from."""

    OBSERVED = "observed"
    EVEN = "even"


@dataclass(frozen=True, slots=True)
class TimingCurve:
    """`days`: from the date to the default, rising, one per defaulted row of the ripe month ends; `customers` of them
    are different. Too few: defaults are taken to come evenly over the `horizon`."""

    days: tuple[float, ...]
    customers: int
    horizon: int

    @property
    def timing(self) -> Timing:
        return Timing.OBSERVED if self.customers >= FEWEST else Timing.EVEN

    def share(self, elapsed: int) -> tuple[float, float]:
        """The part of a horizon's defaults that has come by then, and its standard error."""
        if elapsed >= self.horizon:
            return 1.0, 0.0
        if self.timing is Timing.EVEN:
            return elapsed / self.horizon, 0.0
        part = float(np.searchsorted(np.array(self.days), elapsed, side="right")) / len(self.days)
        held = min(max(part, 0.5 / self.customers), 1 - 0.5 / self.customers)
        return part, math.sqrt(held * (1 - held) / self.customers)


@dataclass(frozen=True, slots=True)
class OutcomeMonth:
    """One month end. `seen`: the model was trained, or its calibration refitted, on part of these outcomes.

    `expected` and `bad` are of the `part` of the horizon's defaults that had time to come.

    `ratio`: observed over expected with its 95 % interval, None where nothing is expected. `auc` of ripe months alone:
    early defaults are the easy ones. `auc_promised`: the AUC the PDs themselves promise for this mix of customers.
    """

    as_of: str
    elapsed: int
    horizon: int
    ripe: bool
    seen: bool
    rows: int
    bad: int
    part: float
    expected: float
    ratio: float | None
    low: float | None
    high: float | None
    auc: AucInterval | None
    auc_promised: float | None


def timing_of(dates: Sequence[Watched]) -> TimingCurve:
    """The timing of defaults of all ripe dates, seen in training or not: it says nothing of the PDs."""
    ripe = [w for w in dates if w.is_ripe]
    horizon = dates[0].horizon if dates else 1
    days = [d for w in ripe for d in w.default_after[~np.isnan(w.default_after)].tolist()]
    people = {c for w in ripe for c in w.customer_id[~np.isnan(w.default_after)].tolist()}
    return TimingCurve(tuple(sorted(days)), len(people), horizon)


def measure_month(watched: Watched, timing: TimingCurve) -> OutcomeMonth:
    """Expected and observed so far of one date, over those who had a PD."""
    rated = watched.rated
    own, outcome, raw = watched.own[rated], watched.outcome[rated], watched.raw[rated]
    part, error = timing.share(watched.elapsed)
    expected, bad = float(own.sum()) * part, int(outcome.sum())
    ratio, low, high = _ratio(len(own), bad, expected, error / part if part else 0.0)
    ordered = watched.is_ripe and min(bad, len(own) - bad) >= FEWEST
    return OutcomeMonth(
        watched.as_of.isoformat(),
        min(watched.elapsed, watched.horizon),
        watched.horizon,
        watched.is_ripe,
        watched.seen_in_training or watched.calibrated_on,
        len(own),
        bad,
        part,
        expected,
        ratio,
        low,
        high,
        auc_interval(raw, outcome) if ordered else None,
        promised_auc(own) if ordered else None,
    )


def promised_auc(pd: Floats) -> float | None:
    """The AUC to expect of these customers if every PD were right: it falls where customers become more alike.

    Model-based concordance (van Klaveren, Gönen, Steyerberg and Vergouwe, 2016), ties counting half. None for a single
    customer, or PDs that leave nothing to chance.

    >>> round(promised_auc(np.array([0.1, 0.1])), 3), round(promised_auc(np.array([0.001, 0.999])), 3)
    (0.5, 1.0)
    """
    values, place, count = np.unique(pd, return_inverse=True, return_counts=True)
    bad, good = values * count, (1 - values) * count
    below = np.cumsum(good) - good
    itself = values * (1 - values) * count  # nobody is compared with itself
    pairs = float(bad.sum() * good.sum() - itself.sum())
    won = float(bad @ below + (bad * good - itself).sum() / 2)
    return won / pairs if place.size > 1 and pairs > 0 else None


def _ratio(rows: int, bad: int, expected: float, error: float) -> tuple[float | None, float | None, float | None]:
    """Observed over expected with Jeffreys' interval, widened by the relative error of what is expected."""
    from scipy.stats import beta  # noqa: PLC0415 - a slow import

    if rows == 0 or expected <= 0:
        return None, None, None
    ratio = bad / expected
    ends = [float(q) * rows / expected for q in beta.ppf([0.025, 0.975], bad + 0.5, rows - bad + 0.5)]
    low, high = (0.0 if bad == 0 else ends[0]), ends[1]
    centre = max(ratio, 0.5 / expected)
    up = math.exp(math.hypot(math.log(high / centre), _Z * error))
    down = 0.0 if low == 0 else math.exp(-math.hypot(math.log(centre / low), _Z * error))
    return ratio, centre * down, centre * up
