"""What a watch opens for its records."""

from datetime import timedelta

import pytest

from riskengine.terms.errors import UsageError
from riskengine.workflows.watch.watch_records import WatchMeans, runs_in, watching
from support.event_worlds import NO_TABLES
from support.small_world import EARLIER, LAST_DAY, RULES


def test_before_each_day_the_newest_run_before_it_counts(small_world):
    run_before = runs_in(small_world.runs)
    assert run_before(EARLIER) is None
    assert run_before(LAST_DAY).as_of == EARLIER
    assert run_before(LAST_DAY + timedelta(days=1)).as_of == LAST_DAY
    assert run_before(LAST_DAY).as_of == EARLIER
    assert runs_in(None)(LAST_DAY) is None


def test_the_records_have_one_writer_and_tables_that_tell_nothing_need_a_first_day(small_world, tmp_path):
    means = WatchMeans(tmp_path, RULES, small_world.bundle)
    with pytest.raises(UsageError, match="tell of no day"), watching(NO_TABLES, means, LAST_DAY):
        pass
    begun = WatchMeans(tmp_path, RULES, small_world.bundle, since=LAST_DAY)
    said = []
    with watching(NO_TABLES, begun, LAST_DAY, said.append) as watch:
        assert watch.watcher.day == LAST_DAY
        with pytest.raises(UsageError, match="somebody else writes"), watching(NO_TABLES, begun, LAST_DAY):
            pass
    assert said == [f"watching from {LAST_DAY} on, with nothing open before"]


def test_a_clock_that_went_back_and_other_tables_are_said(small_world, tmp_path):
    means = WatchMeans(tmp_path, RULES, small_world.bundle, since=LAST_DAY)
    with watching(NO_TABLES, means, LAST_DAY):
        pass
    said = []
    with watching(small_world.open_tables(), means, LAST_DAY - timedelta(days=2), said.append) as watch:
        assert watch.watcher.day == LAST_DAY
    assert [line.split(",")[0] for line in said] == [
        f"the records stand on {LAST_DAY}",
        "other tables than before: settled days stay as they are",
    ]
