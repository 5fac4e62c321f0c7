"""One model for everybody: how it does among those who really lack a source, and among new and existing customers."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from riskengine.features.feature import Feature, Source
from riskengine.scoring.calibration import Floats
from riskengine.scoring.discrimination import auc_interval
from riskengine.scoring.matrix import Matrix, columns_of

_FEWEST = 5  # bad customers, and good ones, below which an AUC says nothing


@dataclass(frozen=True, slots=True)
class GroupQuality:
    """`auc` with DeLong's interval is None where a group has fewer than five bad or five good rows."""

    group: str
    rows: int
    bad: int
    bad_rate: float
    mean_pd: float
    auc: float | None
    auc_low: float | None
    auc_high: float | None


def measure_groups(
    test: Matrix, pd: Floats, features: tuple[Feature, ...], *, history: Floats
) -> tuple[GroupQuality, ...]:
    """Quality among existing and new customers, and those with and without each source; empty groups are left out.

    `history` is missing for customers who never settled an invoice: these are the new ones. A row lacks a source if it
    has none of the features of it that can be missing (those that are, somewhere in `test`).
    """
    new = np.isnan(history)
    groups: dict[str, NDArray[np.bool_]] = {"existing customers": ~new, "new customers": new}
    gaps = np.isnan(test.values)
    for source in Source:
        columns = [c for c in columns_of(features, source) if gaps[:, c].any()]
        if columns:
            lacking: NDArray[np.bool_] = np.logical_and.reduce(gaps[:, columns], axis=1)
            groups |= {f"with {source.value}": ~lacking, f"without {source.value}": lacking}
    return tuple(_one(name, pd[rows], test.outcome[rows]) for name, rows in groups.items() if rows.any())


def groups_as_json(groups: tuple[GroupQuality, ...]) -> list[dict[str, Any]]:
    return [asdict(group) for group in groups]


def _one(name: str, pd: Floats, outcome: Floats) -> GroupQuality:
    bad, count = int(outcome.sum()), int(outcome.size)
    enough = min(bad, count - bad) >= _FEWEST
    found = auc_interval(pd, outcome) if enough else None
    area = (None, None, None) if found is None else (found.auc, found.low, found.high)
    return GroupQuality(name, count, bad, bad / count, float(pd.mean()), *area)
