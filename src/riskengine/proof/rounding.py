"""Rounding limits down, turned around: from which amount on a limit is at least, or above, a constant.

`decision.limit.round_down` never turns a larger amount into a smaller limit, so that one amount tells it; it is found
by halving over the floats themselves and with the function itself, so it is exact to the last bit.
"""

import struct
from collections.abc import Callable
from functools import cache

import numpy as np

from riskengine.decision.limit import round_down
from riskengine.policy.limit_policy import RoundingStep

_MOST = 1e300  # rounding to hundredths multiplies by 100


@cache
def least_amount(steps: tuple[RoundingStep, ...], limit: float, *, strict: bool) -> float | None:
    """The smallest amount whose limit is at least (`strict`: above) `limit`; None if there is none.

    >>> steps = (RoundingStep(above=0.0, step=500.0),)
    >>> least_amount(steps, 1000.0, strict=True)
    1499.995
    """
    if limit < 0 or (limit == 0 and not strict):
        return least_rounded(steps)

    def is_enough(amount: float) -> bool:
        found = float(round_down(np.array([amount]), steps)[0])
        return found > limit if strict else found >= limit

    return _first(is_enough)


@cache
def least_rounded(steps: tuple[RoundingStep, ...]) -> float | None:
    """The smallest amount that any step is for; amounts below it get no limit at all."""
    return _first(lambda amount: not np.isnan(round_down(np.array([amount]), steps)[0]))


def _first(is_enough: Callable[[float], bool]) -> float | None:
    """The smallest float from 0 on for which it holds, given that it holds for all larger ones."""
    if is_enough(0.0):
        return 0.0
    if not is_enough(_MOST):
        return None
    low, high = _bits(0.0), _bits(_MOST)
    while high - low > 1:
        middle = (low + high) // 2
        if is_enough(_float(middle)):
            high = middle
        else:
            low = middle
    return _float(high)


def _bits(value: float) -> int:
    """The place of a float among those that are not negative."""
    found: int = struct.unpack("<q", struct.pack("<d", value))[0]
    return found


def _float(bits: int) -> float:
    found: float = struct.unpack("<d", struct.pack("<q", bits))[0]
    return found
