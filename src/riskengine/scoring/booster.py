"""LightGBM: monotone, shallow, and the same bytes for the same seed."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from riskengine.features.feature import Risk
from riskengine.scoring.calibration import Floats
from riskengine.scoring.members import average_members
from riskengine.scoring.spec import BoosterSpec
from riskengine.terms.errors import InputError


class Directed(Protocol):
    """What a booster has to know of a column."""

    @property
    def name(self) -> str: ...

    @property
    def risk(self) -> Risk: ...


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is in no catalogue. LightGBM refuses some characters in `name`, such as a colon."""

    name: str
    risk: Risk = Risk.FREE


_DIRECTION = {Risk.UP: 1, Risk.DOWN: -1, Risk.FREE: 0}


def fit_booster(values: Floats, outcome: Floats, features: Sequence[Directed], spec: BoosterSpec, seed: int) -> str:
    """Train on (rows, features) and 0/1 outcomes; the members' mean in LightGBM's text form.

    The first member has the seed itself, further ones seeds drawn from it.

    Raises InputError if only one outcome occurs.
    """
    import lightgbm  # noqa: PLC0415 - seconds to import

    if not 0 < outcome.sum() < outcome.size:
        raise InputError(
            f"{outcome.sum():.0f} of {outcome.size} training rows are bad: both outcomes are needed",
            where="training",
            remedy="widen the training window or choose an outcome that occurs",
        )
    settings = parameters(features, spec, seed)
    data = lightgbm.Dataset(
        values, outcome, feature_name=[f.name for f in features], params=settings, free_raw_data=False
    )
    texts = []
    for own_seed in member_seeds(seed, spec.members):
        booster = lightgbm.train(settings | {"seed": own_seed}, data, num_boost_round=spec.trees)
        texts.append(booster.model_to_string())
    return average_members(texts)


def member_seeds(seed: int, members: int) -> tuple[int, ...]:
    """The seed of each member: that of the model first, then numbers drawn from it.

    >>> member_seeds(7, 1)
    (7,)
    """
    drawn = np.random.default_rng([abs(seed), zlib.crc32(b"members")]).integers(1, 2**31 - 1, members - 1)
    return (seed, *drawn.tolist())


def parameters(features: Sequence[Directed], spec: BoosterSpec, seed: int) -> dict[str, Any]:
    """The LightGBM parameters of a spec."""
    settings: dict[str, Any] = {
        "objective": "binary",
        "learning_rate": spec.learning_rate,
        "max_depth": -1 if spec.depth is None else spec.depth,
        "num_leaves": spec.leaves or 2 ** (spec.depth or 0),
        "min_data_in_leaf": spec.min_rows_leaf,
        "lambda_l2": spec.l2,
        "feature_fraction": spec.feature_share,
        "bagging_fraction": spec.row_share,
        "bagging_freq": 1 if spec.row_share < 1 else 0,
        "max_bin": spec.bins,
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": spec.threads,
        "verbosity": -1,
    }
    if spec.bad_weight != 1:
        settings["scale_pos_weight"] = spec.bad_weight
    if spec.monotone:
        settings["monotone_constraints"] = [_DIRECTION[f.risk] for f in features]
    return settings


def seen_missing(values: Floats, features: Sequence[Directed]) -> frozenset[str]:
    """The features with at least one missing value in the training rows."""
    missing = np.any(np.isnan(values), axis=0)
    return frozenset(f.name for f, hit in zip(features, missing, strict=True) if hit)
