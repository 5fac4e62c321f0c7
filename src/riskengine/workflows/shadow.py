"""A challenger that rates beside the champion: found, checked, and put beside its ratings. It decides nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from riskengine.features.catalogue import CATALOGUE
from riskengine.scoring.bundle import load_bundle
from riskengine.scoring.pd_model import PdModel
from riskengine.scoring.promotion_log import Role
from riskengine.scoring.workspace import Workspace
from riskengine.terms.errors import InputError, RiskEngineError
from riskengine.workflows.scored import check_currency

SHADOW = "shadow.parquet"
BY_ROLE, NO_SHADOW = "auto", "none"
_COLUMNS = (
    "customer_id",
    "status",
    "unrated_reason",
    "grade",
    "final_grade",
    "pd_12m",
    "raw_score",
    "limit",
    "terms_days",
    "frozen",
    "refer",
)


@dataclass(frozen=True, slots=True)
class ShadowRating:
    """What the shadow would have said. `ratings` has a row per customer, as `_COLUMNS` and the model's name."""

    model: PdModel
    ratings: pl.DataFrame


def shadow_columns(ratings: pl.DataFrame, model: PdModel) -> pl.DataFrame:
    """What is published of a shadow's ratings."""
    named = (pl.lit(model.name).alias("model_name"), pl.lit(model.version).alias("model_version"))
    return ratings.select(*_COLUMNS, *named)


def find_shadow(wanted: str, workspace: Path, currency: str, tell: Callable[[str], None]) -> PdModel | None:
    """The model that is to rate beside the champion: a version asked for, the workspace's shadow (`auto`), or `none`.

    Raises UsageError or InputError if the version asked for is not there, not whole, or needs what is not computed. The
    workspace's shadow is then left out and that is told: whoever only watches must not keep the champion from rating.
    """
    if wanted == NO_SHADOW:
        return None
    place = Workspace(workspace)
    if wanted != BY_ROLE:
        return _usable(place.find(wanted), currency)
    try:
        held = place.holders().get(Role.SHADOW)
        return None if held is None else _usable(place.bundle_folder(held.model, held.version), currency)
    except RiskEngineError as error:
        tell(f"no model rates beside the champion: {error}")
        return None


def _usable(bundle: Path, currency: str) -> PdModel:
    model = load_bundle(bundle)
    check_currency(model, currency)
    absent = [name for name in model.features if name not in CATALOGUE]
    if absent:
        raise InputError(
            f"the model needs {', '.join(absent[:5])}, which this version does not compute",
            where=f"model {model.name} {model.version}",
            remedy="choose another with --shadow, or none",
        )
    return model
