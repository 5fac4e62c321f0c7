"""Array types and the two operations on missing values that the decision needs."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]
Codes: TypeAlias = NDArray[np.int8]  # position in an enum; -1 none
Flags: TypeAlias = NDArray[np.bool_]
Texts: TypeAlias = NDArray[np.object_]

NONE = -1


def middle_known(first: Floats, second: Floats, third: Floats) -> Floats:
    """The middle one of three; of two known ones the smaller; NaN where none is known.

    >>> middle_known(np.array([1.0, 5.0, np.nan]), np.array([2.0, np.nan, np.nan]), np.array([9.0, 7.0, np.nan]))
    array([ 2.,  5., nan])
    """
    middle = np.maximum(np.minimum(first, second), np.minimum(np.maximum(first, second), third))
    smallest = np.fmin(np.fmin(first, second), third)
    return np.where(np.isnan(middle), smallest, middle)


def or_else(value: Floats, instead: Floats | float) -> Floats:
    """`value` where it is known, else `instead`.

    >>> or_else(np.array([1.0, np.nan]), 3.0)
    array([1., 3.])
    """
    return np.where(np.isnan(value), instead, value)
