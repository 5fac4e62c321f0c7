"""One event: the row it brings, and its line."""

import json
from dataclasses import dataclass
from typing import TypeAlias

from riskengine.tables.contracts import CONTRACTS, Kind
from riskengine.tables.events.forms import FORMS, EventForm, EventKind
from riskengine.terms.days import day_of

Value: TypeAlias = str | int | float | bool | None

_PLACES = {
    name: {column: place for place, column in enumerate(contract.column_names)} for name, contract in CONTRACTS.items()
}


@dataclass(frozen=True, slots=True)
class Event:
    """`values` are those of the row in the order of its table's columns: days as numbers, money in cents."""

    id: str
    kind: EventKind
    values: tuple[Value, ...]

    @property
    def form(self) -> EventForm:
        return FORMS[self.kind]

    @property
    def table(self) -> str:
        return self.form.table

    @property
    def row(self) -> dict[str, Value]:
        return dict(zip(_PLACES[self.table], self.values, strict=True))

    @property
    def known_at(self) -> int:
        """Days since 1970-01-01."""
        return int(self.values[_PLACES[self.table]["known_at"]] or 0)

    @property
    def customer_id(self) -> str | None:
        """Whom it is about; None for an industry or a rate."""
        place = _PLACES[self.table].get("customer_id")
        found = None if place is None else self.values[place]
        return None if found is None else str(found)

    @property
    def line(self) -> str:
        """The event as a line of JSON. Reading it gives the event again; two equal events have equal lines."""
        row = self.row
        said = [("event_id", json.dumps(self.id)), ("event", json.dumps(self.kind.value))]
        for name, column in self.form.fields.items():
            value = row[column.name]
            if value is not None:
                said.append((name, _text(value, column.kind)))
        return "{" + ",".join(f'"{name}":{text}' for name, text in said) + "}"


def _text(value: Value, kind: Kind) -> str:
    if kind is Kind.DAY and isinstance(value, int):
        return f'"{day_of(value)}"'
    if kind is Kind.CENTS and isinstance(value, int):
        # not by division: a float does not hold every hundredth of a large amount
        sign, whole = "-" if value < 0 else "", abs(value)
        return f"{sign}{whole // 100}.{whole % 100:02d}"
    return json.dumps(value)
