"""Past dates as they were known then, on the generated small world."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from riskengine.decision.frames import ratings_frame
from riskengine.policy.source import load_policy
from riskengine.portfolio.trial.aftermath import AFTERMATH_SCHEMA
from riskengine.scoring.spec import load_spec
from riskengine.tables.store import TableSet
from riskengine.terms.days import day_number
from riskengine.terms.errors import InputError, UsageError
from riskengine.workflows.previous_run import PreviousRun
from riskengine.workflows.rerate import RerateOptions, rerate
from riskengine.workflows.trial.history import build_history, dates_model_saw, month_ends_between
from riskengine.workflows.trial.simulate_chain import follow_policy, run_of
from support.small_world import RULES

NO_WARNINGS = pl.DataFrame(schema={"customer_id": pl.String, "rule_id": pl.String, "since": pl.Date})
DATES = (date(2024, 3, 31), date(2024, 4, 30), date(2024, 9, 30))


def built(world, tables, dates=DATES, **options):
    outcome = load_spec(world.bundle / "spec.yaml").outcome
    return build_history(tables, dates, model=world.model, outcome=outcome, **options)


@pytest.fixture(scope="module")
def history(small_world):
    return built(small_world, small_world.open_tables())


@pytest.fixture(scope="module")
def policy_on():
    return load_policy(RULES).in_force


def known_by(tables: TableSet, day: date) -> TableSet:
    """The tables as they were delivered by a day: what became known later is not there at all."""
    return replace(
        tables, frames={n: f.filter(pl.col("known_at") <= day_number(day)) for n, f in tables.frames.items()}
    )


def test_snapshots_are_oldest_first_and_their_parts_fit(history):
    assert history.dates == DATES
    for snapshot in history.snapshots:
        assert snapshot.aftermath["customer_id"].to_list() == snapshot.customer_ids.tolist()
        assert snapshot.aftermath.schema == pl.Schema(AFTERMATH_SCHEMA)
        assert snapshot.facts.count == len(snapshot.predictions.pd_12m) == snapshot.features.height


def test_nothing_known_later_changes_a_simulated_rating(small_world, history, policy_on):
    whole = dict(zip(history.dates, follow_policy(history, policy_on), strict=True))
    before = None
    for day in DATES:  # each date anew, from tables that end on it, with the chain kept
        cut = built(small_world, known_by(small_world.open_tables(), day), (day,))
        (rated,) = follow_policy(cut, policy_on, before)
        assert_frame_equal(ratings_frame(rated), ratings_frame(whole[day]), check_exact=True)
        before = run_of(rated)


def test_the_chain_rates_as_rerate_does(small_world, history, policy_on):
    rated = list(follow_policy(history, policy_on))
    options = RerateOptions(reasons=False)
    tables = small_world.open_tables()
    again = rerate(
        tables,
        DATES[1],
        policy=policy_on(DATES[1]),
        model=small_world.model,
        previous=PreviousRun(DATES[0], "", ratings_frame(rated[0]), NO_WARNINGS),
        options=options,
    )
    chained = ratings_frame(rated[1])
    shared = [c for c in chained.columns if c in again.ratings.columns]
    assert_frame_equal(again.ratings.select(shared), chained.select(shared), check_exact=True)


def test_earlier_ratings_of_the_same_chain_are_facts(history, policy_on):
    first, second, _ = follow_policy(history, policy_on)
    assert "prev_grade" not in first.facts.numbers
    graded = dict(zip(first.customer_ids, first.grades.final, strict=True))
    for customer, grade in zip(second.customer_ids, second.facts.numbers["prev_grade"], strict=True):
        assert grade == graded.get(customer, grade) or (grade != grade)


def test_workers_and_order_of_dates_change_nothing(small_world, history):
    again = built(small_world, small_world.open_tables(), DATES[::-1], workers=2)
    for one, other in zip(history.snapshots, again.snapshots, strict=True):
        assert_frame_equal(one.features, other.features, check_exact=True)
        assert_frame_equal(one.aftermath, other.aftermath, check_exact=True)
        assert one.predictions.pd_12m.tobytes() == other.predictions.pd_12m.tobytes()


def test_dates_whose_horizon_runs_past_the_data_are_not_ripe(history):
    assert history.ripe_dates == DATES[:2]  # the data ends 2024-12-31, the horizon is 180 days
    assert history.snapshots[2].aftermath["defaulted"].null_count() == history.snapshots[2].aftermath.height


def test_progress_is_told_date_by_date(small_world):
    heard = []
    built(small_world, small_world.open_tables(), DATES[:1], progress=lambda *said: heard.append(said))
    assert heard == [("past dates", 0, 1), ("past dates", 1, 1), ("outcomes", 0, 1), ("outcomes", 1, 1)]


@pytest.mark.parametrize(
    ("dates", "options", "error", "said"),
    [
        ((), {}, UsageError, "no date"),
        ((DATES[0], DATES[0]), {}, UsageError, "given twice"),
        (DATES, {"workers": 0}, UsageError, "cannot work"),
        ((date(1999, 1, 31),), {}, InputError, "the data begins on"),
        ((*DATES, date(2031, 1, 31)), {}, InputError, "the data ends on"),
    ],
)
def test_impossible_dates_are_refused(small_world, dates, options, error, said):
    with pytest.raises(error, match=said):
        built(small_world, small_world.open_tables(), dates, **options)


def test_a_currency_the_model_does_not_know_is_refused(small_world):
    tables = replace(small_world.open_tables(), reporting_currency="XXX")
    with pytest.raises(InputError, match="the model learnt amounts in"):
        built(small_world, tables)


def test_a_previous_run_must_be_earlier(history, policy_on):
    last = list(follow_policy(history, policy_on))[-1]
    with pytest.raises(UsageError, match="not earlier than the first date"):
        next(follow_policy(history, policy_on, run_of(last)))


def test_dates_the_model_was_trained_to_know_the_end_of():
    metrics = {"data": {"train": {"snapshots": ["2023-01-31", "2023-06-30"]}}}
    dates = (date(2023, 6, 30), date(2023, 12, 31), date(2024, 1, 31))
    assert dates_model_saw(metrics, dates, 180) == dates[:1]
    assert dates_model_saw(metrics, dates, 365) == dates
    assert dates_model_saw({}, dates, 365) is None


def test_month_ends_between_two_days():
    assert month_ends_between(date(2023, 12, 31), date(2024, 2, 28)) == (date(2023, 12, 31), date(2024, 1, 31))
    with pytest.raises(UsageError, match="no month ends"):
        month_ends_between(date(2024, 1, 1), date(2024, 1, 30))
    with pytest.raises(UsageError, match="no month ends"):
        month_ends_between(date(2024, 3, 1), date(2023, 1, 30))
