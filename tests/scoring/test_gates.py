"""Every gate by itself; tests/flows/test_gates.py asks them all of models that were trained to fail."""

import dataclasses
from dataclasses import asdict, replace

import numpy as np
import pytest

from riskengine.features.feature import Risk
from riskengine.scoring.booster import fit_booster
from riskengine.scoring.bundle import load_bundle, write_bundle
from riskengine.scoring.candidacy import Candidacy, Gate
from riskengine.scoring.discrimination import auc_difference
from riskengine.scoring.duel import compare_models
from riskengine.scoring.gates import calibration_level, judge
from riskengine.scoring.matrix import Matrix
from riskengine.scoring.monotone import reversals
from riskengine.scoring.spec import AcceptanceSpec, ModelSpec
from riskengine.scoring.validation.challengers import Gain
from riskengine.scoring.validation.resampling import Interval
from riskengine.scoring.validation.slices import Order, Slice
from riskengine.scoring.validation.verdict_rules import Level
from riskengine.tables.yaml_file import parse_yaml
from riskengine.tables.yaml_model import validated
from riskengine.terms.days import day_of
from riskengine.terms.errors import InputError
from support.refused_model import SPEC as SPEC_TEXT
from support.small_model import FEATURES, SPEC, rows, trained

DIRECTIONS = {f.name: f.risk for f in FEATURES}
CALIBRATED = {
    "mean_pd": 0.03,
    "default_rate": 0.031,
    "slope": 1.02,
    "hosmer_lemeshow": {"p_value": 0.4},
    "bands": [{"customers": 5000}],
}
ORDER = Order(0.8, Interval(0.75, 0.85), 0.6, 0.5, 0.3, None, 3.0)
GROUP = Slice("signals", "without", 900, 900, 90, 90, 0.1, 0.1, 0.5, 0.5, 0.1, ORDER)
CALIBRATION_GREEN = {"check": "calibration_level", "level": "green", "value": 1.0}


def validation(*slices, **changes):
    """What a bundle keeps of a validation, as far as gates read it."""
    return {
        "verdicts": [CALIBRATION_GREEN],
        "whole": asdict(replace(GROUP, group="whole", name="whole")),
        "slices": [asdict(s) for s in slices or (GROUP,)],
        **changes,
    }


METRICS = {
    "gates": [],
    "calibration": CALIBRATED,
    "auc_without_source": {"payment": 0.6},
    "validation": validation(),
}


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
    rows = test or matrix()
    kind = np.where(np.isnan(rows.values[:, 1]), "without", "with").astype(object)
    return compare_models(candidate, champion, rows, FEATURES, {"statements": kind}, after=day_of(-1))


def spec_with(acceptance=None, **booster):
    spec = validated(parse_yaml(SPEC_TEXT, where="spec"), ModelSpec)
    return spec.model_copy(
        update={"acceptance": acceptance or spec.acceptance, "booster": spec.booster.model_copy(update=booster)}
    )


def refused(model, **changes):
    """The gates that do not let a candidate pass that would pass but for `changes`."""
    return [v.gate for v in verdicts(model, **changes) if not v.passed]


def verdicts(model, **changes):
    sound = {
        "metrics": METRICS,
        "directions": DIRECTIONS,
        "spec": spec_with(),
        "trainer": "Li Wei",
        "approver": "Ann Chen",
        "champion": None,
    }
    return judge(Candidacy(model, **{**sound, **changes}))


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
    older = {**METRICS, "calibration": {**CALIBRATED, **fit}, "validation": validation(verdicts=[])}
    assert refused(model, metrics=older) == [Gate.CALIBRATION]


def test_a_red_verdict_on_calibration_in_the_validation_report_is_what_counts(model):
    said = [{"check": "calibration_level", "level": "red", "value": 3.1}, {"check": "auc", "level": "red"}]
    assert refused(model, metrics={**METRICS, "validation": validation(verdicts=said)}) == [Gate.CALIBRATION]
    said[0]["level"] = "amber"
    assert refused(model, metrics={**METRICS, "validation": validation(verdicts=said)}) == []


def test_too_few_outcomes_are_no_pass_without_a_reason(model, weak):
    """Neither calibration nor groups are green because nothing is known of them; the first model may go without."""
    few = validation(replace(GROUP, order=None), verdicts=[{**CALIBRATION_GREEN, "level": "not_enough"}])
    metrics = {**METRICS, "validation": few}
    better = duel(model, weak, matrix(6000))
    asked = {"metrics": metrics, "champion": "pd_small 1", "duel": better}
    assert refused(model, **asked) == [Gate.CALIBRATION, Gate.GROUPS]
    assert refused(model, **asked, despite="two defaults a year are all there are") == []
    assert refused(model, metrics=metrics) == []
    said = {v.gate: v.found for v in verdicts(model, metrics=metrics)}
    assert said[Gate.GROUPS] == "no group has enough outcomes to say; the first model of the workspace"
    silent = dataclasses.replace(better, parts=tuple(replace(p, gain=None) for p in better.parts))
    assert refused(model, champion="pd_small 1", duel=silent) == [Gate.GROUPS]


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
    said = [CALIBRATION_GREEN, {"check": "monotone", "level": "red", "value": 2}]
    assert refused(model, metrics={**METRICS, "validation": validation(verdicts=said)}) == [Gate.MONOTONE]


