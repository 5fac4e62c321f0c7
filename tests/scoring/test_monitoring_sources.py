"""Rules, people and feeds: what their lights rest on."""

from dataclasses import replace

import numpy as np
import pytest

from riskengine.scoring.monitoring.checks import Check, Light
from riskengine.scoring.monitoring.data_age import DataAge, FeedAge, StatementAges
from riskengine.scoring.monitoring.judge_inputs import judge_inputs
from riskengine.scoring.monitoring.moved_ratings import RunShares, measure_moved
from riskengine.scoring.monitoring_spec import Feed, MonitoringSpec
from support.small_model import rows
from support.watched_worlds import development, small_model, watch, watched_dates

SPEC = MonitoringSpec()


@pytest.fixture(scope="module")
def calm():
    model = small_model()
    dates = watched_dates(model, rows(300, seed=1)[0], np.random.default_rng(1))[-2:]
    return watch(model, dates, known=development(model))


def lights(found):
    return {f.check: f for f in judge_inputs(found, SPEC)}


def run(as_of, moved, rated=1000, overridden=0, **by_rule):
    return RunShares(as_of, f"run {as_of}", "1", "p", rated, moved, 0, overridden, by_rule)


def feed(table, age, *, last_month=100, usual=100.0, source=None, pace=100.0, gap=5):
    return FeedAge(table, source, "2024-12-01", "2024-12-01", age, last_month, usual, None, pace, gap)


def test_a_share_moved_by_rules_is_compared_with_the_runs_before(calm):
    steady = measure_moved([run("2024-11-30", 100), run("2024-10-31", 104), run("2024-12-31", 110)])
    assert [r.as_of for r in steady.runs] == ["2024-10-31", "2024-11-30", "2024-12-31"]
    assert steady.change == pytest.approx(0.008)
    assert lights(replace(calm, moved=steady))[Check.RULES].light is Light.GREEN
    jump = measure_moved([run("2024-11-30", 100), run("2024-12-31", 280, cap=250, notch=30)])
    found = lights(replace(calm, moved=jump))[Check.RULES]
    assert (found.light, found.about) == (Light.RED, ("cap", "notch"))
    fewer = measure_moved([run("2024-11-30", 200), run("2024-12-31", 120)])
    assert lights(replace(calm, moved=fewer))[Check.RULES].light is Light.AMBER


def test_a_change_that_chance_gives_is_none_however_many_runs_there_were(calm):
    small = [run(f"2024-{m:02}-28", 5, rated=40) for m in range(1, 12)]
    found = measure_moved([*small, run("2024-12-31", 9, rated=40)])
    assert found.change == pytest.approx(0.1)
    assert lights(replace(calm, moved=found))[Check.RULES].light is Light.GREEN


def test_one_run_cannot_be_compared_and_one_without_ratings_says_nothing(calm):
    one = measure_moved([run("2024-12-31", 100), run("2024-11-30", 0, rated=0)])
    assert len(one.runs) == 1
    found = lights(replace(calm, moved=one))
    assert found[Check.RULES].light is Light.NOT_MEASURED
    assert found[Check.RULES].note.en == "two runs are needed"


def test_overrides_nobody_recorded_are_not_nought(calm):
    without = lights(replace(calm, moved=measure_moved([run("2024-12-31", 100)])))[Check.OVERRIDES]
    assert (without.light, without.value) == (Light.NOT_MEASURED, None)
    assert "not recorded" in without.note.en
    none_now = measure_moved([run("2024-11-30", 100, overridden=4), run("2024-12-31", 100)])
    assert lights(replace(calm, moved=none_now))[Check.OVERRIDES].value == 0.0
    many = measure_moved([run("2024-12-31", 100, overridden=170)])
    assert lights(replace(calm, moved=many))[Check.OVERRIDES].light is Light.RED


def test_old_tables_are_named_by_their_own_limits(calm):
    data = DataAge((feed(Feed.PAYMENTS, 8), feed(Feed.FINANCIALS, 60)), (), None, None)
    found = lights(replace(calm, data=data))[Check.FRESHNESS]
    assert (found.light, found.value, found.about) == (Light.AMBER, 8.0, ("payments",))
    stopped = DataAge((feed(Feed.PAYMENTS, 36), feed(Feed.FINANCIALS, 60)), (), None, None)
    assert lights(replace(calm, data=stopped))[Check.FRESHNESS].light is Light.RED


def test_a_table_that_never_held_a_row_is_no_feed_that_stopped(calm):
    never = FeedAge(Feed.ORDERS, None, None, None, None, 0, None, None, None, None)
    found = lights(replace(calm, data=DataAge((never,), (), None, None)))
    assert found[Check.FRESHNESS].light is Light.NOT_MEASURED
    assert found[Check.VOLUME].light is Light.NOT_MEASURED


def test_a_source_of_signals_that_fell_silent_is_noticed_by_its_own_pace(calm):
    busy, rare = (feed(Feed.SIGNALS, 40, source=s, pace=p) for s, p in (("court", 9.0), ("union", 0.2)))
    waves = feed(Feed.SIGNALS, 200, source="waves", pace=9.0, gap=150)
    given_up = feed(Feed.SIGNALS, 500, source="given up", pace=9.0)
    data = DataAge((feed(Feed.SIGNALS, 1),), (busy, rare, waves, given_up), None, None)
    found = lights(replace(calm, data=data))[Check.FRESHNESS]
    assert (found.light, found.about) == (Light.AMBER, ("signals: court",))


def test_half_a_feed_is_noticed_and_few_rows_are_not_judged(calm):
    half = DataAge(
        (feed(Feed.INVOICES, 0, last_month=45), feed(Feed.SIGNALS, 0, last_month=1, usual=9.0)), (), None, None
    )
    found = lights(replace(calm, data=half))[Check.VOLUME]
    assert (found.light, found.about) == (Light.AMBER, ("invoices",))
    gone = DataAge((feed(Feed.INVOICES, 0, last_month=10),), (), None, None)
    assert lights(replace(calm, data=gone))[Check.VOLUME].light is Light.RED


def test_old_statements_are_a_share_of_those_who_have_one(calm):
    ages = StatementAges(customers=100, without=60, old=12, limit_days=730, limit_from="policy")
    found = lights(replace(calm, data=DataAge((), (), ages, None)))[Check.STATEMENTS]
    assert (found.light, found.value) == (Light.AMBER, 0.3)
    nobody = StatementAges(10, 10, 0, 730, "policy")
    assert lights(replace(calm, data=DataAge((), (), nobody, None)))[Check.STATEMENTS].light is Light.NOT_MEASURED


def test_customers_the_model_refuses_are_counted(calm):
    last = replace(calm.dates[-1], customers=100, unrated=11)
    found = lights(replace(calm, dates=(*calm.dates[:-1], last)))[Check.UNRATED]
    assert (found.light, found.value) == (Light.RED, 0.11)


def test_a_feature_that_vanished_is_red_and_named_first(calm):
    first, *others = calm.dates[-1].features
    gone = replace(first, psi=3.0, missing_now=1.0)
    last = replace(calm.dates[-1], features=(*others, gone))
    found = lights(replace(calm, dates=(*calm.dates[:-1], last)))
    assert (found[Check.MISSING].light, found[Check.MISSING].about) == (Light.RED, ("late",))
    assert found[Check.MISSING].note.en.startswith("1 vanished")
    assert found[Check.FEATURE_DRIFT].light is Light.RED
