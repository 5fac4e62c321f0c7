"""Which published policy is in force on which day, from the log of releases."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from riskengine.policy.release.log import Entry, Step


@dataclass(frozen=True, slots=True)
class Publication:
    """A bundle as published: in force from `start` until `end` (first day it is no longer; None: until further notice).

    `retired` says that it ended by a retirement, so that no policy is in force until the next one begins.
    """

    bundle: str
    start: dt.date
    end: dt.date | None
    retired: bool
    number: int  # of its line in the log

    def holds(self, day: dt.date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)


def timeline(log: Sequence[Entry]) -> tuple[Publication, ...]:
    """The publications that are or were to come in force, by their first day.

    A publication ends where the next one begins. One that was retired before it began never was: the one before it
    goes on. Of two from the same day the later recorded one holds.
    """
    begun = _begun(log)
    found = []
    for place, (entry, retired) in enumerate(begun):
        start = _day(entry)
        later = [_day(other) for other, _ in begun[place + 1 :]]
        follows = later[0] if later else None
        ends_by_retirement = retired is not None and (follows is None or retired < follows)
        end = retired if ends_by_retirement else follows
        if end != start:
            found.append(Publication(entry.note.bundle, start, end, ends_by_retirement, entry.number))
    return tuple(found)


def in_force(publications: Sequence[Publication], day: dt.date) -> Publication | None:
    found = [publication for publication in publications if publication.holds(day)]
    return found[-1] if found else None


def last_published(log: Sequence[Entry]) -> Publication | None:
    """The publication a new one would replace; None if nothing was published or all of it was withdrawn."""
    found = timeline(log)
    return found[-1] if found else None


def _begun(log: Sequence[Entry]) -> list[tuple[Entry, dt.date | None]]:
    """Every publication that was not withdrawn before it began, with the day it was retired from; by first day."""
    published: list[tuple[Entry, dt.date | None]] = []
    for entry in log:
        if entry.note.step is Step.PUBLISHED:
            published.append((entry, None))
        elif entry.note.step is Step.RETIRED:
            open_ones = [place for place, (line, _) in enumerate(published) if line.note.bundle == entry.note.bundle]
            if open_ones:
                published[open_ones[-1]] = (published[open_ones[-1]][0], _day(entry))
    kept = [(entry, retired) for entry, retired in published if retired is None or retired > _day(entry)]
    return sorted(kept, key=lambda one: (_day(one[0]), one[0].number))


def _day(entry: Entry) -> dt.date:
    start = entry.note.start
    return dt.date.max if start is None else start
