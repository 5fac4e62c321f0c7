from functools import lru_cache

import lightgbm
import numpy as np
import pytest

from riskengine.scoring.calibration import Calibration, Method
from riskengine.scoring.comparison import compare
from riskengine.scoring.discrimination import auc
from riskengine.scoring.matrix import Matrix
from riskengine.scoring.pd_model import PdModel
from riskengine.scoring.scorecard import fit_scorecard
from riskengine.scoring.spec import AcceptanceSpec
from support.small_model import FEATURES, rows, trained

NAMES = tuple(f.name for f in FEATURES)


@lru_cache(maxsize=8)
def compared(naive_column=2, shift=0.0, **acceptance):
    """The small model on 3,000 customers it has not seen, a scorecard of one feature, and one column as naive rule."""
    small = trained()
    model = PdModel(
        "m",
        "1",
        "",
        small.features,
        365,
        Calibration(Method.PLATT, 0.0003, shift=shift),
        small.seen_missing,
        lightgbm.Booster(model_str=small.booster_text),
    )
    values, outcome = rows(3000, seed=8)
    test = Matrix(values, outcome, np.array(["C"] * 3000, dtype=object), np.zeros(3000, dtype=np.int32))
    card = fit_scorecard(*rows(), NAMES, bins=5, most=1)
    raw = model.predict(rows()[0]).raw
    gates = AcceptanceSpec(**acceptance)
    return test, compare(model, card, test, FEATURES, naive=values[:, naive_column], train_raw=raw, acceptance=gates)


def test_a_booster_that_is_better_than_both_has_earned_its_place():
    _, found = compared()
    assert found.earned
    assert "earned its place" in found.verdict.en
    assert [d.rival for d in found.differences] == ["scorecard", "naive rule"]


def test_the_naive_rule_states_no_pd_and_a_missing_value_counts_lowest():
    test, found = compared(naive_column=0)
    naive = found.contenders[2]
    assert naive.brier is None
    assert naive.auc == pytest.approx(auc(np.nan_to_num(test.values[:, 0], nan=-99.0), test.outcome))


def test_the_long_run_shift_does_not_spoil_the_calibration_tests():
    shifted, plain = compared(shift=2.0)[1].calibration, compared()[1].calibration
    for figure in ("mean_pd", "slope", "intercept", "level"):
        assert shifted[figure] == pytest.approx(plain[figure], abs=1e-9)


def test_every_source_that_was_masked_is_taken_away_once():
    found = compared()[1]
    assert set(found.auc_without_source) == {"payment", "order", "statement"}
    assert found.auc_without_source["payment"] < found.contenders[0].auc - 0.05


def test_the_test_population_is_compared_with_training():
    stability = compared()[1].score_stability
    assert stability["psi"] < 3 * stability["critical"]
    assert sum(stability["train_counts"]) == 1500


def test_gates():
    assert compared()[1].accepted
    _, found = compared(min_auc=0.99, min_auc_over_naive=0.0, calibration_slope=(0.5, 2.0), min_test_defaults=100_000)
    assert [(g.name, g.passed) for g in found.gates] == [
        ("AUC", False),
        ("AUC above the naive rule", True),
        ("calibration slope", True),
        ("defaults in the test window", False),
    ]
    assert not found.accepted
