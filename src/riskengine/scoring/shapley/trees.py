"""The trees of a booster as splits and leaves, with everything about LightGBM's format left behind."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import inf, nextafter
from typing import TYPE_CHECKING, Any

from riskengine.terms.errors import InputError

if TYPE_CHECKING:
    from lightgbm import Booster


_ZERO = 1.0000000180025095e-35


@dataclass(frozen=True, slots=True)
class Condition:
    """A row goes right if its value is above the threshold, or missing where `missing_right`."""

    feature: int
    threshold: float
    missing_right: bool


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    value: float  # log-odds
    rows: int  # training rows that ended here


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    condition: Condition
    left: "Split | Leaf"
    right: "Split | Leaf"
    rows: int


Tree = Split | Leaf


def read_trees(booster: "Booster") -> tuple[Tree, ...]:
    """The trees in their order.

    Raises InputError for what exact contributions are not made of here: several classes, averaged forests, categorical
    splits, linear leaves, zero taken for missing, a part of a tree without training rows.
    """
    model = booster.dump_model()
    if model["num_tree_per_iteration"] != 1 or model["average_output"]:
        raise _unsupported("one sum of trees for one outcome is needed")
    return tuple(_read(tree["tree_structure"]) for tree in model["tree_info"])


def leaves_of(tree: Tree) -> Iterator[Leaf]:
    """From left to right."""
    if isinstance(tree, Leaf):
        yield tree
    else:
        yield from leaves_of(tree.left)
        yield from leaves_of(tree.right)


def expected_value(tree: Tree) -> float:
    """The mean of the leaves over the training rows."""
    leaves = tuple(leaves_of(tree))
    if len(leaves) == 1:
        return leaves[0].value
    return sum(leaf.value * leaf.rows for leaf in leaves) / sum(leaf.rows for leaf in leaves)


def _read(node: Mapping[str, Any]) -> Tree:
    if "leaf_const" in node:
        raise _unsupported("a leaf is a linear model")
    if "split_feature" not in node:
        return Leaf(float(node["leaf_value"]), int(node.get("leaf_count", 0)))
    if node["decision_type"] != "<=":
        raise _unsupported(f"a split compares by '{node['decision_type']}'")
    split = Split(_condition(node), _read(node["left_child"]), _read(node["right_child"]), int(node["internal_count"]))
    if min(split.left.rows, split.right.rows) < 1:
        raise _unsupported("a part of a tree states no training rows")
    return split


def _condition(node: Mapping[str, Any]) -> Condition:
    """LightGBM reads a missing value as 0.0 where training saw none, and else sends it where the split says."""
    threshold, missing = float(node["threshold"]), node["missing_type"]
    if missing == "Zero":
        raise _unsupported("a split takes zero for missing")
    missing_right = not node["default_left"] if missing == "NaN" else threshold < 0.0
    return Condition(int(node["split_feature"]), _apart_from_zero(threshold), missing_right)


def _apart_from_zero(threshold: float) -> float:
    """The threshold that decides on a value as LightGBM does, which takes all within 1e-35 (a float32) of 0 for 0."""
    if 0.0 <= threshold < _ZERO:
        return _ZERO
    return nextafter(-_ZERO, -inf) if -_ZERO <= threshold < 0.0 else threshold


def _unsupported(why: str) -> InputError:
    return InputError(
        f"contributions cannot be computed: {why}",
        where="model",
        remedy="train the model with riskengine train",
    )
