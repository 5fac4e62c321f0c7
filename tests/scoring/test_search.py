"""Settings are searched within a budget, the spec as written first, and a budget of trials is reproducible."""

import time
from pathlib import Path

import pytest

from riskengine.scoring.search import search_settings, with_settings, written_value
from riskengine.scoring.spec import Between, Choices, Metric, SearchSpec, load_spec
from riskengine.terms.errors import UsageError

SPEC = load_spec(Path(__file__).parents[2] / "models" / "pd_12m.yaml")
SPACE = {
    "booster.trees": Between(low=10, high=500),
    "booster.learning_rate": Between(low=0.001, high=0.5, log=True),
    "calibration.method": Choices(choices=("platt", "floored")),
}


def budget(trials, **changed):
    return SearchSpec(trials=trials, space=SPACE, **changed)


def hill(settings):
    return -abs(settings["booster.trees"] - 120) / 500 - abs(settings["booster.learning_rate"] - 0.1)


def test_the_spec_as_written_is_the_first_trial_and_the_best_is_never_worse():
    found = search_settings(SPEC, budget(12), hill, seed=1)
    assert found.tried[0].settings == {key: written_value(SPEC, key) for key in SPACE}
    assert found.best.score == max(t.score for t in found.tried) >= found.tried[0].score
    assert len(found.tried) == 12


def test_a_budget_of_trials_gives_the_same_search_for_a_seed():
    one, two, other = (search_settings(SPEC, budget(8), hill, seed=s) for s in (1, 1, 2))
    assert one == two
    assert one != other
    assert not one.timed


def test_a_time_budget_ends_the_search_and_says_so():
    def slow(settings):
        time.sleep(0.06)
        return hill(settings)

    found = search_settings(SPEC, budget(1000, seconds=1), slow, seed=1)
    assert found.timed
    assert len(found.tried) < 1000
    assert found.as_json()["timed"]


def test_the_same_settings_are_fitted_once():
    seen = []
    small = SearchSpec(trials=20, space={"booster.monotone": Choices(choices=(True, False))})
    found = search_settings(SPEC, small, lambda s: seen.append(s) or float(s["booster.monotone"]), seed=1)
    assert len(seen) == len(found.tried) == 2


def test_settings_are_checked_as_if_they_had_been_written():
    tuned = with_settings(SPEC, {"booster.trees": 44, "booster.learning_rate": 0.2, "calibration.folds": 4})
    assert (tuned.booster.trees, tuned.booster.learning_rate, tuned.calibration.folds) == (44, 0.2, 4)
    assert SPEC.booster.trees != 44
    with pytest.raises(UsageError, match="do not fit"):
        with_settings(SPEC, {"booster.learning_rate": 7.0})


@pytest.mark.parametrize(("key", "message"), [("booster.tree", "booster.trees"), ("population", "the spec has no")])
def test_a_space_that_names_what_the_spec_has_not_is_refused(key, message):
    with pytest.raises(UsageError) as error:
        search_settings(SPEC, SearchSpec(trials=2, space={key: Choices(choices=(1, 2))}), hill, seed=1)
    assert message in f"{error.value} {error.value.remedy}"


@pytest.mark.parametrize(("low", "high"), [(0, 3), (5, 2000)])
def test_a_range_beyond_what_the_spec_allows_is_refused_before_anything_is_tried(low, high):
    key = "booster.trees" if low == 0 else "booster.leaves"
    with pytest.raises(UsageError, match="do not fit"):
        search_settings(SPEC, SearchSpec(trials=9, space={key: Between(low=low, high=high)}), pytest.fail, seed=1)


def test_ranges_are_checked():
    with pytest.raises(ValueError, match="low must be below high"):
        Between(low=2, high=1)
    with pytest.raises(ValueError, match="above 0 with log"):
        Between(low=0, high=1, log=True)
    assert budget(1).metric is Metric.AUC
