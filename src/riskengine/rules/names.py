"""Names for durable_rules, which tells names apart by a 32-bit hash alone and takes two with one hash for the same."""

from collections.abc import Iterator
from itertools import count

RESERVED = ("id", "sid", "m", "s", "$m", "$s", "$pulse", "$forward")  # what the library names itself


def fnv1a(name: str) -> int:
    """The hash of the library.

    >>> hex(fnv1a("a")), fnv1a("liquid") == fnv1a("costarring")
    ('0xe40c292c', True)
    """
    value = 0x811C9DC5
    for byte in name.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


class NameSource:
    """Names that are short, positional and never have the hash of another from the same source.

    >>> source = NameSource()
    >>> source.next("f"), source.next("f"), source.next("g")
    ('f0', 'f1', 'g0')
    """

    def __init__(self) -> None:
        self._hashes = {fnv1a(name) for name in RESERVED}
        self._made: dict[str, Iterator[str]] = {}

    def next(self, prefix: str) -> str:
        made = self._made.setdefault(prefix, (f"{prefix}{place}" for place in count()))
        name = next(name for name in made if fnv1a(name) not in self._hashes)
        self._hashes.add(fnv1a(name))
        return name
