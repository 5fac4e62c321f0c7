"""What becomes of order and level when a whole source of data is missing."""

from dataclasses import dataclass

import numpy as np

from riskengine.features.feature import Feature, Source
from riskengine.scoring.calibration import Floats
from riskengine.scoring.discrimination import auc
from riskengine.scoring.matrix import columns_of
from riskengine.scoring.pd_model import PdModel


@dataclass(frozen=True, slots=True)
class Masked:
    """Everybody loses a source. `mean_pd` before and after; AUC None with too few outcomes; refused: cannot be asked.

    A model that saw no missing value of the source in training refuses to rate without it.
    """

    source: str
    features: int
    refused: bool
    auc: float | None
    mean_pd: float | None


def mask_sources(
    model: PdModel, features: tuple[Feature, ...], values: Floats, outcome: Floats, *, ordered: bool
) -> tuple[Masked, ...]:
    """Every source the model uses, taken away from all rows. `ordered`: there are outcomes enough for an AUC."""
    found = []
    for source in Source:
        columns = columns_of(features, source)
        if not columns.size:
            continue
        if not all(features[c].name in model.seen_missing for c in columns):
            found.append(Masked(source.value, int(columns.size), refused=True, auc=None, mean_pd=None))
            continue
        blind = values.copy()
        blind[:, columns] = np.nan
        said = model.predict(blind, threads=1)
        area = auc(said.raw, outcome) if ordered else None
        found.append(Masked(source.value, int(columns.size), False, area, float(said.pd_12m.mean())))  # noqa: FBT003 - named in the class
    return tuple(found)
