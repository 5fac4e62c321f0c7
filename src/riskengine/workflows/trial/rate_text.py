"""A volume per time, as a person writes it."""

import re
from collections.abc import Mapping

from riskengine.terms.errors import UsageError, nearest

_RATE = re.compile(r"(\d+(?:\.\d+)?)\s+(?:(all warnings|(?!(?:an?|per|each)\b)[a-z]+)\s+)?(?:an?|per|each)\s+([a-z]+)")
_PERIODS: Mapping[str, float] = {"day": 7.0, "week": 1.0, "month": 7.0 * 12 / 365.25, "year": 7.0 / 365.25}


def parse_rate(text: str, *, example: str) -> tuple[float, str | None]:
    """How many a week, and of what if that is said.

    Raises UsageError with the form it must have, as in `example`.

    >>> parse_rate("20 a week", example="20 a week")
    (20.0, None)
    >>> parse_rate("140 all warnings per day", example="20 a week")
    (980.0, 'all warnings')
    """
    found = _RATE.fullmatch(text.strip().lower())
    if found is None:
        raise UsageError(f"'{text}' is no budget", where="--budget", remedy=f'write it like "{example}"')
    number, what, period = found.groups()
    if period not in _PERIODS:
        raise UsageError(f"'{period}' is no period", where="--budget", remedy=nearest(period, _PERIODS))
    return float(number) * _PERIODS[period], what
