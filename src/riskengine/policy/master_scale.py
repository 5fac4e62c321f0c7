"""The master scale: which PD is which grade, and what each grade allows."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from riskengine.terms.errors import InputError
from riskengine.terms.text import Text

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Grade:
    """A band of the scale: PDs in [pd_from, pd_to); the last band of the scale includes 1. 'D' has no band."""

    number: int  # 1 best; 9 is 'D'
    pd_from: float | None
    pd_to: float | None
    review_months: int | None
    limit_factor: float
    terms_cap_days: int
    text: Text

    @property
    def label(self) -> str:
        return "D" if self.pd_to is None else str(self.number)


@dataclass(frozen=True, slots=True)
class MasterScale:
    """Bands from 0 to 1 without gap or overlap, best first, and the default grade."""

    grades: tuple[Grade, ...]
    default: Grade

    def grade_of(self, pd_12m: FloatArray) -> npt.NDArray[np.int64]:
        """The grade numbers of PDs, shape (n,). A PD on a boundary belongs to the worse band.

        Raises InputError for NaN and values outside 0..1: a PD that is not known has no grade.
        """
        values = np.asarray(pd_12m, dtype=np.float64)
        bad = ~((values >= 0.0) & (values <= 1.0))
        if bad.any():
            raise InputError(
                f"{int(bad.sum())} of {values.size} PDs are not in 0..1 (first: {values[bad][0]!r})",
                where="master scale",
                remedy="leave customers without a PD unrated; do not grade them",
            )
        starts = np.array([grade.pd_from for grade in self.grades[1:]], dtype=np.float64)
        numbers = np.array([grade.number for grade in self.grades], dtype=np.int64)
        return numbers[np.searchsorted(starts, values, side="right")]

    def grade(self, number: int) -> Grade:
        """The grade with a number, 'D' included.

        Raises InputError if there is none.
        """
        for grade in (*self.grades, self.default):
            if grade.number == number:
                return grade
        raise InputError(f"the master scale has no grade number {number}", where="master scale")
