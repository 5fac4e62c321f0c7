"""Trees cut into blocks so small that a table holds what they contribute for every pattern of their conditions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from riskengine.scoring.calibration import Floats
from riskengine.scoring.shapley.paths import Demand, Path, pattern_bits
from riskengine.scoring.shapley.trees import Condition, Leaf, Split, Tree

# Demands that make one bit of a pattern, which is set if all are met. A bit of one demand is always that of the right
# side, so that those who look at a condition from either side share it.
Signal = tuple[Demand, ...]
Ask = tuple[tuple[int, bool], ...]  # bits of a pattern and what they have to be


@dataclass(frozen=True, slots=True)
class Block:
    """Leaves of one tree and all that is asked on the way to them: bit i of a pattern stands for `signals[i]`.

    `asks`: per leaf, per feature of its path, when the feature is met.
    """

    signals: tuple[Signal, ...]
    features: tuple[int, ...]
    leaves: tuple[Leaf, ...]
    asks: tuple[tuple[Ask, ...], ...]

    @property
    def cells(self) -> int:
        """How many numbers its table has."""
        return len(self.features) << len(self.signals)


@dataclass(slots=True)
class _Piece:
    """A connected part of a tree while it grows, and what was demanded on the way to its top."""

    above: Mapping[int, tuple[Demand, ...]]
    splits: list[Split]
    conditions: set[Condition]

    def leaves(self) -> Iterable[Leaf]:
        return (child for split in self.splits for child in (split.left, split.right) if isinstance(child, Leaf))


@dataclass(frozen=True, slots=True)
class Cut:
    """A tree as blocks, and the paths that ask about too many features for a table."""

    blocks: tuple[Block, ...]
    long_paths: tuple[Path, ...]


def cut_tree(tree: Tree, paths: Mapping[Leaf, Path], most_signals: int) -> Cut:
    """Blocks of at most that many signals. A path on which more is asked gets a block of its own, one signal for each
    feature, where these are at most two more.
    """
    blocks: list[Block] = []
    long: list[Path] = []
    for piece in _grow_pieces(tree, most_signals):
        leaves = tuple(piece.leaves())
        if len(piece.above) + len(piece.conditions) <= most_signals:
            if leaves:
                blocks.append(_block(leaves, paths, piece.above))
            continue
        for leaf in leaves:
            path = paths[leaf]
            if len(path.features) <= most_signals + 2:
                blocks.append(_block((leaf,), paths, dict(zip(path.features, path.demands, strict=True))))
            else:
                long.append(path)
    return Cut(tuple(blocks), tuple(long))


def _grow_pieces(tree: Tree, most_signals: int) -> list[_Piece]:
    """Pieces grown from the leaves upwards, the smaller child first: the larger they are, the fewer tables are read."""
    finished: list[_Piece] = []

    def grow(split: Split, above: dict[int, tuple[Demand, ...]]) -> _Piece:
        piece = _Piece(above, [split], {split.condition})
        feature = split.condition.feature
        grown = []
        for child, right in ((split.left, False), (split.right, True)):
            if isinstance(child, Split):
                asked = (*above.get(feature, ()), Demand(split.condition, right))
                grown.append(grow(child, {**above, feature: asked}))
        for smaller in sorted(grown, key=lambda part: len(part.conditions)):
            together = piece.conditions | smaller.conditions
            if len(above) + len(together) <= most_signals:
                piece.splits += smaller.splits
                piece.conditions = together
            else:
                finished.append(smaller)
        return piece

    if isinstance(tree, Split):
        finished.append(grow(tree, {}))
    return finished


def _block(leaves: tuple[Leaf, ...], paths: Mapping[Leaf, Path], above: Mapping[int, tuple[Demand, ...]]) -> Block:
    """`above`: demands by feature that all the leaves share, each list one signal."""
    bits: dict[Signal, int] = {}

    def ask(feature: int, demands: tuple[Demand, ...]) -> Ask:
        shared = above.get(feature, ())
        asked = [shared] if shared else []
        asked += [(demand,) for demand in demands[len(shared) :]]
        return tuple((bits.setdefault(right_side(signal), len(bits)), is_met(signal)) for signal in asked)

    asks = tuple(
        tuple(ask(feature, demands) for feature, demands in zip(paths[leaf].features, paths[leaf].demands, strict=True))
        for leaf in leaves
    )
    features = sorted({feature for leaf in leaves for feature in paths[leaf].features})
    return Block(tuple(bits), tuple(features), leaves, asks)


def right_side(signal: Signal) -> Signal:
    """The signal whose bit is looked at."""
    return (Demand(signal[0].condition, right=True),) if len(signal) == 1 else signal


def is_met(signal: Signal) -> bool:
    """What that bit has to be."""
    return signal[0].right if len(signal) == 1 else True


def tabulate_block(block: Block, paths: Mapping[Leaf, Path], leaf_tables: Mapping[Leaf, Floats]) -> Floats:
    """What the block adds to each of its features for every pattern, shape (features, 2**signals), log-odds."""
    bits = pattern_bits(len(block.signals))
    row_of = {feature: row for row, feature in enumerate(block.features)}
    table = np.zeros((len(block.features), bits.shape[1]))
    for leaf, asks in zip(block.leaves, block.asks, strict=True):
        pattern = np.zeros(bits.shape[1], dtype=np.intp)
        for place, ask in enumerate(asks):
            met = np.ones(bits.shape[1], dtype=np.bool_)
            for bit, wanted in ask:
                met &= bits[bit] == wanted
            pattern |= met.astype(np.intp) << place
        table[[row_of[feature] for feature in paths[leaf].features]] += leaf_tables[leaf][:, pattern]
    return table
