"""Exact TreeSHAP for whole portfolios: tables made once for a model, read for every customer.

The trees of a model ask few questions. For every pattern of answers to those of a tree, its contributions are numbers
in a small table; so a customer costs one look-up for each feature of a tree, less than LightGBM takes to predict.
docs/explanation/reasons.md shows the way from the definition to here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from riskengine.scoring.calibration import Floats
from riskengine.scoring.shapley.blocks import Block, Cut, cut_tree, tabulate_block
from riskengine.scoring.shapley.part import Part, make_part
from riskengine.scoring.shapley.paths import Path, paths_of, tabulate_paths
from riskengine.scoring.shapley.trees import Leaf, Tree, expected_value, read_trees

if TYPE_CHECKING:
    from lightgbm import Booster

_CHUNK = 16_384  # rows at a time, so that what is known of them stays in the cache
_WIDTHS = (11, 10, 9, 8, 7, 6)  # signals of a block; fewer where the tables would grow too large
_MOST_TABLE_BYTES = 256 * 2**20
_MOST_SPLITS = 1_000  # of a part; a byte for each of them and each row of a chunk is held


@dataclass(frozen=True, slots=True)
class ShapleyTables:
    """Contributions of a model. `base` is the mean raw log-odds over the training rows of each tree."""

    features: int
    base: float
    parts: tuple[Part, ...]

    def contributions(self, matrix: Floats) -> Floats:
        """In log-odds, shape (rows, features + 1), the last column the base; rows add up to the raw score.

        `matrix` (rows, features), NaN for missing. A row's result depends on that row alone, to the last bit. Beside
        the result some 60 MB are needed, however many rows there are.
        """
        by_feature = np.zeros((self.features + 1, len(matrix)))
        by_feature[-1] = self.base
        for start in range(0, len(matrix), _CHUNK):
            chunk = slice(start, start + _CHUNK)
            rows = np.ascontiguousarray(matrix[chunk].T)
            sums = [column[chunk] for column in by_feature]
            for part in self.parts:
                part.add_to(sums, rows)
        return by_feature.T


@lru_cache(maxsize=2)
def tables_of(booster: "Booster") -> ShapleyTables:
    """The tables of a booster, kept for the last two: they take a tenth of a second for 300 trees of depth 3.

    Raises InputError for what `read_trees` does not read.
    """
    trees = read_trees(booster)
    return ShapleyTables(booster.num_feature(), sum(map(expected_value, trees)), tuple(_parts(trees)))


def _parts(trees: Sequence[Tree]) -> Iterator[Part]:
    paths = [paths_of(tree) for tree in trees]
    cuts = _cut(trees, paths)
    start = splits = 0
    for end, own in enumerate(paths, start=1):
        splits += len(own) - 1
        if splits >= _MOST_SPLITS or end == len(trees):
            yield make_part([piece for tree in range(start, end) for piece in _pieces(cuts[tree], paths[tree])])
            start, splits = end, 0


def _cut(trees: Sequence[Tree], paths: Sequence[dict[Leaf, Path]]) -> list[Cut]:
    """Every tree cut into blocks, the widest with which all tables together stay within bounds."""
    for width in _WIDTHS:
        cuts = [cut_tree(tree, own, width) for tree, own in zip(trees, paths, strict=True)]
        if 8 * sum(block.cells for cut in cuts for block in cut.blocks) <= _MOST_TABLE_BYTES:
            break
    return cuts


def _pieces(cut: Cut, paths: dict[Leaf, Path]) -> Iterator[tuple[Block, Floats] | Path]:
    leaves = [leaf for block in cut.blocks for leaf in block.leaves]
    tables = dict(zip(leaves, tabulate_paths([paths[leaf] for leaf in leaves]), strict=True))
    yield from ((block, tabulate_block(block, paths, tables)) for block in cut.blocks)
    yield from cut.long_paths
