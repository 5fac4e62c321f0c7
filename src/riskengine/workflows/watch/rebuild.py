"""The warnings of a span of days, from tables alone: what a watcher must end with, whatever came when."""

from dataclasses import dataclass
from datetime import date

from riskengine.early_warning.book import Book
from riskengine.early_warning.case import Case, cases_of
from riskengine.early_warning.change import Change
from riskengine.early_warning.episode import Episode
from riskengine.early_warning.journal import Said
from riskengine.early_warning.telling import telling
from riskengine.tables.store import TableSet
from riskengine.terms.errors import UsageError
from riskengine.workflows.watch.day_by_day import Progress, days_between, follow_days
from riskengine.workflows.watch.finder import Finder
from riskengine.workflows.watch.ledger import ledger_of


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """Episodes by customer, indicator and the day they opened; changes by day; cases as of the last day."""

    episodes: tuple[Episode, ...]
    changes: tuple[Change, ...]
    cases: tuple[Case, ...]


def rebuild(
    tables: TableSet,
    first: date,
    last: date,
    *,
    finder: Finder,
    said: Said | None = None,
    progress: Progress = lambda _what, _done, _total: None,
) -> Rebuilt:
    """Every day from `first` to `last` found with what was known at its end; nothing is open before the first.

    Raises UsageError if `last` is earlier than `first`, and what the finder raises.
    """
    if last < first:
        raise UsageError(f"the last day {last} is earlier than the first, {first}", remedy="give the earlier day first")
    people_said = said or Said()
    days = days_between(first, last)
    followed = follow_days(finder, ledger_of(tables), days, start=Book(), said=people_said, progress=progress)
    episodes = followed.book.episodes
    answering = {} if followed.found is None else followed.found.answering()
    cases = cases_of(episodes, finder.policy(last), answers=people_said.answers, standing=answering)
    return Rebuilt(episodes, telling((), episodes).changes, cases)
