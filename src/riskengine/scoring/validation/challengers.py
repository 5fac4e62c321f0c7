"""LightGBM beside a scorecard, a naive rule and the last champion on the same rows."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from riskengine.scoring.calibration import Floats
from riskengine.scoring.discrimination import auc_difference, brier
from riskengine.scoring.validation.slices import Order, Rows, measure_order

MODEL, SCORECARD, NAIVE, CHAMPION = "lightgbm", "scorecard", "naive rule", "champion"
_Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Gain:
    """AUC of the model less that of a rival, with its 95 % interval."""

    difference: float
    low: float
    high: float
    p_value: float

    @property
    def better(self) -> bool:
        return self.low > 0

    @property
    def worse(self) -> bool:
        return self.high < 0


@dataclass(frozen=True, slots=True)
class Rival:
    """`pd` is None for a rule that only orders."""

    score: Floats
    pd: Floats | None


@dataclass(frozen=True, slots=True)
class Challenger:
    name: str
    order: Order
    brier: float | None
    gain: Gain | None  # of the model over this rival; None for the model itself


def challenge(rows: Rows, rivals: Mapping[str, Rival], *, seed: int) -> tuple[Challenger, ...]:
    """The model first, then its rivals. There must be outcomes enough (see `Rows.has_outcomes`)."""
    table = [Challenger(MODEL, measure_order(rows, seed=seed, name=MODEL), brier(rows.pd, rows.outcome), None)]
    for name, rival in rivals.items():
        theirs = Rows(rival.score, rows.pd, rows.outcome, rows.customer_id, rows.as_of)
        error = None if rival.pd is None else brier(rival.pd, rows.outcome)
        order = measure_order(theirs, seed=seed, name=name)
        table.append(Challenger(name, order, error, gain_over(rows, rival.score)))
    return tuple(table)


def gain_over(rows: Rows, score: Floats) -> Gain:
    """DeLong's test, all rows of a customer being one draw where customers repeat."""
    customer = rows.customer_id if rows.repeats else None
    found = auc_difference(rows.raw, score, rows.outcome, customer=customer)
    half = _Z * found.standard_error
    return Gain(found.difference, found.difference - half, found.difference + half, found.p_value)


def lowest_where_missing(values: Floats) -> Floats:
    """A naive rule's feature as a score: no value, no suspicion."""
    present = values[~np.isnan(values)]
    return np.where(np.isnan(values), float(present.min()) - 1.0 if present.size else 0.0, values)
