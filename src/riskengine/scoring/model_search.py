"""The search of a spec's settings on the training window: each date judged by what was known a horizon before it."""

from collections.abc import Callable, Mapping

import numpy as np

from riskengine.features.feature import Feature
from riskengine.scoring.booster import fit_booster
from riskengine.scoring.calibration import Floats
from riskengine.scoring.cross_validation import measure
from riskengine.scoring.folds import Fold, time_folds
from riskengine.scoring.matrix import Matrix, masked_copies, rows_of
from riskengine.scoring.search import Search, Value, check_space, search_settings, with_settings
from riskengine.scoring.spec import ModelSpec
from riskengine.terms.errors import UsageError

_SEARCHED = ("booster", "masking")


def search_model(
    train: Matrix,
    features: tuple[Feature, ...],
    spec: ModelSpec,
    seed: int,
    *,
    tick: Callable[[int, int], None] = lambda _done, _total: None,
) -> tuple[ModelSpec, Search | None]:
    """The spec with the settings that do best, and all that were tried; as it is where it asks for no search.

    Raises UsageError if the space names anything but settings of booster and masking; InputError if the training
    window is too short for a date with another a horizon before it, or a fold has only one outcome.
    """
    if spec.search is None:
        return spec, None
    search = spec.search
    check_search(spec)
    folds = time_folds(train.as_of, spec.outcome.horizon_days, search.folds)

    def score(settings: Mapping[str, Value]) -> float:
        tried = with_settings(spec, settings)
        scores = (
            measure(_raw(train, fold, features, tried, seed), train.outcome[fold.test], search.metric) for fold in folds
        )
        return float(np.mean(list(scores)))

    found = search_settings(spec, search, score, seed, tick=tick)
    return with_settings(spec, found.best.settings), found


def check_search(spec: ModelSpec) -> None:
    """Raises UsageError for a search that cannot be run, whatever the data."""
    if spec.search is None:
        return
    for key in spec.search.space:
        if key.partition(".")[0] not in _SEARCHED:
            raise UsageError(
                f"'{key}' cannot be searched: the folds judge the order of customers, before calibration",
                where="search.space",
                remedy=f"search settings of {' and '.join(_SEARCHED)}",
            )
    check_space(spec, spec.search)


def _raw(train: Matrix, fold: Fold, features: tuple[Feature, ...], spec: ModelSpec, seed: int) -> Floats:
    import lightgbm  # noqa: PLC0415 - seconds to import

    learned = masked_copies(rows_of(train, fold.train), features, spec.masking, seed)
    text = fit_booster(learned.values, learned.outcome, features, spec.booster, seed)
    raw = lightgbm.Booster(model_str=text).predict(train.values[fold.test], raw_score=True)
    return np.asarray(raw, dtype=np.float64)
