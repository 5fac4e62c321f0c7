"""What the model listens to: exact contributions and partial dependence."""

from dataclasses import dataclass

import numpy as np

from riskengine.features.feature import Feature
from riskengine.scoring.calibration import Floats
from riskengine.scoring.pd_model import PdModel


@dataclass(frozen=True, slots=True)
class Importance:
    """`weight`: mean absolute contribution to the log-odds over the rows; `share` of all features together."""

    feature: str
    source: str
    weight: float
    share: float


@dataclass(frozen=True, slots=True)
class Dependence:
    """Mean PD if every row had the value, all else as it is. `missing_pd`: if nobody had one; None: refused."""

    feature: str
    values: tuple[float, ...]
    mean_pd: tuple[float, ...]
    missing_pd: float | None


def importance(model: PdModel, features: tuple[Feature, ...], values: Floats) -> tuple[Importance, ...]:
    """By exact contributions (TreeSHAP), the heaviest first; features the trees never ask are left out."""
    weight = np.abs(model.contributions(values)[:, :-1]).mean(axis=0)
    total = float(weight.sum())
    order = np.lexsort([np.arange(weight.size), -weight])
    return tuple(
        Importance(features[i].name, features[i].source.value, float(weight[i]), float(weight[i]) / total)
        for i in order
        if weight[i] > 0
    )


def dependence(model: PdModel, values: Floats, feature: str, *, points: int = 15) -> Dependence | None:
    """Partial dependence (Friedman, 2001) at quantiles of the values seen; None if nobody has a value."""
    column = model.features.index(feature)
    present = values[~np.isnan(values[:, column]), column]
    if present.size == 0:
        return None
    grid = np.unique(np.quantile(present, np.linspace(0.02, 0.98, points)))
    found = [_mean_pd(model, values, column, value) for value in grid]
    missing = _mean_pd(model, values, column, np.nan) if feature in model.seen_missing else None
    return Dependence(feature, tuple(grid.tolist()), tuple(found), missing)


def _mean_pd(model: PdModel, values: Floats, column: int, value: float) -> float:
    rows = values.copy()
    rows[:, column] = value
    return float(model.predict(rows, threads=1).pd_12m.mean())
