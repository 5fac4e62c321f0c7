from dataclasses import replace
from datetime import date
from pathlib import Path

import lightgbm
import numpy as np
import polars as pl
import pytest
from sklearn.linear_model import LogisticRegression

from riskengine.features.feature import Risk, Source, Unit
from riskengine.scoring.booster import fit_booster, seen_missing
from riskengine.scoring.calibration import Method
from riskengine.scoring.fit import fit_model, model_in_memory
from riskengine.scoring.matrix import (
    Matrix,
    assemble,
    customer_folds,
    find_idle,
    masked_copies,
    model_features,
    naive_feature,
    refuse_one_outcome,
)
from riskengine.scoring.scorecard import fit_scorecard
from riskengine.scoring.spec import DirectionSpec, FeatureSpec, MaskingSpec, ModelSpec
from riskengine.tables.yaml_file import parse_yaml
from riskengine.tables.yaml_model import validated
from riskengine.terms.days import day_number
from riskengine.terms.errors import InputError, RiskEngineError, UsageError
from support.small_model import FEATURES, SPEC, rows

CATALOGUE = {f.name: f for f in FEATURES} | {
    "country": replace(FEATURES[0], name="country", unit=Unit.CATEGORY),
    "people_only": replace(FEATURES[0], name="people_only", for_model=False),
}


def matrix(n=300, seed=0, missing=0.0):
    values, outcome = rows(n, seed, missing)
    customers = np.array([f"C{i % 100}" for i in range(n)], dtype=object)
    return Matrix(values, outcome, customers, np.zeros(n, dtype=np.int32))


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_model():
    values, outcome = rows()
    spec = SPEC.model_copy(update={"feature_share": 0.5, "row_share": 0.5})
    first = fit_booster(values, outcome, FEATURES, spec, 1)
    assert fit_booster(values, outcome, FEATURES, spec, 1) == first
    assert fit_booster(values, outcome, FEATURES, spec, 2) != first


def test_the_catalogue_binds_the_direction():
    values, outcome = rows()
    booster = lightgbm.Booster(model_str=fit_booster(values, 1 - outcome, FEATURES, SPEC, 1))
    grid = np.zeros((50, 3))
    grid[:, 0] = np.linspace(-3, 3, 50)
    assert (np.diff(booster.predict(grid, raw_score=True)) >= 0).all()


def test_one_outcome_alone_is_refused():
    values, _ = rows(50)
    with pytest.raises(InputError, match="both outcomes are needed"):
        fit_booster(values, np.zeros(50), FEATURES, SPEC, 1)


def test_masking_takes_whole_sources_and_keeps_the_rows():
    base = matrix()
    spec = MaskingSpec(copies=2, shares={Source.PAYMENT: 0.5, Source.STATEMENT: 0.0})
    masked = masked_copies(base, FEATURES, spec, seed=1)
    assert len(masked) == 900
    assert np.array_equal(masked.values[:300], base.values)
    assert np.array_equal(masked.outcome[300:600], base.outcome)
    missing = np.isnan(masked.values[300:])
    assert 0.4 < missing[:, 0].mean() < 0.6
    assert not missing[:, 1:].any()
    assert seen_missing(masked.values, FEATURES) == {"late"}
    assert np.array_equal(masked.values, masked_copies(base, FEATURES, spec, seed=1).values, equal_nan=True)


def test_all_rows_of_a_customer_share_a_fold_whoever_else_is_there():
    customers = matrix().customer_id
    folds = customer_folds(customers, 4, seed=1)
    assert len({(c, f) for c, f in zip(customers, folds, strict=True)}) == 100
    assert set(folds) == {0, 1, 2, 3}
    assert np.array_equal(customer_folds(customers[:7], 4, seed=1), folds[:7])


def test_the_model_gets_numbers_meant_for_it_in_catalogue_order():
    assert [f.name for f in model_features(CATALOGUE, FeatureSpec())] == ["late", "equity", "noise"]
    assert [f.name for f in model_features(CATALOGUE, FeatureSpec(only=("noise", "late")))] == ["late", "noise"]
    assert [f.name for f in model_features(CATALOGUE, FeatureSpec(without=("late",)))] == ["equity", "noise"]


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (FeatureSpec(only=("equty",)), "did you mean 'equity'"),
        (FeatureSpec(only=("country",)), "is a category"),
        (FeatureSpec(without=("late", "equity", "noise")), "leaves no feature"),
        (FeatureSpec(groups=(Source.INDUSTRY,)), "leaves no feature"),
        (FeatureSpec(only=("late", "noise"), without=("late",)), "named, and left out"),
        (FeatureSpec(directions={"lat": DirectionSpec(risk=Risk.FREE, reason="x")}), "did you mean 'late'"),
    ],
)
def test_feature_lists_that_cannot_be_used(spec, message):
    with pytest.raises(UsageError, match=message):
        model_features(CATALOGUE, spec)


def test_features_are_joined_to_outcomes_by_customer_and_date():
    first, second = date(2024, 1, 31), date(2024, 2, 29)
    labelled = pl.DataFrame(
        {
            "customer_id": ["B", "A", "A"],
            "as_of": [day_number(first), day_number(first), day_number(second)],
            "outcome": [1.0, 0.0, 1.0],
        }
    )

    def make(day):
        late = [float(day.month), None]
        return pl.DataFrame({"customer_id": ["A", "B"], "late": late, "equity": [0.5, 0.6], "noise": [1, 2]})

    found = assemble(labelled, (first, second), FEATURES, make)
    assert found.customer_id.tolist() == ["A", "B", "A"]
    assert found.outcome.tolist() == [0.0, 1.0, 1.0]
    assert found.values[:, 0].tolist() == pytest.approx([1.0, np.nan, 2.0], nan_ok=True)
    with pytest.raises(InputError, match="no customer is left"):
        assemble(labelled.clear(), (first,), FEATURES, make)
    with pytest.raises(RiskEngineError, match="1 customers have an outcome but no features"):
        assemble(labelled, (first, second), FEATURES, lambda day: make(day).head(1))


