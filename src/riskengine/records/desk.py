"""What people said: answers to cases, and snoozes. Only ever added to."""

import json

from sqlalchemy import Connection, select

from riskengine.early_warning.case import Answer, CaseEnd
from riskengine.early_warning.snooze import Snooze
from riskengine.records.rows import add, json_text
from riskengine.records.schema import ANSWERS, SNOOZES
from riskengine.records.turns import severity_of
from riskengine.terms.decision import Action


def append_answer(connection: Connection, answer: Answer, said_at: str) -> None:
    row = {
        "customer_id": answer.customer_id,
        "day": answer.day,
        "end": answer.end.value,
        "by": answer.by,
        "reason": answer.reason,
        "actions": json_text([action.value for action in answer.actions]),
        "said_at": said_at,
    }
    add(connection, ANSWERS, [row])


def append_snooze(connection: Connection, snooze: Snooze, said_at: str) -> None:
    row = {
        "customer_id": snooze.customer_id,
        "indicator": snooze.indicator,
        "start": snooze.start,
        "until": snooze.until,
        "up_to": snooze.up_to.word,
        "by": snooze.by,
        "reason": snooze.reason,
        "said_at": said_at,
    }
    add(connection, SNOOZES, [row])


def answers(connection: Connection, *, customer_id: str | None = None) -> tuple[Answer, ...]:
    """In the order in which they were given."""
    asked = select(ANSWERS).order_by(ANSWERS.c.number)
    if customer_id is not None:
        asked = asked.where(ANSWERS.c.customer_id == customer_id)
    return tuple(
        Answer(
            row.customer_id,
            row.day,
            CaseEnd(row.end),
            row.by,
            row.reason,
            tuple(Action(action) for action in json.loads(row.actions)),
        )
        for row in connection.execute(asked)
    )


def snoozes(connection: Connection, *, customer_id: str | None = None) -> tuple[Snooze, ...]:
    """In the order in which they were asked for."""
    asked = select(SNOOZES).order_by(SNOOZES.c.number)
    if customer_id is not None:
        asked = asked.where(SNOOZES.c.customer_id == customer_id)
    return tuple(
        Snooze(row.customer_id, row.indicator, row.start, row.until, row.reason, row.by, severity_of(row.up_to))
        for row in connection.execute(asked)
    )
