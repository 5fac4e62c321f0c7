"""At which values of its inputs a model changes its answer."""

import re
import sys
from collections.abc import Mapping

from riskengine.scoring.pd_model import PdModel

_SPLITS = re.compile(r"^(split_feature|threshold)=(.*)$", re.MULTILINE)


def split_points(model: PdModel) -> Mapping[str, tuple[float, ...]]:
    """For each feature the model asks, every threshold of its trees, ascending: at most this value, or above it.

    Between two neighbours, and beyond the outermost, the model's answer does not depend on the value. A split that
    only parts what is known from what is missing has no threshold: LightGBM writes the largest number there is.
    """
    found: dict[str, set[float]] = {}
    features: list[str] = []
    for name, written in _SPLITS.findall(model.booster.model_to_string()):
        if name == "split_feature":
            features = [model.features[int(place)] for place in written.split()]
            continue
        for feature, threshold in zip(features, written.split(), strict=True):
            value = float(threshold)
            if abs(value) < sys.float_info.max:
                found.setdefault(feature, set()).add(value)
    return {feature: tuple(sorted(values)) for feature, values in sorted(found.items())}
