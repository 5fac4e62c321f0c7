"""The scorecard as people know it: points per bin of each characteristic, more points being better."""

import math
from dataclasses import dataclass

import numpy as np

from riskengine.scoring.scorecard import Scorecard

BASE_POINTS, BASE_ODDS, DOUBLE = 600.0, 50.0, 20.0  # 600 points at 50 good to 1 bad, 20 more double the odds


@dataclass(frozen=True, slots=True)
class PointsRow:
    """One bin: from <= value < to, None without an end; `missing`: the bin of those without a value."""

    characteristic: str
    missing: bool
    low: float | None
    high: float | None
    weight_of_evidence: float
    coefficient: float
    information: float
    points: float


def points_table(card: Scorecard) -> tuple[PointsRow, ...]:
    """Every bin of every characteristic; a customer's points are the sum of one row of each.

    PD = 1 / (1 + odds), odds = 50 x 2 ** ((points - 600) / 20) (Siddiqi, 2006).
    """
    factor = DOUBLE / math.log(2)
    offset = BASE_POINTS - factor * math.log(BASE_ODDS)
    parts = max(len(card.characteristics), 1)
    rows = []
    for characteristic, coefficient in zip(card.characteristics, card.coefficients.tolist(), strict=True):
        edges = characteristic.edges.tolist()
        last = len(characteristic.weights) - 1
        for i, weight in enumerate(characteristic.weights.tolist()):
            log_odds_bad = coefficient * weight + card.intercept / parts
            missing = i == last
            rows.append(
                PointsRow(
                    characteristic.name,
                    missing,
                    None if missing or i == 0 else edges[i - 1],
                    None if missing or i >= len(edges) else edges[i],
                    weight,
                    coefficient,
                    characteristic.information,
                    offset / parts - factor * log_odds_bad,
                )
            )
    return tuple(rows)


def points_pd(points: float) -> float:
    """
    >>> round(points_pd(600.0), 6)
    0.019608
    """
    return float(1 / (1 + BASE_ODDS * np.exp2((points - BASE_POINTS) / DOUBLE)))
