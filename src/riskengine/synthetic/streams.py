"""Independent random streams, named by what they are drawn for.

Every block of customers and every purpose has a stream of its own, so that blocks may be made in any order or side by
side, and drawing one number more in one place changes nothing elsewhere.
"""

from enum import IntEnum

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

WHOLE_PORTFOLIO = 0  # block numbers begin at 1


class Stream(IntEnum):
    ECONOMY = 1
    GROUPS = 2
    FIRMS = 3
    QUALITY = 4
    INVOICES = 5
    PAYMENTS = 6
    STATEMENTS = 7
    SIGNALS = 8
    MASTER = 9
    LINKS = 10


def stream(seed: int, block: int, purpose: Stream) -> np.random.Generator:
    """
    >>> stream(7, 1, Stream.FIRMS).integers(1000) == stream(7, 1, Stream.FIRMS).integers(1000)
    np.True_
    """
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(block, int(purpose))))
