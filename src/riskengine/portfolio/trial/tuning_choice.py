"""Which value of a threshold to take, and how sure that is: the same choice made again with other customers.

A customer is drawn with all its dates. In every draw the choice is made anew, so the interval of the chosen value says
how far it hangs on who happened to be a customer.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from riskengine.portfolio.trial.resampling import DRAWS, SEED, Interval, drawn_sums, interval_of
from riskengine.portfolio.trial.tuning_curve import MEASURES, Evidence

FEWEST_DEFAULTS = 20  # below, outcomes say little
_SHARE_OF_RANGE = 0.5  # values not clearly worse over more of the range than this: flat

Floats = NDArray[np.float64]


class Volume(StrEnum):
    """What a budget counts; the words of `--budget`."""

    HITS = "hits"  # new hits of the rules in question
    WARNINGS = "warnings"  # the same, of rules that warn
    ALL_WARNINGS = "all warnings"  # warnings opened by the whole policy
    REVIEWS = "reviews"  # cases newly referred by the whole policy

    @property
    def measure(self) -> str:
        """The column of MEASURES."""
        names = {Volume.ALL_WARNINGS: "warnings_opened", Volume.REVIEWS: "reviews_opened"}
        return names.get(self, "opened")


@dataclass(frozen=True, slots=True)
class Budget:
    volume: Volume
    per_week: float


@dataclass(frozen=True, slots=True)
class Point:
    """One value of the curve with 95 % intervals; precision and recall are None where nothing can be said."""

    value: float
    counts: dict[str, int]  # MEASURES
    customers_hit: int
    lead_days: float | None
    per_week: dict[Volume, Interval]
    precision: Interval | None  # bad of the hits whose outcome is known
    recall: Interval | None  # defaults caught of those that could have been foreseen
    gain_cents: Interval


class Trouble(StrEnum):
    """Why a choice is to be taken with care."""

    FEW_DEFAULTS = "few_defaults"
    NO_OUTCOMES = "no_outcomes"
    AT_EDGE = "at_edge"
    FLAT = "flat"
    UNSTABLE = "unstable"  # in many draws no value keeps the budget


@dataclass(frozen=True, slots=True)
class Choice:
    """`value` None: none of the values keeps the budget. `low`, `high`: of the values chosen in 95 % of the draws.

    `as_good`: the smallest and the largest value that are not clearly worse. `kept`: share of draws with any choice.
    """

    value: float | None
    low: float | None
    high: float | None
    as_good: tuple[float, float] | None
    kept: float
    troubles: tuple[Trouble, ...]


@dataclass(frozen=True, slots=True)
class Resampled:
    """`sums`: shape (draws, values, measures); `defaults`: shape (draws,)."""

    sums: Floats
    defaults: Floats


def resample(evidence: Evidence, *, draws: int = DRAWS, seed: int = SEED) -> Resampled:
    """The totals of customers drawn with replacement; the same draws for all values."""
    customers, values, measures = evidence.sums.shape
    figures = np.column_stack([evidence.sums.reshape(customers, values * measures), evidence.defaults])
    drawn = drawn_sums(figures, draws=draws, seed=seed)
    return Resampled(drawn[:, :-1].reshape(draws, values, measures), drawn[:, -1])


def curve_of(evidence: Evidence, drawn: Resampled) -> tuple[Point, ...]:
    """Every value with its figures and their intervals."""
    return tuple(_points(evidence, drawn))


def choose(
    evidence: Evidence, drawn: Resampled, *, budget: Budget | None, by_money: bool, has_outcomes: bool
) -> Choice:
    """The value that earns most (`by_money`), or catches most defaults, among those that keep the budget.

    Of equally good values the one that catches most, then the one with the fewest hits, then the smallest. Without
    outcomes the one with most hits that the budget allows.
    """
    goal = _goal(by_money=by_money, has_outcomes=has_outcomes)
    totals = evidence.totals().astype(np.float64)
    best = _best(totals, evidence.weeks, budget, goal)
    picked = [_best(sums, evidence.weeks, budget, goal) for sums in drawn.sums]
    chosen = [place for place in picked if place is not None]
    kept = len(chosen) / len(picked)
    if best is None:
        return Choice(None, None, None, None, kept, _troubles(evidence, None, None, kept, has_outcomes=has_outcomes))
    values = np.array(evidence.values)
    low, high = np.percentile(values[chosen], [2.5, 97.5], method="nearest") if chosen else (values[best],) * 2
    as_good = _as_good(evidence, drawn, best, budget, goal)
    troubles = _troubles(evidence, best, as_good, kept, has_outcomes=has_outcomes)
    return Choice(float(values[best]), float(low), float(high), as_good, kept, troubles)


Goal = Callable[[Floats], Floats]  # totals of shape (values, measures) -> what to have most of


def _column(sums: Floats, name: str) -> Floats:
    found: Floats = sums[..., MEASURES.index(name)]
    return found


def _goal(*, by_money: bool, has_outcomes: bool) -> Goal:
    if not has_outcomes:
        return lambda sums: _column(sums, "hits")
    return lambda sums: _column(sums, "gain_cents" if by_money else "caught")


def _best(sums: Floats, weeks: float, budget: Budget | None, goal: Goal) -> int | None:
    """The place of the best value; None if none keeps the budget."""
    allowed = np.ones(len(sums), dtype=np.bool_)
    if budget is not None:
        allowed = _column(sums, budget.volume.measure) / weeks <= budget.per_week
    if not allowed.any():
        return None
    worth, hits = goal(sums), _column(sums, "hits")
    order = np.lexsort((np.arange(len(sums)), hits, -_column(sums, "caught"), -worth))
    return int(order[allowed[order]][0])


def _as_good(evidence: Evidence, drawn: Resampled, best: int, budget: Budget | None, goal: Goal) -> tuple[float, float]:
    """Values of which the chosen one is not clearly better, draw by draw; of those that keep the budget."""
    worth = goal(drawn.sums)
    behind = worth[:, [best]] - worth
    totals = evidence.totals().astype(np.float64)
    kept = [
        value
        for place, value in enumerate(evidence.values)
        if np.percentile(behind[:, place], 2.5) <= 0
        and (budget is None or _column(totals, budget.volume.measure)[place] / evidence.weeks <= budget.per_week)
    ]
    return min(kept), max(kept)


def _troubles(
    evidence: Evidence, best: int | None, as_good: tuple[float, float] | None, kept: float, *, has_outcomes: bool
) -> tuple[Trouble, ...]:
    found = []
    if not has_outcomes:
        found.append(Trouble.NO_OUTCOMES)
    elif int(evidence.defaults.sum()) < FEWEST_DEFAULTS:
        found.append(Trouble.FEW_DEFAULTS)
    if best in (0, len(evidence.values) - 1):
        found.append(Trouble.AT_EDGE)
    spread = evidence.values[-1] - evidence.values[0]
    if has_outcomes and as_good is not None and as_good[1] - as_good[0] > _SHARE_OF_RANGE * spread:
        found.append(Trouble.FLAT)
    if kept < 0.95 and best is not None:
        found.append(Trouble.UNSTABLE)
    return tuple(found)


def _points(evidence: Evidence, drawn: Resampled) -> Iterator[Point]:
    totals = evidence.totals()
    for place, value in enumerate(evidence.values):
        counts = dict(zip(MEASURES, totals[place].tolist(), strict=True))
        sums = {name: _column(drawn.sums, name)[:, place] for name in MEASURES}
        yield Point(
            value=value,
            counts=counts,
            customers_hit=evidence.customers_hit[place],
            lead_days=evidence.lead_days[place],
            per_week={
                volume: interval_of(counts[volume.measure] / evidence.weeks, sums[volume.measure] / evidence.weeks)
                for volume in Volume
                if evidence.weeks > 0
            },
            precision=_ratio(counts["bad_hits"], counts["ripe_hits"], sums["bad_hits"], sums["ripe_hits"]),
            recall=_ratio(counts["caught"], int(evidence.defaults.sum()), sums["caught"], drawn.defaults),
            gain_cents=interval_of(float(counts["gain_cents"]), sums["gain_cents"]),
        )


def _ratio(part: int, whole: int, drawn_part: Floats, drawn_whole: Floats) -> Interval | None:
    """None where there is nothing to take a share of."""
    some = drawn_whole > 0
    if whole == 0 or not some.any():
        return None
    return interval_of(part / whole, drawn_part[some] / drawn_whole[some])
