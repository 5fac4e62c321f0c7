"""At which values of its inputs a model changes its answer."""

import re
from collections.abc import Mapping

from riskengine.scoring.pd_model import PdModel

_SPLITS = re.compile(r"^(split_feature|threshold)=(.*)$", re.MULTILINE)


def split_points(model: PdModel) -> Mapping[str, tuple[float, ...]]:
    """For each feature the model asks, every threshold of its trees, ascending: at most this value, or above it.

    Between two neighbours, and beyond the outermost, the model's answer does not depend on the value. Thresholds lie
    within the values of the training data.
    """
    found: dict[str, set[float]] = {}
    features: list[str] = []
    for name, written in _SPLITS.findall(model.booster.model_to_string()):
        if name == "split_feature":
            features = [model.features[int(place)] for place in written.split()]
            continue
        for feature, threshold in zip(features, written.split(), strict=True):
            found.setdefault(feature, set()).add(float(threshold))
    return {feature: tuple(sorted(values)) for feature, values in sorted(found.items())}
