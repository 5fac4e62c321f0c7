"""One line as a flat JSON object, or what is wrong with it. Numbers stay exact."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NoReturn, TypeAlias

from riskengine.tables.events.reason import EventReason
from riskengine.tables.events.refusal import Problem
from riskengine.tables.reason import Reason

LONGEST_LINE = 100_000  # characters; the fullest event has about a thousand
LONGEST_NUMBER = 60  # digits; more are no amount and slow to read
_SURROGATE: Final = re.compile("[\ud800-\udfff]")

Fields: TypeAlias = Mapping[str, Any]


class LineError(Exception):
    """Carries the problem; does not leave this room."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.why.value)


def text_of(line: str | bytes) -> str:
    """The text of a line without its end. Raises LineError if it is not UTF-8 or too long."""
    if len(line) > LONGEST_LINE:
        raise LineError(Problem(EventReason.LINE_TOO_LONG, value=f"{len(line)}"))
    if isinstance(line, str):
        return line.strip().removeprefix("\ufeff")
    try:
        return line.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise LineError(Problem(EventReason.UNREADABLE_TEXT)) from None


def fields_of(text: str) -> Fields:
    """The object of a line. Raises LineError: keys twice, NaN and infinities, lone surrogates, no object.

    >>> fields_of('{"event": "payment", "amount": 12.50}')
    {'event': 'payment', 'amount': Decimal('12.50')}
    >>> fields_of('{"amount": NaN}')
    Traceback (most recent call last):
    riskengine.tables.events.json_line.LineError: not_finite
    """
    try:
        read = json.loads(
            text,
            object_pairs_hook=_distinct,
            parse_constant=_refuse_constant,
            parse_float=_exact,
            parse_int=_whole,
        )
    except (json.JSONDecodeError, RecursionError) as error:
        raise LineError(Problem(EventReason.MALFORMED_JSON, hint=_where(error))) from None
    if not isinstance(read, dict):
        raise LineError(Problem(EventReason.NOT_AN_OBJECT))
    if "\\u" in text or _SURROGATE.search(text):
        _refuse_surrogates(read)
    return read


def _where(error: Exception) -> str:
    return f"{error.msg} at character {error.pos + 1}" if isinstance(error, json.JSONDecodeError) else "nested too deep"


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise LineError(Problem(EventReason.DUPLICATE_KEY, field=twice.encode("utf-8", "replace").decode()))
    return found


def _refuse_constant(text: str) -> NoReturn:
    raise LineError(Problem(Reason.NOT_FINITE, value=text))


def _exact(text: str) -> Decimal:
    if len(text) > LONGEST_NUMBER:
        raise LineError(Problem(Reason.TOO_LARGE, value=text))
    try:
        return Decimal(text)
    except InvalidOperation:
        raise LineError(Problem(Reason.TOO_LARGE, value=text)) from None


def _whole(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise LineError(Problem(Reason.TOO_LARGE, value=text))
    return int(text)


def _refuse_surrogates(read: Fields) -> None:
    for name, value in read.items():
        if _SURROGATE.search(name) or (isinstance(value, str) and _SURROGATE.search(value)):
            shown = name.encode("utf-8", "replace").decode()
            raise LineError(Problem(EventReason.UNREADABLE_TEXT, field=shown, hint="a lone surrogate is no character"))