def test_a_spec_without_directions_needs_a_reason(model):
    assert refused(model, spec=spec_with(monotone=False)) == [Gate.MONOTONE]
    [said] = [
        v for v in verdicts(model, spec=spec_with(monotone=False, monotone_reason="it turns")) if "spec," in v.found
    ]
    assert (said.gate, said.passed) == (Gate.MONOTONE, True)
    assert said.found == "not required by the spec, because it turns (0 features against it)"


def test_a_model_that_fails_customers_without_a_source_is_refused(model):
    assert refused(model, metrics={**METRICS, "auc_without_source": {"payment": 0.52}}) == [Gate.GROUPS]
    assert refused(model, spec=spec_with(AcceptanceSpec(min_group_auc=0.7))) == [Gate.GROUPS]


def test_a_group_nobody_can_tell_apart_is_refused_beyond_chance_only(model):
    bad = replace(GROUP, order=replace(ORDER, auc=0.5, auc_interval=Interval(0.42, 0.58)))
    unsure = replace(GROUP, order=replace(ORDER, auc=0.5, auc_interval=Interval(0.2, 0.81)))
    for found, gates in ((bad, [Gate.GROUPS]), (unsure, [])):
        assert refused(model, metrics={**METRICS, "validation": validation(GROUP, found)}) == gates
    month = replace(bad, group="month", name="2024-06-30")
    assert refused(model, metrics={**METRICS, "validation": validation(GROUP, month)}) == []


def test_a_model_much_worse_than_the_champion_for_one_group_is_refused(model, weak):
    """Better overall, but those without statements pay for it."""
    better = duel(model, weak, matrix(6000))
    [without] = [p for p in better.parts if p.name == "without"]
    assert better.is_better
    assert refused(model, champion="pd_small 1", duel=better) == []
    for gain, gates in (
        (Gain(-0.06, -0.11, -0.01, 0.02), [Gate.GROUPS]),
        (Gain(-0.06, -0.13, 0.01, 0.09), []),
        (Gain(-0.04, -0.05, -0.03, 1e-9), []),
    ):
        pushed = dataclasses.replace(better, parts=(replace(without, gain=gain),))
        assert refused(model, champion="pd_small 1", duel=pushed) == gates


def test_both_are_compared_as_if_nobody_had_a_source(model, weak):
    """The weak one knows nothing of statements: without them the other is no better any more."""
    blind = {p.name: p for p in duel(model, weak, matrix(6000)).parts if p.group == "nobody has"}
    assert set(blind) == {"payment", "statement", "order"}
    assert blind["statement"].auc < blind["order"].auc
    assert abs(blind["statement"].gain.difference) < 0.02 < blind["order"].gain.difference
    assert blind["payment"].rows == 6000


def test_a_source_a_model_refuses_to_be_without_is_left_out(model, weak):
    whole = dataclasses.replace(weak, seen_missing=frozenset({"late", "noise"}))
    values, outcome = rows(2000, seed=5, missing=0)
    as_of = np.zeros(2000, dtype=np.int32)
    test = Matrix(values, outcome, np.array([f"c{i}" for i in range(2000)], dtype=object), as_of)
    assert [p.name for p in duel(model, whole, test).parts if p.group == "nobody has"] == ["payment", "order"]


def test_one_of_many_parts_is_lost_by_chance(model, weak):
    [part, *_] = duel(model, weak).parts
    lost = replace(part, gain=Gain(-0.06, -0.11, -0.01, 0.02))
    assert [lost.level(0.05, among) for among in (1, 2, 3)] == [Level.RED, Level.RED, Level.AMBER]
    assert replace(part, gain=None).level(0.05) is Level.NOT_ENOUGH


def test_groups_without_enough_outcomes_are_named(model):
    few = [replace(GROUP, group="country", name=n, order=None) for n in ("CN", "DE", "FR", "IT", "JP")]
    known = {**METRICS, "validation": validation(GROUP, replace(GROUP, name="with", order=None), *few)}
    [said] = [v.found for v in verdicts(model, metrics=known) if v.gate is Gate.GROUPS]
    assert said == (
        "1 of 7 groups judged, lowest 0.800 (signals: without); not enough outcomes: signals: with, 5 of 5 of country"
    )


def test_a_model_no_better_than_the_champion_is_refused_without_a_stated_reason(model, weak):
    lost = duel(weak, model)
    same = duel(model, model)
    for fought in (lost, same):
        assert Gate.BETTER in refused(model, champion="pd_small 1", duel=fought)
    assert refused(model, champion="pd_small 1", duel=same, despite="the champion's data feed ends") == []
    assert refused(model, champion="pd_small 1", duel=None) == [Gate.GROUPS, Gate.BETTER]
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
    found = compare_models(model, weak, test, FEATURES, {}, after=day_of(1))
    assert found.whole.rows == 1000
    assert found.snapshots == ("1970-01-03", "1970-01-04")
    with pytest.raises(InputError, match="no test snapshot lies after"):
        compare_models(model, weak, test, FEATURES, {}, after=day_of(3))


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
