import json
from dataclasses import replace
from datetime import date

import lightgbm
import numpy as np
import pytest

from riskengine.features.feature import Risk
from riskengine.scoring.booster import fit_booster, seen_missing
from riskengine.scoring.calibration import Calibration, Method, fit_platt
from riskengine.scoring.discrimination import auc, auc_interval, pr_auc
from riskengine.scoring.matrix import Matrix
from riskengine.scoring.pd_model import PdModel
from riskengine.scoring.scorecard import fit_scorecard
from riskengine.scoring.validation.challengers import Rival
from riskengine.scoring.validation.curves import curves, lift_table
from riskengine.scoring.validation.grades import SHIPPED
from riskengine.scoring.validation.leakage import FutureCheck, differing_features, each_alone
from riskengine.scoring.validation.points import points_pd, points_table
from riskengine.scoring.validation.resampling import customer_weights, draw_figures
from riskengine.scoring.validation.validate import Context, validate
from riskengine.scoring.validation.verdict import worst_of
from riskengine.scoring.validation.verdict_rules import NAMES, RULES, Check, Level
from riskengine.terms.days import day_number
from riskengine.terms.errors import InputError
from support.small_model import FEATURES, SPEC, feature, rows

NAMES_OF = tuple(f.name for f in FEATURES)
EARLY, LATE = day_number(date(2022, 12, 31)), day_number(date(2023, 12, 31))


def matrix(n, seed, day, *, missing=0.1):
    values, outcome = rows(n, seed, missing)
    return Matrix(values, outcome, np.array([f"c{i}" for i in range(n)], dtype=object), np.full(n, day, dtype=np.int32))


def model_of(train, features=FEATURES, spec=SPEC):
    text = fit_booster(train.values, train.outcome, features, spec, 1)
    booster = lightgbm.Booster(model_str=text)
    raw = booster.predict(train.values, raw_score=True)
    names = tuple(f.name for f in features)
    seen = seen_missing(train.values, features)
    return PdModel("m", "1", "d", names, 365, fit_platt(raw, train.outcome, floor=0.0003), seen, booster)


@pytest.fixture(scope="module")
def small():
    train, test = matrix(2000, 0, EARLY), matrix(2000, 5, LATE)
    return model_of(train), train, test


def by_check(validation):
    return {v.check: v for v in validation.verdicts}


def test_a_sound_model_is_green_and_says_the_same_twice(small):
    model, train, test = small
    context = Context(
        SHIPPED,
        1,
        gap_days=365,
        segments={"half": np.where(np.arange(len(test)) % 2, "a", None)},
        scorecard=fit_scorecard(train.values, train.outcome, NAMES_OF, bins=5, most=3),
        naive=test.values[:, 2],
        champion=("m 0", Rival(np.zeros(len(test)), None)),
        true_pd=np.full(len(test), np.nan),
        future=FutureCheck(("2023-12-31",), 3, len(test), ()),
    )
    found = validate(model, FEATURES, train, test, context)
    levels = {v.check: v.level for v in found.verdicts}
    assert levels[Check.DISCRIMINATION] is levels[Check.MONOTONE] is levels[Check.FUTURE] is Level.GREEN
    assert levels[Check.CHAMPION] is Level.GREEN
    assert levels[Check.ALONE] is not Level.RED
    assert Check.ATTAINABLE not in levels  # nobody's true PD is known
    assert {s.name for s in found.figures.slices if s.group == "half"} == {"a", "unknown"}
    text = json.dumps(found.as_json(), allow_nan=False, sort_keys=True)
    assert text == json.dumps(
        validate(model, FEATURES, train, test, context).as_json(), allow_nan=False, sort_keys=True
    )
    assert found.figures.whole.order.auc == pytest.approx(auc(model.predict(test.values).raw, test.outcome), abs=1e-12)
    assert sum(sum(row) for row in found.figures.migration.counts) == len(train)


def test_every_check_has_a_name_and_a_rule():
    assert set(NAMES) == set(RULES) == set(Check)


