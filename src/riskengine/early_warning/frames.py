"""Episodes, changes and cases as tables: what a run leaves to the next, and what people open in a spreadsheet."""

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from riskengine.early_warning.case import Case, Mode
from riskengine.early_warning.change import Change
from riskengine.early_warning.episode import Episode, Phase, Turn
from riskengine.early_warning.finding import Evidence, parse_asked
from riskengine.early_warning.freeze import case_states, holds_freeze
from riskengine.terms.decision import Severity

_EVIDENCE = pl.List(
    pl.Struct({"rule_id": pl.String, "asked": pl.String, "number": pl.Float64, "text": pl.String})
)  # number and text null: missing
_TURN = pl.Struct(
    {
        "day": pl.Date,
        "phase": pl.String,
        "severity": pl.String,
        "rules": pl.List(pl.String),
        "last_entry_on": pl.Date,
        "snoozed_until": pl.Date,
        "evidence": _EVIDENCE,
    }
)
EPISODE_SCHEMA: Mapping[str, pl.DataType] = {
    "customer_id": pl.String(),
    "indicator": pl.String(),
    "opened_on": pl.Date(),
    "severity": pl.String(),
    "escalated_on": pl.Date(),
    "phase": pl.String(),
    "last_entry_on": pl.Date(),
    "quiet_since": pl.Date(),
    "blind_since": pl.Date(),
    "snoozed_until": pl.Date(),
    "evaluated_on": pl.Date(),
    "closed_on": pl.Date(),
    "rules": pl.List(pl.String()),
    "turns": pl.List(_TURN),
}
CHANGE_SCHEMA: Mapping[str, pl.DataType] = {
    "customer_id": pl.String(),
    "indicator": pl.String(),
    "opened_on": pl.Date(),
    "change": pl.String(),
    "day": pl.Date(),
    "severity_before": pl.String(),
    "severity": pl.String(),
    "evidence": _EVIDENCE,
}
CASE_SCHEMA: Mapping[str, pl.DataType] = {
    "customer_id": pl.String(),
    "opened_on": pl.Date(),
    "severity": pl.String(),
    "owner": pl.String(),
    "due_on": pl.Date(),
    "indicators": pl.List(pl.String()),
    "proposed": pl.List(pl.String()),
    "automatic": pl.List(pl.String()),
    "ended_on": pl.Date(),
    "end": pl.String(),
    "by": pl.String(),
    "reason": pl.String(),
    "taken": pl.List(pl.String()),
    "freezes": pl.Boolean(),
}


def episodes_frame(episodes: Iterable[Episode]) -> pl.DataFrame:
    """Columns of EPISODE_SCHEMA, one row per episode in the order given. All is in `turns`; the rest is to read."""
    return pl.DataFrame([_episode(one) for one in episodes], schema=dict(EPISODE_SCHEMA), orient="row")


def episodes_from(frame: pl.DataFrame) -> tuple[Episode, ...]:
    """The episodes of a table that `episodes_frame` made, each equal to what it was made from."""
    columns = ("customer_id", "indicator", "turns", "evaluated_on", "closed_on")
    return tuple(
        Episode(customer_id, indicator, tuple(_turn_from(turn) for turn in turns), evaluated_on, closed_on)
        for customer_id, indicator, turns, evaluated_on, closed_on in frame.select(columns).iter_rows()
    )


def changes_frame(changes: Iterable[Change]) -> pl.DataFrame:
    """Columns of CHANGE_SCHEMA, one row per change in the order given."""
    rows = [
        {
            "customer_id": one.customer_id,
            "indicator": one.indicator,
            "opened_on": one.opened_on,
            "change": one.kind.value,
            "day": one.day,
            "severity_before": None if one.before is None else one.before.word,
            "severity": one.after.word,
            "evidence": _evidence(one.evidence),
        }
        for one in changes
    ]
    return pl.DataFrame(rows, schema=dict(CHANGE_SCHEMA), orient="row")


def cases_frame(cases: Iterable[Case]) -> pl.DataFrame:
    """Columns of CASE_SCHEMA, one row per case in the order given. All of a customer together say what freezes."""
    every = tuple(cases)
    states = case_states(every)
    rows = [
        {
            "customer_id": one.customer_id,
            "opened_on": one.opened_on,
            "severity": one.severity.word,
            "owner": one.owner,
            "due_on": one.due_on,
            "indicators": sorted({episode.indicator for episode in one.episodes}),
            "proposed": [found.action.value for found in one.actions if found.mode is Mode.PROPOSED],
            "automatic": [found.action.value for found in one.actions if found.mode is Mode.AUTOMATIC],
            "ended_on": one.ended_on,
            "end": None if one.end is None else one.end.value,
            "by": one.by,
            "reason": one.reason,
            "taken": [action.value for action in one.taken],
            "freezes": states[one.customer_id].freezes and holds_freeze(one),
        }
        for one in every
    ]
    return pl.DataFrame(rows, schema=dict(CASE_SCHEMA), orient="row")


def _episode(one: Episode) -> dict[str, Any]:
    return {
        "customer_id": one.customer_id,
        "indicator": one.indicator,
        "opened_on": one.opened_on,
        "severity": one.severity.word,
        "escalated_on": one.escalated_on,
        "phase": one.phase.value,
        "last_entry_on": one.last_entry_on,
        "quiet_since": one.quiet_since,
        "blind_since": one.blind_since,
        "snoozed_until": one.snoozed_until,
        "evaluated_on": one.evaluated_on,
        "closed_on": one.closed_on,
        "rules": list(one.rules),
        "turns": [_turn(turn) for turn in one.turns],
    }


def _turn(turn: Turn) -> dict[str, Any]:
    return {
        "day": turn.day,
        "phase": turn.phase.value,
        "severity": turn.severity.word,
        "rules": list(turn.rules),
        "last_entry_on": turn.last_entry_on,
        "snoozed_until": turn.snoozed_until,
        "evidence": _evidence(turn.evidence),
    }


def _evidence(found: Iterable[Evidence]) -> list[dict[str, Any]]:
    return [
        {
            "rule_id": one.rule_id,
            "asked": str(one.leaf),
            "number": None if isinstance(one.value, str) else one.value,
            "text": one.value if isinstance(one.value, str) else None,
        }
        for one in found
    ]


def _turn_from(turn: Mapping[str, Any]) -> Turn:
    return Turn(
        day=turn["day"],
        phase=Phase(turn["phase"]),
        severity=Severity[turn["severity"].upper()],
        rules=tuple(turn["rules"]),
        last_entry_on=turn["last_entry_on"],
        snoozed_until=turn["snoozed_until"],
        evidence=tuple(
            Evidence(one["rule_id"], parse_asked(one["asked"]), one["text"] if one["number"] is None else one["number"])
            for one in turn["evidence"]
        ),
    )
