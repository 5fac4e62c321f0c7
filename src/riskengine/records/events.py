"""The log of events: every one that was read and is of use, once, in the order in which they came."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from pydantic_core import from_json
from sqlalchemy import Connection, func, select

from riskengine.records.rows import add, json_text, portions
from riskengine.records.schema import EVENTS
from riskengine.tables.events.event import Event
from riskengine.tables.events.forms import FORMS, EventKind
from riskengine.terms.days import day_of

_HELD = 5_000  # rows


def append(connection: Connection, events: Sequence[Event]) -> None:
    add(
        connection,
        EVENTS,
        [
            {
                "event_id": event.id,
                "kind": event.kind.value,
                "customer_id": event.customer_id,
                "known_at": day_of(event.known_at),
                "content": content_text(event),
            }
            for event in events
        ],
    )


def portions_of_log(connection: Connection, *, most: int) -> Iterator[tuple[Event, ...]]:
    """All events in the order they came, at most so many at a time."""
    asked = select(EVENTS.c.event_id, EVENTS.c.kind, EVENTS.c.content).order_by(EVENTS.c.number)
    rows = connection.execute(asked.execution_options(yield_per=_HELD))
    coming = (event_from(*row) for row in rows)
    while some := tuple(islice(coming, most)):
        yield some


def of_customer(connection: Connection, customer_id: str) -> tuple[Event, ...]:
    """Events about a customer, in the order they came."""
    asked = select(EVENTS.c.event_id, EVENTS.c.kind, EVENTS.c.content).where(EVENTS.c.customer_id == customer_id)
    return tuple(event_from(*row) for row in connection.execute(asked.order_by(EVENTS.c.number)))


def lines(connection: Connection, event_ids: Iterable[str]) -> dict[str, str]:
    """The lines of those of the events that are in the log, by id."""
    found: dict[str, str] = {}
    asked = select(EVENTS.c.event_id, EVENTS.c.kind, EVENTS.c.content)
    for some in portions(event_ids):
        for event_id, kind, content in connection.execute(asked.where(EVENTS.c.event_id.in_(some))):
            found[event_id] = event_from(event_id, kind, content).line
    return found


def count(connection: Connection) -> int:
    return connection.scalar(select(func.count()).select_from(EVENTS)) or 0


def content_text(event: Event) -> str:
    """The row of an event without what it does not say."""
    return json_text({name: value for name, value in event.row.items() if value is not None})


def event_from(event_id: str, kind: str, content: str) -> Event:
    """The event that `content_text` was made from."""
    row: Mapping[str, Any] = from_json(content)  # a log is long: half the time of `json`, and equal texts held once
    form = FORMS[EventKind(kind)]
    return Event(event_id, form.kind, tuple(row.get(column.name, column.default) for column in form.contract.columns))
