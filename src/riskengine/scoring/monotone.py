"""Does the model move the way the catalogue says, whoever the customer is?

The model is asked, not its settings: rows are drawn from the values at which it changes its answer, one feature of each
is moved through all of its own, and the raw score may only go one way.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from riskengine.features.feature import Risk
from riskengine.scoring.calibration import Floats
from riskengine.scoring.pd_model import PdModel
from riskengine.scoring.split_points import split_points

ROWS = 64
MOST_POINTS = 80
_TOLERANCE = 1e-9  # in log-odds: trees are summed in another order


@dataclass(frozen=True, slots=True)
class Reversal:
    """A feature with a row at which the raw score moves against its direction, by `size` in log-odds."""

    feature: str
    risk: Risk
    size: float
    below: float
    above: float


def reversals(model: PdModel, directions: Mapping[str, Risk], *, rows: int = ROWS) -> tuple[Reversal, ...]:
    """The features that break their direction, the largest reversal of each, worst first; empty if none does.

    It finds what it meets on the drawn rows: what LightGBM is told to keep it keeps everywhere, what it was not told
    it soon breaks somewhere.
    """
    cuts = {name: _between(points) for name, points in split_points(model).items()}
    drawn = _draw(model, cuts, rows)
    found = []
    for name, points in cuts.items():
        risk = directions.get(name, Risk.FREE)
        if risk is not Risk.FREE:
            worst = _worst(model, drawn, model.features.index(name), points, risk)
            if worst is not None:
                found.append(worst)
    return tuple(sorted(found, key=lambda r: (-r.size, r.feature)))


def _worst(model: PdModel, drawn: Floats, column: int, points: Floats, risk: Risk) -> Reversal | None:
    moved = np.repeat(drawn, len(points), axis=0)
    moved[:, column] = np.tile(points, len(drawn))
    raw = model.predict(moved, threads=1).raw.reshape(len(drawn), len(points))
    steps = np.diff(raw, axis=1) * (1 if risk is Risk.UP else -1)
    row, step = np.unravel_index(int(steps.argmin()), steps.shape)
    if steps[row, step] >= -_TOLERANCE:
        return None
    size = float(-steps[row, step])
    return Reversal(model.features[column], risk, size, float(points[step]), float(points[step + 1]))


def _draw(model: PdModel, cuts: Mapping[str, Floats], rows: int) -> Floats:
    """Rows of values the model tells apart, a fifth of them missing where it may be."""
    out = np.zeros((rows, len(model.features)))
    for place, name in enumerate(model.features):
        random = np.random.default_rng([zlib.crc32(name.encode()), rows])
        out[:, place] = random.choice(cuts.get(name, np.zeros(1)), rows)
        if name in model.seen_missing:
            out[random.random(rows) < 0.2, place] = np.nan
    return out


def _between(points: tuple[float, ...]) -> Floats:
    """One value in each interval the cuts leave, ascending; of very many, evenly spread ones."""
    at = np.unique(np.array(points))
    inner = (at[:-1] + at[1:]) / 2
    values = np.concatenate([[at[0] - 1 - abs(at[0])], inner, [at[-1] + 1 + abs(at[-1])]])
    if len(values) > MOST_POINTS:
        values = values[np.unique(np.linspace(0, len(values) - 1, MOST_POINTS).round().astype(int))]
    return np.asarray(values, dtype=np.float64)
