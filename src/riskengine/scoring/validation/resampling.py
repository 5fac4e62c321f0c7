"""Intervals of figures where customers occur several times: customers are drawn, not rows.

DeLong's formulas take rows as independent. Snapshots of one customer are not, so as soon as a customer occurs twice its
rows are drawn together (Field and Welsh, 2007), with a fixed seed.
"""

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riskengine.scoring.calibration import Floats

DRAWS = 200


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % interval."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Draws:
    """AUC and PR-AUC of a score in each draw that held both outcomes, shape (draws,)."""

    auc: Floats
    pr_auc: Floats


def customer_weights(
    customer_id: NDArray[np.object_], *, seed: int, name: str, draws: int = DRAWS
) -> NDArray[np.uint8]:
    """How often each row is drawn when as many customers as there are are drawn with replacement; (draws, rows)."""
    _, place = np.unique(customer_id.astype(str), return_inverse=True)
    count = int(place.max()) + 1
    rng = np.random.default_rng([abs(seed), zlib.crc32(name.encode())])
    drawn = (np.bincount(rng.integers(0, count, count), minlength=count)[place] for _ in range(draws))
    return np.stack([one.astype(np.uint8) for one in drawn])  # nobody is drawn 256 times


def draw_figures(score: Floats, outcome: Floats, weights: NDArray[np.uint8]) -> Draws:
    """AUC and average precision of `score` under each row of `weights`; draws without both outcomes are left out."""
    order = np.argsort(score, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(score[order])), len(score) - 1)
    bad, areas, precisions = outcome[order] > 0, [], []
    for drawn in weights[:, order]:
        bad_at = np.diff(np.cumsum(drawn * bad)[ends], prepend=0.0)
        good_at = np.diff(np.cumsum(drawn * ~bad)[ends], prepend=0.0)
        bads, goods = bad_at.sum(), good_at.sum()
        if bads == 0 or goods == 0:
            continue
        areas.append(float(bad_at @ (np.cumsum(good_at) - good_at / 2) / (bads * goods)))
        hits, taken = np.cumsum(bad_at[::-1]), np.cumsum((bad_at + good_at)[::-1])
        precisions.append(float(np.sum(bad_at[::-1] / bads * hits / np.maximum(taken, 1.0))))
    return Draws(np.array(areas), np.array(precisions))


def interval_of(drawn: Floats) -> Interval | None:
    """The middle 95 % of the draws; None where fewer than half of them could be computed."""
    if drawn.size < DRAWS // 2:
        return None
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Interval(float(low), float(high))
