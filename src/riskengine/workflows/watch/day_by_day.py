"""From the end of one day to the end of a later one: rebuilding and watching settle days here and nowhere else."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from riskengine.early_warning.book import Book
from riskengine.early_warning.case import cases_of
from riskengine.early_warning.fold import fold
from riskengine.early_warning.freeze import CaseState, case_states
from riskengine.early_warning.journal import Said
from riskengine.policy.bundle import Policy
from riskengine.workflows.watch.finder import Before, Finder, Found
from riskengine.workflows.watch.ledger import Ledger

Progress = Callable[[str, int, int], None]
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Followed:
    """How things stood after the last of some days. `found` is of that day; None if there was no day."""

    book: Book
    states: Mapping[str, CaseState]
    found: Found | None = None


def days_between(first: date, last: date) -> tuple[date, ...]:
    """Both included; none if they are the other way round."""
    return tuple(first + ONE_DAY * number for number in range((last - first).days + 1))


def follow_days(
    finder: Finder,
    ledger: Ledger,
    days: Sequence[date],
    *,
    start: Book,
    said: Said,
    progress: Progress = lambda _what, _done, _total: None,
) -> Followed:
    """The episodes of everybody after `days`, from those there were before the first of them."""
    if not days:
        return Followed(start, {})
    eve = days[0] - ONE_DAY
    policy = finder.policy(eve if start.open else days[0])  # perhaps there was none before the first day of all
    book, states = start, states_after(eve, start, policy, said)
    for number, day in enumerate(days):
        progress("settling", number, len(days))
        found = finder.everybody(ledger, day, Before(book.open, states))
        before, policy = policy, finder.policy(day)
        folded = fold(found.findings, policy.episodes, start=book.open, snoozes=said.snoozes)
        book = book.after(folded)
        if policy.content_hash != before.content_hash:
            states = states_after(day, book, policy, said)
        else:
            moved = {one.customer_id for one in folded.changes} | _answered(said, day)
            states = {**states, **states_after(day, book.of(moved), policy, said)}
    progress("settling", len(days), len(days))
    return Followed(book, states, found)


def states_after(day: date, book: Book, policy: Policy, said: Said) -> Mapping[str, CaseState]:
    """What the cases of a day meant for credit, by what people had said by then."""
    answers = [one for one in said.answers if one.day <= day]
    return case_states(cases_of(book.episodes, policy, answers=answers))


def _answered(said: Said, day: date) -> set[str]:
    return {one.customer_id for one in said.answers if one.day == day}
