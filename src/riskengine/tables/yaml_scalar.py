"""What an unquoted YAML value means to people, or why it is refused."""

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Mapping

Scalar = str | int | float | bool | dt.date | None
_QUOTE = "put it in quotes if it is meant as text"

_INTEGER = re.compile(r"[+-]?(0|[1-9][0-9]*)\Z")
_DECIMAL = re.compile(r"[+-]?((?:0|[1-9][0-9]*)\.[0-9]*|\.[0-9]+|(?:0|[1-9][0-9]*)(?=[eE]))([eE][+-]?[0-9]+)?\Z")
_OTHER_COMMAS = "\uff0c\u3001\uff1b"
_TYPOGRAPHIC_QUOTES = "\u201c\u201d\u2018\u2019\uff02\uff07"
_MOST_DIGITS = 16  # with the sign; the largest whole number that is exact as a float has as many
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
    (
        re.compile(r"[+-]?[0-9]{1,3}([ '\u2019_][0-9]{3})+(\.[0-9]*)?\Z"),
        f"write numbers without separators, or {_QUOTE}",
    ),
    (re.compile(r"[+-]?[0-9]+,[0-9]+\Z"), f"write a decimal point, or {_QUOTE}"),
    (
        re.compile(r"[+-]?\.?(inf|nan)\Z|[+-]?infinity\Z", re.IGNORECASE),
        f"infinity and NaN are not values; leave it out, or {_QUOTE}",
    ),
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
        return _whole(text)
    if _DAY.match(text):
        return _day(text)
    for pattern, remedy in _REFUSED:
        if pattern.match(text):
            raise ValueError(remedy)
    if _DECIMAL.match(text):
        number = float(text)
        if math.isinf(number):
            raise ValueError("the number is too large")
        return number
    _refuse_foreign_digits(text)
    if text[0] in _TYPOGRAPHIC_QUOTES or text.count('"') % 2:
        raise ValueError(f"a quotation mark of a keyboard is missing; {_QUOTE}")
    return text


def listed_value(text: str) -> Scalar:
    """As `plain_value`, of one value among several in `[...]`, where commas of other scripts would join two into one.

    >>> listed_value("VN\uff0cIN")
    Traceback (most recent call last):
    ValueError: write the comma of a keyboard and a space between two values, or put it in quotes if it is meant as text
    """
    if any(mark in text for mark in _OTHER_COMMAS):
        raise ValueError(f"write the comma of a keyboard and a space between two values, or {_QUOTE}")
    return plain_value(text)


def _whole(text: str) -> int:
    if len(text) > _MOST_DIGITS:
        raise ValueError(f"a number of so many digits is not exact; {_QUOTE}, such as an id")
    return int(text)


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"there is no such day; correct it, or {_QUOTE}") from None


def _refuse_foreign_digits(text: str) -> None:
    """Wide digits and typographic minus signs look like a number and are text to a parser."""
    plain = unicodedata.normalize("NFKC", text).replace("\u2212", "-")
    if plain != text and (_INTEGER.match(plain) or _DECIMAL.match(plain)):
        raise ValueError(f"write it with the digits and signs of a keyboard, {plain}; or {_QUOTE}")
