"""Every gate, and a model built to fail it."""

import dataclasses

import numpy as np
import pytest

from riskengine.features.feature import Risk, Source
from riskengine.scoring.booster import fit_booster
from riskengine.scoring.bundle import load_bundle, write_bundle
from riskengine.scoring.discrimination import auc_difference
from riskengine.scoring.duel import compare_models, groups_of
from riskengine.scoring.gates import Candidacy, Gate, calibration_level, judge
from riskengine.scoring.matrix import Matrix
from riskengine.scoring.monotone import reversals
from riskengine.scoring.spec import AcceptanceSpec
from riskengine.terms.days import day_of
from riskengine.terms.errors import InputError
from support.small_model import FEATURES, SPEC, feature, rows, trained

DIRECTIONS = {f.name: f.risk for f in FEATURES}
CALIBRATED = {
    "mean_pd": 0.03,
    "default_rate": 0.031,
    "slope": 1.02,
    "hosmer_lemeshow": {"p_value": 0.4},
    "bands": [{"customers": 5000}],
}
METRICS = {"gates": [], "calibration": CALIBRATED, "auc_without_source": {"payment": 0.6}}


@pytest.fixture(scope="module")
def load(tmp_path_factory):
    """Makes a model of the small one's kind with parts replaced."""

    def make(version="2", **changes):
        folder = tmp_path_factory.mktemp("bundles") / version
        write_bundle(dataclasses.replace(trained(), **changes), folder, version=version)
        return load_bundle(folder)

    return make


@pytest.fixture(scope="module")
def model(load):
    return load()


@pytest.fixture(scope="module")
def weak(load):
    """A model that was told only half of what matters."""
    values, outcome = rows()
    return load(version="1", booster_text=fit_booster(np.where([1, 0, 1], values, np.nan), outcome, FEATURES, SPEC, 1))