@pytest.mark.parametrize("bad", [0, 3])
def test_too_few_outcomes_give_no_figure_that_pretends(small, bad):
    model, train, test = small
    outcome = np.zeros(len(test))
    outcome[:bad] = 1
    found = validate(model, FEATURES, train, replace(test, outcome=outcome), Context(SHIPPED, 1, gap_days=365))
    levels = {v.check: v.level for v in found.verdicts}
    for check in (Check.OUTCOMES, Check.DISCRIMINATION, Check.LEVEL, Check.GRADES, Check.SLOPE, Check.EARNED):
        assert levels[check] is Level.NOT_ENOUGH
    assert found.figures.whole.order is None
    assert found.figures.curves is None
    assert json.dumps(found.as_json(), allow_nan=False)


def test_everybody_bad_is_not_enough_either(small):
    model, train, test = small
    found = validate(model, FEATURES, train, replace(test, outcome=np.ones(len(test))), Context(SHIPPED, 1))
    assert by_check(found)[Check.DISCRIMINATION].level is Level.NOT_ENOUGH


def test_no_rows_are_refused(small):
    model, train, test = small
    empty = Matrix(test.values[:0], test.outcome[:0], test.customer_id[:0], test.as_of[:0])
    with pytest.raises(InputError, match="no rows"):
        validate(model, FEATURES, train, empty, Context(SHIPPED, 1))


def test_wrong_pds_are_red(small):
    model, train, test = small
    line = replace(model.calibration, intercept=model.calibration.intercept - 1.5)
    levels = by_check(validate(replace(model, calibration=line), FEATURES, train, test, Context(SHIPPED, 1)))
    assert levels[Check.LEVEL].level is Level.RED
    assert levels[Check.GRADES].level is Level.RED
    assert levels[Check.SPIEGELHALTER].level is Level.AMBER


def test_a_long_run_shift_is_no_fault_of_calibration(small):
    model, train, test = small
    shifted = replace(model, calibration=replace(model.calibration, shift=1.5))
    assert by_check(validate(shifted, FEATURES, train, test, Context(SHIPPED, 1)))[Check.LEVEL].level is Level.GREEN


def test_a_model_against_its_directions_is_red(small):
    _, train, test = small
    against = (feature("late", risk=Risk.DOWN), *FEATURES[1:])
    verdict = by_check(validate(model_of(train), against, train, test, Context(SHIPPED, 1)))[Check.MONOTONE]
    assert (verdict.level, verdict.about) == (Level.RED, ("late",))


def test_a_feature_that_is_the_outcome_is_red():
    train, test = matrix(1500, 0, EARLY), matrix(1500, 5, LATE)

    def leaked(m):
        values = m.values.copy()
        values[:, 2] = m.outcome + 0.01 * values[:, 2]
        return replace(m, values=values)

    train, test = leaked(train), leaked(test)
    verdict = by_check(validate(model_of(train), FEATURES, train, test, Context(SHIPPED, 1)))[Check.ALONE]
    assert (verdict.level, verdict.about) == (Level.RED, ("noise",))


def test_a_field_filled_after_default_is_seen_by_its_being_missing():
    outcome = np.repeat([1.0, 0.0], 50)
    values = np.where(outcome > 0, 1.0, np.nan)[:, None]
    assert each_alone(values, outcome, ("filled",), fewest=10)[0].missing_auc == 1.0


def test_features_that_know_the_future_differ_on_cut_tables(small):
    whole = np.array([[1.0, np.nan, 3.0], [1.0, 2.0, 3.0]])
    cut = np.array([[1.0, np.nan, 3.0], [1.0, np.nan, 4.0]])
    found = differing_features(whole, cut, ("a", "b", "c"), "2023-12-31")
    assert [(f.feature, f.differing, f.compared) for f in found] == [("b", 1, 2), ("c", 1, 2)]
    model, train, test = small
    check = FutureCheck(("2023-12-31",), 3, 2, found)
    verdict = by_check(validate(model, FEATURES, train, test, Context(SHIPPED, 1, future=check)))[Check.FUTURE]
    assert (verdict.level, verdict.about) == (Level.RED, ("b", "c"))


