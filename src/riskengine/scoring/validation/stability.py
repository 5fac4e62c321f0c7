"""Has the population moved since training? PSI of the score and of every feature, judged by customers, not rows."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riskengine.scoring.calibration import Floats
from riskengine.scoring.matrix import Matrix
from riskengine.scoring.stability import Stability, bin_counts, bin_edges, psi


@dataclass(frozen=True, slots=True)
class Shift:
    """`psi` beside the value chance alone reaches once in twenty, for as many customers (not rows) as there are."""

    name: str
    psi: float
    critical: float
    missing_before: float
    missing_now: float

    @property
    def moved(self) -> bool:
        return self.psi > self.critical


def feature_shifts(train: Matrix, test: Matrix, names: tuple[str, ...]) -> tuple[Shift, ...]:
    """Every feature, the most moved first. Bins are tenths of the training rows, and one for missing values."""
    people = _customers(train.customer_id), _customers(test.customer_id)
    found = [_shift(name, train.values[:, i], test.values[:, i], people) for i, name in enumerate(names)]
    return tuple(sorted(found, key=lambda s: (-s.psi, s.name)))


def score_shift(
    edges: Floats, before: NDArray[np.int64], raw: Floats, customers: tuple[NDArray[np.object_], NDArray[np.object_]]
) -> Shift:
    """The score against the counts of training in bins between `edges`; the last count is of missing scores."""
    now = bin_counts(raw, edges)
    found = psi(before[:-1], now[:-1])
    people = _customers(customers[0]), _customers(customers[1])
    return Shift("score", found.psi, _by_customers(found, before, now, people), 0.0, 0.0)


def _shift(name: str, before: Floats, now: Floats, people: tuple[int, int]) -> Shift:
    edges = bin_edges(before)
    counts = bin_counts(before, edges), bin_counts(now, edges)
    missing = tuple(float(np.isnan(v).mean()) for v in (before, now))
    if counts[0][-1] == 0 and counts[1][-1] == 0:
        counts = counts[0][:-1], counts[1][:-1]
    if len(counts[0]) < 2:  # one value and never missing: nothing can move
        return Shift(name, 0.0, 0.0, *missing)
    found = psi(*counts)
    return Shift(name, found.psi, _by_customers(found, *counts, people), *missing)


def _by_customers(
    found: Stability, before: NDArray[np.int64], now: NDArray[np.int64], people: tuple[int, int]
) -> float:
    """The critical value as if there were one row per customer: snapshots of one customer are alike."""
    rows = 1 / before.sum() + 1 / now.sum()
    return float(found.critical * (1 / people[0] + 1 / people[1]) / rows)


def _customers(customer_id: NDArray[np.object_]) -> int:
    return len(set(customer_id.tolist()))
