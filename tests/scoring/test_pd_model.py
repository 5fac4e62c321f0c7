from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskengine.scoring.bundle import load_bundle, write_bundle
from riskengine.scoring.calibration import Calibration, Method, logit
from riskengine.terms.errors import InputError, UsageError
from support.small_model import rows, trained


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "1"
    write_bundle(trained(), folder, version="1")
    return load_bundle(folder)


@settings(deadline=None, max_examples=20)
@given(size=st.integers(20, 200), threads=st.sampled_from([1, 2]))
def test_chunks_and_threads_do_not_show(model, size, threads):
    values, _ = rows(n=400, seed=3)
    whole = model.predict(values, threads=1).pd_12m
    parts = [model.predict(values[i : i + size], threads=threads).pd_12m for i in range(0, 400, size)]
    assert np.array_equal(np.concatenate(parts), whole)


def test_no_customers_give_no_predictions(model):
    empty = np.empty((0, 3))
    assert model.predict(empty).pd_12m.shape == (0,)
    assert model.contributions(empty).shape == (0, 4)


def test_contributions_add_up_to_the_calibrated_log_odds(model):
    values, _ = rows(n=300, seed=4)
    total = model.contributions(values).sum(axis=1)
    assert total == pytest.approx(model.calibration.log_odds(model.predict(values).raw), abs=1e-9)


def test_contributions_add_up_to_the_raw_log_odds_under_isotonic_calibration(model):
    stepped = replace(model, calibration=Calibration(Method.ISOTONIC, 0.001, knots=((-3.0, -4.0), (0.0, 0.5))))
    values, _ = rows(n=50, seed=4)
    prediction = stepped.predict(values)
    assert stepped.contributions(values).sum(axis=1) == pytest.approx(prediction.raw, abs=1e-9)
    assert logit(prediction.pd_12m).max() <= 0.5 + 1e-9


def test_the_pd_moves_only_in_the_stated_direction(model):
    values, _ = rows(n=200, seed=6)
    later, richer = values.copy(), values.copy()
    later[:, 0] += 1
    richer[:, 1] += 1
    assert (model.predict(later).pd_12m >= model.predict(values).pd_12m).all()
    assert (model.predict(richer).pd_12m <= model.predict(values).pd_12m).all()


def test_missing_where_training_saw_none_is_refused(model):
    blind = replace(model, seen_missing=frozenset({"late", "noise"}))
    values, _ = rows(n=5, missing=0.0)
    blind.predict(values)
    values[2, 1] = np.nan
    with pytest.raises(InputError, match="training saw none, in equity"):
        blind.predict(values)
    with pytest.raises(InputError, match="equity"):
        blind.contributions(values)


def test_infinity_is_refused(model):
    values, _ = rows(n=5)
    values[0, 2] = -np.inf
    with pytest.raises(InputError, match="infinite values in noise"):
        model.predict(values)


@pytest.mark.parametrize("shape", [(3,), (3, 2), (3, 4)])
def test_a_wrong_shape_is_refused(model, shape):
    with pytest.raises(UsageError, match=r"expected \(customers, 3\)"):
        model.predict(np.zeros(shape))


def test_lightgbm_reads_an_unseen_missing_value_as_zero():
    """The reason for the guard: if this fails, LightGBM has changed and the guard can be reconsidered."""
    import lightgbm  # noqa: PLC0415 - slow

    rng = np.random.default_rng(0)
    values = rng.normal(size=(800, 1))
    outcome = (values[:, 0] > -0.5).astype(float)
    booster = lightgbm.train(
        {"objective": "binary", "verbosity": -1, "num_threads": 1}, lightgbm.Dataset(values, outcome), 10
    )
    assert booster.predict(np.array([[np.nan]])) == booster.predict(np.array([[0.0]]))
