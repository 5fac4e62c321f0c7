"""A step of a watcher as rows, all within one transaction, and what is told of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from riskengine.early_warning.case import Case
from riskengine.early_warning.episode import Episode
from riskengine.early_warning.step import CaseId, EpisodeId, Profile, Step
from riskengine.records import cases, changes, episodes, events, orders, outbox, positions, refused, standing
from riskengine.records.changes import Word
from riskengine.records.messages import Message, Writer, of_case_gone, warning_key
from riskengine.records.refused import OddState


def write_step(connection: Connection, step: Step, writer: Writer) -> None:
    """Everything of a step, and a message for each thing that changed by it."""
    _write_input(connection, step)
    standing.write(connection, step.standing)
    standing.write_profiles(connection, step.profiles)
    episodes.write(connection, step.episodes, step.episodes_gone)
    telling = _Telling(connection, step, writer)
    messages = telling.messages()
    cases.write(connection, telling.kept_cases, step.cases_gone)
    outbox.append(connection, messages)
    if step.surroundings is not None:
        positions.write_surroundings(connection, step.surroundings)
    positions.write_about(
        connection,
        first_day=step.first_day,
        day=step.day,
        settled_on=step.settled_on,
        stale_from=step.stale_from or positions.NO_DAY,
        tables=step.tables,
    )


def _write_input(connection: Connection, step: Step) -> None:
    events.append(connection, step.events)
    refused.append(connection, step.source, step.refusals)
    refused.append_odd(connection, OddState.REFUSED, step.refused)
    refused.append_odd(connection, OddState.NOTED, step.noted)
    if step.set_aside is not None:
        refused.replace_waiting(connection, step.set_aside)
    if step.position is not None:
        positions.write_position(connection, step.position)


_Said = tuple[str | None, str] | None  # severity before and after; None: that it does not hold
_NOTHING: _Said = None


def _severities(word: Word) -> _Said:
    one = word.change
    return None if word.withdrawn else (None if one.before is None else one.before.word, one.after.word)


def _said(payload: Mapping[str, Any]) -> _Said:
    return None if payload["withdrawn"] else (payload["severity_before"], payload["severity"])


class _Telling:
    """The messages of a step; asks what stood before, so it comes before the cases are written.

    `kept_cases`: without those that a person answered while the step was made: the step did not know of it, and who
    makes the next one does.
    """

    def __init__(self, connection: Connection, step: Step, writer: Writer) -> None:
        self._connection, self._step, self._writer = connection, step, writer
        words = [*(Word(one, withdrawn=True) for one in step.withdrawn), *(Word(one) for one in step.changes)]
        self._new_orders = orders.append(connection, step.held_orders)
        warned = {word.change.customer_id for word in words}
        cased = {one.customer_id for one in step.cases} | {one.customer_id for one in step.cases_gone}
        self._before = {
            CaseId(row.customer_id, row.opened_on): row for row in cases.stored(connection, customer_ids=warned | cased)
        }
        self.kept_cases = [one for one in step.cases if not (one.is_open and self._is_answered(one))]
        self._words = self._numbered(words)
        self._turned = self._turned_cases()
        self._gone = [name for name in step.cases_gone if name in self._before]
        turned = {one.customer_id for one in self._turned} | {one.customer_id for one in self._gone}
        ordering = {one.customer_id for one in self._new_orders}
        self._profiles = standing.profiles(connection, warned | turned | ordering)

    def messages(self) -> list[Message]:
        changes.append(self._connection, self._words)
        open_cases = self._open_cases()
        return [
            *(
                self._writer.of_change(word, open_cases.get(word.change.customer_id), self._of(word.change.customer_id))
                for word in self._words
            ),
            *(
                self._writer.of_case(one, "opened" if one.is_open else "ended", self._of(one.customer_id))
                for one in self._turned
            ),
            *(of_case_gone(name, self._of(name.customer_id)) for name in self._gone),
            *(self._writer.of_order(order, self._of(order.customer_id)) for order in self._new_orders),
        ]

    def _is_answered(self, case: Case) -> bool:
        before = self._before.get(CaseId(case.customer_id, case.opened_on))
        return before is not None and before.by is not None

    def _of(self, customer_id: str) -> Profile | None:
        return self._profiles.get(customer_id)

    def _numbered(self, words: Sequence[Word]) -> list[Word]:
        """Each behind what was told of the same thing, as `outbox.append` counts them; what was told so already is no
        news."""
        posted = outbox.last_of(self._connection, (warning_key(word) for word in words))
        last = {key: (one.revision, _said(one.payload)) for key, one in posted.items()}
        found = []
        for word in words:
            revision, said = last.get(warning_key(word), (-1, _NOTHING))
            new = _severities(word)
            if said != new:
                found.append(Word(word.change, word.withdrawn, revision + 1))
                last[warning_key(word)] = (revision + 1, new)
        return found

    def _open_cases(self) -> dict[str, Case]:
        """By customer, after the step."""
        written = {CaseId(one.customer_id, one.opened_on) for one in self._step.cases} | set(self._step.cases_gone)
        kept = [row for name, row in self._before.items() if row.ended_on is None and name not in written]
        members: dict[EpisodeId, Episode] = {}
        found = {row.customer_id: cases.case_from(row, members) for row in kept}
        found.update((one.customer_id, one) for one in self.kept_cases if one.is_open)
        return found

    def _turned_cases(self) -> list[Case]:
        """That are open now and were not, or the other way round."""
        found = []
        for one in self.kept_cases:
            before = self._before.get(CaseId(one.customer_id, one.opened_on))
            was_open = before is not None and before.ended_on is None
            if before is None or was_open != one.is_open:
                found.append(one)
        return found
