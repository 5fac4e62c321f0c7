"""The PD model as everything above sees it: float64 arrays in, float64 arrays out."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from riskengine.scoring.calibration import Calibration, Floats
from riskengine.scoring.shapley.contributions import tables_of
from riskengine.terms.errors import InputError, UsageError

if TYPE_CHECKING:
    from lightgbm import Booster


@dataclass(frozen=True, slots=True)
class Prediction:
    """Per customer: the booster's `raw` log-odds before calibration, and the calibrated `pd_12m` in 0..1."""

    raw: Floats
    pd_12m: Floats


@dataclass(frozen=True, slots=True)
class PdModel:
    """A loaded model. Rows are scored one by one: chunks, order and threads cannot change a result.

    `digest` identifies the bundle it came from. `seen_missing` names the features of which training saw missing
    values; LightGBM silently reads a missing value of any other feature as 0.0, so that is refused here. Features in
    money are in units of `reporting_currency`; None where whoever wrote the bundle did not say.
    """

    name: str
    version: str
    digest: str
    features: tuple[str, ...]
    horizon_days: int
    calibration: Calibration
    seen_missing: frozenset[str]
    booster: "Booster"
    reporting_currency: str | None = None

    def predict(self, matrix: Floats, *, threads: int = 0) -> Prediction:
        """Score a float64 matrix of shape (customers, features), NaN for missing. `threads` 0: as many as there are.

        Raises UsageError if the shape is wrong; InputError if a value is infinite, or missing in a feature of which
        training saw no missing value.
        """
        checked = self._checked(matrix)
        if len(checked) == 0:
            return Prediction(np.empty(0), np.empty(0))
        raw = np.asarray(self.booster.predict(checked, raw_score=True, num_threads=threads), dtype=np.float64)
        return Prediction(raw, self.calibration.pd(raw))

    def contributions(self, matrix: Floats) -> Floats:
        """Exact TreeSHAP per feature in log-odds, shape (customers, features + 1), the last column the base.

        With Platt's calibration each row adds up to the calibrated log-odds (the slope multiplies every column, the
        intercept and the long-run shift join the base); with a floored one to that of its line, to which the hazard
        that is the same for everybody is added afterwards. With isotonic calibration, which is not linear, it adds up
        to the raw log-odds plus the shift. The PD floor is not part of it. Errors as in `predict`, and InputError if
        the booster is of a kind that `read_trees` does not read.
        """
        out = tables_of(self.booster).contributions(self._checked(matrix))
        if self.calibration.has_line:
            out *= self.calibration.slope
            out[:, -1] += self.calibration.intercept
        out[:, -1] += self.calibration.shift
        return out

    def _checked(self, matrix: Floats) -> Floats:
        rows = np.ascontiguousarray(matrix, dtype=np.float64)
        if rows.ndim != 2 or rows.shape[1] != len(self.features):
            raise UsageError(
                f"the matrix has shape {rows.shape}, expected (customers, {len(self.features)})",
                where=f"model {self.name} {self.version}",
                remedy="take the columns named by .features, in that order",
            )
        self._refuse(np.any(np.isinf(rows), axis=0), "infinite values")
        unseen = np.array([f not in self.seen_missing for f in self.features], dtype=bool)
        self._refuse(
            np.logical_and(np.any(np.isnan(rows), axis=0), unseen), "missing values, of which training saw none,"
        )
        return rows

    def _refuse(self, columns: NDArray[Any], what: str) -> None:
        if columns.any():
            names = ", ".join(name for name, hit in zip(self.features, columns, strict=True) if hit)
            raise InputError(
                f"{what} in {names}",
                where=f"model {self.name} {self.version}",
                remedy="mend the features, or train with masking of their source",
            )
