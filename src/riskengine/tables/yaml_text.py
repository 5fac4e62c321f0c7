"""Write single YAML values so that the strict loader reads the same text back."""

import re
from collections.abc import Iterable

from riskengine.tables.yaml_scalar import plain_value

_PLAIN = re.compile(r"[\w一-鿿][\w一-鿿 ./()-]*\Z")


def quoted(text: str) -> str:
    """The text plain where that is safe, else in single quotes.

    >>> [quoted(t) for t in ("due date", "010", "a: b", "it's", "")]
    ['due date', "'010'", "'a: b'", "'it''s'", "''"]
    """
    if _PLAIN.match(text) and text == text.strip():
        try:
            if plain_value(text) == text:
                return text
        except ValueError:
            pass
    if any(ord(c) < 32 for c in text):
        return '"' + "".join(c if ord(c) >= 32 and c not in '"\\' else f"\\x{ord(c):02x}" for c in text) + '"'
    return "'" + text.replace("'", "''") + "'"


def flow(texts: Iterable[str]) -> str:
    """
    >>> flow(["a", "b, c"])
    "[a, 'b, c']"
    """
    return "[" + ", ".join(quoted(t) for t in texts) + "]"
