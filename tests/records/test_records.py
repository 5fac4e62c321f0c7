"""What was written comes back, and nothing is told twice."""

from dataclasses import replace
from itertools import chain, pairwise

import pytest

from riskengine.early_warning.journal import MemoryJournal
from riskengine.early_warning.step import Step
from riskengine.records import changes, events, orders, refused, standing
from riskengine.records.records import open_records, recording
from riskengine.records.refused import OddState
from riskengine.terms.errors import RiskEngineError, UsageError
from support.decisions import shipped_policy
from support.recorded import CUSTOMERS, content, steps
from support.warning_days import FIRST, day


def written(path, history):
    with recording(path, shipped_policy()) as records:
        for step in history:
            records.write(step)
    return open_records(path)


def test_new_records_remember_nothing(tmp_path):
    with recording(tmp_path / "new" / "r.sqlite", shipped_policy()) as records:
        assert records.load() is None
        assert records.days() == (None, None)
        assert records.said().answers == ()


@pytest.mark.parametrize("seed", range(5))
def test_what_a_watcher_goes_on_from_is_what_it_wrote(tmp_path, seed):
    history = steps(seed, 9)
    memory = MemoryJournal()
    for step in history:
        memory.write(step)
    records = written(tmp_path / "r.sqlite", history)
    kept, expected = records.load(), memory.load()
    assert kept.surroundings.equals(expected.surroundings)
    settled = replace(expected, surroundings=kept.surroundings, episodes=kept.episodes)
    assert kept == settled
    assert list(chain.from_iterable(records.logged())) == list(chain.from_iterable(memory.logged()))
    for one, other in zip(kept.episodes, expected.episodes, strict=True):
        assert replace(one, evaluated_on=other.evaluated_on) == other
        assert one.evaluated_on == (other.evaluated_on if other.closed_on else day(8))
    assert [one.opened_on for one in records.cases()] == [one.opened_on for one in memory.cases]
    assert sorted(map(repr, _of(records, changes.read))) == sorted(map(repr, memory.changes))


def _of(records, read):
    with records.reading() as connection:
        return read(connection)


def test_a_case_comes_back_with_its_episodes(tmp_path):
    history = steps(3, 6)
    records = written(tmp_path / "r.sqlite", history)
    last = {one.opened_on: one for one in history[-1].cases if one.customer_id == "客户3"}
    found = [one for one in records.cases(customer_id="客户3") if one.opened_on in last]
    assert found
    for one in found:
        assert one == last[one.opened_on]
    assert {one.customer_id for one in records.cases(only_open=True)} <= set(CUSTOMERS)


def test_how_customers_stand_comes_back(tmp_path):
    history = steps(1, 4)
    records = written(tmp_path / "r.sqlite", history)
    with records.reading() as connection:
        assert standing.read(connection) == {one.customer_id: one for one in history[-1].standing}
        assert standing.standing_of(connection, "C1") == history[-1].standing[0]
        assert standing.standing_of(connection, "nobody") is None
        assert standing.profiles(connection, ["C2", "nobody"]) == {"C2": history[-1].profiles[1]}
        assert len(orders.read(connection, customer_id="C1")) == 4
    assert records.customer_ids() == sorted(CUSTOMERS)


def test_lines_of_events_are_found_by_id(tmp_path):
    history = steps(2, 4)
    records = written(tmp_path / "r.sqlite", history)
    events = [event for step in history for event in step.events]
    assert records.told([*(event.id for event in events), "unknown"]) == {event.id: event.line for event in events}


def test_quarantine_keeps_every_refused_line_once(tmp_path):
    history = steps(2, 4)
    once = written(tmp_path / "once.sqlite", history)
    again = written(tmp_path / "again.sqlite", history)
    with recording(tmp_path / "again.sqlite", shipped_policy()) as records:
        records.write(Step(FIRST, day(9), day(8), source="events.jsonl", refusals=history[-1].refusals))
    lines = [one.line for step in history for one in step.refusals]
    with once.reading() as first, again.reading() as second:
        assert [one.line for _, one in refused.read(first)] == lines == [one.line for _, one in refused.read(second)]
        assert refused.read(first)[0][1].problems[0].value == "half ? a character"
        waiting = next(step.set_aside for step in reversed(history) if step.set_aside is not None)
        assert refused.odd(first, OddState.WAITING) == waiting
        assert len(refused.odd(first, OddState.REFUSED)) == 4


