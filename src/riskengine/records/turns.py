"""The turns of an episode and what a rule had asked, as JSON text that gives them back."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from riskengine.early_warning.episode import Phase, Turn
from riskengine.early_warning.finding import Evidence, parse_asked
from riskengine.records.rows import json_text
from riskengine.terms.decision import Severity


def turns_text(turns: Iterable[Turn]) -> str:
    return json_text([_turn(turn) for turn in turns])


def turns_from(text: str) -> tuple[Turn, ...]:
    return tuple(_turn_from(turn) for turn in json.loads(text))


def evidence_text(evidence: Iterable[Evidence]) -> str:
    return json_text(evidence_list(evidence))


def evidence_list(evidence: Iterable[Evidence]) -> list[dict[str, Any]]:
    """`value` is a number, a text, or null: missing."""
    return [{"rule": one.rule_id, "asked": str(one.leaf), "value": one.value} for one in evidence]


def evidence_from(text: str) -> tuple[Evidence, ...]:
    return _evidence_from(json.loads(text))


def _evidence_from(said: Iterable[Mapping[str, Any]]) -> tuple[Evidence, ...]:
    return tuple(Evidence(one["rule"], parse_asked(one["asked"]), one["value"]) for one in said)


def _turn(turn: Turn) -> dict[str, Any]:
    """What is usual is left out: there are many turns."""
    said: dict[str, Any] = {
        "day": turn.day,
        "phase": turn.phase.value,
        "severity": turn.severity.word,
        "rules": turn.rules,
        "last_entry_on": turn.last_entry_on,
    }
    if turn.snoozed_until is not None:
        said["snoozed_until"] = turn.snoozed_until
    if turn.evidence:
        said["evidence"] = evidence_list(turn.evidence)
    return said


def _turn_from(said: Mapping[str, Any]) -> Turn:
    until = said.get("snoozed_until")
    return Turn(
        day=date.fromisoformat(said["day"]),
        phase=Phase(said["phase"]),
        severity=severity_of(said["severity"]),
        rules=tuple(said["rules"]),
        last_entry_on=date.fromisoformat(said["last_entry_on"]),
        snoozed_until=None if until is None else date.fromisoformat(until),
        evidence=_evidence_from(said.get("evidence", ())),
    )


def severity_of(word: str) -> Severity:
    return Severity[word.upper()]
