"""Watching with the records of a workspace: what is opened for it, and what was told by each step."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from riskengine.early_warning.step import InputPosition, Remembered
from riskengine.policy.release.published import policies_of
from riskengine.records.database import RECORDS
from riskengine.records.outbox import Posted
from riskengine.records.records import Recorder, recording
from riskengine.scoring.bundle import load_bundle
from riskengine.scoring.workspace import DEFAULT_ROOT, Workspace
from riskengine.tables.store import TableSet
from riskengine.terms.days import day_number, day_of
from riskengine.terms.errors import UsageError
from riskengine.workflows.previous_run import PreviousRun, newest_earlier_run, read_run
from riskengine.workflows.rating_means import DEFAULT_RULES
from riskengine.workflows.watch.rating_finder import RatingFinder, no_run
from riskengine.workflows.watch.watcher import Watcher, begin_watching, resume_watching

MOST_DAYS = 400  # between the tables and today: older gaps are a mistake more often than a wish
_DATED = ("customers", "invoices", "payments", "orders", "financials", "signals", "changes")


@dataclass(frozen=True, slots=True)
class WatchMeans:
    """What a watcher works with. `since`: the first day to be watched, when it begins; None: the last one that the
    tables tell of. `runs`: a folder of published runs, for what was decided before each day."""

    workspace: Path = DEFAULT_ROOT
    rules: Path = DEFAULT_RULES
    bundle: Path | None = None
    runs: Path | None = None
    since: date | None = None


class Watch:
    """A watcher that writes records, and what it told."""

    def __init__(self, watcher: Watcher, records: Recorder, positions: Iterable[InputPosition]) -> None:
        self.watcher = watcher
        self._records = records
        self.posted = records.posted_up_to()  # the number of what was told last
        self._positions = {one.source: one for one in positions}

    def told(self) -> tuple[Posted, ...]:
        """What was posted since this was asked last."""
        posted = self._records.outbox(after=self.posted)
        if posted:
            self.posted = posted[-1].number
        return posted

    def position(self, source: str) -> InputPosition | None:
        """Where a watcher before this one left an input."""
        return self._positions.get(source)


@contextmanager
def watching(
    tables: TableSet, means: WatchMeans, today: date, tell: Callable[[str], None] = lambda _line: None
) -> Iterator[Watch]:
    """Open everything, and go on from the records of the workspace if there are any; nobody else writes them meanwhile.

    Raises what its parts raise; UsageError if there is nothing to begin with, or today is long after it.
    """
    policy_on = policies_of(means.rules)
    place = Workspace(means.workspace).champion() if means.bundle is None else means.bundle
    finder = RatingFinder(policy_on, load_bundle(place), runs_in(means.runs))
    fingerprint = tables.fingerprint if tables.sha256 else None
    with recording(means.workspace / RECORDS, policy_on(today)) as records:
        remembered = records.load()
        if remembered is None:
            first_day = _first_day(tables, means.since, today)
            watcher = begin_watching(finder, records, tables, first_day, fingerprint)
            tell(f"watching from {first_day} on, with nothing open before")
        else:
            _tell_of(remembered, fingerprint, today, tell)
            _check_gap(remembered.day, today)
            watcher = resume_watching(finder, records, tables, remembered, fingerprint)
        yield Watch(watcher, records, () if remembered is None else remembered.positions)


def _tell_of(remembered: Remembered, fingerprint: str | None, today: date, tell: Callable[[str], None]) -> None:
    if today < remembered.day:
        tell(f"the records stand on {remembered.day}, later than {today}; their day stays")
    if fingerprint != remembered.tables:
        tell("other tables than before: settled days stay as they are, days from now on are found in these")


def _first_day(tables: TableSet, since: date | None, today: date) -> date:
    """Raises UsageError if the tables tell of no day up to today."""
    if since is not None:
        if since > today:
            raise UsageError(f"{since} is later than today, {today}", where="--since", remedy="give an earlier day")
        _check_gap(since, today)
        return since
    known = [tables[name].filter(pl.col("known_at") <= day_number(today)).select("known_at") for name in _DATED]
    last = pl.concat(known).select(pl.col("known_at").max()).collect().item()
    if last is None:
        raise UsageError(
            f"the tables tell of no day up to {today}", where="--tables", remedy="give --since, the first day to watch"
        )
    _check_gap(day_of(last), today)
    return day_of(last)


def _check_gap(day: date, today: date) -> None:
    if (today - day).days > MOST_DAYS:
        raise UsageError(
            f"from {day} to today, {today}, are more than {MOST_DAYS} days",
            remedy="name the day to stand on with --today, or a later first day with --since",
        )


def runs_in(folder: Path | None) -> Callable[[date], PreviousRun | None]:
    """The newest finished run before a day, of those in a folder; each is read once."""
    if folder is None:
        return no_run
    read: dict[Path, PreviousRun] = {}

    def run_before(day: date) -> PreviousRun | None:
        found = newest_earlier_run(folder, day)
        if found is None:
            return None
        if found not in read:
            read.clear()
            read[found] = read_run(found, before=day)
        return read[found]

    return run_before
