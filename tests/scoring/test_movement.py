"""What moved between two models, on rows whose answer is known."""

import datetime as dt
import json
from dataclasses import replace

import lightgbm
import numpy as np
import pytest

from riskengine.reports.validation.moved import headlines, moved_text
from riskengine.reports.validation.moved_page import moved_page
from riskengine.scoring.booster import fit_booster
from riskengine.scoring.calibration_tests import calibration_line
from riskengine.scoring.discrimination import auc
from riskengine.scoring.matrix import rows_of
from riskengine.scoring.movement import find_movement
from riskengine.scoring.validation.grades import SHIPPED
from riskengine.terms.errors import InputError
from support.small_model import FEATURES, SPEC
from support.validated import matrix, model_of

TEST = matrix(1500, 5, dt.date(2023, 12, 31))
TRAIN = matrix(1500, 0, dt.date(2022, 12, 31))
WINDOW = {"snapshots": ["2022-12-31"], "rows": 1500, "bad": 300, "bad_rate": 0.2}


@pytest.fixture(scope="module")
def two():
    return model_of(TRAIN), model_of(TRAIN, version="2", spec=SPEC.model_copy(update={"trees": 60}))


def moved(before, now, rows=TEST):
    return find_movement(before, now, rows, FEATURES, SHIPPED, seed=1)


def test_a_model_beside_itself_has_not_moved(two):
    found = moved(two[0], two[0])
    assert found.stayed == found.within_one == 1
    assert found.rank_correlation == pytest.approx(1)
    assert (found.better, found.worse) == (0, 0)
    assert found.gain.difference == 0
    assert all(m.change == 0 for m in found.features)


def test_figures_are_those_of_each_model_and_the_shares_add_up(two):
    found = moved(*two)
    for model, side in zip(two, (found.before, found.now), strict=True):
        said = model.predict(TEST.values)
        assert side.order.auc == pytest.approx(auc(said.raw, TEST.outcome), abs=1e-12)
        assert side.mean_pd == pytest.approx(said.pd_12m.mean())
        assert side.slope == pytest.approx(calibration_line(said.pd_12m, TEST.outcome).slope)
    assert found.gain.difference == pytest.approx(found.now.order.auc - found.before.order.auc)
    assert sum(m.before for m in found.features) == pytest.approx(1)
    assert sum(m.now for m in found.features) == pytest.approx(1)
    assert abs(found.features[0].change) == max(abs(m.change) for m in found.features)


def test_every_row_is_in_one_cell_of_the_grades(two):
    found = moved(*two)
    counts = np.array(found.counts)
    grades = [SHIPPED.number(model.predict(TEST.values).pd_12m) for model in two]
    assert counts.sum() == found.rows == len(TEST)
    assert counts[3, 4] == np.sum((grades[0] == 3) & (grades[1] == 4))
    assert found.worse == np.sum(grades[1] > grades[0])
    assert found.better == np.sum(grades[1] < grades[0])
    assert [g.rows for g in found.by_grade] == counts.sum(axis=1).tolist()
    assert sum(g.bad for g in found.by_grade) == found.bad == TEST.outcome.sum()


def test_a_level_that_rose_makes_grades_worse_and_leaves_the_order(two):
    line = two[0].calibration
    found = moved(two[0], replace(two[0], calibration=replace(line, intercept=line.intercept + 1)))
    assert found.better == 0 < found.worse
    assert found.gain.difference == 0
    assert found.now.mean_pd > found.before.mean_pd
    assert found.now.slope == pytest.approx(found.before.slope, abs=0.05)


def test_columns_are_found_by_name_whatever_their_order(two):
    turned = replace(TEST, values=np.ascontiguousarray(TEST.values[:, ::-1]))
    found = find_movement(*two, turned, tuple(reversed(FEATURES)), SHIPPED, seed=1)
    assert found == moved(*two)


def test_too_few_outcomes_give_no_order_and_no_rows_are_an_error(two):
    few = replace(TEST, outcome=np.where(np.arange(len(TEST)) < 3, 1.0, 0.0))
    found = moved(*two, few)
    assert found.gain is found.before.order is found.now.slope is None
    assert headlines(found)[0].en == "Order: too few outcomes to compare."
    assert json.dumps(found.as_json(), allow_nan=False)
    with pytest.raises(InputError, match="no rows"):
        moved(*two, rows_of(TEST, np.zeros(len(TEST), dtype=np.bool_)))


def test_the_page_says_it_in_words(two):
    found = moved(*two)
    text = moved_text(found, (WINDOW, {}))
    assert text.startswith("# What moved from m 1 to m 2")
    for said in ("- Order: ", "- Level: mean PD", "keep theirs", "not recorded", "| 8 |", "`late`"):
        assert said in text
    assert text == moved_text(moved(*two), (WINDOW, {}))
    page = moved_page(found, (WINDOW, {}))
    assert page == moved_page(moved(*two), (WINDOW, {}))
    for said in ("What moved from m 1 to m 2", "m 1 到 m 2 的变化", "等级不变", "not recorded", 'role="img"'):
        assert said in page
    assert "<script" not in page


def test_two_models_that_ask_about_nothing_are_told_so(two):
    stump = SPEC.model_copy(update={"min_rows_leaf": len(TRAIN)})
    text = fit_booster(TRAIN.values, TRAIN.outcome, FEATURES, stump, 1)
    flat = replace(two[0], booster=lightgbm.Booster(model_str=text))
    found = moved(flat, flat)
    assert (found.features, found.rank_correlation, found.now.slope) == ((), 1, None)
    assert moved(two[0], flat).rank_correlation == 0
    assert "Neither model asks about any feature." in moved_page(found, ({}, {}))
    assert headlines(found)[3].en == "Features: neither asks about any."
