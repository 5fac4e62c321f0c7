"""Where the case of a customer stands: in the records of the workspace, or in its newest run."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from riskengine.early_warning.case import Answer, Case, CaseAction, CaseEnd, Mode
from riskengine.early_warning.episode import Episode
from riskengine.early_warning.frames import episodes_from
from riskengine.early_warning.ranking import RankedCase
from riskengine.early_warning.snooze import Snooze
from riskengine.early_warning.step import HeldOrder
from riskengine.early_warning.subject import industry_of
from riskengine.features.surroundings import Surroundings, surroundings_from
from riskengine.policy.bundle import Policy
from riskengine.policy.release.published import open_policy
from riskengine.records import events, positions
from riskengine.records.database import RECORDS
from riskengine.reports.portfolio.case_frames import ranked
from riskengine.tables.events.event import Event
from riskengine.terms.decision import Action, Severity
from riskengine.terms.errors import UsageError
from riskengine.workflows.desk.case_list import CaseList, ListedCase, Place
from riskengine.workflows.desk.customer_case import customer_case
from riskengine.workflows.desk.open_desk import Desk, open_desk
from riskengine.workflows.desk.standing_cases import case_list
from riskengine.workflows.previous_run import PreviousRun, newest_earlier_run, read_run

RUNS = "runs"  # in the workspace, or beside it


@dataclass(frozen=True, slots=True)
class CaseSource:
    """`as_of`: the day on which the cases stand. `own`: the case of the customer that runs, or ended last; `rank`: its
    place among the `open_cases`. `events` came in since the tables were made, about the customer and those near it.
    """

    as_of: date
    policy: Policy
    own: Case | None
    rank: RankedCase | None
    open_cases: int
    surroundings: Surroundings | None
    events: tuple[Event, ...] = ()
    answers: tuple[Answer, ...] = ()
    snoozes: tuple[Snooze, ...] = ()
    held_orders: tuple[HeldOrder, ...] = ()
    put_off_until: date | None = None


def newest_run(workspace: Path, runs: Path | None) -> tuple[PreviousRun | None, Path | None]:
    """The newest run and the folder of all; None where there are none.

    `runs`: that folder; None: `runs` in the workspace or beside it. Raises UsageError if the folder named is none.
    """
    if runs is not None and not runs.is_dir():
        raise UsageError("there is no such folder", where=str(runs), remedy="give the folder of the runs")
    beside = (workspace / RUNS, workspace.absolute().parent / RUNS)
    folder = runs or next((place for place in beside if place.is_dir()), None)
    newest = None if folder is None else newest_earlier_run(folder, date.max)
    return (None if newest is None else read_run(newest)), folder


def find_case(
    customer_id: str, near: Collection[str], workspace: Path, rules: Path, run: PreviousRun | None
) -> CaseSource:
    """From the records of the workspace if they are there and not older than the newest run, else from that run.

    `near`: the customers whose events are wanted. Raises UsageError if there is neither.
    """
    if (workspace / RECORDS).is_file():
        with open_desk(workspace, rules) as desk:
            if run is None or run.as_of <= desk.day:
                return _from_records(customer_id, near, desk)
    if run is None or run.cases is None or run.episodes is None:
        raise UsageError(
            "there is no run with cases, and there are no records",
            where=str(workspace),
            remedy="run `riskengine rerate`, and give the folder of its runs with --runs",
        )
    policy = open_policy(rules, run.as_of)
    around = None if run.surroundings is None else surroundings_from(run.surroundings)
    order = [one for one in ranked(run.cases, run.ratings, policy) if industry_of(one.customer_id) is None]
    rank = next((one for one in order if one.customer_id == customer_id), None)
    own = _case_of(customer_id, run.cases, run.episodes)
    return CaseSource(run.as_of, policy, own, rank, len(order), around)


def _from_records(customer_id: str, near: Collection[str], desk: Desk) -> CaseSource:
    listed = case_list(desk)
    with desk.records.reading() as connection:
        told = tuple(event for one in sorted(near) for event in events.of_customer(connection, one))
        around = positions.surroundings(connection)
    plain = CaseSource(
        desk.day,
        desk.policy,
        None,
        None,
        len(_of_customers(listed)),
        None if around is None else surroundings_from(around),
        told,
    )
    if customer_id not in desk.records.customer_ids():
        return plain
    found = customer_case(desk, customer_id)
    return CaseSource(
        plain.as_of,
        plain.policy,
        found.cases[-1] if found.cases else None,
        _rank(customer_id, listed),
        plain.open_cases,
        plain.surroundings,
        told,
        found.answers,
        found.snoozes,
        found.held_orders,
        next((one.snoozed_until for one in listed.cases if one.customer_id == customer_id), None),
    )


def _rank(customer_id: str, listed: CaseList) -> RankedCase | None:
    for place, one in enumerate(_of_customers(listed), start=1):
        if one.customer_id == customer_id:
            now, lost = one.place is Place.NOW, one.place is Place.IN_DEFAULT
            return RankedCase(place, customer_id, one.severity, one.expected_loss, now, lost)
    return None


def _of_customers(listed: CaseList) -> list[ListedCase]:
    """Nothing is owed by an industry: its case has no place among them."""
    return [one for one in listed.cases if industry_of(one.customer_id) is None]


def _case_of(customer_id: str, cases: pl.DataFrame, episodes: pl.DataFrame) -> Case | None:
    own = cases.filter(pl.col("customer_id") == customer_id).sort("opened_on")
    if own.is_empty():
        return None
    row = own.row(-1, named=True)
    found = episodes_from(episodes.filter(pl.col("customer_id") == customer_id))
    return _case(row, [one for one in found if one.indicator in row["indicators"] and _overlaps(one, row)])


def _overlaps(episode: Episode, row: Mapping[str, object]) -> bool:
    opened_on = row["opened_on"]
    return episode.closed_on is None or not isinstance(opened_on, date) or episode.closed_on >= opened_on


def _case(row: Mapping[str, object], episodes: list[Episode]) -> Case:
    modes = {Mode.PROPOSED: row["proposed"], Mode.AUTOMATIC: row["automatic"]}
    called = {Action(str(a)): mode for mode, actions in modes.items() for a in _listed(actions)}
    return Case(
        customer_id=str(row["customer_id"]),
        opened_on=_day(row["opened_on"]),
        severity=Severity[str(row["severity"]).upper()],
        episodes=tuple(episodes),
        owner=str(row["owner"]),
        due_on=_day(row["due_on"]),
        actions=tuple(CaseAction(action, called[action]) for action in Action if action in called),
        ended_on=_day(row["ended_on"]) if row["ended_on"] else None,
        end=CaseEnd(str(row["end"])) if row["end"] else None,
        by=str(row["by"]) if row["by"] else None,
        reason=str(row["reason"]) if row["reason"] else None,
        taken=tuple(action for action in Action if action.value in _listed(row.get("taken"))),
    )


def _listed(values: object) -> list[object]:
    return list(values) if isinstance(values, list) else []


def _day(value: object) -> date:
    if not isinstance(value, date):
        raise TypeError(f"{value!r} is no day")
    return value
