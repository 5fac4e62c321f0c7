"""The features ratings start from: anomalies are of the whole portfolio's day, for one customer as for all."""

from datetime import date

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from riskengine.features.build import build_features
from riskengine.features.surroundings import surroundings_from
from riskengine.policy.vocabulary import standard_vocabulary
from riskengine.scoring.anomaly import MAIN_TEXTS
from riskengine.tables.store import open_tables
from riskengine.workflows.generate import generate
from riskengine.workflows.previous_run import PreviousRun, previous_facts
from riskengine.workflows.rating_features import (
    ANOMALY,
    RatingPlan,
    kept_reference,
    rating_features,
    with_anomalies,
)

AS_OF = date(2024, 12, 31)
FACTS = ("ano_distance_p", "ano_main")


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("anomalies") / "tables"
    generate(customers=300, months=24, seed=8, end=AS_OF, out=folder)
    return open_tables(folder)


@pytest.fixture(scope="module")
def built(tables):
    return rating_features(tables, AS_OF)


def test_features_stay_what_they_are(tables, built):
    assert_frame_equal(built.features.drop(FACTS), build_features(tables, AS_OF), check_exact=True)


def test_anomalies_are_facts_that_rules_may_name(built):
    assert set(FACTS) <= set(standard_vocabulary())
    p, main = built.features["ano_distance_p"], built.features["ano_main"]
    assert 0.0 <= p.min() < 0.001 < 0.5 < p.max() <= 1.0
    assert set(main.drop_nulls()) <= set(MAIN_TEXTS)
    assert main.n_unique() > 3
    unknown = built.features.filter(pl.col("ano_distance_p").is_null())
    assert 0 < unknown.height < built.features.height / 2
    assert unknown["ano_main"].null_count() == unknown.height


def test_with_kept_surroundings_the_same(tables, built):
    """Written to a file and read again they give the same facts; so does any part of the customers."""
    kept = surroundings_from(built.surroundings.frame())
    assert_frame_equal(rating_features(tables, AS_OF, surroundings=kept).features, built.features, check_exact=True)
    some = built.features.drop(FACTS)[5:40:7]
    assert_frame_equal(with_anomalies(some, kept_reference(kept)), built.features[5:40:7], check_exact=True)


def test_surroundings_without_a_reference_leave_anomalies_missing(tables, built):
    bare = surroundings_from(built.surroundings.frame().filter(pl.col("by") != ANOMALY))
    found = rating_features(tables, AS_OF, surroundings=bare).features
    assert found.select(pl.col(FACTS).null_count()).row(0) == (found.height, found.height)
    assert found.schema["ano_main"] == pl.String


def test_the_review_clock_counts_from_the_last_rating():
    ratings = pl.DataFrame(
        {
            "customer_id": ["A", "B"],
            "final_grade": [3.0, None],
            "pd_12m": [0.004, None],
            "limit": [1000.0, None],
            "terms_days": [30.0, None],
            "review_on": [date(2024, 12, 11), None],
        }
    )
    before = PreviousRun(date(2023, 12, 11), "", ratings, pl.DataFrame())
    found = previous_facts(before, pl.Series(["B", "A", "C"]), AS_OF)
    assert found["clk_review_days_left"].tolist()[1] == -20.0
    assert np.isnan(found["clk_review_days_left"]).tolist() == [True, False, True]


def test_a_plan_of_the_day_gives_the_same(tables, built):
    plan = RatingPlan(AS_OF, surroundings=surroundings_from(built.surroundings.frame()))
    assert_frame_equal(plan.build(tables), built.features, check_exact=True)
