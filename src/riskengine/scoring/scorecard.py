"""The classical rival: weight-of-evidence bins, missing being a bin of its own, and logistic regression."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riskengine.scoring.calibration import Floats, probability
from riskengine.scoring.stability import bin_edges

_MIN_INFORMATION = 0.01
_MAX_CORRELATION = 0.75


@dataclass(frozen=True, slots=True)
class BinnedFeature:
    """One characteristic: weight of evidence ln(share of bad / share of good) per bin, the last bin for missing."""

    name: str
    column: int
    edges: Floats
    weights: Floats
    information: float  # information value, sum of (bad share - good share) x weight

    def transform(self, values: Floats) -> Floats:
        return self.weights[_bin_numbers(values[:, self.column], self.edges)]


@dataclass(frozen=True, slots=True)
class Scorecard:
    characteristics: tuple[BinnedFeature, ...]
    coefficients: Floats
    intercept: float

    def predict(self, values: Floats) -> Floats:
        """PD per row of (rows, features), the columns as in fitting."""
        if not self.characteristics:
            return probability(np.full(len(values), self.intercept))
        evidence = np.column_stack([c.transform(values) for c in self.characteristics])
        return probability(self.intercept + evidence @ self.coefficients)


def fit_scorecard(values: Floats, outcome: Floats, names: tuple[str, ...], *, bins: int, most: int) -> Scorecard:
    """Bin every feature, keep up to `most` by information value that do not repeat each other, fit the weights."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - a slow import

    binned = [_bin_feature(name, i, values[:, i], outcome, bins) for i, name in enumerate(names)]
    chosen = _choose(sorted(binned, key=lambda b: (-b.information, b.name)), values, most)
    if not chosen:
        rate = float(outcome.mean())
        return Scorecard((), np.empty(0), float(np.log(rate / (1 - rate))))
    evidence = np.column_stack([c.transform(values) for c in chosen])
    fitted = LogisticRegression(C=1.0, max_iter=1000).fit(evidence, outcome)
    return Scorecard(tuple(chosen), np.asarray(fitted.coef_[0], dtype=np.float64), float(fitted.intercept_[0]))


def _bin_feature(name: str, column: int, values: Floats, outcome: Floats, bins: int) -> BinnedFeature:
    edges = bin_edges(values, bins)
    number = _bin_numbers(values, edges)
    size = len(edges) + 2
    bad = np.bincount(number, weights=outcome, minlength=size) + 0.5
    good = np.bincount(number, weights=1 - outcome, minlength=size) + 0.5
    bad_share, good_share = bad / bad.sum(), good / good.sum()
    weights = np.log(bad_share / good_share)
    weights[np.bincount(number, minlength=size) == 0] = 0.0  # a bin nobody was in says nothing
    return BinnedFeature(name, column, edges, weights, float(np.sum((bad_share - good_share) * weights)))


def _choose(ranked: list[BinnedFeature], values: Floats, most: int) -> list[BinnedFeature]:
    chosen: list[BinnedFeature] = []
    kept: list[Floats] = []
    for candidate in ranked:
        if len(chosen) == most or candidate.information < _MIN_INFORMATION:
            break
        evidence = candidate.transform(values)
        if all(abs(np.corrcoef(evidence, other)[0, 1]) < _MAX_CORRELATION for other in kept):
            chosen.append(candidate)
            kept.append(evidence)
    return chosen


def _bin_numbers(values: Floats, edges: Floats) -> NDArray[np.int64]:
    number = np.searchsorted(edges, np.nan_to_num(values), side="right")
    return np.where(np.isnan(values), len(edges) + 1, number).astype(np.int64)
