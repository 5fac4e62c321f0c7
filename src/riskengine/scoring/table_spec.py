"""How a model is made from a table of features that somebody brings: no dates of ours, no catalogue."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from riskengine.scoring.calibration import Method
from riskengine.scoring.crosses import CrossSpec
from riskengine.scoring.spec import BoosterSpec, CalibrationSpec, DirectionSpec, Positive, SearchSpec
from riskengine.tables.yaml_file import load_yaml
from riskengine.tables.yaml_model import StrictModel, validated


class ColumnSpec(StrictModel):
    """Columns by name; without `only`, every numeric column that is neither label, group nor date."""

    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


class TableSpec(StrictModel):
    model: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")] = "feature_table"
    meaning: str = "Chance that the label is 1"
    owner: str = "whoever brought the table"
    seed: int = 1
    horizon_days: Positive = 365
    gap_days: Annotated[int, Field(ge=0)] = (
        0  # with dates: days left out between what is learnt from and what is judged on
    )
    folds: Annotated[int, Field(ge=2, le=20)] = 5
    features: ColumnSpec = ColumnSpec()
    directions: dict[str, DirectionSpec] = Field(default_factory=dict)
    crosses: CrossSpec = CrossSpec()
    booster: BoosterSpec = BoosterSpec(
        trees=300, learning_rate=0.05, leaves=31, min_rows_leaf=20, feature_share=0.5, row_share=0.8
    )
    calibration: CalibrationSpec = CalibrationSpec(method=Method.PLATT, folds=5, pd_floor=0.0003)
    search: SearchSpec | None = None


def load_table_spec(path: Path) -> TableSpec:
    """Read the spec of a table's model. Raises DocumentError with every error, each with file and line."""
    return validated(load_yaml(path), TableSpec)
