"""Where the case of a customer stands: in the newest run, or in the records of a watcher that went on from there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from riskengine.early_warning.case import Case, CaseAction, CaseEnd, Mode
from riskengine.early_warning.episode import Episode
from riskengine.early_warning.frames import cases_frame, episodes_from
from riskengine.features.surroundings import Surroundings, surroundings_from
from riskengine.records.database import RECORDS
from riskengine.records.records import open_records
from riskengine.tables.events.event import Event
from riskengine.terms.decision import Action, Severity
from riskengine.terms.errors import UsageError
from riskengine.workflows.previous_run import PreviousRun, newest_earlier_run, read_run

RUNS = "runs"  # in the workspace, or beside it


@dataclass(frozen=True, slots=True)
class CaseSource:
    """`as_of`: the day on which the cases stand. `cases` are all of them, with the columns of cases.parquet; `own` is
    the case of the customer that runs, or ended last. `events` came in since the tables were made. `run`: the newest;
    None: a watcher alone has rated.
    """

    as_of: date
    cases: pl.DataFrame
    own: Case | None
    run: PreviousRun | None
    events: tuple[Event, ...] = ()
    surroundings: Surroundings | None = None
    runs: Path | None = field(default=None)


def find_cases(customer_id: str, workspace: Path, runs: Path | None = None) -> CaseSource:
    """The records of the workspace if they are there and not older than its newest run, else that run.

    `runs`: the folder of runs; None: `runs` in the workspace or beside it. Raises UsageError if there is neither.
    """
    folder = _runs_folder(workspace, runs)
    newest = None if folder is None else newest_earlier_run(folder, date.max)
    run = None if newest is None else read_run(newest)
    kept = workspace / RECORDS
    if kept.is_file():
        found = _from_records(customer_id, kept, run, folder)
        if found is not None:
            return found
    if run is None or run.cases is None or run.episodes is None:
        raise UsageError(
            "no run with cases is there, and no watcher has been at work",
            where=str(folder or workspace),
            remedy="run `riskengine rerate`, and give the folder of its runs with --runs",
        )
    around = None if run.surroundings is None else surroundings_from(run.surroundings)
    own = _case_of(customer_id, run.cases, run.episodes)
    return CaseSource(run.as_of, run.cases, own, run, surroundings=around, runs=folder)


def _runs_folder(workspace: Path, runs: Path | None) -> Path | None:
    if runs is not None:
        if not runs.is_dir():
            raise UsageError("there is no such folder", where=str(runs), remedy="give the folder of the runs")
        return runs
    beside = (workspace / RUNS, workspace.absolute().parent / RUNS)
    return next((folder for folder in beside if folder.is_dir()), None)


def _from_records(customer_id: str, place: Path, run: PreviousRun | None, runs: Path | None) -> CaseSource | None:
    """None where nothing was written yet, or a later run has rated everybody anew."""
    records = open_records(place)
    try:
        kept = records.load()
        if kept is None or (run is not None and run.as_of > kept.day):
            return None
        cases, own = records.cases(), records.cases(customer_id=customer_id)
    finally:
        records.close()
    around = None if kept.surroundings is None else surroundings_from(kept.surroundings)
    return CaseSource(kept.day, cases_frame(cases), own[-1] if own else None, run, kept.events, around, runs)


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
    )


def _listed(values: object) -> list[object]:
    return list(values) if isinstance(values, list) else []


def _day(value: object) -> date:
    if not isinstance(value, date):
        raise TypeError(f"{value!r} is no day")
    return value
