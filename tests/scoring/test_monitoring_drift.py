"""What moved is found, what did not is left alone."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from scipy.stats import binom

from riskengine.scoring.monitoring.development import development_from_json
from riskengine.scoring.monitoring.drift import effects, feature_drifts, grade_shares, score_drift
from riskengine.scoring.monitoring.watched import Watched
from riskengine.scoring.validation.grades import SHIPPED, Bands
from support.small_model import rows
from support.watched_worlds import development, small_model, training_rows


@pytest.fixture(scope="module")
def model():
    return small_model()


@pytest.fixture(scope="module")
def known(model):
    return development(model)


def at(model, values, day=date(2024, 6, 30), people="C"):
    said = model.predict(values, threads=1)
    ids = np.array([f"{people}{i}" for i in range(len(values))], dtype=object)
    nobody = np.full(len(values), np.nan)
    return Watched(day, ids, values, said.raw, said.pd_12m, said.pd_12m, nobody, 0, 360, seen_in_training=False)


def by_name(known, watched):
    return {f.name: f for f in feature_drifts(known, watched)}


def test_what_a_bundle_keeps_is_what_it_was_made_of(model, known):
    train = training_rows()
    assert development_from_json(known.as_json()) == known
    assert known.rows == known.customers == len(train)
    for i, bins in enumerate(known.features):
        assert sum(bins.counts) == len(train)
        assert bins.missing == pytest.approx(np.isnan(train.values[:, i]).mean())
    assert sum(f.weight for f in known.features) == pytest.approx(1.0)
    assert max(known.features, key=lambda f: f.weight).name == "late"


def test_the_training_rows_themselves_have_not_moved(model, known):
    same = at(model, training_rows().values)
    assert all(f.psi == pytest.approx(0.0, abs=1e-9) for f in feature_drifts(known, same))
    found = score_drift(known, same)  # by 400 quantiles, so nearly
    assert found.psi < 0.1 * found.critical


def test_without_drift_a_month_rarely_alarms_however_many_features_there_are(model, known):
    """Any of the features beyond chance: at most one month in twenty, within what a hundred months allow."""
    alarms = sum(
        any(f.moved for f in feature_drifts(known, at(model, rows(400, seed=1000 + seed)[0]))) for seed in range(100)
    )
    assert alarms <= binom.ppf(0.999, 100, 0.05)


@pytest.mark.parametrize("seed", range(5))
def test_a_feature_that_moved_is_found_and_the_others_are_not_blamed(model, known, seed):
    values, _ = rows(400, seed=2000 + seed)
    values[:, 1] += 1.0
    found = by_name(known, at(model, values))
    assert found["equity"].moved
    assert found["equity"].psi > 0.25
    assert found["late"].psi < 0.1


def test_a_feature_nobody_has_any_more_has_vanished(model, known):
    values, _ = rows(300, seed=7)
    values[:, 0] = np.nan
    found = by_name(known, at(model, values))
    assert found["late"].vanished
    assert (found["late"].missing_now, found["equity"].vanished) == (1.0, False)
    assert found["late"].missing_before == pytest.approx(0.1, abs=0.02)


def test_small_samples_need_a_larger_psi(model, known):
    small, large = (by_name(known, at(model, rows(n, seed=3)[0]))["late"] for n in (60, 2000))
    assert small.critical > 5 * large.critical
    assert small.sure > small.critical


def test_what_moved_the_score_adds_up(model, known):
    values, _ = rows(500, seed=9)
    values[:, 0] += 0.7
    now = at(model, values)
    before = model.predict(training_rows().values, threads=1).raw
    moved = effects(model, known, now)
    assert moved.sum() == pytest.approx(now.raw.mean() - before.mean(), abs=1e-9)
    assert moved[0] > 0.3


def test_the_shares_of_grades_are_those_of_development_and_of_now_and_count_who_moved(model, known):
    early = at(model, rows(500, seed=11)[0])
    values = early.values.copy()
    values[:250, 0] += 2.0
    late = at(model, values)
    found = grade_shares(model, known, late, early, SHIPPED)
    assert sum(found.before) == pytest.approx(1.0)
    assert sum(found.now) == pytest.approx(1.0)
    assert found.down > 0.2
    assert found.up < 0.02
    assert found.drift.moved
    gone = replace(early, customer_id=np.array([f"X{i}" for i in range(500)], dtype=object))
    strangers = grade_shares(model, known, late, gone, SHIPPED)
    assert (strangers.up, strangers.down) == (None, None)


def test_without_a_development_grades_are_shown_but_nothing_is_said_of_their_drift(model):
    found = grade_shares(model, None, at(model, rows(50, seed=1)[0]), None, Bands(("good", "bad"), (0.1, 1.0)))
    assert (found.labels, found.before, found.drift) == (("good", "bad"), (), None)