def test_a_source_nobody_may_lack_is_said_to_be_refused():
    train, test = matrix(1500, 0, EARLY, missing=0.0), matrix(1500, 5, LATE, missing=0.0)
    found = validate(model_of(train), FEATURES, train, test, Context(SHIPPED, 1))
    assert all(m.refused and m.auc is None for m in found.figures.masked)
    assert by_check(found)[Check.SOURCES].level is Level.NOT_ENOUGH


def test_customers_that_repeat_widen_the_interval():
    """Ten identical rows of a customer tell no more than one: DeLong would believe they do."""
    one = matrix(600, 7, LATE)
    times = 10
    many = Matrix(
        np.tile(one.values, (times, 1)),
        np.tile(one.outcome, times),
        np.tile(one.customer_id, times),
        np.repeat(np.arange(LATE - times + 1, LATE + 1, dtype=np.int32), len(one)),
    )
    model = model_of(matrix(1500, 0, EARLY))
    found = validate(model, FEATURES, matrix(1500, 0, EARLY), many, Context(SHIPPED, 1)).figures
    raw = model.predict(one.values).raw
    honest = auc_interval(raw, one.outcome)
    width = found.whole.order.auc_interval.high - found.whole.order.auc_interval.low
    assert found.repeats
    assert (found.whole.bad, found.whole.bad_customers) == (times * one.outcome.sum(), one.outcome.sum())
    assert width == pytest.approx(honest.high - honest.low, rel=0.25)
    assert {s.name for s in found.slices if s.group == "month"} == set(found.test_dates)


def test_draws_of_everybody_once_are_the_plain_figures():
    values, outcome = rows(400, 3)
    score = np.round(np.nan_to_num(values[:, 0]), 1)  # with ties
    drawn = draw_figures(score, outcome, np.ones((1, len(score)), dtype=np.uint8))
    assert drawn.auc[0] == pytest.approx(auc(score, outcome), abs=1e-12)
    assert drawn.pr_auc[0] == pytest.approx(pr_auc(score, outcome), abs=1e-12)


def test_rows_of_a_customer_are_drawn_together():
    weights = customer_weights(np.array(["a", "b", "a", "c"], dtype=object), seed=1, name="x", draws=50)
    assert (weights[:, 0] == weights[:, 2]).all()
    assert weights.std() > 0


def test_the_area_under_the_curves_is_the_auc():
    values, outcome = rows(180, 3)
    score = np.nan_to_num(values[:, 0])
    found = curves(score, outcome)
    x, y = np.array(found.roc).T
    assert np.trapezoid(y, x) == pytest.approx(auc(score, outcome), abs=1e-12)
    x, y = np.array(found.cap).T
    gini = (np.trapezoid(y, x) - 0.5) / (0.5 - found.cap_perfect / 2)
    assert gini == pytest.approx(2 * auc(score, outcome) - 1, abs=1e-12)


def test_lift_of_a_score_that_says_nothing_is_one():
    table = lift_table(np.zeros(100), np.arange(100) % 4 == 0)
    assert {round(row.lift, 12) for row in table} == {1.0}


def test_points_add_up_to_the_pd_of_the_scorecard():
    values, outcome = rows(1500, 2)
    card = fit_scorecard(values, outcome, NAMES_OF, bins=4, most=3)
    table = points_table(card)
    for row in values[:20]:
        points = 0.0
        for name in {r.characteristic for r in table}:
            value = row[NAMES_OF.index(name)]
            fits = [
                r
                for r in table
                if r.characteristic == name
                and (
                    r.missing
                    if np.isnan(value)
                    else not r.missing and (r.low is None or r.low <= value) and (r.high is None or value < r.high)
                )
            ]
            assert len(fits) == 1
            points += fits[0].points
        assert points_pd(points) == pytest.approx(card.predict(row[None])[0], rel=1e-9)


def test_the_worst_of_verdicts(small):
    model, train, test = small
    assert worst_of(()) is Level.NOT_ENOUGH
    flat = replace(model, calibration=Calibration(Method.PLATT, 0.0003, 0.2, 2.0))
    assert validate(flat, FEATURES, train, test, Context(SHIPPED, 1)).worst is Level.RED
