"""What is watched: the customers of one date, what the model said of them, and what became of them so far."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from riskengine.scoring.calibration import Floats

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Watched:
    """One entry per customer of the model's population on a date, by what is known now.

    `values`: (customers, features), NaN missing. `raw`, `own` (PD of the outcome the model was trained on, before a
    long-run shift) and `pd_12m` are NaN where the model gave none. `default_after`: days to the first default seen so
    far within the horizon, NaN for none. `elapsed`: days of the horizon that have passed and were observed.
    """

    as_of: date
    customer_id: NDArray[np.object_]
    values: Floats
    raw: Floats
    own: Floats
    pd_12m: Floats
    default_after: Floats
    elapsed: int
    horizon: int
    seen_in_training: bool  # the model was trained on outcomes that came later than this date
    calibrated_on: bool = False  # its calibration was refitted on outcomes of this date, or of later ones

    def __len__(self) -> int:
        return len(self.raw)

    @property
    def rated(self) -> Flags:
        return ~np.isnan(self.raw)

    @property
    def is_ripe(self) -> bool:
        """Whether the whole horizon was observed."""
        return self.elapsed >= self.horizon

    @property
    def is_judged(self) -> bool:
        """Ripe, and nothing the trees had seen: it tells of the ranking."""
        return self.is_ripe and not self.seen_in_training

    @property
    def tells_of_level(self) -> bool:
        """Judged, and nothing the calibration had seen either."""
        return self.is_judged and not self.calibrated_on

    @property
    def outcome(self) -> Floats:
        """1 for a default so far, else 0."""
        return (~np.isnan(self.default_after)).astype(np.float64)
