"""Both windows of a spec as matrices: outcomes and features of every snapshot."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from riskengine.features.build import build_features
from riskengine.features.catalogue import CATALOGUE
from riskengine.features.feature import Feature
from riskengine.scoring.arrears import read_ledger
from riskengine.scoring.calibration import Floats
from riskengine.scoring.label import Sample, find_standing, label_snapshots
from riskengine.scoring.matrix import Matrix, assemble, find_idle, model_features, naive_feature
from riskengine.scoring.spec import ModelSpec
from riskengine.scoring.split import Split, split_by_time
from riskengine.scoring.validation.segments import COLUMNS, find_segments
from riskengine.scoring.validation.slices import Groups
from riskengine.tables.store import TableSet
from riskengine.terms.days import day_number, day_of
from riskengine.terms.errors import InputError

Progress = Callable[[str, int, int], None]  # what, steps done, steps in all


@dataclass(frozen=True, slots=True)
class TrainingData:
    """Both windows as matrices over the same features; `naive` is the naive rule's feature over the test rows, `groups`
    the groups of each test row."""

    features: tuple[Feature, ...]
    train: Matrix
    test: Matrix
    naive: Floats
    split: Split
    sample: Sample
    groups: Groups = field(default_factory=dict)


def prepare(
    tables: TableSet, spec: ModelSpec, *, progress: Progress = lambda _what, _done, _total: None
) -> TrainingData:
    """Outcomes and features of every snapshot of a spec. Features know nothing after their snapshot."""
    features = model_features(CATALOGUE, spec.features)
    naive = naive_feature(CATALOGUE, spec.rivals.naive_feature)
    names = [f.name for f in features]
    wanted = features if naive.name in names else (*features, naive)
    progress("outcomes", 0, 1)
    ledger = read_ledger(tables)
    split = split_by_time(
        spec.snapshots,
        first_day=ledger.first_day,
        last_day=ledger.last_day,
        horizon_days=spec.outcome.horizon_days,
    )
    known = tables["customers"].group_by("customer_id").agg(day=pl.col("known_at").min()).collect()
    dates = (*split.train, *split.test)
    sample = label_snapshots(
        ledger,
        find_standing(ledger, spec.outcome),
        known,
        dates,
        outcome=spec.outcome,
        population=spec.population,
    )
    progress("outcomes", 1, 1)
    made = 0
    told: dict[date, pl.DataFrame] = {}

    def make(day: date) -> pl.DataFrame:
        nonlocal made
        built = build_features(tables, day)
        if day in split.test:
            told[day] = built.select("customer_id", *COLUMNS)
        made += 1
        progress("snapshots", made, len(dates))
        return built

    train, test = (assemble(sample.rows, days, wanted, make) for days in (split.train, split.test))
    column = [f.name for f in wanted].index(naive.name)
    size = len(features)
    _refuse_idle(find_idle(_narrowed(train, size), features), spec)
    return TrainingData(
        features,
        _narrowed(train, size),
        _narrowed(test, size),
        test.values[:, column].copy(),
        split,
        sample,
        find_segments(test, told),
    )


def describe_data(data: TrainingData) -> dict[str, Any]:
    """What the model was trained and tested on, and who was left out, as JSON."""
    return {
        "train": describe_window(data.train),
        "test": describe_window(data.test),
        "gap_days": data.split.gap_days,
        "idle_features": find_idle(data.train, data.features),
        "too_early_snapshots": [d.isoformat() for d in data.split.too_early],
        "left_out": {
            "censored": data.sample.censored,
            "in_default": data.sample.in_default,
            "not_eligible": data.sample.not_eligible,
        },
    }


def describe_window(matrix: Matrix) -> dict[str, Any]:
    """Rows, outcomes, customers and snapshots of one window, as JSON."""
    days = [day_of(int(d)) for d in np.unique(matrix.as_of)]
    return {
        "rows": len(matrix),
        "bad": int(matrix.outcome.sum()),
        "bad_rate": float(matrix.outcome.mean()),
        "customers": len(set(matrix.customer_id.tolist())),
        "snapshots": [d.isoformat() for d in days],
        "first_day": day_number(days[0]),
    }


def _refuse_idle(idle: dict[str, str], spec: ModelSpec) -> None:
    """What the spec asks for by name has to say something; what the catalogue brings along may be idle."""
    if asked := [name for name in spec.features.only if name in idle]:
        raise InputError(
            "; ".join(f"'{name}' is {idle[name]}" for name in asked) + " of the training window",
            where="features.only",
            remedy="bring the data it is made of, or take it out of the spec",
        )


def _narrowed(matrix: Matrix, columns: int) -> Matrix:
    values = np.ascontiguousarray(matrix.values[:, :columns])
    return Matrix(values, matrix.outcome, matrix.customer_id, matrix.as_of)
