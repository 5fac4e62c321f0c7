"""Past dates that are forgotten one by one say what a history that holds them all says."""

from datetime import date

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from riskengine.decision.frames import ratings_frame
from riskengine.policy.source import load_policy
from riskengine.scoring.spec import load_spec
from riskengine.terms.days import day_number
from riskengine.workflows.trial.history import build_history
from riskengine.workflows.trial.passing import Passing, open_passing
from riskengine.workflows.trial.simulate_chain import follow_policy, follow_snapshots
from support.small_world import RULES

DATES = (date(2024, 4, 30), date(2024, 5, 31), date(2024, 9, 30))


@pytest.fixture(scope="module")
def passing(small_world) -> Passing:
    return open_passing(small_world.open_tables(), DATES[::-1], workspace=small_world.workspace, bundle=None)


@pytest.fixture(scope="module")
def history(small_world):
    outcome = load_spec(small_world.bundle / "spec.yaml").outcome
    return build_history(small_world.open_tables(), DATES, model=small_world.model, outcome=outcome)


def test_ratings_are_those_of_a_history(passing, history):
    policy_on = load_policy(RULES).in_force
    currency = passing.tables.reporting_currency
    alone = follow_snapshots(passing.snapshots(), policy_on, currency=currency)
    for (snapshot, rated), whole in zip(alone, follow_policy(history, policy_on), strict=True):
        assert snapshot.as_of == whole.as_of
        assert_frame_equal(ratings_frame(rated), ratings_frame(whole))


def test_outcomes_are_those_of_a_history(passing, history):
    rows = [
        s.features.select(pl.lit(day_number(s.as_of), pl.Int32).alias("as_of"), "customer_id")
        for s in history.snapshots
    ]
    found = passing.outcomes(pl.concat(rows))
    assert_frame_equal(found.aftermath, pl.concat([s.aftermath for s in history.snapshots]))
    assert (found.ripe_dates, found.last_day) == (history.ripe_dates, history.last_day)
    assert passing.dates == DATES


def test_a_date_is_built_when_it_is_asked_for(passing):
    snapshots = passing.snapshots()
    assert next(snapshots).as_of == DATES[0]
    assert next(snapshots).as_of == DATES[1]
