"""Weights that fade with age: what happened lately counts more, and nothing falls out of a window overnight."""

import math

import narwhals as nw

from riskengine.features.arithmetic import CENTS_PER_UNIT

WHOLE = 1_000_000  # the weight of today; weights are whole millionths, so that sums do not depend on the order of rows


def fading(age: nw.Expr, half_life_days: int) -> nw.Expr:
    """2^(-age / half-life) in whole millionths, Int64; `age` in days, not negative."""
    fade = (age.cast(nw.Float64) * nw.lit(-math.log(2.0) / half_life_days)).exp()
    return (fade * nw.lit(float(WHOLE))).round().cast(nw.Int64)


def whole() -> nw.Expr:
    """The weight of today as a column, to divide by."""
    return nw.col(CENTS_PER_UNIT) * (WHOLE / 100.0)
