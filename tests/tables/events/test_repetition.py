"""Events by their ids: the first content holds."""

from dataclasses import replace

from riskengine.tables.events.reason import EventReason
from riskengine.tables.events.repetition import first_told
from support.event_worlds import hostile_events

FIRST, SECOND, *_ = hostile_events(1)


def test_an_event_told_again_is_no_new_one():
    found = first_told([FIRST, SECOND, FIRST], {})
    assert found.new == (FIRST, SECOND)
    assert found.repeated == 1
    assert first_told([FIRST], {FIRST.id: FIRST.line}).new == ()


def test_another_content_under_an_id_is_set_aside():
    other = replace(SECOND, id=FIRST.id)
    for found in (first_told([FIRST, other], {}), first_told([other], {FIRST.id: FIRST.line})):
        assert [one.problem.why for one in found.reused] == [EventReason.REUSED_EVENT_ID]
        assert [one.event for one in found.reused] == [other]
