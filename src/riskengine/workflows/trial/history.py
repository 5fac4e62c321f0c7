"""Past dates as they were known then, with what happened afterwards: what simulations and tuning look at.

Features, facts and predictions of a snapshot know only rows with `known_at <= as_of`; `aftermath` looks ahead and must
never reach a rating. What was decided before (`prev_*`) is not here: it follows the chain of the policy that is tried.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl

from riskengine.decision.arrays import Texts
from riskengine.decision.predictions import Predictions
from riskengine.features.event_window import window_features
from riskengine.policy.bundle import Policy
from riskengine.portfolio.trial.aftermath import observe_aftermath, severe_days_of
from riskengine.rules.facts import FactColumns
from riskengine.scoring.arrears import read_ledger
from riskengine.scoring.label import find_standing
from riskengine.scoring.pd_model import PdModel
from riskengine.scoring.spec import OutcomeSpec
from riskengine.scoring.split import month_ends_back
from riskengine.tables.store import TableSet
from riskengine.terms.days import day_number, day_of
from riskengine.terms.errors import UsageError
from riskengine.workflows.day_rating import portfolio_exposure
from riskengine.workflows.rating_features import rating_features
from riskengine.workflows.rerate import check_as_of
from riskengine.workflows.scored import check_currency, facts_of_features, model_matrix, predict_customers

Progress = Callable[[str, int, int], None]  # what, done, in all


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One past date. All parts have one row per customer known by then, in the order of `customer_ids`."""

    as_of: date
    features: pl.DataFrame
    facts: FactColumns  # of the features; without prev_* and req_*
    predictions: Predictions
    portfolio_exposure: float
    aftermath: pl.DataFrame  # portfolio.aftermath.AFTERMATH_SCHEMA
    tables: TableSet  # what the patterns of a policy are read from

    def facts_for(self, policy: Policy) -> FactColumns:
        """The facts, and those of the patterns of events that the policy declares."""
        if not policy.windows:
            return self.facts
        patterns = facts_of_features(window_features(self.tables, self.as_of, policy.windows))
        return self.facts.with_numbers(**patterns.numbers)

    @property
    def customer_ids(self) -> Texts:
        return np.array(self.features["customer_id"].to_list(), dtype=object)

    @property
    def is_ripe(self) -> bool:
        """Whether the whole horizon lies inside the data, so that outcomes are known."""
        return self.aftermath.height > 0 and not self.aftermath["is_censored"][0]


@dataclass(frozen=True, slots=True)
class History:
    """Snapshots, oldest first, with what their outcomes mean.

    `model_saw`: dates on which the model was trained on outcomes that came later (its PDs there are not those it would
    have given then); None where the bundle does not tell what it was trained on.
    """

    snapshots: tuple[Snapshot, ...]
    outcome: OutcomeSpec
    last_day: date
    reporting_currency: str
    model_saw: tuple[date, ...] | None

    @property
    def dates(self) -> tuple[date, ...]:
        return tuple(s.as_of for s in self.snapshots)

    @property
    def ripe_dates(self) -> tuple[date, ...]:
        return tuple(s.as_of for s in self.snapshots if s.is_ripe)

    @property
    def severe_days(self) -> int:
        """Days past due of a delay that is no default but not good either."""
        return severe_days_of(self.outcome)


def month_ends_between(first: date, last: date) -> tuple[date, ...]:
    """All month ends from `first` to `last`, both included.

    Raises UsageError if there is none.

    >>> month_ends_between(date(2024, 1, 15), date(2024, 3, 31))
    (datetime.date(2024, 1, 31), datetime.date(2024, 2, 29), datetime.date(2024, 3, 31))
    """
    months = range((last.year - first.year) * 12 + last.month - first.month, -1, -1)
    ends = tuple(day for day in (month_ends_back(last, back) for back in months) if first <= day <= last)
    if not ends:
        raise UsageError(f"no month ends between {first} and {last}", remedy="begin earlier, end later, or use --as-of")
    return ends


