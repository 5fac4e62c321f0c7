"""Lines as they come, cut into batches that depend on nothing but the lines and the watcher's day.

So a watcher that was killed and begins anew behind the last batch it kept cuts the very batches it would have cut.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from riskengine.early_warning.step import InputPosition, Step
from riskengine.tables.events.event import Event
from riskengine.tables.events.json_line import LONGEST_LINE
from riskengine.tables.events.reading import Bounds, read_events
from riskengine.tables.events.refusal import Refusal
from riskengine.terms.days import day_number, day_of
from riskengine.terms.errors import UsageError
from riskengine.workflows.watch.day_by_day import Progress
from riskengine.workflows.watch.watcher import Arrived, Watcher

LONGEST_BYTES = 4 * LONGEST_LINE + 2  # bytes of a line that may be one: what is longer is refused and not held


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an input, and what it says; an empty one says nothing. `digest` is of all bytes up to its end."""

    number: int
    end: int
    digest: str
    event: Event | None = None
    refusal: Refusal | None = None


class Feed(Protocol):
    """An input from which batches are cut."""

    @property
    def source(self) -> str:
        """What refusals and positions name it."""
        ...

    def more(self, most: int) -> list[Line]:
        """The next lines, at most so many; none where it has ended or nothing has come."""
        ...

    def position(self, line: Line) -> InputPosition | None:
        """Where a watcher that has taken a line goes on; None where nobody can go back."""
        ...


def watch_feed(
    watcher: Watcher, feed: Feed, *, batch: int, progress: Progress = lambda _what, _done, _total: None
) -> Iterator[Step]:
    """Take all that the feed has now, a step at a time: a batch has at most `batch` lines and events of one day.

    The day goes on where an event is known later, never back. Raises UsageError if a batch holds no line.
    """
    if batch < 1:
        raise UsageError(f"a batch of {batch} lines is none", remedy="give 1 or more")
    waiting: deque[Line] = deque()
    while True:
        if len(waiting) < batch:
            waiting.extend(feed.more(batch - len(waiting)))
        if not waiting:
            return
        taken = _of_the_day(waiting, day_number(watcher.day))
        if taken:
            yield watcher.take(_arrived(feed, taken))
        elif (event := waiting[0].event) is not None:
            step = watcher.advance(day_of(event.known_at), progress)
            if step is not None:
                yield step


def _of_the_day(waiting: deque[Line], day: int) -> list[Line]:
    """The first lines, up to the first event that is known later than the day."""
    taken = []
    while waiting and (waiting[0].event is None or waiting[0].event.known_at <= day):
        taken.append(waiting.popleft())
    return taken


def _arrived(feed: Feed, lines: list[Line]) -> Arrived:
    return Arrived(
        tuple(line.event for line in lines if line.event is not None),
        tuple(line.refusal for line in lines if line.refusal is not None),
        feed.source,
        feed.position(lines[-1]),
    )


class ListFeed:
    """Lines at hand."""

    def __init__(self, raw: Iterable[bytes | str], bounds: Bounds, source: str) -> None:
        self.source = source
        self._raw, self._bounds = list(raw), bounds
        self._taken = 0

    def more(self, most: int) -> list[Line]:
        raw = self._raw[self._taken : self._taken + most]
        first = self._taken + 1
        self._taken += len(raw)
        return lines_of(raw, [(0, "")] * len(raw), self._bounds, first)

    def position(self, _line: Line) -> InputPosition | None:
        return None


def lines_of(raw: Sequence[bytes | str], ends: Sequence[tuple[int, str]], bounds: Bounds, first: int) -> list[Line]:
    """Raw lines with what they say; `ends` are the size and digest of the input up to the end of each."""
    read = read_events(raw, bounds, first_line=first)
    events = dict(zip(read.lines, read.events, strict=True))
    refusals = {refusal.line: refusal for refusal in read.refusals}
    return [
        Line(number, *end, events.get(number), refusals.get(number)) for number, end in enumerate(ends, start=first)
    ]
