"""Fit a model to snapshots: booster, cross-fitted calibration, scorecard. Pure: arrays and a spec in, numbers out."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riskengine.features.feature import Feature
from riskengine.scoring.booster import fit_booster, seen_missing
from riskengine.scoring.calibration import (
    Calibration,
    Floats,
    Method,
    fit_floored,
    fit_isotonic,
    fit_platt,
    levelled_to,
    shifted_to,
)
from riskengine.scoring.matrix import Matrix, customer_folds, masked_copies, rows_of
from riskengine.scoring.one_thread import one_thread
from riskengine.scoring.pd_model import PdModel
from riskengine.scoring.scorecard import Scorecard, fit_scorecard
from riskengine.scoring.spec import CalibrationSpec, ModelSpec
from riskengine.scoring.split import month_ends_back
from riskengine.terms.days import day_number, day_of
from riskengine.terms.errors import InputError


@dataclass(frozen=True, slots=True)
class Fitted:
    """`unseen_raw`: raw log-odds of the training rows, each by a booster that did not see that customer."""

    booster_text: str
    calibration: Calibration
    seen_missing: frozenset[str]
    scorecard: Scorecard
    unseen_raw: Floats


@one_thread()
def fit_model(
    train: Matrix,
    features: tuple[Feature, ...],
    spec: ModelSpec,
    seed: int,
    *,
    workers: int = 1,
    tick: Callable[[str], None] = lambda _: None,
) -> Fitted:
    """Fit everything a spec asks for to the training rows. The result depends on rows, spec and seed alone.

    `tick` is told the name of every step done. Raises InputError if an outcome does not occur.
    """
    fold = customer_folds(train.customer_id, spec.calibration.folds, seed)

    def one(held_out: int | None) -> tuple[str, frozenset[str]]:
        part = train if held_out is None else rows_of(train, fold != held_out)
        if held_out is not None:
            _refuse_one_outcome(part, held_out)
        learned = masked_copies(part, features, spec.masking, seed)
        text = fit_booster(learned.values, learned.outcome, features, spec.booster, seed)
        tick("booster")
        return text, seen_missing(learned.values, features)

    with ThreadPoolExecutor(max_workers=workers) as pool:
        (text, seen), *crossed = pool.map(one, [None, *range(spec.calibration.folds)])
    raw = np.empty(len(train))
    for number, (other, _) in enumerate(crossed):
        raw[fold == number] = _raw_scores(other, train.values[fold == number])
    scorecard = fit_scorecard(
        train.values,
        train.outcome,
        tuple(f.name for f in features),
        bins=spec.rivals.scorecard_bins,
        most=spec.rivals.scorecard_features,
    )
    tick("scorecard")
    return Fitted(text, calibrate(raw, train.outcome, train.as_of, spec.calibration), seen, scorecard, raw)


def _refuse_one_outcome(part: Matrix, held_out: int) -> None:
    if len(part) and 0 < part.outcome.sum() < len(part):
        return
    raise InputError(
        f"without the customers of fold {held_out + 1}, {part.outcome.sum():.0f} of {len(part):,} training rows are "
        "bad: both outcomes are needed",
        where="calibration.folds",
        remedy="widen the training window or choose an outcome that more customers have",
    )


_FITS = {Method.PLATT: fit_platt, Method.ISOTONIC: fit_isotonic, Method.FLOORED: fit_floored}


@one_thread()
def calibrate(raw: Floats, outcome: Floats, as_of: NDArray[np.int32], spec: CalibrationSpec) -> Calibration:
    """The calibration a spec asks for, from raw log-odds of customers the booster did not see.

    Its shape comes from all rows, its level from those of the last `level_months` if the spec says so.
    """
    calibration = _FITS[spec.method](raw, outcome, floor=spec.pd_floor)
    if spec.level_months is not None:
        latest = as_of > day_number(month_ends_back(day_of(int(as_of.max())), spec.level_months))
        calibration = levelled_to(calibration, raw[latest], float(outcome[latest].mean()))
    if spec.long_run_default_rate is None:
        return calibration
    return shifted_to(calibration, raw, spec.long_run_default_rate.value)


def model_in_memory(fitted: Fitted, features: tuple[Feature, ...], spec: ModelSpec) -> PdModel:
    """The fitted model before it has a version, to be tested."""
    import lightgbm  # noqa: PLC0415 - seconds to import

    return PdModel(
        name=spec.model,
        version="candidate",
        digest="",
        features=tuple(f.name for f in features),
        horizon_days=spec.outcome.horizon_days,
        calibration=fitted.calibration,
        seen_missing=fitted.seen_missing,
        booster=lightgbm.Booster(model_str=fitted.booster_text),
    )


def _raw_scores(booster_text: str, values: Floats) -> Floats:
    import lightgbm  # noqa: PLC0415 - seconds to import

    booster = lightgbm.Booster(model_str=booster_text)
    return np.asarray(booster.predict(values, raw_score=True), dtype=np.float64)
