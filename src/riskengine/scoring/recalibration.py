"""A calibration refitted on outcomes that have ripened since; the trees, and so the ranking, stay what they are.

Level only, or level and slope: how far a model was too extreme is not known from a few defaults, so the slope is
touched only with at least so many defaulted customers (100 unless the thresholds say otherwise; Collins, Ogundimu and
Altman, 2016, ask for a hundred events to validate), and only if it is off beyond chance; the smallest update that is
called for is made (in the manner of the closed test of Vergouwe and others, 2017, with errors by customer).
Everything is in log-odds of the outcome the model was trained on; a shift to a long-run rate stays as it was stated.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from riskengine.scoring.calibration import Calibration, Floats, Method, probability
from riskengine.scoring.matrix import customer_folds
from riskengine.scoring.monitoring.performance import Estimate, design_effect, level_of, robust_line, slope_of
from riskengine.terms.errors import InputError
from riskengine.terms.text import Text

FOLDS = 5
_WIDEST = 30.0  # log-odds


class Extent(StrEnum):
    """How much of a calibration is refitted."""

    LEVEL = "level"
    LEVEL_AND_SLOPE = "level_and_slope"


@dataclass(frozen=True, slots=True)
class Ripened:
    """Outcomes to recalibrate on, one entry per customer and month end: raw log-odds, 0 or 1, and whose they are."""

    raw: Floats
    outcome: Floats
    customer_id: NDArray[np.object_]

    @property
    def people(self) -> NDArray[np.int64]:
        return np.unique(self.customer_id.astype(str), return_inverse=True)[1].astype(np.int64)

    @property
    def bad_customers(self) -> int:
        return len(set(self.customer_id[self.outcome > 0].tolist()))

    def only(self, kept: NDArray[np.bool_]) -> "Ripened":
        return Ripened(self.raw[kept], self.outcome[kept], self.customer_id[kept])


@dataclass(frozen=True, slots=True)
class Choice:
    """`level`, `slope`: as they were before, with the p-value of nothing being wrong. `called_for`: what would be
    refitted is off."""

    extent: Extent
    reason: Text
    level: Estimate
    slope: Estimate | None
    called_for: bool


def own_scale(calibration: Calibration, raw: Floats) -> Floats:
    """PDs of the outcome the model was trained on, before a shift to a long-run rate."""
    return replace(calibration, shift=0.0).pd(raw)


def choose_extent(calibration: Calibration, rows: Ripened, slope_defaults: int = 100) -> Choice:
    """What is called for, by the rule above. Raises InputError if one outcome does not occur."""
    if not 0 < rows.outcome.sum() < len(rows.outcome):
        raise InputError("only one outcome occurs", where="recalibration", remedy="take more months")
    own, people, bad = own_scale(calibration, rows.raw), rows.people, rows.bad_customers
    level = level_of(own, rows.outcome, design_effect(own, rows.outcome, people))
    slope = slope_of(own, rows.outcome, people)
    off = slope is not None and slope.p_value < 0.05
    called_for = level.p_value < 0.05
    if bad < slope_defaults:
        reason = Text(
            f"{bad} customers defaulted; below {slope_defaults} the slope is left alone",
            f"违约客户{bad}家；少于{slope_defaults}家时不调整斜率",
        )
        return Choice(Extent.LEVEL, reason, level, slope, called_for)
    if not off:
        reason = Text("the slope is not off beyond chance (5 %)", "斜率未显著偏离（5%）")
        return Choice(Extent.LEVEL, reason, level, slope, called_for)
    reason = Text(
        f"{bad} customers defaulted, and the slope is off beyond chance (5 %)",
        f"违约客户{bad}家，且斜率显著偏离（5%）",
    )
    return Choice(Extent.LEVEL_AND_SLOPE, reason, level, slope, called_for=True)


def recalibrate(calibration: Calibration, rows: Ripened, extent: Extent) -> Calibration:
    """The calibration whose mean PD over `rows` is their default rate, and whose slope is theirs if asked for.

    Strictly rising where the old one was, so that the ranking stays. Raises InputError if the floor does not allow the
    rate, or the default rate falls as the PD rises.
    """
    own = replace(calibration, shift=0.0)
    if extent is Extent.LEVEL_AND_SLOPE:
        own = _resloped(own, rows)
    return replace(_levelled(own, rows.raw, float(rows.outcome.mean())), shift=calibration.shift)


def unseen_pd(calibration: Calibration, rows: Ripened, extent: Extent, seed: int) -> Floats:
    """PD of each row by a recalibration that did not see its customer (five folds of customers).

    What a calibration says of the very rows it was fitted on is right by construction.
    """
    fold = customer_folds(rows.customer_id, FOLDS, seed)
    out = np.empty(len(rows.raw))
    for number in range(FOLDS):
        here = fold == number
        if here.any():
            out[here] = own_scale(recalibrate(calibration, rows.only(~here), extent), rows.raw[here])
    return out


def moved_by(calibration: Calibration, by: float) -> Calibration:
    """All PDs moved along the log-odds by as much, above the floor.

    With a hazard h the odds are (h + e^line) / (1 - h): both parts grow by e^by, which is again of that form.
    """
    if calibration.method is Method.ISOTONIC:
        return replace(calibration, knots=tuple((x, y + by) for x, y in calibration.knots))
    if calibration.hazard == 0:
        return replace(calibration, intercept=calibration.intercept + by)
    odds = calibration.hazard / (1 - calibration.hazard) * float(np.exp(by))
    hazard = odds / (1 + odds)
    held = float(np.log1p(-hazard) - np.log1p(-calibration.hazard))
    return replace(calibration, hazard=hazard, intercept=calibration.intercept + by + held)


def _levelled(calibration: Calibration, raw: Floats, rate: float) -> Calibration:
    from scipy.optimize import brentq  # noqa: PLC0415 - a slow import

    def excess(by: float) -> float:
        return float(moved_by(calibration, by).pd(raw).mean()) - rate

    if excess(-_WIDEST) >= 0 or excess(_WIDEST) <= 0:
        raise InputError(
            f"no shift of the PDs (floor {calibration.floor:g}) gives the observed rate of {rate:.4%}",
            where="recalibration",
            remedy="take more months, or redevelop the model with a lower pd_floor",
        )
    return moved_by(calibration, float(brentq(excess, -_WIDEST, _WIDEST, xtol=1e-12)))


def _resloped(calibration: Calibration, rows: Ripened) -> Calibration:
    """The line, or the knots, with the slope of the outcomes; a hazard stays, for it is fitted with few defaults."""
    line = replace(calibration, hazard=0.0).log_odds(rows.raw)
    if calibration.hazard:
        intercept, slope = _line_above(line, rows.outcome, calibration.hazard)
    else:
        beta, _ = robust_line(line, rows.outcome, rows.people)
        intercept, slope = float(beta[0]), float(beta[1])
    if slope <= 0:
        raise InputError(
            f"the default rate falls while the PD rises (slope {slope:.3f})",
            where="recalibration",
            remedy="the ranking is lost, which no calibration mends: redevelop the model",
        )
    if calibration.method is Method.ISOTONIC:
        return replace(calibration, knots=tuple((x, intercept + slope * y) for x, y in calibration.knots))
    return replace(calibration, intercept=intercept + slope * calibration.intercept, slope=slope * calibration.slope)


def _line_above(x: Floats, outcome: Floats, hazard: float) -> tuple[float, float]:
    """Maximum likelihood of PD = h + (1 - h) x logistic(intercept + slope x) over both, h held."""
    from scipy.optimize import minimize  # noqa: PLC0415 - a slow import

    def loss(at: Floats) -> tuple[float, Floats]:
        p = probability(at[0] + at[1] * x)
        pd = np.clip(hazard + (1 - hazard) * p, 1e-12, 1 - 1e-12)
        inner = (pd - outcome) / (pd * (1 - pd)) * (1 - hazard) * p * (1 - p)
        gradient = np.array([inner.sum(), inner @ x]) / x.size
        return -float(np.log(np.where(outcome > 0, pd, 1 - pd)).mean()), gradient

    options = {"ftol": 1e-14, "gtol": 1e-10}
    found = minimize(loss, np.array([0.0, 1.0]), jac=True, method="L-BFGS-B", options=options)
    return float(found.x[0]), float(found.x[1])
