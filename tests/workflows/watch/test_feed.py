"""Lines become batches: by count and by day, from where a watcher left a file, whatever the file holds."""

import json
import os
from datetime import date

import pytest

from riskengine.early_warning.journal import MemoryJournal
from riskengine.tables.events.json_line import LONGEST_LINE
from riskengine.tables.events.reading import Bounds
from riskengine.terms.errors import UsageError
from riskengine.workflows.watch.feed import ListFeed, watch_feed
from riskengine.workflows.watch.file_feed import FileFeed
from riskengine.workflows.watch.stream_feed import StreamFeed
from riskengine.workflows.watch.watcher import start_watching
from support.event_worlds import NO_TABLES
from support.toy_finder import ToyFinder

TODAY = date(2025, 3, 5)
BOUNDS = Bounds(TODAY)


def customer(name, day=1):
    said = {"event_id": name, "event": "customer_updated", "customer_id": name, "known_at": f"2025-03-0{day}"}
    return json.dumps(said).encode()


def nowhere(_source):
    return None


@pytest.fixture
def open_feed():
    feeds = []

    def opened(path, left=None):
        feeds.append(FileFeed(path, BOUNDS, nowhere if left is None else {left.source: left}.get))
        return feeds[-1]

    yield opened
    for feed in feeds:
        feed.close()


def write(path, *lines):
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return path


def ids(lines):
    return [line.event.id if line.event else None for line in lines]


def fresh_watcher(journal=None):
    return start_watching(ToyFinder(), journal or MemoryJournal(), NO_TABLES, first_day=date(2025, 3, 1))


def test_batches_end_with_their_day_and_their_number_of_lines():
    watcher = fresh_watcher()
    raw = [customer("a"), customer("b"), customer("c"), b"", customer("d", 3), customer("late", 2), customer("e", 3)]
    steps = list(watch_feed(watcher, ListFeed(raw, BOUNDS, "list"), batch=2))
    assert [[event.id for event in step.events] for step in steps] == [["a", "b"], ["c"], [], ["d", "late"], ["e"]]
    assert [(step.day.day, step.settled_on and step.settled_on.day) for step in steps] == [
        (1, None),
        (1, None),
        (3, 2),
        (3, 2),
        (3, 2),
    ]


def test_a_batch_of_no_lines_is_refused():
    with pytest.raises(UsageError, match="batch of 0 lines"):
        next(watch_feed(fresh_watcher(), ListFeed([], BOUNDS, "list"), batch=0))


def test_a_file_is_read_on_from_where_it_was_left_wherever_it_lies(tmp_path, open_feed):
    path = write(tmp_path / "events", customer("a"), customer("b"))
    feed = open_feed(path)
    (first,) = feed.more(1)
    left = feed.position(first)
    write(path, customer("a"), customer("b"), customer("c"))
    again = open_feed(path, left)
    assert (ids(again.more(9)), again.lines) == (["b", "c"], 3)


def test_another_file_of_the_same_name_is_read_from_its_beginning(tmp_path, open_feed):
    path = write(tmp_path / "events", customer("a"), customer("b"))
    feed = open_feed(path)
    left = feed.position(feed.more(2)[-1])
    write(path, customer("a"), customer("c"), customer("d"))  # begins alike
    assert ids(open_feed(path, left).more(9)) == ["a", "c", "d"]
    write(path, customer("x"))
    other = open_feed(path, left)
    assert other.source != left.source
    assert ids(other.more(9)) == ["x"]


def test_a_shorter_file_is_another_one(tmp_path, open_feed):
    path = write(tmp_path / "events", customer("a"), customer("b"))
    feed = open_feed(path)
    left = feed.position(feed.more(2)[-1])
    write(path, customer("a"))
    assert ids(open_feed(path, left).more(9)) == ["a"]


def test_the_last_line_may_lack_its_end_but_not_half_of_it(tmp_path, open_feed):
    path = tmp_path / "events"
    path.write_bytes(customer("a") + b"\n" + customer("b"))
    assert ids(open_feed(path).more(9)) == ["a", "b"]
    path.write_bytes(customer("a") + b"\n" + customer("b")[:30])
    feed = open_feed(path)
    assert (ids(feed.more(9)), feed.unfinished, feed.lines) == (["a"], True, 1)
    path.write_bytes(customer("a") + b"\n" + customer("b") + b"\n")
    assert (ids(feed.more(9)), feed.unfinished, feed.lines) == (["b"], False, 2)


def test_a_line_beyond_all_measure_is_refused_and_the_next_one_read(tmp_path, open_feed):
    path = write(tmp_path / "events", b"x" * (9 * LONGEST_LINE), customer("a"))
    long, short = open_feed(path).more(9)
    assert long.refusal.problems[0].why.value == "line_too_long"
    assert (short.number, short.event.id, short.end) == (2, "a", path.stat().st_size)


def test_a_file_that_is_not_there_is_said(tmp_path, open_feed):
    with pytest.raises(UsageError, match="cannot be read"):
        open_feed(tmp_path / "none")
    with pytest.raises(UsageError, match="cannot be read"):
        open_feed(tmp_path)


@pytest.fixture
def pipe():
    out, into = os.pipe()
    yield out, into
    os.close(out)


def test_a_stream_gives_what_has_come_and_its_last_line_when_it_ends(pipe):
    out, into = pipe
    feed = StreamFeed(out, BOUNDS, "pipe")
    assert feed.more(9) == []
    os.write(into, customer("a") + b"\n" + customer("b")[:20])
    feed.wait(1)
    assert ids(feed.more(9)) == ["a"]
    os.write(into, customer("b")[20:])
    os.close(into)
    feed.wait(1)
    assert [(line.number, line.event.id) for line in feed.more(9)] == [(2, "b")]
    assert feed.ended
    assert feed.is_empty
    assert feed.more(9) == []


def test_a_stream_gives_no_more_than_is_asked_for(pipe):
    out, into = pipe
    os.write(into, b"".join(customer(name) + b"\n" for name in "abcde"))
    os.close(into)
    feed = StreamFeed(out, BOUNDS, "pipe")
    assert [ids(feed.more(2)) for _ in range(4)] == [["a", "b"], ["c", "d"], ["e"], []]


def test_a_line_of_a_stream_beyond_all_measure_is_not_held(pipe):
    out, into = pipe
    feed = StreamFeed(out, BOUNDS, "pipe")
    for _ in range(40):
        os.write(into, b"x" * 50_000)
        assert feed.more(9) == []
    os.write(into, b"x\n" + customer("a") + b"\n")
    os.close(into)
    found = feed.more(9) + feed.more(9)
    assert [line.refusal.problems[0].why.value for line in found[:1]] == ["line_too_long"]
    assert ids(found) == [None, "a"]
