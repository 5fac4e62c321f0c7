"""Differences and ratios of a table's most informative columns, as further columns.

A tree cuts one column at a time and draws a line such as "a greater than b" only in many steps. Financial ratios share
their denominators, so the difference of two of them is often an item of the statement that no column holds: operating
profit over sales less profit on sales over sales is what else was earned, and one division gives interest, depreciation
or last year's sales. Which columns are crossed is learnt from outcomes, so it is chosen inside each training fold.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import Annotated, Any

import numpy as np
from pydantic import Field

from riskengine.features.feature import Risk
from riskengine.scoring.booster import Column, fit_booster
from riskengine.scoring.calibration import Floats
from riskengine.scoring.spec import BoosterSpec
from riskengine.tables.yaml_model import StrictModel

_SMALLEST = 1e-12  # a denominator nearer to zero gives no ratio


class Kind(StrEnum):
    DIFFERENCE = "difference"
    RATIO = "ratio"


class CrossSpec(StrictModel):
    """Crosses of all pairs of the `columns` most informative ones; 0: none."""

    columns: Annotated[int, Field(ge=0, le=60)] = 0
    kinds: tuple[Kind, ...] = (Kind.DIFFERENCE, Kind.RATIO)
    trees: Annotated[int, Field(ge=10, le=1000)] = 100  # of the booster that says what is informative


@dataclass(frozen=True, slots=True)
class Cross:
    """`left` - `right`, or `left` / `right`: two columns by position."""

    kind: Kind
    left: int
    right: int

    def name(self, names: Sequence[str]) -> str:
        sign = "-" if self.kind is Kind.DIFFERENCE else "/"
        return f"{names[self.left]} {sign} {names[self.right]}"

    def as_json(self) -> dict[str, Any]:
        return {"kind": self.kind.value, "left": self.left, "right": self.right}


def cross_from_json(content: Mapping[str, Any]) -> Cross:
    return Cross(Kind(content["kind"]), int(content["left"]), int(content["right"]))


def choose_crosses(
    values: Floats, outcome: Floats, spec: CrossSpec, booster: BoosterSpec, seed: int
) -> tuple[Cross, ...]:
    """All pairs of the columns a first booster gains most from, in table order. Only training rows may come in here.

    Raises InputError if only one outcome occurs.
    """
    if not spec.columns:
        return ()
    import lightgbm  # noqa: PLC0415 - seconds to import

    columns = tuple(Column(f"c{i}", Risk.FREE) for i in range(values.shape[1]))
    first = booster.model_copy(update={"members": 1, "trees": spec.trees, "monotone": False})
    text = fit_booster(values, outcome, columns, first, seed)
    gain = lightgbm.Booster(model_str=text).feature_importance("gain")
    best = [i for i in np.argsort(-gain, kind="stable")[: spec.columns] if gain[i] > 0]
    return tuple(
        Cross(kind, left, right) for kind in spec.kinds for left, right in combinations(sorted(map(int, best)), 2)
    )


def add_crosses(values: Floats, crosses: Sequence[Cross]) -> Floats:
    """The table (rows, columns) with a column for each cross; missing where either side is, or nothing divides.

    >>> add_crosses(np.array([[6.0, 2.0], [1.0, 0.0]]), [Cross(Kind.RATIO, 0, 1), Cross(Kind.DIFFERENCE, 0, 1)])
    array([[ 6.,  2.,  3.,  4.],
           [ 1.,  0., nan,  1.]])
    """
    if not crosses:
        return values
    made = np.empty((len(values), len(crosses)))
    with np.errstate(over="ignore"):  # what is too large for a double counts as missing
        for place, cross in enumerate(crosses):
            left, right = values[:, cross.left], values[:, cross.right]
            if cross.kind is Kind.DIFFERENCE:
                made[:, place] = left - right
            else:
                made[:, place] = left / np.where(np.abs(right) > _SMALLEST, right, np.nan)
    return np.ascontiguousarray(np.hstack([values, np.where(np.isfinite(made), made, np.nan)]))
