"""Which runs are written into the records of a workspace."""

from types import SimpleNamespace

from riskengine.early_warning.step import Step
from riskengine.records.database import RECORDS
from riskengine.records.records import open_records, recording
from riskengine.workflows.desk.record_run import record_run, said_in
from riskengine.workflows.run_episodes import NOTHING_SAID
from support.decisions import shipped_policy
from support.warning_days import FIRST, day


def test_a_run_adds_nothing_to_records_that_a_watch_keeps(tmp_path):
    said: list[str] = []
    with recording(tmp_path / RECORDS, shipped_policy()) as records:
        records.write(Step(FIRST, day(1), day(0), tables="fingerprint"))
        later = SimpleNamespace(as_of=day(9))
        assert not record_run(later, shipped_policy(), None, tmp_path, said.append)  # also while it writes
    assert "kept by a watch" in said[0]
    assert open_records(tmp_path / RECORDS).days() == (day(1), day(0))


def test_where_there_are_no_records_nobody_said_anything(tmp_path):
    assert said_in(tmp_path) == NOTHING_SAID
