"""How unusual a customer's recent payments are, beside its own past and beside how much others leave theirs.

The deviations of `features.payment_own` say how far each customer has left its own past, in its own usual swings. What
is rare is learnt from the portfolio: a robust centre and covariance of the deviations (minimum covariance determinant,
Rousseeuw and Van Driessen 1999), which a few customers in trouble cannot bend. The Mahalanobis distance of what is
worse than usual gives a probability by chi-square with as many degrees of freedom as deviations are known: how often an
ordinary customer would be so far out or farther. Only the worse counts, so it is rarer still than it says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import polars as pl

from riskengine.features.payment_own import DEVIATIONS
from riskengine.scoring.one_thread import one_thread
from riskengine.terms.errors import InputError
from riskengine.terms.text import Text

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]

NAMES = tuple(feature.name for feature in DEVIATIONS)
LEAST_ROWS = 100  # complete customers; fewer say nothing reliable of a spread in six directions
MOST_ROWS = 500  # beyond, the fit takes ten times as long, and no spread moves by more than a twentieth
FARTHEST = 12.0  # own swings; how far beyond is no more remarkable
NARROWEST = 0.5  # own swings; what hardly anybody ever does would make a single case infinitely rare
_PLACES = 9  # decimals that are kept: the same on every machine
_USUAL = "usual"

# What contributes most, as rules name it.
MAIN_TEXTS: Mapping[str, Text] = MappingProxyType(
    {
        "late": Text("pays later", "付款推迟"),
        "late_share": Text("is late more often", "逾期增多"),
        "days": Text("pays on fewer days", "付款天数减少"),
        "part": Text("pays more invoices in parts", "部分付款增多"),
        "amount": Text("buys in smaller amounts", "单笔采购金额减小"),
        "dispute": Text("disputes more", "争议增多"),
    }
)
_MAINS = tuple(MAIN_TEXTS)  # in the order of NAMES


@dataclass(frozen=True, slots=True)
class AnomalyReference:
    """What is usual in a portfolio: `usual` of shape (k,) and `covariance` of shape (k, k), by NAMES, in own swings."""

    usual: Floats
    covariance: Floats

    def frame(self) -> pl.DataFrame:
        """As rows to be kept: `of` a deviation, `measure` ("usual" or the other deviation) and the `number`."""
        rows = [(name, _USUAL, float(value)) for name, value in zip(NAMES, self.usual, strict=True)]
        rows += [
            (name, other, float(self.covariance[i, j])) for i, name in enumerate(NAMES) for j, other in enumerate(NAMES)
        ]
        return pl.DataFrame(rows, schema={"of": pl.String, "measure": pl.String, "number": pl.Float64}, orient="row")


@dataclass(frozen=True, slots=True)
class Anomalies:
    """`distance_p` of shape (n,), NaN where no deviation is known; `main` what contributes most, None where nothing is
    worse than usual."""

    distance_p: Floats
    main: npt.NDArray[np.object_]


def deviations_of(features: pl.DataFrame) -> Floats:
    """Shape (customers, k), NaN where missing."""
    columns = features.select(pl.col(name).cast(pl.Float64) for name in NAMES)
    return np.ascontiguousarray(columns.to_numpy(), dtype=np.float64)


def fit_reference(deviations: Floats) -> AnomalyReference | None:
    """Learn what is usual from all customers of a day; None if too few have a past to hold themselves against.

    The order of the customers does not matter: a large portfolio is thinned evenly in the order of the values.
    """
    held = np.clip(deviations, -FARTHEST, FARTHEST)
    complete = held[~np.isnan(held).any(axis=1)]
    if len(complete) < LEAST_ROWS:
        return None
    ordered = complete[np.lexsort(complete.T[::-1])]
    rows = ordered[np.linspace(0, len(ordered) - 1, min(len(ordered), MOST_ROWS)).astype(np.int64)]
    usual, covariance = np.median(rows, axis=0), np.zeros((len(NAMES), len(NAMES)))
    moving = np.flatnonzero(_spreads(rows))
    if len(moving):
        usual[moving], covariance[np.ix_(moving, moving)] = _robust(rows[:, moving])
    widened = covariance + np.diag(np.maximum(NARROWEST**2 - np.diag(covariance), 0.0))
    return AnomalyReference(np.round(usual, _PLACES), np.round(widened, _PLACES))


def reference_from(kept: pl.DataFrame) -> AnomalyReference:
    """What `AnomalyReference.frame` gave. Raises InputError if it is anything else."""
    numbers = {(of, measure): number for of, measure, number in kept.select("of", "measure", "number").iter_rows()}
    try:
        usual = np.array([numbers[name, _USUAL] for name in NAMES], dtype=np.float64)
        covariance = np.array([[numbers[name, other] for other in NAMES] for name in NAMES], dtype=np.float64)
    except KeyError as missing:
        raise InputError(
            f"the reference of anomalies does not hold {missing}",
            where="surroundings",
            remedy="it was kept by another version; run rerate again",
        ) from None
    return AnomalyReference(usual, covariance)


def find_anomalies(deviations: Floats, reference: AnomalyReference) -> Anomalies:
    """How rare each customer's deviations are, row by row: neither the other rows nor their order matter."""
    beyond = np.clip(np.minimum(deviations, FARTHEST) - np.maximum(reference.usual, 0.0), 0.0, None)
    known = ~np.isnan(beyond)
    found = Anomalies(np.full(len(beyond), np.nan), np.full(len(beyond), None, dtype=object))
    for pattern in np.unique(known, axis=0):
        columns = np.flatnonzero(pattern)
        if len(columns):
            rows = np.flatnonzero((known == pattern).all(axis=1))
            _judge(found, rows, beyond[np.ix_(rows, columns)], columns, reference.covariance)
    return found


def _judge(found: Anomalies, rows: Ints, beyond: Floats, columns: Ints, spread: Floats) -> None:
    """Rows that know the same deviations. Sums are term by term, so that no other row can show in them."""
    from scipy.special import chdtrc  # noqa: PLC0415 - takes a while to import

    inverse = np.linalg.inv(spread[np.ix_(columns, columns)])
    parts = np.zeros_like(beyond)
    for i in range(len(columns)):
        for j in range(len(columns)):
            parts[:, i] += beyond[:, i] * inverse[i, j] * beyond[:, j]
    square = np.zeros(len(rows))
    for i in range(len(columns)):
        square += parts[:, i]
    found.distance_p[rows] = chdtrc(float(len(columns)), np.maximum(square, 0.0))
    mains = np.array([_MAINS[column] for column in columns], dtype=object)
    found.main[rows] = np.where((beyond > 0).any(axis=1), mains[np.argmax(parts, axis=1)], None)


def _spreads(rows: Floats) -> npt.NDArray[np.bool_]:
    """Which deviations differ among the middle half of the customers; the others have no covariance to speak of."""
    low, high = np.percentile(rows, [25.0, 75.0], axis=0)
    return np.asarray(high - low > 1e-6)


def _robust(rows: Floats) -> tuple[Floats, Floats]:
    from sklearn.covariance import MinCovDet  # noqa: PLC0415 - takes a while to import

    with one_thread():
        fitted = MinCovDet(random_state=0).fit(rows)
    return np.asarray(fitted.location_), np.asarray(fitted.covariance_)
