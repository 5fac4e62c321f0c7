"""A watcher: events in, steps out. It keeps nothing that its journal did not take.

Within a day the customers that events are about, and everybody linked with them, are found again at once; what they
take from others (their peers, their industry) is that of the last settled day. When the day is over it is settled for
everybody, as `rebuild` does it, and takes the place of what was found within it. A late event makes the settled days
from its own day on stale; they are settled again with the next ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from riskengine.early_warning.book import Book, book_of
from riskengine.early_warning.case import Case, cases_of
from riskengine.early_warning.fold import fold
from riskengine.early_warning.freeze import case_states
from riskengine.early_warning.journal import Journal, Said
from riskengine.early_warning.step import CaseId, InputPosition, Remembered, Step
from riskengine.early_warning.telling import telling
from riskengine.tables.events.event import Event
from riskengine.tables.events.refusal import Refusal
from riskengine.tables.events.repetition import first_told
from riskengine.tables.store import TableSet
from riskengine.terms.days import day_of
from riskengine.workflows.check_order import rates_on
from riskengine.workflows.watch.day_by_day import ONE_DAY, Progress, days_between, follow_days, states_after
from riskengine.workflows.watch.finder import Before, Finder, Found
from riskengine.workflows.watch.found_parts import find_some
from riskengine.workflows.watch.freed_memory import give_back
from riskengine.workflows.watch.ledger import Ledger, Moved, ledger_of
from riskengine.workflows.watch.log_replay import replayed_ledger
from riskengine.workflows.watch.orders import Orders


@dataclass(frozen=True, slots=True)
class Arrived:
    """What came in: events, lines that are none, and where the input stands after them."""

    events: Sequence[Event] = ()
    refusals: tuple[Refusal, ...] = ()
    source: str = ""
    position: InputPosition | None = None


@dataclass(frozen=True, slots=True)
class _State:
    """All that a watcher knows; the next one takes its place when the journal has taken the step."""

    first_day: date
    day: date
    settled_on: date | None
    ledger: Ledger
    told: Book
    surroundings: pl.DataFrame | None = None
    stale_from: date | None = None  # the first settled day that is to be settled again

    @property
    def eve(self) -> date:
        """The last settled day, or the one before the first of all."""
        return self.first_day - ONE_DAY if self.settled_on is None else self.settled_on


class Watcher:
    def __init__(self, finder: Finder, journal: Journal, state: _State, orders: Orders) -> None:
        self._finder = finder
        self._journal = journal
        self._state = state
        self._orders = orders

    @property
    def day(self) -> date:
        """The day that is not over yet."""
        return self._state.day

    @property
    def settled_on(self) -> date | None:
        return self._state.settled_on

    @property
    def episodes(self) -> Book:
        """As told."""
        return self._state.told

    def take(self, arrived: Arrived) -> Step:
        """One batch of events, none of them known after the watcher's day.

        What is in the log already is not taken again.
        """
        state = self._state
        firsts = first_told(arrived.events, self._journal.told({event.id for event in arrived.events}))
        moved = state.ledger.after(firsts.new)
        rates = rates_on(state.ledger.of(()), state.day)
        held = self._orders.held(firsts.new, self._finder.policy(state.day), rates, state.day)
        told, step = self._found_again(moved, self._journal.said())
        stale_from = self._stale_from(moved)
        is_other = moved.ledger.set_aside != state.ledger.set_aside
        step = replace(
            step,
            stale_from=stale_from,
            events=firsts.new,
            repeated=firsts.repeated,
            source=arrived.source,
            refusals=arrived.refusals,
            refused=firsts.reused,
            held_orders=held,
            noted=moved.noted,
            set_aside=moved.ledger.set_aside if is_other else None,
            position=arrived.position,
        )
        self._keep(step, replace(state, ledger=moved.ledger, told=told, stale_from=stale_from))
        return step

    def advance(self, day: date, progress: Progress = lambda _what, _done, _total: None) -> Step | None:
        """Go on to a later day: all days before it are over and are settled. None if it is not later."""
        if day <= self._state.day:
            return None
        return self._settle(day - ONE_DAY, day, progress)

    def settle(self, progress: Progress = lambda _what, _done, _total: None) -> Step:
        """Settle up to today, as if the day were over; an event that comes after all is a late one."""
        return self._settle(self._state.day, self._state.day, progress)

    def _found_again(self, moved: Moved, said: Said) -> tuple[Book, Step]:
        """Today's findings of those whom events are about, from the settled days on."""
        state = self._state
        empty = Step(state.first_day, state.day, state.settled_on)
        if not moved.customers or state.eve >= state.day:
            return state.told, empty
        own = state.told.of(moved.customers)
        settled = own.rewound(state.eve)
        policy = self._finder.policy(state.day)
        before = Before(settled.open, states_after(state.eve, settled, policy, said))
        found = find_some(
            self._finder, moved.ledger, moved.customers, day=state.day, before=before, surroundings=state.surroundings
        )
        folded = fold(found.findings, policy.episodes, start=settled.open, snoozes=said.snoozes)
        now = settled.after(folded)
        told = state.told.with_own(moved.customers, now)
        return told, self._told(empty, found, own=own, now=now, said=said)

    def _settle(self, last: date, day: date, progress: Progress) -> Step:
        state = self._state
        said = self._journal.said()
        first = min(state.stale_from or date.max, state.eve + ONE_DAY)
        ledger = state.ledger.settled()
        followed = follow_days(
            self._finder,
            ledger,
            days_between(first, last),
            start=state.told.rewound(first - ONE_DAY),
            said=said,
            progress=progress,
        )
        step = Step(state.first_day, day, last)
        around = state.surroundings
        if followed.found is not None:
            around = followed.found.surroundings
            step = self._told(step, followed.found, own=state.told, now=followed.book, said=said)
            step = replace(step, surroundings=around)
        self._keep(step, _State(state.first_day, day, last, ledger, followed.book, around))
        give_back()
        return step

    def _told(self, step: Step, found: Found, *, own: Book, now: Book, said: Said) -> Step:
        """What is to be told of customers whose episodes were `own` and are `now`, and how they stand."""
        told = telling(own.episodes, now.episodes)
        policy, answers = self._finder.policy(step.day), said.answers
        every = cases_of(now.episodes, policy, answers=answers, standing=found.answering())
        earlier = cases_of(own.of(told.subjects).episodes, policy, answers=answers)
        there = {_id_of(case) for case in every}
        people = found.people(case_states(every))
        return replace(
            step,
            episodes=told.episodes,
            episodes_gone=told.gone,
            changes=told.changes,
            withdrawn=told.withdrawn,
            cases=tuple(case for case in every if case.is_open or case.customer_id in told.subjects),
            cases_gone=tuple(sorted({_id_of(case) for case in earlier} - there)),
            standing=people.standing,
            profiles=people.profiles,
        )

    def _stale_from(self, moved: Moved) -> date | None:
        state = self._state
        if moved.first_day is None or day_of(moved.first_day) > state.eve:
            return state.stale_from
        first = max(day_of(moved.first_day), state.first_day)
        return min(first, state.stale_from or first)

    def _keep(self, step: Step, after: _State) -> None:
        self._journal.write(step)
        self._orders.stand(step.standing)
        self._state = after


