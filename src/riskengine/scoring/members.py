"""Several boosters as one: members trained with different seeds, averaged in raw log-odds, in a single text model.

Averaging takes the luck of one seed out of a score: which rows and features each tree happened to see. The mean of
the members is itself a sum of trees, those of all members with their leaves divided by the number of members. So it is
written as one ordinary LightGBM model: bundle, prediction, monotone directions and exact contributions need not know.
"""

import re
from collections.abc import Sequence

_TREE = re.compile(r"^Tree=\d+\n.*?\n\n", re.MULTILINE | re.DOTALL)
_SIZES = re.compile(r"^tree_sizes=.*\n", re.MULTILINE)
_VALUES = re.compile(r"^(leaf_value|internal_value)=(.*)$", re.MULTILINE)


def average_members(texts: Sequence[str]) -> str:
    """The LightGBM text model whose raw score is the mean of the raw scores of `texts`, which share their features.

    One member is returned as it is, byte for byte.
    """
    if len(texts) == 1:
        return texts[0]
    import lightgbm  # noqa: PLC0415 - seconds to import

    trees = [_scaled(tree, len(texts)) for text in texts for tree in _TREE.findall(text)]
    numbered = [re.sub(r"^Tree=\d+", f"Tree={i}", tree) for i, tree in enumerate(trees)]
    first = _SIZES.sub("", texts[0])
    begin = first.index("Tree=")
    joined = first[:begin] + "".join(numbered) + first[first.index("end of trees") :]
    # LightGBM reads a model without sizes tree by tree; what it writes again has sizes and importances of all trees.
    return str(lightgbm.Booster(model_str=joined).model_to_string())


def _scaled(tree: str, members: int) -> str:
    def divide(line: re.Match[str]) -> str:
        return f"{line[1]}=" + " ".join(f"{float(value) / members:.17g}" for value in line[2].split())

    return _VALUES.sub(divide, tree)
