"""What is to be told to others, written once with what it tells of. Nothing here sends it; who does says how far."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from riskengine.records.messages import Message
from riskengine.records.rows import add, json_text, portions
from riskengine.records.schema import OUTBOX

_FIRST = -1  # a revision before the first


@dataclass(frozen=True, slots=True)
class Posted:
    """A row of the outbox. `number` rises; `delivered_at` is None until somebody says it is delivered."""

    number: int
    topic: str
    key: tuple[str, ...]
    revision: int
    payload: dict[str, Any]
    delivered_at: str | None


def append(connection: Connection, messages: Sequence[Message]) -> None:
    """Messages in their order, each one revision behind what was told of the same thing before."""
    last = {key: one.revision for key, one in last_of(connection, (message.key for message in messages)).items()}
    rows = []
    for message in messages:
        last[message.key] = revision = last.get(message.key, _FIRST) + 1
        rows.append(
            {
                "topic": message.topic,
                "key": json_text(message.key),
                "revision": revision,
                "payload": json_text({"topic": message.topic, "revision": revision, **message.payload}),
                "delivered_at": None,
            }
        )
    add(connection, OUTBOX, rows)


def last_of(connection: Connection, keys: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], Posted]:
    """The last revision of each key of which anything was told."""
    found: dict[tuple[str, ...], Posted] = {}
    asked = select(OUTBOX).order_by(OUTBOX.c.revision)
    for some in portions(json_text(key) for key in keys):
        for row in connection.execute(asked.where(OUTBOX.c.key.in_(some))):
            posted = _posted(row)
            found[posted.key] = posted
    return found


def read(connection: Connection, *, after: int = 0, limit: int | None = None) -> tuple[Posted, ...]:
    """What was posted behind the number `after`, in order."""
    asked = select(OUTBOX).where(OUTBOX.c.number > after).order_by(OUTBOX.c.number).limit(limit)
    return tuple(_posted(row) for row in connection.execute(asked))


def delivered_up_to(connection: Connection) -> int:
    """The number up to which all is delivered; 0 where nothing is."""
    last = select(OUTBOX.c.number).where(OUTBOX.c.delivered_at.is_not(None)).order_by(OUTBOX.c.number.desc())
    return connection.scalar(last.limit(1)) or 0


def mark_delivered(connection: Connection, up_to: int, at: str) -> int:
    """Whatever is not delivered up to a number is from now on; how many that were. The others keep their moment."""
    first = delivered_up_to(connection) + 1
    own = update(OUTBOX).where(OUTBOX.c.number.between(first, up_to))
    return connection.execute(own.values(delivered_at=at)).rowcount


def last_number(connection: Connection) -> int:
    """Of what was posted last; 0 where nothing was."""
    return connection.scalar(select(func.max(OUTBOX.c.number))) or 0


def _posted(row: Row[tuple[object, ...]]) -> Posted:
    return Posted(
        row.number, row.topic, tuple(json.loads(row.key)), row.revision, json.loads(row.payload), row.delivered_at
    )
