"""How sure a difference is: the same dates with other customers, drawn with replacement.

A customer is drawn with all its dates, because what it does on one month end is nearly what it does on the next.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

DRAWS = 1000
SEED = 20_260_101
_CHUNK = 100  # draws at a time


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its 95 % interval (percentiles of the bootstrap)."""

    value: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.low > 0 or self.high < 0


def drawn_sums(values: npt.NDArray[np.int64], *, draws: int = DRAWS, seed: int = SEED) -> npt.NDArray[np.float64]:
    """The column sums of `values`, shape (customers, figures), with other customers: shape (draws, figures).

    Whole numbers are summed exactly in any order as long as the sums stay below 2**53. The same number of customers is
    drawn alike, whatever the figures.
    """
    customers, figures = values.shape
    rng = np.random.default_rng(seed)
    found = np.empty((draws, figures))
    exact = values.astype(np.float64)
    even = np.full(customers, 1.0 / customers)
    for start in range(0, draws, _CHUNK):
        size = min(_CHUNK, draws - start)
        found[start : start + size] = rng.multinomial(customers, even, size=size) @ exact
    return found


def interval_of(value: float, drawn: npt.NDArray[np.float64]) -> Interval:
    """A figure with what it was in the draws, shape (draws,)."""
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Interval(value, float(low), float(high))


def resample_sums(values: npt.NDArray[np.int64], *, draws: int = DRAWS, seed: int = SEED) -> tuple[Interval, ...]:
    """Intervals of the column sums of `values`, shape (customers, figures).

    Few customers give an interval too narrow; with none or one it is the value itself.
    """
    totals = values.sum(axis=0, dtype=np.int64).tolist()
    if len(values) < 2:
        return tuple(Interval(float(total), float(total), float(total)) for total in totals)
    drawn = drawn_sums(values, draws=draws, seed=seed)
    return tuple(interval_of(float(total), drawn[:, place]) for place, total in enumerate(totals))
