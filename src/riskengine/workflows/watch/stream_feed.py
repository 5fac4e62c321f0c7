"""Lines of a stream: whatever has come by now, and word of whether more can come."""

import os
import select

from riskengine.early_warning.step import InputPosition
from riskengine.tables.events.reading import Bounds
from riskengine.workflows.watch.feed import LONGEST_BYTES, Line, lines_of

_AT_ONCE = 1 << 20  # bytes


class StreamFeed:
    """The lines of an open file descriptor, such as 0. Nobody can go back in it."""

    def __init__(self, descriptor: int, bounds: Bounds, source: str) -> None:
        self.source = source
        self.ended = False
        self._descriptor = descriptor
        self.bounds = bounds  # what may be known moves on with the clock
        self._rest = b""
        self._lines = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits to be taken."""
        return not self._rest

    def wait(self, seconds: float) -> None:
        """Until something has come, the stream has ended, or so long."""
        if not self.ended and b"\n" not in self._rest:
            select.select([self._descriptor], [], [], seconds)

    def more(self, most: int) -> list[Line]:
        while self._rest.count(b"\n") < most and self._has_come():
            self._read()
        *raw, self._rest = self._rest.split(b"\n", most)
        if self.ended and self._rest and len(raw) < most:
            raw, self._rest = [*raw, self._rest], b""
        first = self._lines + 1
        self._lines += len(raw)
        return lines_of(raw, [(0, "")] * len(raw), self.bounds, first)

    def position(self, _line: Line) -> InputPosition | None:
        return None

    def _has_come(self) -> bool:
        return not self.ended and bool(select.select([self._descriptor], [], [], 0)[0])

    def _read(self) -> None:
        part = os.read(self._descriptor, _AT_ONCE)
        self.ended = not part
        if b"\n" not in self._rest and len(self._rest) > LONGEST_BYTES:
            self._rest = self._rest[:LONGEST_BYTES]  # no event is so long; what more of it comes is not held
            end = part.find(b"\n")
            part = part[end:] if end >= 0 else b""
        self._rest += part
