"""From the booster's raw log-odds to a PD: as numbers that can be stored, read and checked."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from riskengine.terms.errors import InputError

Floats = NDArray[np.float64]

_WIDEST = 30.0  # log-odds; beyond it a double cannot tell a PD from 0 or 1


class Method(StrEnum):
    PLATT = "platt"
    ISOTONIC = "isotonic"
    FLOORED = "floored"


@dataclass(frozen=True, slots=True)
class Calibration:
    """A monotone map from raw log-odds to PD.

    Platt: calibrated log-odds = `intercept` + `slope` x raw. Floored: PD = `hazard` + (1 - `hazard`) x that of such a
    line, for what strikes everybody alike and no feature announces: fraud, fire, a death. Isotonic: straight lines
    through the `knots`, pairs of (raw, calibrated log-odds), flat beyond the ends. `shift` is then added to the
    log-odds (see `shifted_to`), and no PD is lower than `floor`.
    """

    method: Method
    floor: float
    slope: float = 1.0
    intercept: float = 0.0
    knots: tuple[tuple[float, float], ...] = ()
    shift: float = 0.0
    hazard: float = 0.0

    @property
    def has_line(self) -> bool:
        """Whether `intercept` + `slope` x raw says what the features contribute."""
        return self.method is not Method.ISOTONIC

    def log_odds(self, raw: Floats) -> Floats:
        """Calibrated log-odds of raw log-odds, shape kept, before the floor."""
        if self.has_line:
            line = np.asarray(self.intercept + self.slope * raw, dtype=np.float64)
            return np.asarray((_with_hazard(line, self.hazard) if self.hazard else line) + self.shift)
        x, y = np.array(self.knots, dtype=np.float64).T
        return np.asarray(np.interp(raw, x, y) + self.shift, dtype=np.float64)

    def pd(self, raw: Floats) -> Floats:
        """PD in [floor, 1] of raw log-odds, shape kept."""
        return np.maximum(probability(self.log_odds(raw)), self.floor)

    def as_json(self) -> dict[str, Any]:
        return {
            "method": self.method.value,
            "floor": self.floor,
            "slope": self.slope,
            "intercept": self.intercept,
            "knots": [list(k) for k in self.knots],
            "shift": self.shift,
            "hazard": self.hazard,
        }


def calibration_from_json(content: Mapping[str, Any]) -> Calibration:
    return Calibration(
        method=Method(content["method"]),
        floor=float(content["floor"]),
        slope=float(content["slope"]),
        intercept=float(content["intercept"]),
        knots=tuple((float(x), float(y)) for x, y in content["knots"]),
        shift=float(content["shift"]),
        hazard=float(content.get("hazard", 0.0)),  # bundles of before this was known have none
    )


def probability(log_odds: Floats) -> Floats:
    """The inverse of the logit.

    >>> probability(np.array([0.0])).tolist()
    [0.5]
    """
    from scipy.special import expit  # noqa: PLC0415 - a slow import; element by element, so chunking cannot show

    return np.asarray(expit(log_odds), dtype=np.float64)


def logit(pd: Floats) -> Floats:
    """Log-odds of a probability; 0 and 1 become -30 and 30.

    >>> logit(np.array([0.5, 0.0])).tolist()
    [0.0, -30.0]
    """
    inside = np.clip(pd, probability(np.array(-_WIDEST)), probability(np.array(_WIDEST)))
    return np.asarray(np.clip(np.log(inside) - np.log1p(-inside), -_WIDEST, _WIDEST), dtype=np.float64)


def fit_platt(raw: Floats, outcome: Floats, *, floor: float) -> Calibration:
    """Logistic regression of the outcome (0/1) on raw log-odds, with Platt's smoothed targets (Platt, 1999).

    Raises InputError if only one of the two outcomes occurs.
    """
    bad, good = _counts(outcome)
    target = np.where(outcome > 0, (bad + 1.0) / (bad + 2.0), 1.0 / (good + 2.0))
    intercept, slope = logistic_line(raw, target)
    if slope <= 0:
        raise InputError(
            f"the score falls while the default rate rises (calibration slope {slope:.3f})",
            where="calibration",
            remedy="the calibration sample is too small or unlike the training sample; widen it",
        )
    return Calibration(Method.PLATT, floor, slope=slope, intercept=intercept)


def fit_floored(raw: Floats, outcome: Floats, *, floor: float) -> Calibration:
    """Maximum likelihood of PD = h + (1 - h) x logistic(intercept + slope x raw) over all three, h from 0 up.

    Raises InputError as `fit_platt` does, whose line is where the search begins.
    """
    from scipy.optimize import minimize  # noqa: PLC0415 - a slow import

    line = fit_platt(raw, outcome, floor=floor)
    rate = float(outcome.mean())

    def loss(at: Floats) -> tuple[float, Floats]:
        intercept, log_slope, log_hazard = at
        slope, hazard = np.exp(log_slope), np.exp(log_hazard)
        p = probability(intercept + slope * raw)
        pd = np.clip(hazard + (1 - hazard) * p, 1e-12, 1 - 1e-12)
        pull = (pd - outcome) / (pd * (1 - pd))
        inner = pull * (1 - hazard) * p * (1 - p)
        gradient = np.array([inner.sum(), slope * (inner @ raw), hazard * (pull @ (1 - p))])
        return float(-np.sum(np.log(np.where(outcome > 0, pd, 1 - pd)))) / raw.size, gradient / raw.size

    bounds = [(-_WIDEST, _WIDEST), (-5.0, 5.0), (np.log(1e-8), np.log(0.99 * rate))]
    start = np.array([line.intercept, np.log(line.slope), np.log(0.1 * rate)])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-14, "gtol": 1e-10})
    intercept, log_slope, log_hazard = found.x
    return Calibration(
        Method.FLOORED, floor, float(np.exp(log_slope)), float(intercept), hazard=float(np.exp(log_hazard))
    )


def levelled_to(calibration: Calibration, raw: Floats, rate: float) -> Calibration:
    """The calibration with its line, or its steps, moved until the mean PD over `raw` is `rate`; the hazard stays.

    Unlike the shift of `shifted_to` this is part of what the model says of the outcome it was trained on: the level of
    the latest outcomes, where the shape comes from all of them. Raises InputError if the hazard makes
    `rate` impossible.
    """
    from scipy.optimize import brentq  # noqa: PLC0415 - a slow import

    def moved(by: float) -> Calibration:
        knots = tuple((x, y + by) for x, y in calibration.knots)
        return replace(calibration, intercept=calibration.intercept + by, knots=knots)

    def excess(by: float) -> float:
        return float(moved(by).pd(raw).mean()) - rate

    if excess(-_WIDEST) >= 0:
        raise InputError(
            f"what strikes everybody alike is {calibration.hazard:.2%}, more than the latest rate of {rate:.2%}",
            where="calibration.level_months",
            remedy="take the level from more months, or method: platt",
        )
    return moved(float(brentq(excess, -_WIDEST, _WIDEST, xtol=1e-12)))


def fit_isotonic(raw: Floats, outcome: Floats, *, floor: float) -> Calibration:
    """Isotonic regression (pool adjacent violators) stored as knots; steps of rate 0 or 1 are held off the ends.

    Raises InputError if only one of the two outcomes occurs.
    """
    from sklearn.isotonic import IsotonicRegression  # noqa: PLC0415 - a slow import

    bad, good = _counts(outcome)
    fitted = IsotonicRegression(out_of_bounds="clip").fit(raw, outcome)
    lowest, highest = 0.5 / (good + 1.0), 1.0 - 0.5 / (bad + 1.0)
    rates = logit(np.clip(np.asarray(fitted.y_thresholds_, dtype=np.float64), lowest, highest))
    knots = tuple((float(x), float(y)) for x, y in zip(fitted.X_thresholds_, rates, strict=True))
    return Calibration(Method.ISOTONIC, floor, knots=knots)


def shifted_to(calibration: Calibration, raw: Floats, rate: float) -> Calibration:
    """The calibration moved along the log-odds until the mean PD over `raw` is `rate`.

    Needed where the outcome is a stand-in for default (30 days late within 60 days, say): the order of customers is
    learnt from the stand-in, the level is stated from outside. Raises InputError if the floor makes `rate` impossible.
    """
    from scipy.optimize import brentq  # noqa: PLC0415 - a slow import

    def excess(shift: float) -> float:
        return float(_moved(calibration, shift).pd(raw).mean()) - rate

    if excess(-_WIDEST) >= 0:
        raise InputError(
            f"the PD floor {calibration.floor} does not allow a mean PD of {rate}",
            where="calibration.long_run_default_rate",
            remedy="lower pd_floor or state a higher rate",
        )
    return _moved(calibration, float(brentq(excess, -_WIDEST, _WIDEST, xtol=1e-12)))


def logistic_line(x: Floats, target: Floats, *, weight: Floats | None = None) -> tuple[float, float]:
    """Intercept and slope that maximise the likelihood of `target` (0..1) given logistic(intercept + slope x).

    Newton's method with halved steps; raises InputError if it does not settle, as when x separates the outcomes.
    """
    w = np.ones_like(x) if weight is None else weight
    design = np.column_stack([np.ones_like(x), x])
    beta = np.array([logit(np.array(np.average(target, weights=w))).item(), 0.0])
    for _ in range(100):
        p = probability(design @ beta)
        gradient = design.T @ (w * (target - p))
        curvature = design.T @ (design * (w * p * (1 - p))[:, None]) + 1e-12 * np.eye(2)
        step = np.linalg.solve(curvature, gradient)
        step *= min(1.0, 4.0 / max(float(np.abs(step).max()), 1e-300))
        beta = beta + step
        if float(np.abs(step).max()) < 1e-10:
            return float(beta[0]), float(beta[1])
    raise InputError(
        "the calibration line does not settle",
        where="calibration",
        remedy="the score separates the outcomes completely, or there are too few of one kind; widen the sample",
    )


def _moved(calibration: Calibration, shift: float) -> Calibration:
    return replace(calibration, shift=shift)


def _with_hazard(line: Floats, hazard: float) -> Floats:
    """Log-odds of h + (1 - h) x logistic(line): (h + e^line) / (1 - h), which loses no digit at either end."""
    return np.asarray(np.logaddexp(np.log(hazard), line) - np.log1p(-hazard), dtype=np.float64)


def _counts(outcome: Floats) -> tuple[float, float]:
    bad = float(outcome.sum())
    good = float(outcome.size - bad)
    if bad == 0 or good == 0:
        raise InputError(
            f"{bad:.0f} bad and {good:.0f} good rows: a calibration needs both",
            where="calibration",
            remedy="widen the windows or choose an outcome that occurs",
        )
    return bad, good
