"""A ledger that was begun anew from a log is the one that took the events as they came."""

import random
from itertools import pairwise

import pytest

from riskengine.tables.events.application import apply_events
from riskengine.workflows.watch.ledger import ledger_of
from riskengine.workflows.watch.log_replay import replayed_ledger
from support.event_worlds import NO_TABLES, hostile_events, sorted_rows


def parts_of(events, rng):
    cuts = sorted({0, len(events), *(rng.randrange(len(events)) for _ in range(5))})
    return [events[start:end] for start, end in pairwise(cuts)]


def watched(parts):
    ledger = ledger_of(NO_TABLES)
    for events in parts:
        ledger = ledger.after(events).ledger
    return ledger


@pytest.mark.parametrize("seed", range(8))
def test_it_has_the_same_rows_and_sets_the_same_aside(seed):
    rng = random.Random(seed)
    events = hostile_events(seed)
    rng.shuffle(events)
    before = watched(parts_of(events, rng))
    after = replayed_ledger(NO_TABLES, parts_of(events, rng), before.set_aside)
    customers = {name for event in events if (name := event.customer_id) is not None}
    assert before.set_aside
    assert after.set_aside == before.set_aside
    ours, theirs = (sorted_rows(one.around(customers)) for one in (before, after))
    assert all(ours[name].equals(theirs[name]) for name in ours)


def test_other_tables_say_what_is_set_aside():
    events = hostile_events(1)
    first, second = events[: len(events) // 2], events[len(events) // 2 :]
    before = watched([second])
    tables = apply_events(NO_TABLES, first).tables
    after = replayed_ledger(tables, [second], before.set_aside)
    assert after.set_aside == ledger_of(tables).after(second).ledger.set_aside
    assert after.set_aside != before.set_aside
