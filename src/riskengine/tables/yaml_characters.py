"""What may stand in a YAML file at all: characters that people see, and as they see them."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice

MOST_BYTES = 1_000_000  # far more than a file of a policy holds; the parser takes ten seconds for so many
_SHOWN = 20  # places told at most
# Control characters but tab and line breaks; line ends that editors do not show; halves of characters; no characters.
_BAD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_LINE_END = re.compile("\r\n|\r|\n")


def odd_characters(text: str) -> Iterator[tuple[int, str, str]]:
    """(line, what, remedy) for each character that an editor does not show as what it is; at most the first 20.

    >>> list(odd_characters("a: 1\\nb: x\\u202ey"))
    [(2, 'there is an invisible character (U+202E RIGHT-TO-LEFT OVERRIDE)', 'remove it; type the line anew')]
    """
    yield from islice(_odd(text), _SHOWN)


def _odd(text: str) -> Iterator[tuple[int, str, str]]:
    if text.isascii() and not _BAD.search(text.replace("\r", "\n")):
        return
    for line, content in enumerate(_LINE_END.split(text), start=1):
        for character in dict.fromkeys(content):
            kind = _kind(character)
            if kind is not None:
                name = unicodedata.name(character, "")
                what = f"there is {kind} (U+{ord(character):04X}{' ' + name if name else ''})"
                yield line, what, "remove it; type the line anew"


def _kind(character: str) -> str | None:
    if character.isascii() and character.isprintable():
        return None
    if _BAD.match(character):
        return "a character that is no text"
    category = unicodedata.category(character)
    if category == "Cf":
        return "an invisible character"
    if category == "Zs" and character not in (" ", "\u3000"):
        return "a space that is none to a parser"
    return None
