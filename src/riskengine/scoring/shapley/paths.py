"""What one leaf contributes to one row, feature by feature: the closed form behind every table and every reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from functools import lru_cache
from math import cos, pi

import numpy as np
from numpy.typing import NDArray

from riskengine.scoring.calibration import Floats
from riskengine.scoring.shapley.trees import Condition, Leaf, Tree

Flags = NDArray[np.bool_]

_MOST_CELLS = 1_000_000  # float64 values of one intermediate array


@dataclass(frozen=True, slots=True)
class Demand:
    """The side of a condition a path takes."""

    condition: Condition
    right: bool


@dataclass(frozen=True, slots=True)
class Path:
    """A leaf seen from the root. The three tuples have one entry for each feature asked about, in order of first use.

    A row meets a feature of the path if it meets all of its demands. `shares`: the part of the training rows that
    the forks of this feature let pass.
    """

    features: tuple[int, ...]
    demands: tuple[tuple[Demand, ...], ...]
    shares: tuple[float, ...]
    value: float


def paths_of(tree: Tree) -> dict[Leaf, Path]:
    """Every leaf with its path, from left to right."""
    found: dict[Leaf, Path] = {}

    def walk(node: Tree, demands: dict[int, tuple[Demand, ...]], shares: dict[int, float]) -> None:
        if isinstance(node, Leaf):
            found[node] = Path(tuple(demands), tuple(demands.values()), tuple(shares.values()), node.value)
            return
        feature = node.condition.feature
        for child, right in ((node.left, False), (node.right, True)):
            asked = (*demands.get(feature, ()), Demand(node.condition, right))
            share = shares.get(feature, 1.0) * (child.rows / node.rows)
            walk(child, {**demands, feature: asked}, {**shares, feature: share})

    walk(tree, {}, {})
    return found


def contribute(met: Flags, shares: Floats, value: Floats | float) -> Floats:
    """Shapley values of a leaf for rows that meet its features or do not; shape (..., features, rows), log-odds.

    `met` has the shape of the result or broadcasts to it, `shares` (..., features, 1), `value` (..., 1, 1) or one
    number for all.
    The game is that of Lundberg, Erion and Lee (2018), arXiv:1802.03888, "path-dependent": a set S of features is worth
    value x prod_{S}(met) x prod_{not S}(share). With d features the Shapley value of feature i is then

        value (met_i - share_i) integral_0^1 prod_{j != i} (t met_j + (1 - t) share_j) dt,

    a polynomial of degree d - 1, which Gauss-Legendre with d/2 points integrates exactly. All factors are positive, so
    nothing cancels. Only + - x / are used, which every machine rounds alike.
    """
    total = np.zeros(np.broadcast_shapes(met.shape, shares.shape))
    for point, weight in gauss_legendre((met.shape[-2] + 1) // 2):
        factors = shares * (1.0 - point) + np.where(met, point, 0.0)
        whole = factors[..., 0:1, :]
        for feature in range(1, factors.shape[-2]):  # one by one: a reduction may change its order with the shape
            whole = whole * factors[..., feature : feature + 1, :]
        total += weight * whole / factors
    result: Floats = value * (met - shares) * total
    return result


@lru_cache(maxsize=64)
def gauss_legendre(count: int) -> tuple[tuple[float, float], ...]:
    """Points and weights on [0, 1], exact for polynomials of degree 2 count - 1.

    Newton's method in 40 decimal digits, so that every machine gets the same floats.

    >>> gauss_legendre(1)
    ((0.5, 1.0),)
    >>> round(sum(w * x**3 for x, w in gauss_legendre(2)), 12)
    0.25
    """
    with localcontext() as context:
        context.prec = 40
        return tuple(_root(count, Decimal(cos(pi * (k + 0.75) / (count + 0.5)))) for k in range(count))


def _root(count: int, guess: Decimal) -> tuple[float, float]:
    x = guess
    for _ in range(8):  # digits double each time, from two
        value, slope = _legendre(count, x)
        x -= value / slope
    _, slope = _legendre(count, x)
    return float((1 + x) / 2), float(1 / ((1 - x * x) * slope * slope))


def _legendre(count: int, x: Decimal) -> tuple[Decimal, Decimal]:
    """The Legendre polynomial and its slope at x, by Bonnet's recursion."""
    before, value = Decimal(1), x
    for k in range(2, count + 1):
        before, value = value, ((2 * k - 1) * x * value - (k - 1) * before) / k
    return value, count * (x * value - before) / (x * x - 1)


def pattern_bits(count: int) -> Flags:
    """Bit i of every number below 2**count, shape (count, 2**count)."""
    bits: Flags = (np.arange(2**count)[np.newaxis, :] >> np.arange(count)[:, np.newaxis]) & 1 == 1
    return bits


def tabulate_paths(paths: Sequence[Path]) -> list[Floats]:
    """Per path its contributions for every pattern of features met, shape (features, 2**features).

    Bit i of the column number says whether feature i is met. Paths of equal length are computed together.
    """
    tables: list[Floats] = [np.empty((0, 1))] * len(paths)
    by_length: dict[int, list[int]] = {}
    for place, path in enumerate(paths):
        by_length.setdefault(len(path.features), []).append(place)
    for length, places in by_length.items():
        bits = pattern_bits(length)
        step = max(1, _MOST_CELLS // max(1, bits.size))
        for start in range(0, len(places), step):
            part = places[start : start + step]
            shares = np.array([paths[p].shares for p in part])[:, :, np.newaxis]
            values = np.array([paths[p].value for p in part])[:, np.newaxis, np.newaxis]
            for place, table in zip(part, contribute(bits, shares, values), strict=True):
                tables[place] = table
    return tables
