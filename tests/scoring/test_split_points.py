"""The thresholds of a model: enough of them to know its answer everywhere, and only real ones."""

from types import SimpleNamespace

import lightgbm as lgb
import numpy as np

from riskengine.scoring.split_points import split_points


def model_of(values, outcome):
    settings = {"objective": "binary", "num_leaves": 4, "min_data_in_leaf": 5, "verbose": -1, "num_threads": 1}
    booster = lgb.train(settings, lgb.Dataset(values, outcome), 10)
    return SimpleNamespace(booster=booster, features=("late_days", "equity"))


def test_between_two_neighbours_the_answer_does_not_change():
    random = np.random.default_rng(3)
    values = random.normal(size=(800, 2))
    model = model_of(values, (values[:, 0] + random.normal(size=800) > 0).astype(float))
    late = np.array(split_points(model)["late_days"])
    middles = (late[:-1] + late[1:]) / 2
    just_above = np.nextafter(late[:-1], np.inf)
    rows = (np.column_stack([column, np.zeros(len(column))]) for column in (middles, just_above, late[1:]))
    first, second, third = (model.booster.predict(row, raw_score=True) for row in rows)
    assert np.array_equal(first, second)
    assert np.array_equal(second, third)


def test_a_split_of_known_from_missing_is_no_threshold():
    values = np.zeros((400, 2))
    values[::2, 1] = np.nan
    model = model_of(values, np.isnan(values[:, 1]).astype(float))
    assert "equity" in {
        name for name, gain in zip(model.features, model.booster.feature_importance(), strict=True) if gain
    }
    assert all(abs(value) < 1e30 for points in split_points(model).values() for value in points)
