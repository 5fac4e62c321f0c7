"""The log of releases: one line for each step, each chained by hash to the line before, only ever appended.

```json
{"at": "2026-11-23T09:00:00+00:00", "bundle": "<hash>", "by": "Chen", "evidence": {}, "from": null, "number": 5,
 "previous": "<sha256 of line 4>", "reason": "...", "sha256": "<of this line without it>", "step": "approved"}
```
A line is canonical JSON (sorted keys, no spaces), so that any edit shows, even of a space.
"""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from riskengine.tables.yaml_file import Finding

NO_LINE = "0" * 64
# Clocks of two machines differ, and a step is dated when it begins: a proof may end after a later, shorter step.
MOST_BEHIND = dt.timedelta(minutes=10)
_HASH = re.compile(r"[0-9a-f]{64}")
_RESTORE = "restore the log from version control or a backup; it is only ever appended to, by riskengine"


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

    def line(self) -> str:
        return _json({**_content(self.number, self.note, self.previous), "sha256": self.digest})


def next_entry(log: Sequence[Entry], note: Note) -> Entry:
    """The line a note becomes behind a log."""
    number, previous = len(log) + 1, log[-1].digest if log else NO_LINE
    return Entry(number, note, previous, _digest(_content(number, note, previous)))


def is_behind(note: Note, before: Entry) -> bool:
    """Whether a note is dated before the line it would follow, by more than clocks may differ."""
    return note.at < before.note.at - MOST_BEHIND


def parse_log(data: bytes, where: str) -> tuple[tuple[Entry, ...], tuple[Finding, ...]]:
    """The lines of a log, and everything by which it is not one that was only ever appended to."""
    entries: list[Entry] = []
    findings: list[Finding] = []
    lines = data.split(b"\n")
    torn = lines.pop()
    for number, line in enumerate(lines, start=1):
        entry, fault = _entry(line, number)
        if entry is not None and not fault:
            fault = _chain_fault(entries, entry, number)
        if fault:
            findings.append(Finding(f"{where}:{number}", fault, _RESTORE))
        if entry is not None:
            entries.append(entry)
    if torn:
        remedy = "delete this line, whose step was never recorded, and do the step again"
        findings.append(Finding(f"{where}:{len(lines) + 1}", "the last line is unfinished", remedy))
    return tuple(entries), tuple(findings)


def _chain_fault(entries: Sequence[Entry], entry: Entry, number: int) -> str:
    before = entries[-1] if entries else None
    if entry.number != number or entry.previous != (before.digest if before else NO_LINE):
        return "this line does not follow the one before: lines were changed, removed, added or moved"
    if before is not None and is_behind(entry.note, before):
        return f"this line is dated before the one before ({entry.note.at.isoformat()})"
    return ""


def _entry(line: bytes, number: int) -> tuple[Entry | None, str]:
    """A line as an entry, if it can be read at all, and what is wrong with it."""
    try:
        found = json.loads(line)
        note = Note(
            step=Step(found["step"]),
            bundle=found["bundle"],
            by=found["by"],
            at=dt.datetime.fromisoformat(found["at"]),
            reason=found["reason"],
            start=None if found["from"] is None else dt.date.fromisoformat(found["from"]),
            evidence=found["evidence"],
        )
        entry = Entry(found["number"], note, found["previous"], found["sha256"])
        if note.at.tzinfo is None or not _HASH.fullmatch(note.bundle) or not isinstance(note.evidence, dict):
            return None, f"line {number} is no line of a log of releases"
        if entry.line().encode() != line or entry.digest != _digest(_content(entry.number, note, entry.previous)):
            return entry, "this line was edited: its sha256 does not fit"
    except (AttributeError, KeyError, TypeError, ValueError):
        return None, f"line {number} is no line of a log of releases"
    return entry, ""


def _content(number: int, note: Note, previous: str) -> dict[str, Any]:
    return {
        "number": number,
        "at": note.at.isoformat(),
        "by": note.by,
        "step": note.step.value,
        "bundle": note.bundle,
        "from": None if note.start is None else note.start.isoformat(),
        "reason": note.reason,
        "evidence": note.evidence,
        "previous": previous,
    }


def _digest(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(_json(content).encode()).hexdigest()


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
