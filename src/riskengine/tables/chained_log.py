"""A log that is only ever appended to: each line carries the hash of the line before, so that any edit shows.

A line is canonical JSON (sorted keys, no spaces): what happened, `at` which instant, its `number` from 1, the hash of
the line before as `previous`, and its own as `sha256`.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from riskengine.tables.publish import explained_disk_errors, publishing_file
from riskengine.tables.yaml_file import Finding
from riskengine.terms.errors import InputError

NO_LINE = "0" * 64
RESTORE = "restore the log from version control or a backup; it is only ever appended to, by riskengine"
# Clocks of two machines differ, and a step is dated when it begins: a long one may end after a later, shorter one.
MOST_BEHIND = dt.timedelta(minutes=10)
_CHAIN = ("number", "previous", "sha256")


@dataclass(frozen=True, slots=True)
class Line:
    """`content` is JSON and says `at` when, in ISO form with the time zone. `digest` is the hash of this line."""

    number: int
    content: Mapping[str, Any]
    previous: str
    digest: str

    @property
    def at(self) -> dt.datetime:
        return dt.datetime.fromisoformat(self.content["at"])

    def text(self) -> str:
        return _json({**self._hashed(), "sha256": self.digest})

    def is_whole(self) -> bool:
        return self.digest == _digest(self._hashed())

    def _hashed(self) -> dict[str, Any]:
        return {**self.content, "number": self.number, "previous": self.previous}


def next_line(log: Sequence[Line], content: Mapping[str, Any]) -> Line:
    """The line a content becomes behind a log."""
    number, previous = len(log) + 1, log[-1].digest if log else NO_LINE
    return Line(number, content, previous, _digest({**content, "number": number, "previous": previous}))


def parse_lines(data: bytes, where: str, kind: str) -> tuple[tuple[Line, ...], tuple[Finding, ...]]:
    """The lines of a log, and everything by which it is not one that was only ever appended to.

    `kind` says what it is a log of.
    """
    lines: list[Line] = []
    findings: list[Finding] = []
    written = data.split(b"\n")
    torn = written.pop()
    for number, text in enumerate(written, start=1):
        line = _line(text)
        if line is None:
            fault = f"line {number} is no line of a log of {kind}"
        elif line.text().encode() != text or not line.is_whole():
            fault = "this line was edited: its sha256 does not fit"
        else:
            fault = _chain_fault(lines[-1] if lines else None, line, number)
        if fault:
            findings.append(Finding(f"{where}:{number}", fault, RESTORE))
        if line is not None:
            lines.append(line)
    if torn:
        remedy = "delete this line, whose step was never recorded, and do the step again"
        findings.append(Finding(f"{where}:{len(written) + 1}", "the last line is unfinished", remedy))
    return tuple(lines), tuple(findings)


@contextmanager
def only_one_writes(root: Path) -> Iterator[None]:
    """Nobody else changes what is in a folder while the block runs; others wait.

    The lock is the system's on the folder itself: it ends with the process, however that ends.
    """
    import fcntl  # noqa: PLC0415 - systems without it can read a log all the same
    import os  # noqa: PLC0415 - used here only, beside the above

    with explained_disk_errors(root):
        root.mkdir(parents=True, exist_ok=True)
    handle = os.open(root, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def add_line(file: Path, log: Sequence[Line], line: Line) -> None:
    """Write a log with one more line; call it inside `only_one_writes`.

    The file is replaced as a whole, so that no line can be half written. Raises InputError if the clock stands before
    the last line.
    """
    if log and is_behind(line.at, log[-1].at):
        raise InputError(
            f"the clock says {line.at.isoformat()}, the last line is of {log[-1].at.isoformat()}",
            where=str(file),
            remedy="set the clock of this machine",
        )
    with publishing_file(file) as scratch:
        scratch.write_bytes("".join(f"{one.text()}\n" for one in (*log, line)).encode())


def write_end(file: Path, last: Line) -> None:
    """Write down beside a log which line is its last: a log that was cut at its end is whole to itself.

    Call it after `add_line`; a log one line longer than said was interrupted in between, and that is no fault.
    """
    with publishing_file(_end_file(file)) as scratch:
        scratch.write_text(_json({"number": last.number, "sha256": last.digest}) + "\n", encoding="utf-8")


def end_findings(file: Path, log: Sequence[Line]) -> Iterator[Finding]:
    """Whether a log still reaches the end that was written down; nothing where none was."""
    place = _end_file(file)
    if not place.is_file():
        return
    try:
        found = json.loads(place.read_text(encoding="utf-8"))
        number, digest = int(found["number"]), found["sha256"]
    except (ValueError, KeyError, TypeError):
        yield Finding(str(place), "does not say which line is the last of the log", RESTORE)
        return
    if number > len(log):
        what = f"the log was cut at its end: it had {number} lines, {len(log)} are left"
        yield Finding(str(file), what, RESTORE)
    elif number < 1 or log[number - 1].digest != digest:
        yield Finding(f"{file}:{number}", "this is not the line that was last: the log was written anew", RESTORE)


def changes_since(now: bytes, old: bytes, where: str, earlier: Path) -> Iterator[Finding]:
    """The first line of an older copy of a log that does not stand in its place any more."""
    for number, line in enumerate(old.splitlines(keepends=True), start=1):
        if not now.startswith(line):
            yield Finding(f"{where}:{number}", f"another line stood here in {earlier}")
            return
        now = now[len(line) :]


def _end_file(file: Path) -> Path:
    return file.with_name(f"{file.stem}.end.json")


def is_behind(at: dt.datetime, before: dt.datetime) -> bool:
    """Whether a line is dated before the one it would follow, by more than clocks may differ."""
    return at < before - MOST_BEHIND


def _chain_fault(before: Line | None, line: Line, number: int) -> str:
    if line.number != number or line.previous != (before.digest if before else NO_LINE):
        return "this line does not follow the one before: lines were changed, removed, added or moved"
    if before is not None and is_behind(line.at, before.at):
        return f"this line is dated before the one before ({before.at.isoformat()})"
    return ""


def _line(text: bytes) -> Line | None:
    try:
        found = json.loads(text)
        content = {key: value for key, value in found.items() if key not in _CHAIN}
        line = Line(found["number"], content, found["previous"], found["sha256"])
        # Written again it may still fail: a lone surrogate is no UTF-8, NaN is no JSON.
        line.text().encode()
        zone = line.at.tzinfo
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        return None
    return None if zone is None else line


def _digest(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(_json(content).encode()).hexdigest()


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
