"""Some trees of a model, ready to be read: what to ask of a row, and where the contributions of its answers stand."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riskengine.scoring.calibration import Floats
from riskengine.scoring.shapley.blocks import Block, Signal, is_met, right_side
from riskengine.scoring.shapley.paths import Demand, Flags, Path, contribute
from riskengine.scoring.shapley.trees import Condition


@dataclass(frozen=True, slots=True)
class Lookup:
    """The signals of a pattern, its lowest bit first, and for each feature the contribution for every pattern."""

    signals: tuple[int, ...]
    columns: tuple[tuple[int, Floats], ...]


@dataclass(frozen=True, slots=True)
class LongPath:
    """A path too long for a table. `signals`: for each of its features, and what it has to be to be met."""

    features: tuple[int, ...]
    signals: tuple[tuple[int, bool], ...]
    shares: Floats  # (features, 1)
    value: float


@dataclass(frozen=True, slots=True)
class Part:
    """Consecutive trees. Signal i is `conditions[i]`; after these come the ones joined from several of them."""

    conditions: tuple[Condition, ...]
    joined: tuple[tuple[tuple[int, bool], ...], ...]
    lookups: tuple[Lookup, ...]
    long_paths: tuple[LongPath, ...]

    def add_to(self, sums: Sequence[Floats], rows: Floats) -> None:
        """Add what these trees contribute. `rows` (features, n), NaN for missing; `sums` one array (n,) per feature.

        Every row is worked on alone and sums run in the order of the trees, so chunks cannot show.
        """
        signals = self._ask(rows)
        found, index = np.empty(rows.shape[1]), np.empty(rows.shape[1], dtype=np.intp)
        for lookup in self.lookups:
            _find_patterns(signals, lookup.signals, index)
            for feature, column in lookup.columns:
                # Patterns are in range by construction; "wrap" spares the check, which takes most of the time.
                column.take(index, out=found, mode="wrap")
                np.add(sums[feature], found, out=sums[feature])
        for path in self.long_paths:
            met = np.array([signals[row] == wanted for row, wanted in path.signals])
            for feature, added in zip(path.features, contribute(met, path.shares, path.value), strict=True):
                np.add(sums[feature], added, out=sums[feature])

    def _ask(self, rows: Floats) -> list[Flags]:
        """The answer of every row to every signal. A comparison with a missing value is false."""
        signals = list(np.empty((len(self.conditions) + len(self.joined), rows.shape[1]), dtype=np.bool_))
        for condition, right in zip(self.conditions, signals, strict=False):
            values = rows[condition.feature]
            if condition.missing_right:
                np.less_equal(values, condition.threshold, out=right)
                np.logical_not(right, out=right)
            else:
                np.greater(values, condition.threshold, out=right)
        for demands, met in zip(self.joined, signals[len(self.conditions) :], strict=True):
            met[:] = True
            for row, wanted in demands:
                np.logical_and(met, signals[row] if wanted else ~signals[row], out=met)
        return signals


def make_part(pieces: Sequence[tuple[Block, Floats] | Path]) -> Part:
    """From blocks with their tables, and paths too long for one, in the order in which they are to be added."""
    asked = dict.fromkeys(signal for piece in pieces for signal in _signals_of(piece))
    joins = [signal for signal in asked if len(signal) > 1]
    conditions = {signal[0].condition for signal in asked if len(signal) == 1}
    conditions |= {demand.condition for signal in joins for demand in signal}
    ordered = sorted(conditions, key=lambda c: (c.feature, c.threshold, c.missing_right))
    place: dict[Signal, int] = {(Demand(condition, right=True),): row for row, condition in enumerate(ordered)}
    joined = tuple(tuple((place[right_side((d,))], d.right) for d in signal) for signal in joins)
    place |= {signal: len(ordered) + row for row, signal in enumerate(joins)}
    return Part(
        conditions=tuple(ordered),
        joined=joined,
        lookups=tuple(_lookup(*piece, place) for piece in pieces if isinstance(piece, tuple)),
        long_paths=tuple(_long_path(piece, place) for piece in pieces if isinstance(piece, Path)),
    )


def _signals_of(piece: tuple[Block, Floats] | Path) -> tuple[Signal, ...]:
    return tuple(map(right_side, piece.demands)) if isinstance(piece, Path) else piece[0].signals


def _lookup(block: Block, table: Floats, place: dict[Signal, int]) -> Lookup:
    signals = tuple(place[signal] for signal in block.signals)
    return Lookup(signals, tuple(zip(block.features, table, strict=True)))


def _long_path(path: Path, place: dict[Signal, int]) -> LongPath:
    signals = tuple((place[right_side(demands)], is_met(demands)) for demands in path.demands)
    return LongPath(path.features, signals, np.array(path.shares)[:, np.newaxis], path.value)


def _find_patterns(signals: list[Flags], bits: tuple[int, ...], index: NDArray[np.intp]) -> None:
    """Write the number whose bits are these signals, eight at a time in bytes, which is fastest."""
    index[:] = 0
    for start in reversed(range(0, len(bits), 8)):
        eight = bits[start : start + 8]
        number = signals[eight[-1]].view(np.uint8).copy()
        for bit in eight[-2::-1]:
            np.add(number, number, out=number)
            np.bitwise_or(number, signals[bit].view(np.uint8), out=number)
        if start + 8 < len(bits):
            np.left_shift(index, 8, out=index)
            np.bitwise_or(index, number, out=index)
        else:
            index[:] = number
