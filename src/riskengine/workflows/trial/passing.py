"""Past dates one after the other, each forgotten when the next comes: for portfolios whose past does not fit in memory.

What `History` holds at once (features and facts of everybody on every date, some 12 kB a row) is built date by date;
what happened afterwards is looked up at the end, for the rows that are left.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from riskengine.portfolio.trial.aftermath import observe_aftermath
from riskengine.scoring.arrears import read_ledger
from riskengine.scoring.bundle import load_bundle, read_metrics
from riskengine.scoring.label import find_standing
from riskengine.scoring.pd_model import PdModel
from riskengine.scoring.spec import OutcomeSpec, load_spec
from riskengine.scoring.workspace import Workspace
from riskengine.tables.store import TableSet
from riskengine.terms.days import day_of
from riskengine.workflows.trial.history import Snapshot, check_dates, dates_model_saw, snapshots_of

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What happened afterwards, AFTERMATH_SCHEMA, and the dates whose whole horizon lies inside the data."""

    aftermath: pl.DataFrame
    last_day: date
    ripe_dates: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Passing:
    """`dates` ascend. `model_saw`: as in `History`."""

    tables: TableSet
    dates: tuple[date, ...]
    model: PdModel
    outcome: OutcomeSpec
    model_saw: tuple[date, ...] | None
    workers: int = 1

    def snapshots(self) -> Iterator[Snapshot]:
        """Oldest first, each built when it is asked for; with several workers some are built ahead."""
        return snapshots_of(self.tables, self.dates, self.model, self.workers)

    def outcomes(self, population: pl.DataFrame) -> Outcomes:
        """What happened to the rows of `population` (as_of as day number, customer_id), in its order."""
        ledger = read_ledger(self.tables)
        aftermath = observe_aftermath(ledger, find_standing(ledger, self.outcome), population, self.outcome, self.dates)
        last_day = day_of(ledger.last_day)
        horizon = timedelta(days=self.outcome.horizon_days)
        return Outcomes(aftermath, last_day, tuple(day for day in self.dates if day + horizon <= last_day))


def open_passing(
    tables: TableSet, dates: Sequence[date], *, workspace: Path, bundle: Path | None, workers: int = 1
) -> Passing:
    """`dates` under a bundle, or the champion of the workspace; defaults are as its spec says.

    Raises what `build_history` raises; InputError if there is no champion or a bundle was changed.
    """
    place = Workspace(workspace).champion() if bundle is None else bundle
    model, outcome = load_bundle(place), load_spec(place / "spec.yaml").outcome
    ordered = check_dates(tables, dates, model, workers)
    saw = dates_model_saw(read_metrics(place) or {}, ordered, outcome.horizon_days)
    return Passing(tables, ordered, model, outcome, saw, workers)
