"""Does the PD hold what it says? Tests per grade and for the whole book.

Sources: Tasche (2006) and the ECB's instructions for validation reporting (2019) for the binomial and Jeffreys test;
Hosmer and Lemeshow (1980); Spiegelhalter (1986); Cox (1958) for slope and intercept. All assume that defaults are
independent; in a downturn they are not, and the tests then reject too often.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from riskengine.scoring.calibration import Floats, logistic_line, logit, probability
from riskengine.terms.errors import InputError


@dataclass(frozen=True, slots=True)
class TestResult:
    """A statistic and its p-value; a small p-value speaks against the PDs."""

    statistic: float
    p_value: float

    __test__ = False  # not a class of tests, whatever pytest makes of the name


@dataclass(frozen=True, slots=True)
class CalibrationLine:
    """Log-odds of default = intercept + slope x log-odds of the PD; a good PD has 0 and 1.

    Slope below 1: PDs too extreme.
    `level` is the intercept with the slope held at 1: above 0, PDs too low on the whole.
    """

    intercept: float
    slope: float
    level: float


@dataclass(frozen=True, slots=True)
class BandCalibration:
    """One band of PD (low <= PD < high) against what happened; rates are None where the band is empty."""

    low: float
    high: float
    customers: int
    defaults: int
    mean_pd: float | None
    default_rate: float | None
    jeffreys_p: float | None  # small: the PD is too low
    binomial_p: float | None  # small: the PD is too low


def binomial_p(n: int, defaults: int, pd: float) -> float:
    """Chance of at least that many defaults among n if `pd` were true (exact, one-sided).

    >>> round(binomial_p(100, 3, 0.01), 4)
    0.0794
    """
    from scipy.stats import binom  # noqa: PLC0415 - a slow import

    _check_counts(n, defaults, pd)
    return float(binom.sf(defaults - 1, n, pd))


def jeffreys_p(n: int, defaults: int, pd: float) -> float:
    """Posterior chance, with Jeffreys' prior, that the true rate is at most `pd`: Beta(d + 1/2, n - d + 1/2) at pd.

    >>> round(jeffreys_p(60, 2, 0.005), 4)
    0.0117
    """
    from scipy.stats import beta  # noqa: PLC0415 - a slow import

    _check_counts(n, defaults, pd)
    return float(beta.cdf(pd, defaults + 0.5, n - defaults + 0.5))


def hosmer_lemeshow(pd: Floats, outcome: Floats, *, groups: int = 10, fitted_here: bool = False) -> TestResult:
    """Chi-square over groups of equal size by PD; customers of equal PD are never torn apart.

    Degrees of freedom: the number of groups for PDs from elsewhere, two less for PDs fitted on this very sample.
    """
    from scipy.stats import chi2  # noqa: PLC0415 - a slow import

    edges = np.unique(np.quantile(pd, np.linspace(0, 1, groups + 1)[1:-1]))
    group = np.searchsorted(edges, pd, side="right")
    size = np.bincount(group)
    size_used = size > 0
    expected = np.bincount(group, weights=pd)[size_used]
    observed = np.bincount(group, weights=outcome)[size_used]
    n = size[size_used]
    statistic = float(np.sum((observed - expected) ** 2 / (expected * (1 - expected / n))))
    freedom = len(n) - (2 if fitted_here else 0)
    if freedom < 1:
        raise InputError("too few distinct PDs for that many groups", where="Hosmer-Lemeshow", remedy="ask for more")
    return TestResult(statistic, float(chi2.sf(statistic, freedom)))


def spiegelhalter(pd: Floats, outcome: Floats) -> TestResult:
    """Z of the Brier score against its expectation under the PDs, with the two-sided p-value."""
    variance = float(np.sum((1 - 2 * pd) ** 2 * pd * (1 - pd)))
    if variance == 0:
        raise InputError("the PDs leave nothing to chance", where="Spiegelhalter", remedy="use a PD floor")
    z = float(np.sum((outcome - pd) * (1 - 2 * pd))) / math.sqrt(variance)
    return TestResult(z, math.erfc(abs(z) / math.sqrt(2)))


def calibration_line(pd: Floats, outcome: Floats) -> CalibrationLine:
    """Maximum likelihood line through the log-odds. Raises InputError if one outcome does not occur."""
    from scipy.optimize import brentq  # noqa: PLC0415 - a slow import

    if not 0 < outcome.sum() < outcome.size:
        raise InputError("only one outcome occurs", where="calibration line", remedy="widen the window")
    x = logit(pd)
    intercept, slope = logistic_line(x, outcome)
    total = float(outcome.sum())
    level = float(brentq(lambda shift: float(probability(x + shift).sum()) - total, -60.0, 60.0))
    return CalibrationLine(intercept, slope, level)


def calibration_by_band(pd: Floats, outcome: Floats, upper: Sequence[float]) -> list[BandCalibration]:
    """PD against outcome in half-open bands; `upper` are the rising upper ends, a PD on one belongs to the worse band.

    The last band takes everything from its lower end up.
    """
    band = np.minimum(np.searchsorted(np.array(upper), pd, side="right"), len(upper) - 1)
    low = [0.0, *upper[:-1]]
    return [_one_band(low[i], upper[i], pd[band == i], outcome[band == i]) for i in range(len(upper))]


def _one_band(low: float, high: float, pd: Floats, outcome: Floats) -> BandCalibration:
    n, defaults = int(pd.size), int(outcome.sum())
    if n == 0:
        return BandCalibration(low, high, 0, 0, None, None, None, None)
    mean = float(pd.mean())
    tests = jeffreys_p(n, defaults, mean), binomial_p(n, defaults, mean)
    return BandCalibration(low, high, n, defaults, mean, defaults / n, *tests)


def _check_counts(n: int, defaults: int, pd: float) -> None:
    if not (0 <= defaults <= n and n > 0 and 0 <= pd <= 1):
        raise InputError(f"{defaults} defaults among {n} at PD {pd} is impossible", where="calibration test")
