"""The log of a workspace's models: who trained which, and which had which role when. Only ever appended to.

```json
{"at": "2026-11-23T09:00:00+00:00", "by": "Chen", "digest": "<bundle>", "evidence": {}, "model": "pd_12m", "number": 2,
 "previous": "<sha256 of line 1>", "reason": "...", "sha256": "<of this line>", "step": "promoted", "version": "3"}
```
"""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from riskengine.tables.chained_log import RESTORE, Line, end_findings, parse_lines
from riskengine.tables.yaml_file import Finding
from riskengine.terms.errors import InputError

KIND = "models"


class Step(StrEnum):
    """What is written down about a model."""

    TRAINED = "trained"
    PROMOTED = "promoted"  # champion from now on
    ROLLED_BACK = "rolled_back"  # champion again, in the place of the one that replaced it
    REFUSED = "refused"
    CHALLENGER = "challenger"  # from now on
    SHADOW = "shadow"  # from now on
    RELIEVED = "relieved"  # neither challenger nor shadow any more


class Role(StrEnum):
    CHAMPION = "champion"
    CHALLENGER = "challenger"
    SHADOW = "shadow"


@dataclass(frozen=True, slots=True, order=True)
class ModelId:
    """A bundle of a workspace, and the digest it had when it was written down."""

    model: str
    version: str
    digest: str

    @property
    def text(self) -> str:
        return f"{self.model} {self.version}"

    def as_json(self) -> dict[str, str]:
        return {"model": self.model, "version": self.version, "digest": self.digest}


@dataclass(frozen=True, slots=True)
class Note:
    """What a person did to a model."""

    step: Step
    id: ModelId
    by: str
    at: dt.datetime  # with its time zone
    reason: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "step": self.step.value,
            **self.id.as_json(),
            "by": self.by,
            "at": self.at.isoformat(),
            "reason": self.reason,
            "evidence": json.loads(json.dumps(self.evidence)),
        }


@dataclass(frozen=True, slots=True)
class Reign:
    """The time in which a model was champion; `until` is None for the present one."""

    id: ModelId
    since: dt.datetime
    until: dt.datetime | None
    by: str
    reason: str

    def covers(self, day: dt.date) -> bool:
        """Whether it was champion at any instant of a day in UTC."""
        begin = dt.datetime.combine(day, dt.time(), dt.UTC)
        return self.since < begin + dt.timedelta(days=1) and (self.until is None or self.until > begin)


def parse_log(data: bytes, where: str) -> tuple[tuple[Line, ...], tuple[Note, ...], tuple[Finding, ...]]:
    """The lines of a log, what they say, and everything by which it is not a log that was only ever appended to."""
    lines, faults = parse_lines(data, where, KIND)
    notes, others = [], []
    for line in lines:
        note = _note(line.content)
        if note is None:
            others.append(Finding(f"{where}:{line.number}", f"this is no line of a log of {KIND}", RESTORE))
        else:
            notes.append(note)
    return lines, tuple(notes), (*faults, *others)


def read_log(file: Path) -> tuple[tuple[Line, ...], tuple[Note, ...]]:
    """A log found whole, up to the end that was written down beside it; nothing where there is none.

    Raises InputError if it was changed.
    """
    lines, notes, findings = parse_log(file.read_bytes() if file.is_file() else b"", str(file))
    for finding in (*findings, *end_findings(file, lines)):
        raise InputError(finding.what, where=finding.place, remedy=finding.remedy)
    return lines, notes


def reigns(notes: Sequence[Note]) -> tuple[Reign, ...]:
    """Who was champion when, oldest first."""
    crowned = [n for n in notes if n.step in (Step.PROMOTED, Step.ROLLED_BACK)]
    ends = [n.at for n in crowned[1:]]
    return (
        tuple(Reign(n.id, n.at, until, n.by, n.reason) for n, until in zip(crowned, [*ends, None], strict=True))
        if crowned
        else ()
    )


def champions(notes: Sequence[Note]) -> tuple[ModelId, ...]:
    """The champion, last, above those a rollback would go back to, one after the other."""
    stack: list[ModelId] = []
    for note in notes:
        if note.step is Step.PROMOTED:
            stack.append(note.id)
        elif note.step is Step.ROLLED_BACK:
            stack.pop()
    return tuple(stack)


def roles(notes: Sequence[Note]) -> dict[Role, ModelId]:
    """Who has which role now. Whoever is promoted leaves the role it had."""
    found: dict[Role, ModelId] = {}
    for note in notes:
        if note.step in (Step.PROMOTED, Step.ROLLED_BACK, Step.CHALLENGER, Step.SHADOW, Step.RELIEVED):
            found = {role: held for role, held in found.items() if held != note.id}
        if note.step in (Step.PROMOTED, Step.ROLLED_BACK):
            found[Role.CHAMPION] = note.id
        elif note.step in (Step.CHALLENGER, Step.SHADOW):
            found[Role(note.step.value)] = note.id
    return found


def trainer_of(notes: Sequence[Note], digest: str) -> str | None:
    """Who trained the bundle of a digest, as it was written down then; None if it was not."""
    return next((n.by for n in reversed(notes) if n.step is Step.TRAINED and n.id.digest == digest), None)


def _note(content: Mapping[str, Any]) -> Note | None:
    try:
        model = ModelId(content["model"], content["version"], content["digest"])
        note = Note(
            Step(content["step"]),
            model,
            content["by"],
            dt.datetime.fromisoformat(content["at"]),
            content["reason"],
            content["evidence"],
        )
        return note if note.as_json() == content else None
    except (KeyError, TypeError, ValueError):
        return None