def matrix(n=2000, months=2, seed=5):
    values, outcome = rows(n, seed=seed)
    as_of = np.repeat(np.arange(months, dtype=np.int32), n // months)
    return Matrix(values, outcome, np.array([f"c{i % (n // months)}" for i in range(n)], dtype=object), as_of)


def duel(candidate, champion, test=None):
    return compare_models(candidate, champion, test or matrix(), FEATURES, after=day_of(-1))


def refused(model, **changes):
    """The gates that do not let a candidate pass that would pass but for `changes`."""
    sound = {
        "metrics": METRICS,
        "directions": DIRECTIONS,
        "acceptance": AcceptanceSpec(),
        "trainer": "Li Wei",
        "approver": "Ann Chen",
        "champion": None,
    }
    return [v.gate for v in judge(Candidacy(model, **{**sound, **changes})) if not v.passed]


def test_a_sound_model_passes(model):
    assert refused(model) == []


def test_a_model_below_the_gates_of_its_spec_is_refused(model):
    gate = {"name": "AUC", "required": "at least 0.8", "found": 0.7, "passed": False}
    assert refused(model, metrics={**METRICS, "gates": [gate]}) == [Gate.ACCEPTANCE]


@pytest.mark.parametrize(
    "fit",
    [{"mean_pd": 0.01, "default_rate": 0.05}, {"slope": 0.2, "hosmer_lemeshow": {"p_value": 1e-6}}],
    ids=["PDs five times too low", "far too confident"],
)
def test_a_badly_calibrated_model_is_refused(model, fit):
    assert refused(model, metrics={**METRICS, "calibration": {**CALIBRATED, **fit}}) == [Gate.CALIBRATION]


def test_a_red_verdict_on_calibration_in_the_validation_report_is_what_counts(model):
    verdicts = [{"check": "calibration_level", "level": "red", "value": 3.1}, {"check": "auc", "level": "red"}]
    assert refused(model, metrics={**METRICS, "validation": {"verdicts": verdicts}}) == [Gate.CALIBRATION]
    verdicts[0]["level"] = "amber"
    assert refused(model, metrics={**METRICS, "validation": {"verdicts": verdicts}}) == []


def test_few_outcomes_do_not_make_calibration_red():
    few = {**CALIBRATED, "mean_pd": 0.02, "default_rate": 0.04, "bands": [{"customers": 100}]}
    assert calibration_level(few) == "amber"
    assert calibration_level(CALIBRATED) == "green"


def test_a_model_that_rates_late_payers_better_is_refused(load):
    values, outcome = rows()
    against = tuple(dataclasses.replace(f, risk=Risk.FREE) for f in FEATURES)
    flipped = np.column_stack([-values[:, 0], values[:, 1:]])
    wrong = load(booster_text=fit_booster(flipped, outcome, against, SPEC, 1))
    assert refused(wrong) == [Gate.MONOTONE]
    [worst, *_] = reversals(wrong, DIRECTIONS)
    assert (worst.feature, worst.risk) == ("late", Risk.UP)
    moved = wrong.predict(np.array([[worst.below, 0.0, 0.0], [worst.above, 0.0, 0.0]])).raw
    assert moved[1] < moved[0] + 1e-9


def test_a_model_left_to_itself_breaks_a_direction_somewhere(load):
    values, outcome = rows()
    free = SPEC.model_copy(update={"monotone": False, "trees": 60})
    assert refused(load(booster_text=fit_booster(values, outcome, FEATURES, free, 1))) == [Gate.MONOTONE]


def test_a_model_whose_validation_found_it_not_monotone_is_refused(model):
    verdicts = [{"check": "monotone", "level": "red", "value": 2}]
    assert refused(model, metrics={**METRICS, "validation": {"verdicts": verdicts}}) == [Gate.MONOTONE]


def test_a_model_that_fails_customers_without_a_source_is_refused(model):
    assert refused(model, metrics={**METRICS, "auc_without_source": {"payment": 0.52}}) == [Gate.GROUPS]
    stricter = AcceptanceSpec(min_group_auc=0.7)
    assert refused(model, acceptance=stricter) == [Gate.GROUPS]


def test_a_model_much_worse_than_the_champion_for_one_group_is_refused(model, weak):
    """Better overall, but those without statements pay for it."""
    test = matrix(6000)
    better = duel(model, weak, test)
    [without] = [g for g in better.groups if g.group == "without statement"]
    worse = dataclasses.replace(without, auc=without.auc_champion - 0.06)
    pushed = dataclasses.replace(better, groups=(worse,))
    assert better.is_better
    assert refused(model, champion="pd_small 1", duel=better) == []
    assert refused(model, champion="pd_small 1", duel=pushed) == [Gate.GROUPS]


def test_a_model_no_better_than_the_champion_is_refused_without_a_stated_reason(model, weak):
    lost = duel(weak, model)
    same = duel(model, model)
    for fought in (lost, same):
        assert Gate.BETTER in refused(model, champion="pd_small 1", duel=fought)
    assert refused(model, champion="pd_small 1", duel=same, despite="the champion's data feed ends") == []
    assert refused(model, champion="pd_small 1", duel=None) == [Gate.BETTER]
    assert refused(model, champion="pd_small 1", duel=same, despite="  ") == [Gate.BETTER]


@pytest.mark.parametrize(
    ("trainer", "approver"), [("Li Wei", "li wei"), ("Li Wei", "ＬＩ　WEI "), ("Li Wei", " "), (None, "Ann Chen")]
)
def test_whoever_trained_it_cannot_approve_it(model, trainer, approver):
    assert refused(model, trainer=trainer, approver=approver) == [Gate.APPROVER]


def test_only_the_first_model_may_go_without_an_approver(model):
    assert refused(model, approver=None) == []
    assert Gate.APPROVER in refused(model, approver=None, champion="pd_small 1")


def test_what_was_not_measured_is_not_taken_for_good(model):
    assert refused(model, metrics={}) == [Gate.ACCEPTANCE, Gate.CALIBRATION, Gate.GROUPS]


def test_only_snapshots_after_both_trainings_count(model, weak):
    test = matrix(2000, months=4)
    found = compare_models(model, weak, test, FEATURES, after=day_of(1))
    assert found.rows == 1000
    assert found.snapshots == ("1970-01-03", "1970-01-04")
    with pytest.raises(InputError, match="no test snapshot lies after"):
        compare_models(model, weak, test, FEATURES, after=day_of(3))


def test_rows_of_one_customer_count_as_one_draw():
    """Each customer twice: by row DeLong believes in twice the data, by customer it does not."""
    values, outcome = rows(400, seed=2, missing=0)
    first, second = values[:, 0], values[:, 0] - 0.3 * values[:, 1]
    ids = np.array([str(i) for i in range(400)], dtype=object)
    once = auc_difference(second, first, outcome, customer=ids)
    twice = [np.tile(x, 2) for x in (second, first, outcome)]
    again = auc_difference(*twice, customer=np.tile(ids, 2))
    assert again.standard_error == pytest.approx(once.standard_error, rel=1e-9)
    assert auc_difference(*twice).standard_error == pytest.approx(once.standard_error / np.sqrt(2), rel=0.01)
    assert once.standard_error == pytest.approx(auc_difference(second, first, outcome).standard_error, rel=0.01)


def test_groups_are_by_what_is_known():
    features = (*FEATURES, feature("cus_relationship_days", Source.CUSTOMER))
    values = np.array([[1.0, np.nan, 1.0, 30.0], [1.0, 1.0, 1.0, 800.0]])
    found = {name: at.tolist() for name, at in groups_of(values, features)}
    assert found == {
        "with statement": [False, True],
        "without statement": [True, False],
        "new customer": [True, False],
        "customer for a year": [False, True],
    }
