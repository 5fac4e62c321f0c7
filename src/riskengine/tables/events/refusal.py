"""What becomes of events that are set aside."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import polars as pl

from riskengine.tables.events.event import Event
from riskengine.tables.events.reason import EventReason
from riskengine.tables.reason import Reason
from riskengine.terms.text import Text

LONGEST_VALUE = 500
Why: TypeAlias = Reason | EventReason


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong; `field` and `value` where it is about one field, `hint` where there is a remedy."""

    why: Why
    field: str | None = None
    value: str | None = None
    hint: str | None = None

    @property
    def text(self) -> Text:
        return self.why.text


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that cannot be used. `line` counts from 1; `text` is the line as it came, `event_id` what it says of
    itself if that much can be read.
    """

    line: int
    text: str
    problems: tuple[Problem, ...]
    event_id: str | None = None
    event: str | None = None


@dataclass(frozen=True, slots=True)
class SetAside:
    """An event that was read and does not fit the tables (yet)."""

    event: Event
    problem: Problem


def refusal_table(refusals: Iterable[Refusal]) -> pl.DataFrame:
    """line, event_id, event, field, value, reason, reason_en, reason_zh, hint, text: one row for each problem.

    Values and lines are shortened here to 500 characters, not in the refusals.
    """
    rows = [
        (r.line, r.event_id, r.event, p.field, _short(p.value), p.why.value, *_words(p.text), p.hint, _short(r.text))
        for r in refusals
        for p in r.problems
    ]
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


_SCHEMA = {
    "line": pl.Int64,
    "event_id": pl.String,
    "event": pl.String,
    "field": pl.String,
    "value": pl.String,
    "reason": pl.String,
    "reason_en": pl.String,
    "reason_zh": pl.String,
    "hint": pl.String,
    "text": pl.String,
}


def _words(text: Text) -> tuple[str, str]:
    return text.en, text.zh


def _short(text: str | None) -> str | None:
    return None if text is None else text[:LONGEST_VALUE]
