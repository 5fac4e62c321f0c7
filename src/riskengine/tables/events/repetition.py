"""Events told again: the same under the same id is one event, another content under it is a mistake."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from riskengine.tables.events.event import Event
from riskengine.tables.events.reason import EventReason
from riskengine.tables.events.refusal import Problem, SetAside


@dataclass(frozen=True, slots=True)
class Firsts:
    """`new` are the events not told before, each once, in their order; `repeated` how many were told before."""

    new: tuple[Event, ...]
    repeated: int
    reused: tuple[SetAside, ...]


def first_told(events: Iterable[Event], log: Mapping[str, str]) -> Firsts:
    """Events against a log of lines (`Event.line`) by event id, of which only the ids in question need be there.

    The first content of an id holds, in the log or among `events`; any other under it is `reused`.
    """
    told = dict(log)
    new: list[Event] = []
    reused: list[SetAside] = []
    repeated = 0
    for event in events:
        before = told.get(event.id)
        if before is None:
            told[event.id] = event.line
            new.append(event)
        elif before == event.line:
            repeated += 1
        else:
            reused.append(SetAside(event, Problem(EventReason.REUSED_EVENT_ID, "event_id", event.id)))
    return Firsts(tuple(new), repeated, tuple(reused))
