"""The curves of a validation: ROC, CAP, lift and calibration, as points."""

from dataclasses import dataclass

import numpy as np

from riskengine.scoring.calibration import Floats

POINTS = 200  # of a curve at most; a page with more shows nothing more


@dataclass(frozen=True, slots=True)
class Curves:
    """Pairs (x, y), both from 0 to 1.

    `roc`: share of good, share of bad above a score. `cap`: share of all, share of bad above a score; `cap_perfect`:
    the share of all at which a perfect score would have found every bad customer.
    """

    roc: tuple[tuple[float, float], ...]
    cap: tuple[tuple[float, float], ...]
    cap_perfect: float


@dataclass(frozen=True, slots=True)
class LiftRow:
    """The riskiest `share` of rows: what part of all bad rows it holds, and how many times more than a random part."""

    share: float
    rows: int
    bad: int
    found: float
    lift: float


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Rows of neighbouring PDs; `low` and `high`: Jeffreys' 95 % interval of the bad rate."""

    rows: int
    bad: int
    mean_pd: float
    bad_rate: float
    low: float
    high: float


def curves(score: Floats, outcome: Floats) -> Curves:
    """ROC and CAP of a score of which both outcomes occur; customers of equal score come together."""
    order = np.argsort(-score, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(score[order])), len(score) - 1)
    bad = np.concatenate([[0.0], np.cumsum(outcome[order])[ends]])
    taken = np.concatenate([[0.0], ends + 1.0])
    kept = np.unique(np.linspace(0, len(bad) - 1, min(POINTS, len(bad))).round().astype(int))
    found = bad[kept] / bad[-1]
    roc = (taken - bad)[kept] / (taken[-1] - bad[-1])
    cap = taken[kept] / taken[-1]
    pairs = [tuple(zip(x.tolist(), found.tolist(), strict=True)) for x in (roc, cap)]
    return Curves(pairs[0], pairs[1], float(bad[-1] / taken[-1]))


def lift_table(
    score: Floats, outcome: Floats, shares: tuple[float, ...] = (0.01, 0.05, 0.1, 0.2, 0.3, 0.5)
) -> tuple[LiftRow, ...]:
    """Of the riskiest rows, ties cut by the mean of those that share the score.

    >>> lift_table(np.array([0.9, 0.5, 0.2, 0.1]), np.array([1.0, 0.0, 0.0, 0.0]), (0.25,))[0].lift
    4.0
    """
    values, place, count = np.unique(-score, return_inverse=True, return_counts=True)
    by_value = np.bincount(place, weights=outcome, minlength=len(values))
    taken = np.concatenate([[0], np.cumsum(count)])
    bad = np.concatenate([[0.0], np.cumsum(by_value)])
    table = []
    for share in shares:
        rows = max(1, round(share * len(score)))
        found = float(np.interp(rows, taken, bad))
        part = found / float(bad[-1])
        table.append(LiftRow(share, rows, round(found), part, part * len(score) / rows))
    return tuple(table)


def calibration_curve(pd: Floats, outcome: Floats, bins: int = 10) -> tuple[CalibrationBin, ...]:
    """Bins of equal size by PD; equal PDs stay together."""
    from scipy.stats import beta  # noqa: PLC0415 - a slow import

    edges = np.unique(np.quantile(pd, np.linspace(0, 1, bins + 1)[1:-1]))
    number = np.searchsorted(edges, pd, side="right")
    found = []
    for i in np.unique(number):
        here = number == i
        n, bad = int(here.sum()), int(outcome[here].sum())
        low, high = beta.ppf([0.025, 0.975], bad + 0.5, n - bad + 0.5)
        found.append(CalibrationBin(n, bad, float(pd[here].mean()), bad / n, float(low), float(high)))
    return tuple(found)
