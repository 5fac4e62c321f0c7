"""The customers a model is watched on, date by date: by what is known now, and with what became of them so far."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl

from riskengine.features.build import build_features
from riskengine.scoring.arrears import Ledger, read_ledger
from riskengine.scoring.calibration import Floats, probability
from riskengine.scoring.label import Standing, find_standing, label_snapshots
from riskengine.scoring.monitoring.watched import Watched
from riskengine.scoring.pd_model import PdModel
from riskengine.scoring.spec import ModelSpec
from riskengine.tables.store import TableSet
from riskengine.terms.days import day_number, day_of
from riskengine.workflows.scored import facts_of_features, model_matrix, predict_customers

_OUTCOME_TABLES = ("invoices", "payments")


@dataclass(frozen=True, slots=True)
class Observed:
    """`tables` as known on the as-of date, and the last day to which outcomes were seen in them."""

    tables: TableSet
    ledger: Ledger
    standing: Standing
    observed_to: date


def observe(tables: TableSet, known: TableSet, spec: ModelSpec, as_of: date) -> Observed:
    """`tables` as they are, `known`: as known on `as_of`.

    Outcomes are seen to `as_of` where the tables go on after it; else to the last day that any invoice or payment
    reached us. Raises InputError if there are no invoices.
    """
    ledger = read_ledger(known)
    days = [tables[name].select(pl.col("known_at").max()).collect().item() for name in _OUTCOME_TABLES]
    goes_on = max((d for d in days if d is not None), default=0) >= day_number(as_of)
    end = as_of if goes_on else day_of(ledger.last_day)
    ledger = replace(ledger, last_day=day_number(end))
    return Observed(known, ledger, find_standing(ledger, spec.outcome), end)


def watch_date(observed: Observed, day: date, model: PdModel, spec: ModelSpec, trained_to: date) -> Watched:
    """The model's population on a day, its PDs by what was known then, and defaults seen since."""
    population = _population(observed, spec, day)
    features = build_features(observed.tables, day)
    kept = population.join(features, on="customer_id", how="inner").sort("customer_id")
    matrix = model_matrix(kept, model)
    said = predict_customers(facts_of_features(kept), matrix, model, threads=1)
    horizon = spec.outcome.horizon_days
    elapsed = max(0, min(horizon, (observed.observed_to - day).days))
    return Watched(
        day,
        np.array(kept["customer_id"].to_list(), dtype=object),
        matrix,
        said.raw,
        own_pd(model, said.raw),
        said.pd_12m,
        _default_after(observed.standing, kept["customer_id"], day, elapsed),
        elapsed,
        horizon,
        seen_in_training=day_number(day) < day_number(trained_to) + horizon,
    )


def own_pd(model: PdModel, raw: Floats) -> Floats:
    """The PD of the outcome the model was trained on, before a shift to a long-run rate; NaN stays."""
    calibration = model.calibration
    return np.maximum(probability(calibration.log_odds(raw) - calibration.shift), calibration.floor)


def without_values(watched: Watched) -> Watched:
    """The same without its features: months of them do not fit into memory."""
    return replace(watched, values=np.empty((len(watched), 0)))


def _population(observed: Observed, spec: ModelSpec, day: date) -> pl.DataFrame:
    """Who would be in a training snapshot of that day; outcomes are asked later, so nobody is censored."""
    known = observed.tables["customers"].group_by("customer_id").agg(day=pl.col("known_at").min()).collect()
    sample = label_snapshots(
        replace(observed.ledger, last_day=max(observed.ledger.last_day, day_number(day))),
        observed.standing,
        known,
        [day],
        outcome=spec.outcome.model_copy(update={"horizon_days": 0}),
        population=spec.population,
    )
    return sample.rows.select("customer_id")


def _default_after(standing: Standing, customers: pl.Series, day: date, elapsed: int) -> Floats:
    start = day_number(day)
    first = (
        standing.events.filter((pl.col("day") > start) & (pl.col("day") <= start + elapsed))
        .group_by("customer_id")
        .agg(pl.col("day").min())
    )
    found = customers.to_frame("customer_id").join(first, on="customer_id", how="left", maintain_order="left")
    return np.array((found["day"].cast(pl.Float64) - start).to_numpy(), dtype=np.float64)


def ripe_dates(dates: Sequence[Watched], months: int) -> tuple[tuple[Watched, ...], tuple[Watched, ...]]:
    """The newest month ends with a whole horizon behind them: those the trees knew nothing of, and of them those the
    calibration knew nothing of either."""
    ranking = tuple(w for w in dates if w.is_judged)[-months:]
    return ranking, tuple(w for w in ranking if w.tells_of_level)
