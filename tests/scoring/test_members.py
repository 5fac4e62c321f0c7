"""Members are averaged in raw log-odds, and the mean is an ordinary model."""

import lightgbm
import numpy as np
import pytest

from riskengine.scoring.booster import fit_booster, member_seeds
from riskengine.scoring.members import average_members
from riskengine.scoring.shapley.contributions import tables_of
from support.small_model import FEATURES, SPEC, rows


def members_of(count, **changed):
    values, outcome = rows(missing=0.1)
    alone = SPEC.model_copy(update={"feature_share": 0.5, "row_share": 0.5, **changed})
    texts = [fit_booster(values, outcome, FEATURES, alone, seed) for seed in member_seeds(3, count)]
    return values, outcome, alone, texts


def raw(text, values):
    return lightgbm.Booster(model_str=text).predict(values, raw_score=True)


@pytest.mark.parametrize("changed", [{}, {"depth": None, "leaves": 5}])
def test_the_score_is_the_mean_of_the_members_scores(changed):
    values, outcome, alone, texts = members_of(4, **changed)
    together = fit_booster(values, outcome, FEATURES, alone.model_copy(update={"members": 4}), 3)
    expected = np.mean([raw(text, values) for text in texts], axis=0)
    np.testing.assert_allclose(raw(together, values), expected, rtol=0, atol=1e-12)
    assert len(set(texts)) == 4


def test_contributions_of_the_mean_are_exact():
    values, _, _, texts = members_of(3)
    booster = lightgbm.Booster(model_str=average_members(texts))
    found = tables_of(booster).contributions(values)
    np.testing.assert_allclose(found, booster.predict(values, pred_contrib=True), atol=1e-9)
    np.testing.assert_allclose(found.sum(axis=1), booster.predict(values, raw_score=True), atol=1e-9)


def test_one_member_is_the_booster_itself():
    _, _, _, texts = members_of(1)
    assert average_members(texts) == texts[0]


def test_the_mean_survives_being_written_and_read_again():
    values, _, _, texts = members_of(2)
    once = average_members(texts)
    again = lightgbm.Booster(model_str=once).model_to_string()
    assert lightgbm.Booster(model_str=again).num_trees() == sum(
        lightgbm.Booster(model_str=t).num_trees() for t in texts
    )
    np.testing.assert_array_equal(raw(again, values), raw(once, values))


def test_the_first_member_has_the_seed_of_the_model_and_a_lone_tree_may_be_a_leaf():
    assert member_seeds(9, 3)[0] == 9
    assert member_seeds(9, 3) == member_seeds(9, 5)[:3]
    values, outcome = rows(40)
    stump = SPEC.model_copy(update={"members": 2, "min_rows_leaf": 1000})
    text = fit_booster(values, outcome, FEATURES, stump, 1)
    assert raw(text, values) == pytest.approx(np.log(outcome.mean() / (1 - outcome.mean())))
