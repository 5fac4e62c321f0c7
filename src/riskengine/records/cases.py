"""Cases, open and ended, each by its latest word."""

import json
from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import Connection, Row, select

from riskengine.early_warning.case import Case, CaseAction, CaseEnd, Mode
from riskengine.early_warning.episode import Episode
from riskengine.early_warning.step import CaseId, EpisodeId
from riskengine.records.rows import json_text, portions, put, remove
from riskengine.records.schema import CASES
from riskengine.records.turns import severity_of
from riskengine.terms.decision import Action

Stored = Row[tuple[object, ...]]


def write(connection: Connection, cases: Iterable[Case], gone: Iterable[CaseId] = ()) -> None:
    remove(connection, CASES, [{"customer_id": one.customer_id, "opened_on": one.opened_on} for one in gone])
    put(connection, CASES, [_row(one) for one in cases])


def stored(
    connection: Connection, *, customer_ids: Iterable[str] | None = None, only_open: bool = False
) -> list[Stored]:
    """Rows of cases, by customer and the day they opened."""
    asked = select(CASES).order_by(CASES.c.customer_id, CASES.c.opened_on)
    if only_open:
        asked = asked.where(CASES.c.ended_on.is_(None))
    if customer_ids is None:
        return list(connection.execute(asked))
    return [
        row for some in portions(customer_ids) for row in connection.execute(asked.where(CASES.c.customer_id.in_(some)))
    ]


def case_from(row: Stored, episodes: Mapping[EpisodeId, Episode]) -> Case:
    """The case of a row. Episodes of it that a late event undid since are left out."""
    named = json.loads(row.episodes)
    members = [EpisodeId(row.customer_id, name, date.fromisoformat(opened)) for name, opened in named]
    return Case(
        customer_id=row.customer_id,
        opened_on=row.opened_on,
        severity=severity_of(row.severity),
        episodes=tuple(episodes[one] for one in members if one in episodes),
        owner=row.owner,
        due_on=row.due_on,
        actions=tuple(CaseAction(Action(action), Mode(mode)) for action, mode in json.loads(row.actions)),
        ended_on=row.ended_on,
        end=None if row.end is None else CaseEnd(row.end),
        by=row.by,
        reason=row.reason,
        taken=tuple(Action(action) for action in json.loads(row.taken)),
    )


def _row(one: Case) -> dict[str, object]:
    return {
        "customer_id": one.customer_id,
        "opened_on": one.opened_on,
        "severity": one.severity.word,
        "owner": one.owner,
        "due_on": one.due_on,
        "episodes": json_text([[episode.indicator, episode.opened_on] for episode in one.episodes]),
        "actions": json_text([[found.action.value, found.mode.value] for found in one.actions]),
        "ended_on": one.ended_on,
        "end": None if one.end is None else one.end.value,
        "by": one.by,
        "reason": one.reason,
        "taken": json_text([action.value for action in one.taken]),
    }
