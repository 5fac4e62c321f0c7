"""PDModel in scikit-learn's own hands: its estimator checks, pipelines, searches, clones."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils.estimator_checks import parametrize_with_checks

from riskengine.scoring.estimator import PDModel
from support.small_model import rows

QUICK = {"trees": 20, "min_rows_leaf": 5}


@pytest.mark.filterwarnings("ignore:left without calibration:UserWarning")  # its samples are tiny and random
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
@parametrize_with_checks([PDModel(**QUICK)])
def test_scikit_learns_own_checks_pass(estimator, check):
    """None is expected to fail. One skips itself: arrays other than NumPy's, without SCIPY_ARRAY_API."""
    check(estimator)


def test_the_pd_is_calibrated_and_the_bad_class_is_the_second():
    values, outcome = rows(4000)
    named = np.where(outcome > 0, "defaulted", "alive")
    model = PDModel(members=2, row_share=0.7, **QUICK).fit(values[:3000], named[:3000])
    assert model.classes_.tolist() == ["alive", "defaulted"]
    chance = model.predict_proba(values[3000:])
    np.testing.assert_allclose(chance.sum(axis=1), 1)
    assert chance[:, 1].mean() == pytest.approx(outcome[3000:].mean(), abs=0.03)
    assert set(model.predict(values)) == {"alive", "defaulted"}


@pytest.mark.parametrize("method", ["platt", "floored", "isotonic", None])
def test_every_calibration_can_be_chosen(method):
    values, outcome = rows()
    model = PDModel(calibration=method, **QUICK).fit(values, outcome)
    assert (model.calibration_ is None) == (method is None)
    assert model.predict_proba(values)[:, 1].min() >= 0.0003
    assert model.score(values, outcome) > 0.7


def test_directions_bind_by_name_and_by_position():
    values, outcome = rows()
    frame = pd.DataFrame(values, columns=["late", "equity", "noise"])
    by_name = PDModel(directions={"late": "down"}, **QUICK).fit(frame, 1 - outcome)
    by_place = PDModel(directions={0: "down"}, **QUICK).fit(values, 1 - outcome)
    grid = np.zeros((50, 3))
    grid[:, 0] = np.linspace(-3, 3, 50)
    assert (np.diff(by_place.decision_function(grid)) <= 0).all()
    assert by_name.booster_text_ == by_place.booster_text_
    with pytest.raises(ValueError, match="which X has not"):
        PDModel(directions={"lat": "up"}, **QUICK).fit(frame, outcome)


def test_the_same_state_gives_the_same_model_and_contributions_add_up():
    values, outcome = rows()
    one = PDModel(row_share=0.5, random_state=4, **QUICK).fit(values, outcome)
    two = clone(one).fit(values, outcome)
    assert one.booster_text_ == two.booster_text_
    assert one.calibration_ == two.calibration_
    plain = PDModel(calibration=None, **QUICK).fit(values, outcome)
    np.testing.assert_allclose(plain.contributions(values).sum(axis=1), plain.decision_function(values), atol=1e-9)


def test_it_works_in_pipelines_and_searches():
    values, outcome = rows(600)
    pipeline = make_pipeline(FunctionTransformer(lambda x: x * 2), PDModel(**QUICK))
    assert cross_val_score(pipeline, values, outcome, scoring="roc_auc", cv=3).mean() > 0.7
    found = GridSearchCV(PDModel(**QUICK), {"depth": [1, 3]}, scoring="roc_auc", cv=2).fit(values, outcome)
    assert found.best_params_["depth"] in {1, 3}


def test_too_few_rows_to_calibrate_on_are_told():
    values, outcome = rows(30)
    outcome[:] = 0
    outcome[:3] = 1
    with pytest.warns(UserWarning, match="too few rows"):
        assert PDModel(**QUICK).fit(values, outcome).calibration_ is None
    with pytest.raises(ValueError, match="infinity"):
        PDModel(**QUICK).fit(np.array([[np.inf], [1.0]]), [0, 1])


def test_missing_where_fit_saw_none_is_refused_by_name():
    values, outcome = rows(missing=0.0)
    frame = pd.DataFrame(values, columns=["late", "equity", "noise"])
    frame.loc[3, "noise"] = np.nan
    model = PDModel(**QUICK).fit(frame, outcome)
    frame.loc[4, "late"] = np.nan
    for ask in (model.predict, model.predict_proba, model.decision_function, model.contributions):
        with pytest.raises(ValueError, match="of which fit saw none, in late"):
            ask(frame)
    assert model.predict_proba(frame.drop(index=4)).shape == (len(frame) - 1, 2)
    with pytest.raises(ValueError, match="of which fit saw none, in 1"):
        PDModel(**QUICK).fit(values, outcome).predict(np.array([[0.0, np.nan, 0.0]]))


def test_sampling_rows_for_the_trees_does_not_move_the_pd():
    values, outcome = rows(4000)
    assert PDModel(row_share=0.3, **QUICK).fit(values, outcome).predict_proba(values)[:, 1].mean() == pytest.approx(
        outcome.mean(), rel=0.05
    )
