"""The search of a model's settings looks at the training window alone, and never ahead within it."""

from pathlib import Path

import numpy as np
import pytest

from riskengine.scoring.matrix import Matrix
from riskengine.scoring.model_search import search_model
from riskengine.scoring.search import written_value
from riskengine.scoring.spec import BoosterSpec, Choices, MaskingSpec, SearchSpec, load_spec
from riskengine.terms.errors import InputError, UsageError
from support.small_model import FEATURES, rows

SHIPPED = load_spec(Path(__file__).parents[2] / "models" / "pd_12m.yaml")
QUICK = BoosterSpec(trees=3, learning_rate=0.1, depth=2, min_rows_leaf=10)
SPACE = {"booster.trees": Choices(choices=(3, 30)), "booster.depth": Choices(choices=(1, 3))}


def spec(trials=4, space=SPACE, **changed):
    search = SearchSpec(trials=trials, folds=2, space=space)
    masking = MaskingSpec(copies=0, shares={})
    return SHIPPED.model_copy(update={"booster": QUICK, "masking": masking, "search": search, **changed})


def matrix(months=20, per_month=80):
    values, outcome = rows(months * per_month)
    as_of = np.repeat(np.arange(months, dtype=np.int32) * 30, per_month)
    return Matrix(values, outcome, np.array([f"C{i}" for i in range(len(values))], dtype=object), as_of)


def test_the_best_settings_are_taken_and_a_seed_gives_the_same_search():
    data = matrix()
    chosen, found = search_model(data, FEATURES, spec(), 1)
    assert found is not None
    assert found == search_model(data, FEATURES, spec(), 1)[1]
    assert {key: written_value(chosen, key) for key in SPACE} == found.best.settings
    assert found.best.score >= found.tried[0].score
    assert chosen.calibration == SHIPPED.calibration


def test_without_a_search_the_spec_stays():
    assert search_model(matrix(), FEATURES, spec(search=None), 1) == (spec(search=None), None)


def test_what_happened_after_the_last_fold_was_known_does_not_matter():
    """Between the last date learnt from and the dates judged lie outcomes nobody knew yet."""
    data = matrix()
    judged = np.unique(data.as_of)[-2:]
    unknown = (data.as_of > judged[-1] - 365) & (data.as_of < judged[0])
    assert unknown.any()
    other = Matrix(data.values, np.where(unknown, 1 - data.outcome, data.outcome), data.customer_id, data.as_of)
    assert search_model(data, FEATURES, spec(), 1) == search_model(other, FEATURES, spec(), 1)


def test_a_space_beyond_the_booster_and_a_window_too_short_are_refused():
    with pytest.raises(UsageError, match="cannot be searched"):
        search_model(matrix(), FEATURES, spec(space={"calibration.folds": Choices(choices=(2, 3))}), 1)
    with pytest.raises(InputError, match="less than the horizon"):
        search_model(matrix(months=6), FEATURES, spec(), 1)
