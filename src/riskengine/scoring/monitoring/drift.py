"""Has what goes in, or what comes out, moved since development? PSI beside what chance alone reaches.

Counts of training are of rows; chance is judged by customers, of whom training saw each several times. Many features
are looked at at once: a feature counts as moved only if its PSI is beyond what chance reaches, once in twenty, with any
of them (Bonferroni), so that a table of a hundred features does not cry wolf every month.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from riskengine.scoring.calibration import Floats
from riskengine.scoring.monitoring.development import Development, FeatureBins, share_by_bin
from riskengine.scoring.monitoring.watched import Watched
from riskengine.scoring.pd_model import PdModel
from riskengine.scoring.stability import bin_counts, psi
from riskengine.scoring.validation.grades import Bands

Counts = NDArray[np.int64]
_ONCE_IN_TWENTY = 0.05


@dataclass(frozen=True, slots=True)
class Drift:
    """`critical`: what chance alone reaches once in twenty; `sure`: that of all that are looked at together."""

    name: str
    psi: float
    critical: float
    sure: float

    @property
    def moved(self) -> bool:
        return self.psi > self.sure


@dataclass(frozen=True, slots=True)
class FeatureDrift(Drift):
    """`weight`: share of the model's contributions in training. `effect`: how much its mean contribution moved, in
    log-odds; None where it was not measured."""

    missing_before: float
    missing_now: float
    weight: float
    effect: float | None = None

    @property
    def vanished(self) -> bool:
        """Nobody has it any more."""
        return self.missing_now == 1.0 and self.missing_before < 1.0


@dataclass(frozen=True, slots=True)
class GradeShares:
    """Shares of the rated by grade of the PD; `up` and `down`: of those there on the date before, who got better, and
    who got worse, None on the first date."""

    labels: tuple[str, ...]
    before: tuple[float, ...]
    now: tuple[float, ...]
    drift: Drift | None
    up: float | None
    down: float | None


def feature_drifts(development: Development, watched: Watched) -> tuple[FeatureDrift, ...]:
    """Every feature of the model, in its order; nothing where nobody is there."""
    if len(watched) == 0:
        return ()
    looked_at = sum(len(_kept(f)) > 1 for f in development.features)
    return tuple(
        _feature_drift(f, watched.values[:, i], development.customers, looked_at)
        for i, f in enumerate(development.features)
    )


def effects(model: PdModel, development: Development, watched: Watched) -> Floats:
    """How much each feature's mean contribution moved since training, in log-odds of the booster.

    They sum to the change of the mean raw score, if the training rows are scored by the model itself.
    """
    said = model.contributions(watched.values[watched.rated])[:, :-1]
    if model.calibration.has_line:
        said /= model.calibration.slope
    return np.asarray(said.mean(axis=0) - np.array([f.mean for f in development.features]), dtype=np.float64)


def score_drift(development: Development, watched: Watched) -> Drift | None:
    """The raw score in tenths of training; None where nobody is rated."""
    raw = watched.raw[watched.rated]
    if raw.size == 0:
        return None
    edges = np.unique(np.quantile(np.array(development.quantiles), np.linspace(0, 1, 11)[1:-1]))
    before = _counts_of(share_by_bin(development.quantiles, edges), development.rows)
    return _drift("score", before, bin_counts(raw, edges)[:-1], development.customers, 1)


def grade_shares(
    model: PdModel, development: Development | None, watched: Watched, earlier: Watched | None, bands: Bands
) -> GradeShares | None:
    """Grades by the master scale; None where nobody is rated. Without a development only shares and moves."""
    rated = watched.rated
    if not rated.any():
        return None
    size = len(bands.labels)
    now = np.bincount(bands.number(watched.pd_12m[rated]), minlength=size)
    before: tuple[float, ...] = ()
    found = None
    if development is not None:
        said = model.calibration.pd(np.array(development.quantiles))
        share = np.bincount(bands.number(said), minlength=size) / said.size
        before = tuple(share.tolist())
        found = _drift("grades", _counts_of(share, development.rows), now, development.customers, 1)
    up, down = (None, None) if earlier is None else _moves(earlier, watched, bands)
    return GradeShares(bands.labels, before, tuple((now / now.sum()).tolist()), found, up, down)


def _feature_drift(bins: FeatureBins, values: Floats, customers: int, looked_at: int) -> FeatureDrift:
    now, before = bin_counts(values, np.array(bins.edges)), np.array(bins.counts, dtype=np.int64)
    missing = bins.missing, float(np.isnan(values).mean())
    if before[-1] == 0 and now[-1] == 0:
        before, now = before[:-1], now[:-1]
    if len(before) < 2:  # one value and never missing: nothing can move
        return FeatureDrift(bins.name, 0.0, 0.0, 0.0, *missing, bins.weight)
    found = _drift(bins.name, before, now, customers, looked_at)
    return FeatureDrift(bins.name, found.psi, found.critical, found.sure, *missing, bins.weight)


def _kept(bins: FeatureBins) -> Sequence[int]:
    return bins.counts if bins.counts[-1] else bins.counts[:-1]


def _drift(name: str, before: Counts, now: Counts, customers: int, looked_at: int) -> Drift:
    noise = 1 / customers + 1 / int(now.sum())
    limits = (
        _chi2_quantile(1 - _ONCE_IN_TWENTY, len(now) - 1) * noise,
        _chi2_quantile(1 - _ONCE_IN_TWENTY / max(looked_at, 1), len(now) - 1) * noise,
    )
    return Drift(name, psi(before, now).psi, *limits)


@lru_cache(maxsize=1024)
def _chi2_quantile(level: float, freedom: int) -> float:
    from scipy.stats import chi2  # noqa: PLC0415 - a slow import

    return float(chi2.ppf(level, freedom))


def _counts_of(share: Floats, rows: int) -> Counts:
    return np.rint(share * rows).astype(np.int64)


def _moves(earlier: Watched, watched: Watched, bands: Bands) -> tuple[float, float] | tuple[None, None]:
    was = dict(
        zip(
            earlier.customer_id[earlier.rated].tolist(),
            bands.number(earlier.pd_12m[earlier.rated]).tolist(),
            strict=True,
        )
    )
    now = bands.number(watched.pd_12m[watched.rated]).tolist()
    ids = watched.customer_id[watched.rated].tolist()
    steps = np.array([g - was[c] for c, g in zip(ids, now, strict=True) if c in was])
    return (float((steps < 0).mean()), float((steps > 0).mean())) if steps.size else (None, None)
