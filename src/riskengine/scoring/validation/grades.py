"""The grades of a validation: what each promised and what came, how full they are, and how customers move."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from riskengine.scoring.calibration import Floats
from riskengine.scoring.comparison import BANDS
from riskengine.scoring.validation.slices import Rows, Slice, measure_slice

DEFAULTED, GONE = "default", "gone"


@dataclass(frozen=True, slots=True)
class Bands:
    """Bands of PD, best first: rising upper ends, the last 1. A PD on one is in the worse band."""

    labels: tuple[str, ...]
    upper: tuple[float, ...]

    def number(self, pd: Floats) -> NDArray[np.int64]:
        """
        >>> Bands(("1", "2"), (0.01, 1.0)).number(np.array([0.001, 0.01, 1.0])).tolist()
        [0, 1, 1]
        """
        return np.searchsorted(np.array(self.upper[:-1]), pd, side="right").astype(np.int64)


SHIPPED = Bands(tuple(str(i) for i in range(1, len(BANDS) + 1)), BANDS)


@dataclass(frozen=True, slots=True)
class Concentration:
    """`hhi`: sum of squared shares of the grades, 1 if all customers have one; `effective` = 1 / hhi grades."""

    hhi: float
    effective: float
    largest_grade: str
    largest_share: float


@dataclass(frozen=True, slots=True)
class Migration:
    """Customers by grade on `first` (rows) and what became of them by `last`: a grade, a default, or gone."""

    first: str
    last: str
    grades: tuple[str, ...]
    columns: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    stayed: float
    within_one: float


def grade_slices(rows: Rows, grade: NDArray[np.int64], bands: Bands, *, seed: int) -> tuple[Slice, ...]:
    """One slice per grade of the scale, empty ones too; their order figures say how well a grade is told apart."""
    return tuple(measure_slice(rows.only(grade == i), "grade", g, seed=seed) for i, g in enumerate(bands.labels))


def concentration(grade: NDArray[np.int64], bands: Bands) -> Concentration:
    """Over all grades of the scale, those without anybody too."""
    shares = np.bincount(grade, minlength=len(bands.labels)) / len(grade)
    hhi, top = float(np.sum(shares**2)), int(np.argmax(shares))
    return Concentration(hhi, 1 / hhi, bands.labels[top], float(shares[top]))


def rises_with_grade(slices: tuple[Slice, ...]) -> tuple[tuple[str, str], ...]:
    """Pairs of neighbouring filled grades of which the worse failed less, beyond chance (one-sided, 5 %).

    Fisher's exact test of the two by two table: with few defaults a reversal is chance and is no finding.
    """
    from scipy.stats import fisher_exact  # noqa: PLC0415 - a slow import

    filled = [s for s in slices if s.rows]
    found = []
    for better, worse in pairwise(filled):
        table = [[better.bad, better.rows - better.bad], [worse.bad, worse.rows - worse.bad]]
        if fisher_exact(table, alternative="greater").pvalue < 0.05:
            found.append((better.name, worse.name))
    return tuple(found)


def migration(
    earlier: tuple[NDArray[np.object_], NDArray[np.int64], Floats],
    later: tuple[NDArray[np.object_], NDArray[np.int64]],
    days: tuple[str, str],
    bands: Bands,
) -> Migration:
    """From (customers, grades, outcomes) on one date to (customers, grades) on a later one.

    Who is not there any more counts as a default if the earlier outcome was one, else as gone.
    """
    labels = bands.labels
    columns = (*labels, DEFAULTED, GONE)
    now = dict(zip(later[0].tolist(), later[1].tolist(), strict=True))
    counts = np.zeros((len(labels), len(columns)), dtype=np.int64)
    for customer, number, outcome in zip(*(part.tolist() for part in earlier), strict=True):
        left = len(labels) if outcome > 0 else len(labels) + 1
        counts[number, now.get(customer, left)] += 1
    square = counts[:, : len(labels)]
    there = max(int(square.sum()), 1)
    near = sum(int(np.trace(square, offset)) for offset in (-1, 0, 1))
    return Migration(
        days[0],
        days[1],
        labels,
        columns,
        tuple(tuple(row) for row in counts.tolist()),
        int(np.trace(square)) / there,
        near / there,
    )
