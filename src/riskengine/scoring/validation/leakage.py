"""Features that know too much: one that is too good alone, and one that changes when the future is cut away."""

from dataclasses import dataclass

import numpy as np

from riskengine.scoring.calibration import Floats
from riskengine.scoring.discrimination import auc

TOO_GOOD = 0.95  # AUC of one feature alone that no honest feature of a customer reaches a year ahead


@dataclass(frozen=True, slots=True)
class Alone:
    """AUC of a feature by itself, in its better direction, among rows that have it; and of its being missing.

    None where too few with or without it went bad.
    """

    feature: str
    auc: float | None
    missing_auc: float | None

    @property
    def best(self) -> float:
        return max(self.auc or 0.0, self.missing_auc or 0.0)


@dataclass(frozen=True, slots=True)
class Future:
    """A feature whose value on a date differs if rows that came later are cut from the tables first."""

    feature: str
    day: str
    differing: int
    compared: int


@dataclass(frozen=True, slots=True)
class FutureCheck:
    """`days`: the dates compared; empty if nobody compared. `found`: the features that differ."""

    days: tuple[str, ...]
    features: int
    customers: int
    found: tuple[Future, ...]


def each_alone(values: Floats, outcome: Floats, names: tuple[str, ...], *, fewest: int) -> tuple[Alone, ...]:
    """Every feature, the best first. `fewest`: bad and good rows needed on each side."""
    found = [_alone(name, values[:, i], outcome, fewest) for i, name in enumerate(names)]
    return tuple(sorted(found, key=lambda a: (-a.best, a.feature)))


def differing_features(whole: Floats, cut: Floats, names: tuple[str, ...], day: str) -> tuple[Future, ...]:
    """Features that are not equal, missing being equal to missing alone; shape (customers, features) each."""
    same = (whole == cut) | (np.isnan(whole) & np.isnan(cut))
    wrong = (~same).sum(axis=0)
    return tuple(Future(name, day, int(n), len(whole)) for name, n in zip(names, wrong, strict=True) if n)


def _alone(name: str, values: Floats, outcome: Floats, fewest: int) -> Alone:
    there = ~np.isnan(values)
    return Alone(
        name,
        _either_way(values[there], outcome[there], fewest),
        None if there.all() or not there.any() else _either_way((~there).astype(np.float64), outcome, fewest),
    )


def _either_way(score: Floats, outcome: Floats, fewest: int) -> float | None:
    bad = int(outcome.sum())
    if min(bad, len(outcome) - bad) < fewest:
        return None
    found = auc(score, outcome)
    return max(found, 1 - found)
