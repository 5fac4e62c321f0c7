"""Whatever came when, twice or late, in whatever batches and with whatever restarts: the same warnings."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from riskengine.early_warning.book import book_of
from riskengine.early_warning.journal import MemoryJournal
from riskengine.tables.events.application import apply_events
from riskengine.tables.events.reading import Bounds, read_events
from riskengine.terms.days import day_of
from riskengine.workflows.watch.rebuild import rebuild
from riskengine.workflows.watch.watcher import Arrived, start_watching
from support.event_worlds import NO_TABLES
from support.toy_finder import ToyFinder
from support.warning_days import FIRST

DAYS = 9
NAMES = ("C1", "C2", "C3", "C4")


def line(number, event, day, **fields):
    said = {"event_id": f"e{number}", "event": event, **fields}
    dated = "occurred_on" if event == "signal" else "known_at"
    said[dated] = said["known_at"] = str(FIRST + timedelta(days=day))
    return str(said).replace("'", '"').replace("None", "null")


@st.composite
def histories(draw):
    """Lines of events: customers, some with a parent, some known late, and signals about them."""
    lines = []
    for name in NAMES:
        parent = draw(st.sampled_from([None, *NAMES]))
        known = draw(st.sampled_from([0, 0, 3]))
        lines.append(line(len(lines), "customer_updated", known, customer_id=name, name=name, parent_id=parent))
    for _ in range(draw(st.integers(0, 14))):
        who, day = draw(st.sampled_from([*NAMES, "nobody"])), draw(st.integers(0, DAYS - 1))
        lines.append(line(len(lines), "signal", day, customer_id=who, kind="negative_news"))
    return read_events(lines, Bounds(FIRST + timedelta(days=DAYS))).events


@st.composite
def arrivals(draw):
    """A history shuffled and with repetitions, cut into batches, and after which of them the watcher starts again."""
    events = draw(histories())
    came = draw(st.permutations([*events, *draw(st.lists(st.sampled_from(events), max_size=4))]))
    cuts = sorted({0, len(came), *draw(st.lists(st.integers(0, len(came)), max_size=6))})
    batches = [came[start:end] for start, end in pairwise(cuts)]
    if draw(st.booleans()):  # nearly in time
        batches = [sorted(batch, key=lambda one: one.known_at) for batch in batches]
        batches.sort(key=lambda batch: batch[0].known_at)
    restarts = draw(st.sets(st.integers(0, len(batches))))
    return events, batches, restarts


def watch(batches, restarts, journal, first=FIRST, last=FIRST + timedelta(days=DAYS)):
    """The watcher after the last day, having been started anew after some batches."""
    watcher = start_watching(ToyFinder(), journal, NO_TABLES, first_day=first)
    for number, batch in enumerate(batches):
        for event in batch:
            watcher.advance(day_of(event.known_at))
        watcher.take(Arrived(batch))
        if number in restarts:
            watcher = start_watching(ToyFinder(), journal, NO_TABLES, first_day=first)
    watcher.advance(last)
    watcher.settle()
    return watcher


@settings(max_examples=60, deadline=None)
@given(arrivals())
def test_a_stream_ends_where_the_batch_does(arrived):
    events, batches, restarts = arrived
    journal = MemoryJournal()
    watcher = watch(batches, restarts, journal)
    whole = apply_events(NO_TABLES, events).tables
    rebuilt = rebuild(whole, FIRST, FIRST + timedelta(days=DAYS), finder=ToyFinder())
    assert watcher.episodes.episodes == rebuilt.episodes
    assert _words(journal.changes) == _words(rebuilt.changes)
    kept = [replace(one, evaluated_on=watcher.day) if one.is_open else one for one in journal.episodes]
    assert book_of(kept).episodes == rebuilt.episodes
    assert {(c.customer_id, c.opened_on, c.severity, c.end) for c in journal.cases} == {
        (c.customer_id, c.opened_on, c.severity, c.end) for c in rebuilt.cases
    }


def _words(changes):
    return sorted((c.day, *c.key, c.opened_on, c.kind, c.before, c.after) for c in changes)


@settings(max_examples=40, deadline=None)
@given(arrivals())
def test_a_watcher_that_starts_again_tells_the_same(arrived):
    _, batches, restarts = arrived
    undisturbed, disturbed = MemoryJournal(), MemoryJournal()
    watch(batches, set(), undisturbed)
    watch(batches, restarts, disturbed)
    assert [_plain(step) for step in disturbed.steps] == [_plain(step) for step in undisturbed.steps]


def _plain(step):
    seen = None if step.surroundings is None else step.surroundings.rows()
    return replace(step, surroundings=seen)