def test_the_scorecard_is_a_logistic_regression_on_weights_of_evidence():
    values, outcome = rows(3000, missing=0.1)
    names = tuple(f.name for f in FEATURES)
    card = fit_scorecard(values, outcome, names, bins=5, most=2)
    assert [c.name for c in card.characteristics] == ["late", "equity"]
    evidence = np.column_stack([c.transform(values) for c in card.characteristics])
    reference = LogisticRegression(C=1.0).fit(evidence, outcome)
    assert card.predict(values) == pytest.approx(reference.predict_proba(evidence)[:, 1], abs=1e-9)


def test_weight_of_evidence_by_hand_with_a_bin_for_missing():
    values = np.array([[0.0], [0.0], [1.0], [1.0], [np.nan], [np.nan]])
    outcome = np.array([0.0, 0.0, 0.0, 1.0, 1.0, 1.0])
    [late] = fit_scorecard(values, outcome, ("late",), bins=2, most=1).characteristics
    bad, good = np.array([0.5, 1.5, 2.5]), np.array([2.5, 1.5, 0.5])
    assert late.weights[[0, 1, -1]] == pytest.approx(np.log((bad / 4.5) / (good / 4.5)), abs=0.2)
    assert np.isfinite(late.transform(np.array([[5.0], [np.nan], [-9.0]]))).all()


def test_a_scorecard_without_information_states_the_rate():
    values = np.ones((100, 1))
    outcome = np.repeat([1.0, 0.0], [20, 80])
    assert fit_scorecard(values, outcome, ("flat",), bins=5, most=3).predict(values) == pytest.approx(0.2)


@pytest.mark.parametrize(("name", "said"), [("country", "is a category"), ("lat", "did you mean 'late'")])
def test_the_naive_rule_is_a_number_of_the_catalogue(name, said):
    with pytest.raises(UsageError, match=f"rivals.naive_feature: .*{said}"):
        naive_feature(CATALOGUE, name)
    assert naive_feature(CATALOGUE, "late").name == "late"


@pytest.mark.parametrize(("bad", "of"), [(0, 300), (1, 300), (299, 300), (300, 300)])
def test_a_window_with_one_outcome_is_named_with_its_dates_and_counts(bad, of):
    base = replace(matrix(of), outcome=np.repeat([1.0, 0.0], [bad, of - bad]))
    with pytest.raises(InputError, match=rf"snapshots\.test: {bad} of {of} rows from 1970-01-01 to 1970-01-01 are bad"):
        refuse_one_outcome(base, "test")
    refuse_one_outcome(matrix(), "test")


def test_a_fold_of_customers_without_whom_nobody_is_bad_is_named():
    base = matrix(2000)
    lonely = replace(base, outcome=(base.customer_id == "C7").astype(float))
    with pytest.raises(InputError, match=r"calibration\.folds: without the customers of fold \d, 0 of .* are bad"):
        fit_model(lonely, FEATURES, quick_spec(), 1)


@pytest.mark.parametrize("method", ["platt", "floored", "isotonic"])
@pytest.mark.parametrize("booster", [{"bad_weight": 25.0}, {"row_share": 0.2}, {"bad_weight": 0.1, "row_share": 0.5}])
def test_weights_and_sampling_move_the_raw_score_and_not_the_pd(booster, method):
    train, later = matrix(6000, missing=0.1), matrix(12_000, seed=9, missing=0.1)
    plain = quick_spec()
    spec = plain.model_copy(
        update={
            "booster": SPEC.model_copy(update=booster),
            "calibration": plain.calibration.model_copy(update={"method": Method(method), "level_months": None}),
        }
    )
    said = model_in_memory(fit_model(train, FEATURES, spec, 1), FEATURES, spec).predict(later.values)
    rate = later.outcome.mean()
    assert said.pd_12m.mean() == pytest.approx(rate, rel=0.08)
    for part in np.array_split(np.argsort(said.pd_12m), 4):
        assert said.pd_12m[part].mean() == pytest.approx(later.outcome[part].mean(), abs=0.035)
    if "bad_weight" in booster:
        assert abs(np.mean(1 / (1 + np.exp(-said.raw))) - rate) > 0.1


def quick_spec():
    text = (Path(__file__).parents[2] / "models" / "pd_12m.yaml").read_text(encoding="utf-8")
    quick = text.replace("trees: 300", "trees: 5").replace("method: floored", "method: platt")
    return validated(parse_yaml(quick, where="quick"), ModelSpec)


def test_groups_choose_whole_sources_and_a_direction_is_overruled():
    spec = FeatureSpec(
        groups=(Source.PAYMENT, Source.ORDER), directions={"late": DirectionSpec(risk=Risk.DOWN, reason="a test")}
    )
    assert [(f.name, f.risk) for f in model_features(CATALOGUE, spec)] == [("late", Risk.DOWN), ("noise", Risk.FREE)]


def test_features_that_say_nothing_are_found():
    base = matrix()
    base.values[:, 1] = np.nan
    base.values[:, 2] = 4.0
    assert find_idle(base, FEATURES) == {"equity": "missing in every row", "noise": "4 in every row"}
    base.values[0, 2] = np.nan
    assert "noise" not in find_idle(base, FEATURES)
