"""Where a watcher keeps its steps. The database of `records` is one such place, a list in memory another."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from riskengine.decision.order_standing import OrderStanding
from riskengine.early_warning.case import Answer, Case
from riskengine.early_warning.change import Change, ChangeKind
from riskengine.early_warning.episode import Episode
from riskengine.early_warning.snooze import Snooze
from riskengine.early_warning.step import CaseId, EpisodeId, InputPosition, Remembered, Step
from riskengine.tables.events.event import Event


@dataclass(frozen=True, slots=True)
class Said:
    """What people said of cases and warnings."""

    answers: tuple[Answer, ...] = ()
    snoozes: tuple[Snooze, ...] = ()


class Journal(Protocol):
    def load(self) -> Remembered | None:
        """All that was kept but the log; None where nothing was yet."""
        ...

    def logged(self) -> Iterator[tuple[Event, ...]]:
        """All events that were kept, in the order they came, some at a time."""
        ...

    def told(self, event_ids: Iterable[str]) -> Mapping[str, str]:
        """The lines of those of the events that are in the log, by id."""
        ...

    def said(self) -> Said:
        """What people have said up to now."""
        ...

    def write(self, step: Step) -> None:
        """Keep a step wholly, or raise and keep nothing of it."""
        ...


class MemoryJournal:
    """Keeps steps as long as the process lives."""

    def __init__(self, answers: Iterable[Answer] = (), snoozes: Iterable[Snooze] = ()) -> None:
        self.steps: list[Step] = []
        self.answers, self.snoozes = list(answers), list(snoozes)
        self._lines: dict[str, str] = {}

    def load(self) -> Remembered | None:
        if not self.steps:
            return None
        last = self.steps[-1]
        positions: dict[str, InputPosition] = {}
        for step in self.steps:
            if step.position is not None:
                positions[step.position.source] = step.position
        return Remembered(
            first_day=last.first_day,
            day=last.day,
            settled_on=last.settled_on,
            stale_from=last.stale_from,
            tables=next((step.tables for step in reversed(self.steps) if step.tables is not None), None),
            episodes=self.episodes,
            standing=self._standing(),
            surroundings=next((s.surroundings for s in reversed(self.steps) if s.surroundings is not None), None),
            positions=tuple(positions.values()),
            set_aside=next((s.set_aside for s in reversed(self.steps) if s.set_aside is not None), ()),
        )

    def _standing(self) -> tuple[OrderStanding, ...]:
        held = {one.customer_id: one for step in self.steps for one in step.standing}
        return tuple(held[name] for name in sorted(held))

    def logged(self) -> Iterator[tuple[Event, ...]]:
        return (step.events for step in self.steps if step.events)

    def told(self, event_ids: Iterable[str]) -> Mapping[str, str]:
        return {name: self._lines[name] for name in event_ids if name in self._lines}

    def said(self) -> Said:
        return Said(tuple(self.answers), tuple(self.snoozes))

    def write(self, step: Step) -> None:
        self.steps.append(step)
        self._lines.update((event.id, event.line) for event in step.events)

    @property
    def episodes(self) -> tuple[Episode, ...]:
        """As told, by subject, indicator and the day they opened."""
        held: dict[EpisodeId, Episode] = {}
        for step in self.steps:
            for gone in step.episodes_gone:
                held.pop(gone, None)
            held.update((EpisodeId(*one.key, one.opened_on), one) for one in step.episodes)
        return tuple(held[name] for name in sorted(held))

    @property
    def cases(self) -> tuple[Case, ...]:
        held: dict[CaseId, Case] = {}
        for step in self.steps:
            for gone in step.cases_gone:
                held.pop(gone, None)
            held.update((CaseId(one.customer_id, one.opened_on), one) for one in step.cases)
        return tuple(held[name] for name in sorted(held))

    @property
    def changes(self) -> tuple[Change, ...]:
        """Those that hold: told, and not withdrawn since."""
        held: dict[tuple[str, str, object, ChangeKind, object], Change] = {}
        for step in self.steps:
            for one in step.withdrawn:
                held.pop((*one.key, one.opened_on, one.kind, one.day), None)
            held.update(((*one.key, one.opened_on, one.kind, one.day), one) for one in step.changes)
        return tuple(held.values())
