"""What a model was developed on, kept in its bundle: enough to see drift later without the training data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from riskengine.scoring.calibration import Floats
from riskengine.scoring.matrix import Matrix
from riskengine.scoring.pd_model import PdModel
from riskengine.scoring.stability import bin_counts, bin_edges
from riskengine.terms.days import day_of

QUANTILES = 400
_MOST_ROWS = 20_000  # whose contributions are averaged


@dataclass(frozen=True, slots=True)
class FeatureBins:
    """One feature among the training rows.

    `counts` per bin between the inner `edges`, the last one of missing values. `weight`: share of all contributions
    (mean size, exact TreeSHAP); `mean`: mean contribution in log-odds of the booster.
    """

    name: str
    edges: tuple[float, ...]
    counts: tuple[int, ...]
    weight: float
    mean: float

    @property
    def missing(self) -> float:
        """Share of training rows without a value."""
        return self.counts[-1] / max(sum(self.counts), 1)


@dataclass(frozen=True, slots=True)
class Development:
    """`quantiles`: of the raw score of training rows, each by a booster that did not see the customer."""

    customers: int
    rows: int
    snapshots: tuple[str, ...]
    quantiles: tuple[float, ...]
    features: tuple[FeatureBins, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "customers": self.customers,
            "rows": self.rows,
            "snapshots": list(self.snapshots),
            "score": {"quantiles": list(self.quantiles)},
            "features": [
                {
                    "name": f.name,
                    "edges": list(f.edges),
                    "counts": list(f.counts),
                    "weight": f.weight,
                    "mean_contribution": f.mean,
                }
                for f in self.features
            ],
        }


def development_from_json(content: Mapping[str, Any]) -> Development:
    return Development(
        int(content["customers"]),
        int(content["rows"]),
        tuple(content["snapshots"]),
        tuple(float(q) for q in content["score"]["quantiles"]),
        tuple(
            FeatureBins(
                f["name"],
                tuple(float(e) for e in f["edges"]),
                tuple(int(c) for c in f["counts"]),
                float(f["weight"]),
                float(f["mean_contribution"]),
            )
            for f in content["features"]
        ),
    )


def describe_development(model: PdModel, train: Matrix, unseen_raw: Floats) -> Development:
    """Bins of every feature (tenths of the training rows), quantiles of the score, and what each feature weighs."""
    size, mean = _contributions(model, train.values)
    return Development(
        len(set(train.customer_id.tolist())),
        len(train),
        tuple(day_of(int(d)).isoformat() for d in np.unique(train.as_of)),
        tuple(np.quantile(unseen_raw, (np.arange(QUANTILES) + 0.5) / QUANTILES).tolist()),
        tuple(_bins(name, train.values[:, i], float(size[i]), float(mean[i])) for i, name in enumerate(model.features)),
    )


def share_by_bin(quantiles: Sequence[float], edges: Floats) -> Floats:
    """Share of the training rows between rising inner `edges` of the raw score; shape (edges + 1,).

    >>> share_by_bin((-2.0, -1.0, 1.0, 2.0), np.array([0.0])).tolist()
    [0.5, 0.5]
    """
    counts: NDArray[np.int64] = bin_counts(np.array(quantiles), edges)[:-1]
    return np.asarray(counts / counts.sum(), dtype=np.float64)


def _bins(name: str, values: Floats, weight: float, mean: float) -> FeatureBins:
    edges = bin_edges(values)
    return FeatureBins(name, tuple(edges.tolist()), tuple(bin_counts(values, edges).tolist()), weight, mean)


def _contributions(model: PdModel, values: Floats) -> tuple[Floats, Floats]:
    """Share of the mean size, and the mean, of each feature's contribution, over rows spread evenly."""
    said = model.contributions(values[:: -(-len(values) // _MOST_ROWS)])[:, :-1]
    if model.calibration.has_line:
        said /= model.calibration.slope  # a calibration refitted later must not look like drift
    size = np.abs(said).mean(axis=0)
    return size / max(float(size.sum()), 1e-300), said.mean(axis=0)
