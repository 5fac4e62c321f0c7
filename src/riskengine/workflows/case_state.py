"""What the open cases of a customer mean for its credit, by the newest of what a workspace holds."""

from datetime import date, timedelta
from pathlib import Path

import polars as pl

from riskengine.early_warning.freeze import CaseState, case_states, states_of_run
from riskengine.records.database import RECORDS
from riskengine.records.records import open_records
from riskengine.workflows.previous_run import CASES, RATINGS, WARNINGS, newest_earlier_run, read_run

RUNS = "runs"


def newest_run(workspace: Path, as_of: date, runs: Path | None = None) -> Path | None:
    """The newest run up to a day: of those in the folder `runs`, or else in the workspace's or the one beside it."""
    usual = (workspace / RUNS, workspace.resolve().parent / RUNS)
    places = usual if runs is None else (runs,)
    found = [newest_earlier_run(place, as_of + timedelta(days=1)) for place in places]
    return next((place for place in found if place is not None), None)


def find_case_state(workspace: Path, customer_id: str, as_of: date) -> CaseState | None:
    """By the newest run up to a day, or the records if they are newer and not of a later day; None where neither knows
    the customer.

    Raises InputError if a run was changed, and as `open_records`.
    """
    folder = newest_run(workspace, as_of)
    state, since = None, date.min
    if folder is not None:
        run = read_run(folder, files=(RATINGS, WARNINGS, CASES))
        is_known = not run.ratings.filter(pl.col("customer_id") == customer_id).is_empty()
        if is_known and run.cases is not None:
            state, since = states_of_run(run.cases).get(customer_id, CaseState()), run.as_of
    place = workspace / RECORDS
    return _recorded(place, customer_id, (since, as_of)) or state if place.is_file() else state


def _recorded(place: Path, customer_id: str, between: tuple[date, date]) -> CaseState | None:
    records = open_records(place)
    try:
        day, _ = records.days()
        if day is None or not between[0] <= day <= between[1] or customer_id not in records.customer_ids():
            return None
        return case_states(records.cases(customer_id=customer_id)).get(customer_id, CaseState())
    finally:
        records.close()
