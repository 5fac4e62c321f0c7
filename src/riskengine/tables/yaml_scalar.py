"""What an unquoted YAML value means to people, or why it is refused."""

import datetime as dt
import math
import re
from collections.abc import Mapping

Scalar = str | int | float | bool | dt.date | None
_QUOTE = "put it in quotes if it is meant as text"

_INTEGER = re.compile(r"[+-]?(0|[1-9][0-9]*)\Z")
_DECIMAL = re.compile(r"[+-]?((?:0|[1-9][0-9]*)\.[0-9]*|\.[0-9]+|(?:0|[1-9][0-9]*)(?=[eE]))([eE][+-]?[0-9]+)?\Z")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_CONSTANTS: Mapping[str, bool | None] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("null", "Null", "NULL", "~", ""), None),
}
_REFUSED: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(r"[+-]?0[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?\Z"),
        f"a number does not begin with 0; drop the zeros, or {_QUOTE}",
    ),
    (re.compile(r"[+-]?0[xob][0-9a-fA-F]+\Z"), f"write numbers in decimal digits, or {_QUOTE}"),
    (re.compile(r"[+-]?[0-9]+(_[0-9]+)+(\.[0-9_]*)?\Z"), f"write numbers without separators, or {_QUOTE}"),
    (re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?\Z"), f"write numbers without separators, or {_QUOTE}"),
    (re.compile(r"[+-]?\.(inf|Inf|INF)\Z|\.(nan|NaN|NAN)\Z"), "infinity and NaN are not values; leave it out"),
    (re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?\Z"), f"write a day as YYYY-MM-DD, or {_QUOTE}"),
)


def plain_value(text: str) -> Scalar:
    """The value of an unquoted scalar. Raises ValueError, whose message is the remedy, where people would disagree.

    >>> [plain_value(t) for t in ("NO", "1e3", "-7", "~", "2/10", "10%")]
    ['NO', 1000.0, -7, None, '2/10', '10%']
    """
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INTEGER.match(text):
        return int(text)
    if _DAY.match(text):
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            raise ValueError(f"there is no such day; correct it, or {_QUOTE}") from None
    for pattern, remedy in _REFUSED:
        if pattern.match(text):
            raise ValueError(remedy)
    if _DECIMAL.match(text):
        number = float(text)
        if math.isinf(number):
            raise ValueError("the number is too large")
        return number
    return text
