"""Watching from Python: `riskengine.watch`."""

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from riskengine.records.outbox import Posted
from riskengine.scoring.workspace import DEFAULT_ROOT
from riskengine.tables.events.reading import Bounds
from riskengine.workflows.frames_api import Day, Tables, read_day, read_tables
from riskengine.workflows.rating_means import DEFAULT_RULES
from riskengine.workflows.watch.feed import ListFeed, watch_feed
from riskengine.workflows.watch.watch_events import BATCH
from riskengine.workflows.watch.watch_records import Watch, WatchMeans, watching

EventLike = Mapping[str, Any] | str | bytes
Message = dict[str, Any]


class EventWatch:
    """An open watch. Messages are those of the outbox: plain values, see docs/how-to/watch-events.md."""

    def __init__(self, watch: Watch, today: dt.date) -> None:
        self._watch = watch
        self._today = today
        self._calls = 0

    @property
    def day(self) -> dt.date:
        """The day that is not over yet."""
        return self._watch.watcher.day

    def take(self, events: Iterable[EventLike], *, batch: int = BATCH) -> list[Message]:
        """Take events: mappings as in docs/reference/events.md, or such lines of JSON. What was told because of them.

        Nothing is raised for what an event says; what cannot be used is in the records. Raises UsageError if a batch
        holds no event, and RiskEngineError if the records cannot be written.
        """
        self._calls += 1
        feed = ListFeed(map(_line, events), Bounds(self._today), f"python {self._watch.posted} {self._calls}")
        for _step in watch_feed(self._watch.watcher, feed, batch=batch):
            pass
        return _messages(self._watch.told())

    def advance(self, day: Day) -> list[Message]:
        """Go on to a later day; the days before it are over and settled. What was told."""
        self._today = max(self._today, read_day(day))
        self._watch.watcher.advance(self._today)
        return _messages(self._watch.told())

    def settle(self) -> list[Message]:
        """Today is over; what comes of it now comes late. What was told."""
        self._watch.watcher.settle()
        return _messages(self._watch.told())


@contextmanager
def watch(
    tables: Tables,
    today: Day,
    *,
    rules: Path | str = DEFAULT_RULES,
    model: Path | str | None = None,
    workspace: Path | str = DEFAULT_ROOT,
    reporting_currency: str | None = None,
    runs: Path | str | None = None,
    since: Day | None = None,
) -> Iterator[EventWatch]:
    """Follow warnings event by event, with the records of a workspace; going on from them if there are any.

    `tables` and `reporting_currency` as in `rerate`. `today` is the day to stand on. `runs`: a folder of runs, the
    newest before each day says what was decided before. `since`: the first day to watch, when the records begin;
    without it the last day the tables tell of. Raises InputError for invalid data, UsageError for what is impossible.
    """
    means = WatchMeans(
        Path(workspace),
        Path(rules),
        None if model is None else Path(model),
        None if runs is None else Path(runs),
        None if since is None else read_day(since),
    )
    day = read_day(today)
    with watching(read_tables(tables, reporting_currency), means, day) as opened:
        opened.watcher.advance(day)
        yield EventWatch(opened, day)


def _line(event: EventLike) -> str | bytes:
    return event if isinstance(event, str | bytes) else json.dumps(dict(event), default=_plain)


def _plain(value: object) -> str:
    """Days as text; what else JSON does not know is written as it prints, and refused by its field."""
    return value.isoformat()[:10] if isinstance(value, dt.date) else str(value)


def _messages(posted: Iterable[Posted]) -> list[Message]:
    return [one.payload for one in posted]
