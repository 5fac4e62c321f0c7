"""Quarantine: lines that could not be used, and events that were read and do not fit the tables."""

import json
from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import Connection, delete, func, select

from riskengine.records.events import content_text, event_from
from riskengine.records.rows import add, json_text
from riskengine.records.schema import ODD_EVENTS, REFUSED
from riskengine.tables.events.reason import EventReason
from riskengine.tables.events.refusal import Problem, Refusal, SetAside, Why
from riskengine.tables.reason import Reason


class OddState(StrEnum):
    WAITING = "waiting"  # set aside: it may fit once others have come
    REFUSED = "refused"  # it never will
    NOTED = "noted"  # it is in the tables, and worth a look


def append(connection: Connection, source: str, refusals: Sequence[Refusal]) -> None:
    """Lines of an input; one that was refused before stands as it was."""
    if not refusals:
        return
    lines = [one.line for one in refusals]
    asked = select(REFUSED.c.line).where(REFUSED.c.source == source, REFUSED.c.line.between(min(lines), max(lines)))
    known = set(connection.scalars(asked))
    add(
        connection,
        REFUSED,
        [
            {
                "source": source,
                "line": one.line,
                "event_id": _storable(one.event_id),
                "event": _storable(one.event),
                "problems": json_text([_problem(problem) for problem in one.problems]),
                "text": _storable(one.text),
            }
            for one in refusals
            if one.line not in known
        ],
    )


def read(connection: Connection) -> list[tuple[str, Refusal]]:
    """Every refused line with the input it stood in, in the order they came."""
    rows = connection.execute(select(REFUSED).order_by(REFUSED.c.number))
    return [
        (
            row.source,
            Refusal(
                row.line, row.text, tuple(_problem_from(p) for p in json.loads(row.problems)), row.event_id, row.event
            ),
        )
        for row in rows
    ]


def replace_waiting(connection: Connection, waiting: Sequence[SetAside]) -> None:
    """All that is set aside now; what was before is fitted in, or waits on."""
    if waiting or odd(connection, OddState.WAITING):
        connection.execute(delete(ODD_EVENTS).where(ODD_EVENTS.c.state == OddState.WAITING.value))
        append_odd(connection, OddState.WAITING, waiting)


def append_odd(connection: Connection, state: OddState, events: Sequence[SetAside]) -> None:
    add(
        connection,
        ODD_EVENTS,
        [
            {
                "state": state.value,
                "event_id": one.event.id,
                "kind": one.event.kind.value,
                "content": content_text(one.event),
                "problem": json_text(_problem(one.problem)),
            }
            for one in events
        ],
    )


def odd(connection: Connection, state: OddState) -> tuple[SetAside, ...]:
    rows = connection.execute(select(ODD_EVENTS).where(ODD_EVENTS.c.state == state.value).order_by(ODD_EVENTS.c.number))
    return tuple(
        SetAside(event_from(row.event_id, row.kind, row.content), _problem_from(json.loads(row.problem)))
        for row in rows
    )


def count(connection: Connection) -> int:
    """Refused lines and refused events."""
    events = select(func.count()).where(ODD_EVENTS.c.state == OddState.REFUSED.value)
    return (connection.scalar(select(func.count()).select_from(REFUSED)) or 0) + (connection.scalar(events) or 0)


def _problem(problem: Problem) -> dict[str, str | None]:
    said = {"field": problem.field, "value": problem.value, "hint": problem.hint}
    return {"why": problem.why.value, **{name: _storable(text) for name, text in said.items()}}


def _storable(text: str | None) -> str | None:
    """Without halves of characters, which no file holds."""
    return None if text is None else text.encode("utf-8", "replace").decode()


def _problem_from(said: dict[str, str | None]) -> Problem:
    return Problem(_why(str(said["why"])), said["field"], said["value"], said["hint"])


def _why(word: str) -> Why:
    try:
        return EventReason(word)
    except ValueError:
        return Reason(word)
