"""A field of an event as the value of its column."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType

from riskengine.tables.contracts import Column, Kind
from riskengine.tables.day_text import FIRST_DAY, LAST_DAY
from riskengine.tables.events.event import Value
from riskengine.tables.events.json_line import LineError
from riskengine.tables.events.reason import EventReason
from riskengine.tables.events.refusal import Problem, Why
from riskengine.tables.reason import Reason
from riskengine.terms.days import day_number
from riskengine.terms.errors import nearest

_MOST_UNITS = Decimal(2**53) / 100  # beyond, a float no longer tells neighbouring cents apart
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_CURRENCY = re.compile(r"[A-Z]{3}")


def field_value(name: str, column: Column, given: object) -> Value:
    """What the column holds; None for null and for empty text. Raises LineError with one problem.

    >>> from riskengine.tables.contracts import PAYMENTS
    >>> field_value("amount", PAYMENTS.column("amount_cents"), Decimal("12.5"))
    1250
    >>> field_value("paid_on", PAYMENTS.column("paid_on"), "2024-02-30")
    Traceback (most recent call last):
    riskengine.tables.events.json_line.LineError: bad_date
    """
    if given is None:
        return None
    return _READERS[column.kind](name, column, given)


def _text(name: str, column: Column, given: object) -> Value:
    if not isinstance(given, str):
        raise _wrong(name, given, "write it as text")
    text = given.strip()
    if column.name == "currency" and text and not _CURRENCY.fullmatch(text):
        raise _problem(Reason.UNKNOWN_CURRENCY, name, given, "write the three letters of ISO 4217")
    return text or None


def _code(name: str, column: Column, given: object) -> Value:
    text = _text(name, column, given)
    if text is not None and text not in column.codes:
        raise _problem(Reason.UNKNOWN_CODE, name, given, nearest(str(text), column.codes))
    return text


def _day(name: str, _: Column, given: object) -> Value:
    if not isinstance(given, str):
        raise _wrong(name, given, "write a day as text, YYYY-MM-DD")
    try:
        day = dt.date.fromisoformat(given) if _DAY.fullmatch(given) else None
    except ValueError:
        day = None
    if day is None or not FIRST_DAY <= day <= LAST_DAY:
        raise _problem(Reason.BAD_DATE, name, given, "write a day as YYYY-MM-DD")
    return day_number(day)


def _cents(name: str, _: Column, given: object) -> Value:
    amount = _number_given(name, given)
    if abs(amount) > _MOST_UNITS:
        raise _problem(Reason.TOO_LARGE, name, given, "amounts are in units of the currency")
    exact = amount * 100
    whole = round(exact)
    # What a float's last place can be off by is no fraction that anybody wrote.
    if abs(exact - whole) > abs(exact) * Decimal("1e-12") + Decimal("1e-4"):
        raise _problem(Reason.FRACTION_OF_CENT, name, given)
    return whole


def _count(name: str, _: Column, given: object) -> Value:
    number = _number_given(name, given)
    if abs(number) >= 2**31:
        raise _problem(Reason.TOO_LARGE, name, given)
    if number != int(number):
        raise _problem(Reason.NOT_WHOLE, name, given)
    return int(number)


def _number(name: str, _: Column, given: object) -> Value:
    number = _number_given(name, given)
    if abs(number) > Decimal("1e300"):
        raise _problem(Reason.TOO_LARGE, name, given)
    return float(number)


def _flag(name: str, _: Column, given: object) -> Value:
    if not isinstance(given, bool):
        raise _problem(Reason.BAD_FLAG, name, given, "write true or false")
    return given


def _number_given(name: str, given: object) -> Decimal:
    if isinstance(given, bool) or not isinstance(given, int | Decimal):
        raise _wrong(name, given, "write a number, without quotes and unit")
    return Decimal(given)


def _wrong(name: str, given: object, hint: str) -> LineError:
    return _problem(EventReason.WRONG_TYPE, name, given, hint)


def _problem(why: Why, name: str, given: object, hint: str | None = None) -> LineError:
    return LineError(Problem(why, name, str(given), hint))


_READERS: Mapping[Kind, Callable[[str, Column, object], Value]] = MappingProxyType(
    {
        Kind.TEXT: _text,
        Kind.CODE: _code,
        Kind.DAY: _day,
        Kind.CENTS: _cents,
        Kind.COUNT: _count,
        Kind.NUMBER: _number,
        Kind.FLAG: _flag,
    }
)
