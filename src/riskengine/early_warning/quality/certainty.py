"""How sure a share is, and whether warnings have lift over the base rate.

Intervals are of other customers drawn with replacement, each with all its dates (`portfolio.trial.resampling`). Where
all or none of the warnings were followed by trouble every draw says the same; there the end that is not certain is
Wilson's, with each customer as one observation.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from riskengine.portfolio.trial.resampling import Interval, interval_of

FEWEST_CUSTOMERS = 10  # with ripe warnings; below, no lift is believed
FEWEST_EXPECTED = 5.0  # troubled warnings that chance alone would give; below, their absence says nothing
_Z = 1.959963984540054  # 97.5 % of the normal distribution

Draws = NDArray[np.float64]


class Verdict(StrEnum):
    """Whether new warnings were followed by trouble more often than customers at risk were anyway."""

    HAS_LIFT = "has_lift"  # the interval of the lift lies above 1
    NO_LIFT = "no_lift"  # it does not, though there were outcomes enough: a candidate to retire
    TOO_FEW = "too_few"  # nobody can say yet
    AFTER_DEFAULT = "after_default"  # all new ones were of customers in default already: a fact, no warning
    SILENT = "silent"  # no new warning in the whole period


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was counted and what it was in the draws, shape (draws,). `base_*`: customer-dates at risk."""

    part: int
    whole: int
    customers: int
    part_draws: Draws
    whole_draws: Draws
    base_part: int
    base_whole: int
    base_part_draws: Draws
    base_whole_draws: Draws

    @property
    def base_rate(self) -> float | None:
        return self.base_part / self.base_whole if self.base_whole else None


def wilson(part: int, whole: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927), `whole` above 0.

    >>> low, high = wilson(0, 10)
    >>> round(low, 4), round(high, 4)
    (0.0, 0.2775)
    """
    share, square = part / whole, _Z * _Z
    middle = (share + square / (2 * whole)) / (1 + square / whole)
    half = _Z / (1 + square / whole) * sqrt(share * (1 - share) / whole + square / (4 * whole * whole))
    # rounding would leave a sliver beside the ends that are certain
    return 0.0 if part == 0 else middle - half, 1.0 if part == whole else middle + half


def share_interval(drawn: Drawn) -> Interval | None:
    """Part over whole; None where there is nothing to take a share of."""
    if drawn.whole == 0:
        return None
    value = drawn.part / drawn.whole
    if drawn.part in (0, drawn.whole):
        return Interval(value, *wilson(drawn.customers if drawn.part else 0, drawn.customers))
    some = drawn.whole_draws > 0
    return interval_of(value, drawn.part_draws[some] / drawn.whole_draws[some])


def lift_interval(drawn: Drawn) -> Interval | None:
    """The share over the base rate, both of the same draws; None where either cannot be said."""
    share, base = share_interval(drawn), drawn.base_rate
    if share is None or not base:
        return None
    if drawn.part in (0, drawn.whole):
        return Interval(share.value / base, share.low / base, share.high / base)
    some = (drawn.whole_draws > 0) & (drawn.base_part_draws > 0)
    rates = drawn.base_part_draws[some] / drawn.base_whole_draws[some]
    return interval_of(share.value / base, drawn.part_draws[some] / drawn.whole_draws[some] / rates)


def judge_lift(new: int, in_default: int, drawn: Drawn, lift: Interval | None) -> Verdict:
    """The rule by which an indicator is kept, named as a candidate to retire, or left open.

    SILENT without any new warning; AFTER_DEFAULT if all were of customers in default already. HAS_LIFT if the lower end
    of the lift's 95 % interval is above 1 and at least 10 customers have a ripe warning. Else NO_LIFT if there were
    enough ripe warnings that 5 would have been followed by trouble at the base rate; else TOO_FEW.
    """
    if new == 0:
        return Verdict.SILENT
    if new == in_default:
        return Verdict.AFTER_DEFAULT
    if lift is not None and lift.low > 1.0 and drawn.customers >= FEWEST_CUSTOMERS:
        return Verdict.HAS_LIFT
    expected = drawn.whole * (drawn.base_rate or 0.0)
    return Verdict.NO_LIFT if expected >= FEWEST_EXPECTED else Verdict.TOO_FEW
