"""Has the population moved? The population stability index with the value chance alone would reach."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riskengine.scoring.calibration import Floats
from riskengine.terms.errors import InputError


@dataclass(frozen=True, slots=True)
class Stability:
    """`psi` above `critical` (95 %) is more than sampling noise, whatever the usual cut-offs 0.10 and 0.25 say."""

    psi: float
    critical: float

    @property
    def moved(self) -> bool:
        return self.psi > self.critical


def psi(expected: NDArray[np.int64], actual: NDArray[np.int64]) -> Stability:
    """PSI = sum (a - e) ln(a / e) over bins, from counts smoothed by +0.5; shape (bins,) each.

    Critical value chi2(B - 1, 95 %) x (1/N + 1/M) (Yurdakul and Naranjo, 2020).

    >>> round(psi(np.array([100, 100]), np.array([100, 100])).psi, 6)
    0.0
    """
    from scipy.stats import chi2  # noqa: PLC0415 - a slow import

    n, m, bins = int(expected.sum()), int(actual.sum()), len(expected)
    if bins < 2 or len(actual) != bins or n == 0 or m == 0:
        raise InputError("two counts over the same two or more bins are needed", where="PSI")
    e = (expected + 0.5) / (n + 0.5 * bins)
    a = (actual + 0.5) / (m + 0.5 * bins)
    critical = float(chi2.ppf(0.95, bins - 1)) * (1 / n + 1 / m)
    return Stability(float(np.sum((a - e) * np.log(a / e))), critical)


def bin_edges(values: Floats, bins: int = 10) -> Floats:
    """Inner edges of up to `bins` bins of equal size; fewer where values repeat. Missing values are left out."""
    present = values[~np.isnan(values)]
    if present.size == 0:
        return np.empty(0)
    return np.unique(np.quantile(present, np.linspace(0, 1, bins + 1)[1:-1]))


def bin_counts(values: Floats, edges: Floats) -> NDArray[np.int64]:
    """Counts per bin, with one more bin at the end for missing values; shape (edges + 2,)."""
    missing = np.isnan(values)
    counts = np.bincount(np.searchsorted(edges, values[~missing], side="right"), minlength=len(edges) + 1)
    return np.append(counts, missing.sum()).astype(np.int64)