def start_watching(
    finder: Finder, journal: Journal, tables: TableSet, *, first_day: date, fingerprint: str | None = None
) -> Watcher:
    """Go on from what the journal holds; begin on `first_day` with nothing open where it holds nothing."""
    remembered = journal.load()
    if remembered is None:
        return begin_watching(finder, journal, tables, first_day, fingerprint)
    return resume_watching(finder, journal, tables, remembered, fingerprint)


def begin_watching(
    finder: Finder, journal: Journal, tables: TableSet, first_day: date, fingerprint: str | None = None
) -> Watcher:
    """`fingerprint` is that of the tables, to be kept. The first day has the surroundings of the day before it."""
    ledger = ledger_of(tables)
    around = finder.surroundings(ledger, first_day - ONE_DAY)
    give_back()
    journal.write(Step(first_day, first_day, None, tables=fingerprint, surroundings=around))
    return Watcher(finder, journal, _State(first_day, first_day, None, ledger, Book(), around), Orders())


def resume_watching(
    finder: Finder, journal: Journal, tables: TableSet, remembered: Remembered, fingerprint: str | None = None
) -> Watcher:
    """From other tables than before, days that are settled stay as they are, unless late events touch them."""
    state = _state_of(remembered, replayed_ledger(tables, journal.logged(), remembered.set_aside))
    if fingerprint != remembered.tables:
        days = (state.first_day, state.day, state.settled_on, state.stale_from)
        journal.write(Step(*days, tables=fingerprint))
    return Watcher(finder, journal, state, Orders(remembered.standing))


def _state_of(remembered: Remembered, ledger: Ledger) -> _State:
    return _State(
        remembered.first_day,
        remembered.day,
        remembered.settled_on,
        ledger,
        _looked_at(remembered),
        remembered.surroundings,
        remembered.stale_from,
    )


def _looked_at(remembered: Remembered) -> Book:
    """Open episodes were looked at up to the settled day, whatever was kept of that."""
    last = remembered.settled_on
    if last is None:
        return book_of(remembered.episodes)
    return book_of(
        replace(one, evaluated_on=last) if one.is_open and one.evaluated_on < last else one
        for one in remembered.episodes
    )


def _id_of(case: Case) -> CaseId:
    return CaseId(case.customer_id, case.opened_on)
