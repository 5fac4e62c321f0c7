"""How well a score orders good and bad: AUC, Gini, KS, PR-AUC, DeLong intervals and test.

Everywhere `score` is float64, higher is riskier, and `outcome` is 0 or 1, both of shape (n,). All functions raise
InputError if only one outcome occurs or a score is missing.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riskengine.scoring.calibration import Floats
from riskengine.terms.errors import InputError


@dataclass(frozen=True, slots=True)
class AucInterval:
    """AUC with its DeLong standard error and 95 % interval, computed on the logit so that it stays within 0..1."""

    auc: float
    standard_error: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class AucDifference:
    """AUC of the first score less that of the second, standard error and two-sided p-value of no difference."""

    difference: float
    standard_error: float
    p_value: float


def auc(score: Floats, outcome: Floats) -> float:
    """Chance that a bad customer scores higher than a good one, ties counting half.

    >>> auc(np.array([0.1, 0.4, 0.35, 0.8]), np.array([0.0, 0.0, 1.0, 1.0]))
    0.75
    """
    bad, good = _split(score, outcome)
    ranks = midranks(np.concatenate([bad, good]))
    return float((ranks[: bad.size].sum() - bad.size * (bad.size + 1) / 2) / (bad.size * good.size))


def gini(score: Floats, outcome: Floats) -> float:
    """2 AUC - 1, the accuracy ratio."""
    return 2 * auc(score, outcome) - 1


def ks(score: Floats, outcome: Floats) -> float:
    """Largest distance between the score's distributions among bad and good.

    >>> ks(np.array([0.1, 0.4, 0.35, 0.8]), np.array([0.0, 0.0, 1.0, 1.0]))
    0.5
    """
    bad, good = (np.sort(part) for part in _split(score, outcome))
    cuts = np.concatenate([bad, good])
    below_bad = np.searchsorted(bad, cuts, side="right") / bad.size
    below_good = np.searchsorted(good, cuts, side="right") / good.size
    return float(np.abs(below_good - below_bad).max())


def pr_auc(score: Floats, outcome: Floats) -> float:
    """Average precision: sum over distinct scores, from the highest, of precision x gain in recall."""
    bad, _ = _split(score, outcome)
    order = np.argsort(-score, kind="stable")
    hits = np.cumsum(outcome[order])
    last_of_tie = np.append(np.diff(score[order]) != 0, True)
    hits_at, taken_at = hits[last_of_tie], np.flatnonzero(last_of_tie) + 1.0
    return float(np.sum(np.diff(hits_at, prepend=0.0) / bad.size * hits_at / taken_at))


def brier(pd: Floats, outcome: Floats) -> float:
    """Mean squared distance of PD and outcome."""
    return float(np.mean((pd - outcome) ** 2))


def auc_interval(score: Floats, outcome: Floats, *, customer: NDArray[np.object_] | None = None) -> AucInterval:
    """DeLong, DeLong and Clarke-Pearson (1988) by the ranks of Sun and Xu (2014); interval on the logit of the AUC.

    With the `customer` of each row, all rows of a customer are one draw, as in `auc_difference`.
    """
    value, variance = _delong([score], outcome)
    if customer is not None:
        variance = np.array([[_variance_by_customer(_influence(score, outcome), customer)]])
    a, error = float(value[0]), math.sqrt(max(float(variance[0, 0]), 0.0))
    if not 0 < a < 1:
        return AucInterval(a, error, a, a)
    centre, half = math.log(a / (1 - a)), 1.959963984540054 * error / (a * (1 - a))
    return AucInterval(a, error, 1 / (1 + math.exp(half - centre)), 1 / (1 + math.exp(-half - centre)))


def auc_difference(
    first: Floats, second: Floats, outcome: Floats, *, customer: NDArray[np.object_] | None = None
) -> AucDifference:
    """DeLong's test for two scores of the same rows.

    Without `customer` it takes rows as independent; several months of one customer are not, which makes the p-value too
    small. With the customer of each row, all rows of a customer are one draw (Obuchowski, Biometrics 53, 1997).
    """
    values, covariance = _delong([first, second], outcome)
    difference = float(values[0] - values[1])
    if customer is None:
        variance = float(covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1])
    else:
        variance = _variance_by_customer(_influence(first, outcome) - _influence(second, outcome), customer)
    if variance <= 1e-18:
        return AucDifference(difference, 0.0, 1.0 if difference == 0 else 0.0)
    error = math.sqrt(variance)
    return AucDifference(difference, error, math.erfc(abs(difference) / error / math.sqrt(2)))


def _influence(score: Floats, outcome: Floats) -> Floats:
    """What each row adds to the AUC beyond its mean, by DeLong's placements; they sum to nothing."""
    bad, good = _split(score, outcome)
    joint = midranks(np.concatenate([bad, good]))
    of_bad = (joint[: bad.size] - midranks(bad)) / good.size
    of_good = 1 - (joint[bad.size :] - midranks(good)) / bad.size
    out = np.empty(score.size)
    out[outcome > 0] = (of_bad - of_bad.mean()) / bad.size
    out[outcome <= 0] = (of_good - of_good.mean()) / good.size
    return out


def _variance_by_customer(influence: Floats, customer: NDArray[np.object_]) -> float:
    _, place = np.unique(customer.astype(str), return_inverse=True)
    sums = np.bincount(place, weights=influence)
    return float((sums**2).sum() * sums.size / max(sums.size - 1, 1))


def midranks(values: Floats) -> Floats:
    """Ranks from 1, ties sharing their mean.

    >>> midranks(np.array([3.0, 1.0, 3.0])).tolist()
    [2.5, 1.0, 2.5]
    """
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    return np.asarray((last - (count - 1) / 2)[place], dtype=np.float64)


def _delong(scores: list[Floats], outcome: Floats) -> tuple[Floats, Floats]:
    """AUC of each score and their covariance matrix."""
    of_bad, of_good = [], []
    for score in scores:
        bad, good = _split(score, outcome)
        joint = midranks(np.concatenate([bad, good]))
        of_bad.append((joint[: bad.size] - midranks(bad)) / good.size)
        of_good.append(1 - (joint[bad.size :] - midranks(good)) / bad.size)
    v_bad, v_good = np.array(of_bad), np.array(of_good)
    spread = np.atleast_2d(np.cov(v_bad)) / v_bad.shape[1] + np.atleast_2d(np.cov(v_good)) / v_good.shape[1]
    return v_bad.mean(axis=1), spread


def _split(score: Floats, outcome: Floats) -> tuple[Floats, Floats]:
    if score.shape != outcome.shape or np.isnan(score).any():
        raise InputError("a score is missing", where="discrimination", remedy="leave out customers without a score")
    bad, good = score[outcome > 0], score[outcome <= 0]
    if bad.size < 2 or good.size < 2:
        raise InputError(
            f"{bad.size} bad and {good.size} good customers: at least 2 of each are needed",
            where="discrimination",
            remedy="widen the window or choose an outcome that occurs",
        )
    return bad, good