def test_every_change_is_posted_once_with_all_that_is_to_be_told(tmp_path):
    history = steps(4, 8)
    records = written(tmp_path / "r.sqlite", history)
    posted = records.outbox()
    assert [one.number for one in posted] == list(range(1, len(posted) + 1))
    warnings = [one for one in posted if one.topic == "warning"]
    assert len(warnings) == sum(len(step.changes) + len(step.withdrawn) for step in history)
    assert len({(one.key, one.revision) for one in posted}) == len(posted)
    assert {one.delivered_at for one in posted} == {None}
    opened = next(one.payload for one in warnings if one.payload["change"] == "opened")
    assert opened["customer_name"].startswith("Name ")
    assert opened["case"]["owner_name"]["zh"]
    assert {"rule", "en", "zh"} == set(opened["reasons"][0])
    assert records.outbox(after=3, limit=2) == posted[3:5]


def test_what_is_told_again_is_a_revision(tmp_path):
    first = steps(0, 6)[0]
    told = first.changes[0]
    records = written(
        tmp_path / "r.sqlite",
        [
            replace(first, withdrawn=()),
            Step(FIRST, day(2), day(1), withdrawn=(told,)),
            Step(FIRST, day(3), day(2), changes=(replace(told, evidence=()),)),
        ],
    )
    own = [one for one in records.outbox() if one.key[1:3] == (told.customer_id, told.indicator)]
    own = [one for one in own if one.payload["change"] == told.kind]
    assert [(one.revision, one.payload["withdrawn"]) for one in own] == [(0, False), (1, True), (2, False)]
    with records.reading() as connection:
        assert replace(told, evidence=()) in changes.read(connection)


def test_cases_are_told_when_they_open_and_end(tmp_path):
    history = steps(6, 12)
    records = written(tmp_path / "r.sqlite", history)
    told = {}
    for one in (one for one in records.outbox() if one.topic == "case"):
        told.setdefault(one.key, []).append(one.payload["change"])
    assert told
    for words in told.values():
        assert words[0] == "opened"
        assert all(one != other for one, other in pairwise(words))
    stand = {("case", one.customer_id, one.opened_on.isoformat()): one for one in records.cases()}
    assert {key: words[-1] for key, words in told.items() if words[-1] != "withdrawn"} == {
        key: "opened" if one.is_open else "ended" for key, one in stand.items()
    }


def test_an_event_told_twice_keeps_nothing_of_the_step(tmp_path):
    first, second, *_ = steps(0, 3)
    with recording(tmp_path / "r.sqlite", shipped_policy()) as records:
        records.write(first)
        before = content(tmp_path / "r.sqlite")
        with pytest.raises(RiskEngineError, match="UNIQUE"):
            records.write(replace(second, events=first.events))
        assert content(tmp_path / "r.sqlite") == before


def test_the_same_word_is_not_told_twice(tmp_path):
    first = steps(0, 6)[0]
    told = first.changes[0]
    again = Step(FIRST, day(2), day(1), changes=(replace(told, evidence=()),))
    off = Step(FIRST, day(3), day(2), withdrawn=(told, told))
    posted = written(tmp_path / "r.sqlite", [first, again, off]).outbox()
    own = [one for one in posted if one.key == ("warning", *told.key, *map(str, (told.opened_on, told.kind, told.day)))]
    assert [one.payload["withdrawn"] for one in own] == [False, True]


def test_what_is_delivered_is_marked_once(tmp_path):
    history = steps(4, 8)
    records = written(tmp_path / "r.sqlite", history[:5])
    assert records.undelivered() == records.outbox()
    assert [records.mark_delivered(3, at="first"), records.mark_delivered(2, at="later")] == [3, 0]
    assert records.mark_delivered(5, at="second") == 2
    marked = [one.delivered_at for one in records.outbox(limit=6)]
    assert marked == ["first"] * 3 + ["second"] * 2 + [None]
    assert [one.number for one in records.undelivered(limit=2)] == [6, 7]
    assert [one.number for one in records.undelivered(after=8, limit=1)] == [9]
    for number in (0, records.posted_up_to() + 1):
        with pytest.raises(UsageError, match=f"no message {number}; the numbers go from 1 to"):
            records.mark_delivered(number, at="never")


def test_messages_are_delivered_while_somebody_writes_steps(tmp_path):
    history = steps(4, 8)
    path = tmp_path / "r.sqlite"
    with recording(path, shipped_policy()) as writer:
        other = open_records(path)
        with pytest.raises(UsageError, match="nothing was posted yet"):
            other.mark_delivered(1, at="never")
        for step in history:
            writer.write(step)
            other.mark_delivered(other.posted_up_to(), at="now")
        assert other.undelivered() == ()
    undisturbed = written(tmp_path / "calm.sqlite", history)
    assert [replace(one, delivered_at=None) for one in other.outbox()] == list(undisturbed.outbox())


def test_the_log_is_given_some_events_at_a_time(tmp_path):
    history = steps(2, 6)
    every = [event for step in history for event in step.events]
    with written(tmp_path / "r.sqlite", history).reading() as connection:
        parts = list(events.portions_of_log(connection, most=8))
    assert [len(part) for part in parts[:-1]] == [8] * (len(every) // 8)
    assert [event for part in parts for event in part] == every
