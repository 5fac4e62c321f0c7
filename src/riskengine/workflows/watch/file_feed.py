"""A file of lines, read from where a watcher left it."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from riskengine.early_warning.step import InputPosition
from riskengine.tables.events.reading import Bounds
from riskengine.terms.errors import UsageError
from riskengine.workflows.watch.feed import LONGEST_BYTES, Line, lines_of

_NAMED = 12  # digits that tell files of one name apart


class FileFeed:
    """A file of lines, from where a watcher left it. What is added to it while it is read is read too."""

    def __init__(self, path: Path, bounds: Bounds, position_of: Callable[[str], InputPosition | None]) -> None:
        """`position_of` gives where the watcher left a source. Raises UsageError if there is no such file."""
        self._bounds = bounds
        try:
            self._file: BinaryIO = path.open("rb")
        except OSError as error:
            raise UsageError(f"cannot be read ({error.strerror})", where=str(path), remedy="name a file") from None
        self.source = f"{path.resolve()}#{_name_of(self._file)}"
        self._digest = hashlib.sha256()
        self._lines, self._size = 0, 0
        self.unfinished = False  # whether the last line waits for its end
        self._go_to(position_of(self.source))

    @property
    def lines(self) -> int:
        """How many were read, by this watcher and the ones before it."""
        return self._lines

    def more(self, most: int) -> list[Line]:
        raw: list[bytes] = []
        ends: list[tuple[int, str]] = []
        while len(raw) < most and (line := self._line()) is not None:
            raw.append(line)
            ends.append((self._size, self._digest.hexdigest()))
        first = self._lines + 1
        self._lines += len(raw)
        return lines_of(raw, ends, self._bounds, first)

    def position(self, line: Line) -> InputPosition | None:
        return InputPosition(self.source, line.number, line.end, line.digest)

    def close(self) -> None:
        self._file.close()

    def _line(self) -> bytes | None:
        """The beginning of the next line; None at the end, and where the last line is not whole yet."""
        digest, size = self._digest.copy(), self._size
        kept = part = self._file.readline(LONGEST_BYTES)
        while part and not part.endswith(b"\n"):
            digest.update(part)
            size += len(part)
            part = self._file.readline(LONGEST_BYTES)
        if not kept:
            return None
        if not part and not _is_whole(kept):
            self.unfinished = True
            self._file.seek(self._size)
            return None
        digest.update(part)
        self._digest, self._size, self.unfinished = digest, size + len(part), False
        return kept

    def _go_to(self, position: InputPosition | None) -> None:
        """Behind what was taken, if the file still begins with it; else to its beginning: it is another file, and what
        of it was taken before is taken only once."""
        self._file.seek(0)
        if position is None:
            return
        digest, left = hashlib.sha256(), position.size
        while left and (part := self._file.read(min(left, 1 << 20))):
            digest.update(part)
            left -= len(part)
        if left or digest.hexdigest() != position.sha256:
            self._file.seek(0)
            return
        self._digest, self._lines, self._size = digest, position.lines, position.size


def _is_whole(line: bytes) -> bool:
    """Whether a line without an end needs none."""
    return line.rstrip().endswith(b"}")


def _name_of(file: BinaryIO) -> str:
    """What tells files of one name apart, however long they grow."""
    first = file.readline(LONGEST_BYTES)
    return hashlib.sha256(first.rstrip(b"\r\n")).hexdigest()[:_NAMED]
