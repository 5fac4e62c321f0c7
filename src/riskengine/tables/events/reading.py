"""Lines of JSON as events. A line that cannot be used becomes a refusal and stops nothing."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import polars as pl

from riskengine.tables.contracts import CONTRACTS, KNOWN_AT, Kind
from riskengine.tables.events.event import Event, Value
from riskengine.tables.events.field_value import field_value
from riskengine.tables.events.forms import FORMS, EventForm, EventKind
from riskengine.tables.events.json_line import Fields, LineError, fields_of, text_of
from riskengine.tables.events.reason import EventReason
from riskengine.tables.events.refusal import Problem, Refusal
from riskengine.tables.events.rows import framed
from riskengine.tables.mapping import mapped_name
from riskengine.tables.reason import Reason
from riskengine.tables.row_checks import future_failures, missing_failures, order_failures, value_failures
from riskengine.terms.days import day_number, day_of
from riskengine.terms.errors import nearest

EVENT_ID, EVENT = "event_id", "event"
LONGEST_ID = 200
LONGEST_SHOWN = 2000  # of a line that is too long or no text
_BY_NAME = {kind.value: form for kind, form in FORMS.items()}


@dataclass(frozen=True, slots=True)
class Bounds:
    """Which days an event may be known on, seen from `today`.

    One known up to `days_ahead` later is taken (clocks and time zones differ) and counts from its day on. One known
    more than `days_back` before (None: however long) is too old to be told as an event; it belongs into a new intake.
    """

    today: dt.date
    days_ahead: int = 1
    days_back: int | None = 400

    @property
    def last(self) -> int:
        return day_number(self.today) + self.days_ahead

    @property
    def first(self) -> int | None:
        return None if self.days_back is None else day_number(self.today) - self.days_back


@dataclass(frozen=True, slots=True)
class EventBatch:
    """What lines hold: events in the order of the lines, each with its line number, and the lines set aside."""

    events: tuple[Event, ...]
    lines: tuple[int, ...]
    refusals: tuple[Refusal, ...]


def read_events(lines: Iterable[str | bytes], bounds: Bounds, *, first_line: int = 1) -> EventBatch:
    """Read lines of JSON, one event each; empty lines are none. All lines are held: give a stream in batches.

    Nothing is raised for what a line says. `first_line` is the number of the first line in messages.
    """
    events: list[Event] = []
    texts: list[tuple[int, str]] = []
    refusals: list[Refusal] = []
    for number, line in enumerate(lines, start=first_line):
        read = _read(number, line)
        if isinstance(read, Refusal):
            refusals.append(read)
        elif read is not None:
            events.append(read[0])
            texts.append((number, read[1]))
    problems = _value_problems(events, bounds)
    for place, found in problems.items():
        event = events[place]
        refusals.append(Refusal(*texts[place], tuple(found), event.id, event.kind.value))
    kept = [place for place in range(len(events)) if place not in problems]
    return EventBatch(
        tuple(events[place] for place in kept),
        tuple(texts[place][0] for place in kept),
        tuple(sorted(refusals, key=lambda refusal: refusal.line)),
    )


def _read(number: int, line: str | bytes) -> tuple[Event, str] | Refusal | None:
    try:
        text = text_of(line)
    except LineError as error:
        return Refusal(number, _shown(line), (error.problem,))
    if not text:
        return None
    try:
        fields = fields_of(text)
    except LineError as error:
        return Refusal(number, text.encode("utf-8", "replace").decode(), (error.problem,))
    problems: list[Problem] = []
    event = _event(fields, problems)
    if event is None or problems:
        names = (fields.get(EVENT_ID), fields.get(EVENT))
        said = tuple(name if isinstance(name, str) else None for name in names)
        return Refusal(number, text.encode("utf-8", "replace").decode(), tuple(problems), *said)
    return event, text


def _shown(line: str | bytes) -> str:
    text = line if isinstance(line, str) else line[:LONGEST_SHOWN].decode("utf-8", "replace")
    return text[:LONGEST_SHOWN].strip().encode("utf-8", "replace").decode()


def _event(fields: Fields, problems: list[Problem]) -> Event | None:
    event_id, form = _event_id(fields, problems), _form(fields, problems)
    if form is None or event_id is None:
        return None
    row: dict[str, Value] = {c.name: c.default for c in form.contract.columns}
    row.update(form.says)
    for name, given in fields.items():
        if name in (EVENT_ID, EVENT):
            continue
        if name not in form.fields:
            problems.append(Problem(EventReason.UNKNOWN_FIELD, name, hint=nearest(name, form.fields)))
            continue
        column = form.fields[name]
        try:
            value = field_value(name, column, given)
        except LineError as error:
            problems.append(error.problem)
        else:
            row[column.name] = column.default if value is None else value
    _complete(row, event_id, form, problems)
    return Event(event_id, form.kind, tuple(row.values()))


def _event_id(fields: Fields, problems: list[Problem]) -> str | None:
    given = fields.get(EVENT_ID)
    if isinstance(given, str) and 0 < len(given) <= LONGEST_ID:
        return given
    if given is None:
        problems.append(Problem(Reason.MISSING, EVENT_ID))
    else:
        hint = f"write a text of 1 to {LONGEST_ID} characters"
        problems.append(Problem(EventReason.WRONG_TYPE, EVENT_ID, str(given), hint))
    return None


def _form(fields: Fields, problems: list[Problem]) -> EventForm | None:
    given = fields.get(EVENT)
    if given is None:
        problems.append(Problem(Reason.MISSING, EVENT, hint=nearest("", EventKind)))
        return None
    form = _BY_NAME.get(given) if isinstance(given, str) else None
    if form is None:
        problems.append(Problem(EventReason.UNKNOWN_EVENT, EVENT, str(given), nearest(str(given), EventKind)))
    return form


def _complete(row: dict[str, Value], event_id: str, form: EventForm, problems: list[Problem]) -> None:
    if form.own_id is not None and row[form.own_id] is None:
        row[form.own_id] = event_id
    if row[KNOWN_AT.name] is None:
        row[KNOWN_AT.name] = row[form.contract.known_from]
    told = {problem.field for problem in problems}
    needed = (name for name in (*form.required, KNOWN_AT.name) if name not in told)
    problems.extend(Problem(Reason.MISSING, name) for name in needed if row[form.fields[name].name] is None)


def _value_problems(events: list[Event], bounds: Bounds) -> dict[int, list[Problem]]:
    """Problems by the place of the event, by the checks that intake makes of rows."""
    found: dict[int, list[Problem]] = {}
    for table, (places, frame) in framed(events).items():
        for why, column, mask in _failures(table, frame, bounds):
            for at in mask.fill_null(value=False).arg_true():
                place = places[at]
                name = mapped_name(events[place].form.contract.column(column))
                found.setdefault(place, []).append(Problem(why, name, _said(events[place], column)))
    return found


def _failures(table: str, frame: pl.DataFrame, bounds: Bounds) -> Iterator[tuple[Reason | EventReason, str, pl.Series]]:
    for column in CONTRACTS[table].columns:
        for failure in value_failures(table, column, frame[column.name]):
            yield failure.reason, failure.column, failure.mask
    within = (*missing_failures(table, frame, frozenset()), *order_failures(table, frame))
    for failure in (*within, *future_failures(table, frame, bounds.last)):
        yield failure.reason, failure.column, failure.mask
    if table in ("changes", "links"):  # one may be told long before it holds, but not known before today
        yield Reason.FUTURE_DATE, KNOWN_AT.name, frame[KNOWN_AT.name] > bounds.last
    if bounds.first is not None:
        yield EventReason.TOO_OLD, KNOWN_AT.name, frame[KNOWN_AT.name] < bounds.first


def _said(event: Event, column: str) -> str | None:
    value = event.row[column]
    if value is None:
        return None
    kind = event.form.contract.column(column).kind
    if kind is Kind.DAY:
        return str(day_of(int(value)))
    return str(int(value) / 100) if kind is Kind.CENTS else str(value)
