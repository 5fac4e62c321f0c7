"""Dates as whole days since 1970-01-01, so that date arithmetic is the same on every engine."""

from calendar import monthrange
from datetime import date, timedelta

from riskengine.terms.errors import UsageError

EPOCH = date(1970, 1, 1)


def day_number(day: date) -> int:
    """
    >>> day_number(date(2024, 2, 29))
    19782
    """
    return (day - EPOCH).days


def day_of(number: int) -> date:
    """
    >>> day_of(19782)
    datetime.date(2024, 2, 29)
    """
    return EPOCH + timedelta(days=number)


def parse_day(text: str) -> date:
    """An ISO date a person typed.

    >>> parse_day("2024-02-29")
    datetime.date(2024, 2, 29)
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"'{text}' is not a date", remedy="write it as YYYY-MM-DD, such as 2024-06-30") from None


def month_later(day: date, months: int) -> date:
    """The same day `months` later, or the last day of that month if it has fewer days.

    >>> month_later(date(2024, 1, 31), 1), month_later(date(2024, 12, 15), 14)
    (datetime.date(2024, 2, 29), datetime.date(2026, 2, 15))
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
