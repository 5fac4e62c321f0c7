"""A person's word ends a case at once, and stands."""

from dataclasses import replace

import pytest

from riskengine.early_warning.case import Answer, CaseEnd
from riskengine.early_warning.snooze import Snooze
from riskengine.early_warning.step import Step
from riskengine.records import standing
from riskengine.records.records import open_records, recording
from riskengine.terms.decision import Action, Severity
from riskengine.terms.errors import UsageError
from support.decisions import shipped_policy
from support.recorded import steps
from support.warning_days import FIRST, day

NOW = "2025-03-05T08:00:00+00:00"


@pytest.fixture
def history():
    return steps(11, 4)


@pytest.fixture
def path(tmp_path, history):
    place = tmp_path / "r.sqlite"
    with recording(place, shipped_policy()) as records:
        for step in history:
            records.write(step)
    return place


@pytest.fixture
def case(path):
    return next(one for one in open_records(path).cases(only_open=True) if any(e.is_open for e in one.episodes))


def said(case, end=CaseEnd.ACTED_ON, actions=(Action.FREEZE_CREDIT,), number=4):
    return Answer(case.customer_id, day(number), end, "li", "talked", actions)


def test_an_answer_ends_the_case_and_is_told(path, case):
    records = open_records(path)
    ended = records.answer(said(case), shipped_policy(), said_at=NOW)
    assert (ended.end, ended.ended_on, ended.taken) == (CaseEnd.ACTED_ON, day(4), (Action.FREEZE_CREDIT,))
    kept = [one for one in records.cases(customer_id=case.customer_id) if one.opened_on == case.opened_on]
    assert kept == [ended]
    assert records.said().answers == (said(case),)
    last = records.outbox()[-1]
    assert (last.topic, last.payload["change"], last.payload["case"]["by"]) == ("case", "ended", "li")
    with records.reading() as connection:
        assert standing.standing_of(connection, case.customer_id).freeze_flag == 1


def test_who_dismisses_a_case_ends_its_freeze(path, case):
    records = open_records(path)
    records.answer(said(case, CaseEnd.DISMISSED, ()), shipped_policy(), said_at=NOW)
    with records.reading() as connection:
        stands = standing.standing_of(connection, case.customer_id)
    assert (stands.freeze_flag, stands.severity) == (0, 0)


def test_a_case_is_answered_once_and_not_before_it_opened(path, case):
    records = open_records(path)
    with pytest.raises(UsageError, match="opened on"):
        records.answer(said(case, number=-9), shipped_policy(), said_at=NOW)
    records.answer(said(case), shipped_policy(), said_at=NOW)
    with pytest.raises(UsageError, match="has no open case"):
        records.answer(said(case), shipped_policy(), said_at=NOW)
    assert len(records.said().answers) == 1


def test_people_answer_while_somebody_writes_steps(path, case):
    with recording(path, shipped_policy()) as writer:
        open_records(path).answer(said(case), shipped_policy(), said_at=NOW)
        assert writer.said().answers == (said(case),)


def test_a_step_that_did_not_know_of_the_answer_does_not_open_the_case_again(path, case):
    ended = open_records(path).answer(said(case), shipped_policy(), said_at=NOW)
    before = open_records(path).outbox()
    with recording(path, shipped_policy()) as records:
        records.write(Step(FIRST, day(4), day(3), cases=(replace(case, severity=Severity.RED),)))
    records = open_records(path)
    assert ended in records.cases(customer_id=case.customer_id)
    assert records.outbox() == before


def test_snoozes_are_kept_in_order(path):
    records = open_records(path)
    asked = [Snooze("C1", name, day(1), day(9), "talks", "li", Severity.AMBER) for name in ("late", None)]
    for one in asked:
        records.snooze(one, said_at=NOW)
    assert records.said().snoozes == tuple(asked)
