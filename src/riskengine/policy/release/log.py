"""The log of releases: one line for each step, each chained by hash to the line before, only ever appended.

```json
{"at": "2026-11-23T09:00:00+00:00", "bundle": "<hash>", "by": "Chen", "evidence": {}, "from": null, "number": 5,
 "previous": "<sha256 of line 4>", "reason": "...", "sha256": "<of this line without it>", "step": "approved"}
```
A line is canonical JSON (sorted keys, no spaces), so that any edit shows, even of a space; see `tables.chained_log`.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from riskengine.tables.chained_log import RESTORE, Line, next_line, parse_lines
from riskengine.tables.yaml_file import Finding

_HASH = re.compile(r"[0-9a-f]{64}")


class Step(StrEnum):
    """What is written down about a policy on its way, and at its end."""

    STARTED = "started"
    CHECKED = "checked"
    PROVED = "proved"
    SIMULATED = "simulated"
    APPROVED = "approved"
    REFUSED = "refused"
    PUBLISHED = "published"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Note:
    """What a person did to a bundle. `start` is the first day it has effect, of a publication or a retirement."""

    step: Step
    bundle: str
    by: str
    at: dt.datetime  # with its time zone
    reason: str = ""
    start: dt.date | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the log. `previous` and `digest` are the hashes of the line before and of this one."""

    number: int  # from 1
    note: Note
    previous: str
    digest: str

    @property
    def chained(self) -> Line:
        return Line(self.number, _content(self.note), self.previous, self.digest)

    def line(self) -> str:
        return self.chained.text()


def next_entry(log: Sequence[Entry], note: Note) -> Entry:
    """The line a note becomes behind a log."""
    line = next_line([entry.chained for entry in log], _content(note))
    return Entry(line.number, note, line.previous, line.digest)


def parse_log(data: bytes, where: str) -> tuple[tuple[Entry, ...], tuple[Finding, ...]]:
    """The lines of a log, and everything by which it is not one that was only ever appended to."""
    lines, faults = parse_lines(data, where, "releases")
    entries, others = [], []
    for line in lines:
        note = _note(line.content)
        if note is None:
            others.append(Finding(f"{where}:{line.number}", "this is no line of a log of releases", RESTORE))
        else:
            entries.append(Entry(line.number, note, line.previous, line.digest))
    return tuple(entries), (*faults, *others)


def _note(content: Mapping[str, Any]) -> Note | None:
    try:
        note = Note(
            step=Step(content["step"]),
            bundle=content["bundle"],
            by=content["by"],
            at=dt.datetime.fromisoformat(content["at"]),
            reason=content["reason"],
            start=None if content["from"] is None else dt.date.fromisoformat(content["from"]),
            evidence=content["evidence"],
        )
        sound = _HASH.fullmatch(note.bundle) is not None and isinstance(note.evidence, dict)
    except (KeyError, TypeError, ValueError):
        return None
    return note if sound and _content(note) == content else None


def _content(note: Note) -> dict[str, Any]:
    return {
        "at": note.at.isoformat(),
        "by": note.by,
        "step": note.step.value,
        "bundle": note.bundle,
        "from": None if note.start is None else note.start.isoformat(),
        "reason": note.reason,
        "evidence": note.evidence,
    }