def build_history(
    tables: TableSet,
    dates: Sequence[date],
    *,
    model: PdModel,
    outcome: OutcomeSpec,
    model_metrics: Mapping[str, Any] | None = None,
    workers: int = 1,
    progress: Progress = lambda _what, _done, _total: None,
) -> History:
    """Snapshots of `dates`, and what happened after each.

    The result does not depend on `workers`, on the order of rows or of `dates`. Raises InputError if a date lies
    outside the data or the model learnt another currency; UsageError for no dates, a date given twice or no workers.
    """
    ordered = check_dates(tables, dates, model, workers)
    snapshots = _build_all(tables, ordered, model, workers, progress)
    progress("outcomes", 0, 1)
    ledger = read_ledger(tables)
    population = pl.concat(
        [s.features.select("customer_id", as_of=pl.lit(day_number(s.as_of), pl.Int32)) for s in snapshots]
    )
    seen = observe_aftermath(ledger, find_standing(ledger, outcome), population, outcome, ordered)
    progress("outcomes", 1, 1)
    found = []
    start = 0
    for snapshot in snapshots:
        found.append(_with_aftermath(snapshot, seen.slice(start, snapshot.features.height)))
        start += snapshot.features.height
    metrics = {} if model_metrics is None else model_metrics
    return History(
        tuple(found),
        outcome,
        day_of(ledger.last_day),
        tables.reporting_currency,
        dates_model_saw(metrics, ordered, outcome.horizon_days),
    )


def dates_model_saw(metrics: Mapping[str, Any], dates: Sequence[date], horizon_days: int) -> tuple[date, ...] | None:
    """The dates before the end of the last outcome the model was trained on; None if its metrics do not tell.

    A rating on such a date uses a model that already knew something of what was still to come.
    """
    window = metrics.get("data", {}).get("train", {}).get("snapshots")
    if not window:
        return None
    end = date.fromisoformat(window[-1]) + timedelta(days=horizon_days)
    return tuple(day for day in dates if day < end)


def check_dates(tables: TableSet, dates: Sequence[date], model: PdModel, workers: int) -> tuple[date, ...]:
    """The dates, oldest first. Raises as `build_history`."""
    if workers < 1:
        raise UsageError(f"{workers} workers cannot work", remedy="give 1 or more")
    if not dates:
        raise UsageError("there is no date to look at", remedy="give one or more")
    ordered = tuple(sorted(dates))
    twice = [later for day, later in pairwise(ordered) if day == later]
    if twice:
        raise UsageError(f"{twice[0]} is given twice", where="as-of dates", remedy="give each date once")
    check_currency(model, tables.reporting_currency)
    for day in (ordered[0], ordered[-1]):
        check_as_of(tables, day)
    return ordered


def _build_all(
    tables: TableSet, dates: tuple[date, ...], model: PdModel, workers: int, progress: Progress
) -> list[Snapshot]:
    progress("past dates", 0, len(dates))
    snapshots = []
    for snapshot in snapshots_of(tables, dates, model, workers):
        snapshots.append(snapshot)
        progress("past dates", len(snapshots), len(dates))
    return snapshots


def snapshots_of(tables: TableSet, dates: Sequence[date], model: PdModel, workers: int = 1) -> Iterator[Snapshot]:
    """One after the other, without what happened afterwards; dates as `check_dates` gives them.

    One worker builds each when it is asked for. Several are threads: the data engine and the model leave Python's lock.
    """
    if workers == 1:
        return (_build(tables, day, model) for day in dates)
    from joblib import Parallel, delayed  # noqa: PLC0415 - takes a while to import

    work = Parallel(n_jobs=workers, prefer="threads", return_as="generator")
    found: Iterator[Snapshot] = work(delayed(_build)(tables, day, model) for day in dates)
    return found


def _build(tables: TableSet, day: date, model: PdModel) -> Snapshot:
    features = rating_features(tables, day).features
    facts = facts_of_features(features)
    predictions = predict_customers(facts, model_matrix(features, model), model, threads=1)
    return Snapshot(day, features, facts, predictions, portfolio_exposure(features), pl.DataFrame(), tables)


def _with_aftermath(snapshot: Snapshot, aftermath: pl.DataFrame) -> Snapshot:
    return replace(snapshot, aftermath=aftermath)
