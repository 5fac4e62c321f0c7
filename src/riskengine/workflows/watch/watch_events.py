"""Watch a file to its end, or a stream for as long as it lasts."""

import gc
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from riskengine.early_warning.step import Step
from riskengine.records.outbox import Posted
from riskengine.tables.events.reading import Bounds
from riskengine.tables.store import open_tables
from riskengine.workflows.watch.day_by_day import Progress
from riskengine.workflows.watch.feed import watch_feed
from riskengine.workflows.watch.file_feed import FileFeed
from riskengine.workflows.watch.stream_feed import StreamFeed
from riskengine.workflows.watch.watch_records import Watch, WatchMeans, watching

BATCH = 10_000
_PATIENCE = 1.0  # seconds after which the clock is looked at again
Heard = Callable[[Step, tuple[Posted, ...]], None]


@dataclass(frozen=True, slots=True)
class WatchRequest:
    """`batch`: most lines taken together. `settles`: whether the last day is over when the input ends."""

    tables: Path
    means: WatchMeans = field(default_factory=WatchMeans)
    batch: int = BATCH
    settles: bool = False


@dataclass(slots=True)
class Tally:
    """What a watch came to."""

    events: int = 0
    repeated: int = 0
    refused: int = 0
    set_aside: int = 0
    told: dict[str, int] = field(default_factory=dict)
    day: date | None = None
    settled_on: date | None = None

    def add(self, step: Step, posted: tuple[Posted, ...]) -> None:
        self.events += len(step.events)
        self.repeated += step.repeated
        self.refused += len(step.refusals) + len(step.refused)
        self.set_aside = self.set_aside if step.set_aside is None else len(step.set_aside)
        self.day, self.settled_on = step.day, step.settled_on
        for one in posted:
            what = "withdrawn" if one.payload["withdrawn"] else str(one.payload["change"])
            name = f"{one.topic}_{what}"
            self.told[name] = self.told.get(name, 0) + 1

    def as_json(self) -> dict[str, Any]:
        return {
            "events": self.events,
            "repeated": self.repeated,
            "refused": self.refused,
            "set_aside": self.set_aside,
            "told": dict(sorted(self.told.items())),
            "day": None if self.day is None else self.day.isoformat(),
            "settled_on": None if self.settled_on is None else self.settled_on.isoformat(),
        }


class Watching:
    """A watch with what everybody is told of it."""

    def __init__(self, watch: Watch, tally: Tally, heard: Heard, progress: Progress, *, batch: int) -> None:
        self.watch, self.tally = watch, tally
        self._heard, self._progress, self._batch = heard, progress, batch

    def take(self, feed: FileFeed | StreamFeed) -> None:
        """All that a feed has now."""
        for step in watch_feed(self.watch.watcher, feed, batch=self._batch, progress=self._progress):
            self._tell(step)

    def advance(self, day: date) -> None:
        """Days before it are over; a day that is not later changes nothing."""
        step = self.watch.watcher.advance(day, self._progress)
        if step is not None:
            self._tell(step)

    def settle(self) -> None:
        """The day is over."""
        self._tell(self.watch.watcher.settle(self._progress))

    def _tell(self, step: Step) -> None:
        posted = self.watch.told()
        self.tally.add(step, posted)
        self._heard(step, posted)


def watch_file(
    request: WatchRequest,
    events: Path,
    today: date,
    *,
    tally: Tally,
    heard: Heard = lambda _step, _posted: None,
    tell: Callable[[str], None] = lambda _line: None,
    progress: Progress = lambda _what, _done, _total: None,
) -> None:
    """Take what a file holds behind what was taken of it before, then go on to `today`. Everything is in `tally`, also
    after an error.

    Raises UsageError if the file cannot be read or the batch is impossible, and as `watching`.
    """
    with watching(open_tables(request.tables), request.means, today, tell) as watch:
        _spare_what_stays()
        own = Watching(watch, tally, heard, progress, batch=request.batch)
        feed = FileFeed(events, Bounds(today), watch.position)
        try:
            if feed.lines:
                tell(f"going on behind line {feed.lines:,}")
            own.take(feed)
            own.advance(today)
            if request.settles:
                own.settle()
            if feed.unfinished:
                tell("the last line is not finished; it is taken next time")
        finally:
            feed.close()


def watch_stream(
    request: WatchRequest,
    descriptor: int,
    clock: Callable[[], date],
    source: str,
    *,
    tally: Tally,
    heard: Heard = lambda _step, _posted: None,
    tell: Callable[[str], None] = lambda _line: None,
    progress: Progress = lambda _what, _done, _total: None,
) -> None:
    """Take what comes until it ends; when the clock comes to a new day, the one before is over.

    `source` names this stream and no other. A clock that goes back is told of once; the day stays. Raises as
    `watch_file`.
    """
    with watching(open_tables(request.tables), request.means, clock(), tell) as watch:
        _spare_what_stays()
        own = Watching(watch, tally, heard, progress, batch=request.batch)
        feed = StreamFeed(descriptor, Bounds(clock()), source)
        latest = clock()
        own.advance(latest)
        while not (feed.ended and feed.is_empty):
            feed.wait(_PATIENCE)
            today = clock()
            if today < latest:
                tell(f"the clock went back from {latest} to {today}; the day stays {watch.watcher.day}")
            elif today > latest:
                feed.bounds = Bounds(today)
                own.advance(today)
            latest = today
            own.take(feed)
        if request.settles:
            own.settle()


def _spare_what_stays() -> None:
    """Policy, model and libraries stay to the end. To look through them again and again for what could go would hold
    up an event for half a second now and then."""
    gc.freeze()
