"""What a simulation found, for machines."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import polars as pl

from riskengine.portfolio.trial.resampling import Interval
from riskengine.portfolio.trial.side_by_side import Side
from riskengine.portfolio.trial.swap_set import SwapCell
from riskengine.scoring.pd_model import PdModel
from riskengine.terms.version import VERSION
from riskengine.workflows.trial.simulate import Simulation


def summarise(found: Simulation, model: PdModel) -> dict[str, Any]:
    """The figures as JSON. Amounts are units of the currency: keys lose their `_cents`."""
    history, trial = found.history, found.trial
    return {
        "riskengine": VERSION,
        "reporting_currency": history.reporting_currency,
        "dates": [d.isoformat() for d in history.dates],
        "ripe_dates": [d.isoformat() for d in history.ripe_dates],
        "same_dates": [d.isoformat() for d in found.same_dates],
        "last_day": history.last_day.isoformat(),
        "model": {"name": model.name, "version": model.version, "digest": model.digest},
        "model_saw": None if history.model_saw is None else [d.isoformat() for d in history.model_saw],
        "outcome": history.outcome.model_dump(mode="json") | {"severe_days": history.severe_days},
        "policies": {side.value: _policy(found, side) for side in Side},
        "total": in_units(trial.total),
        "differences": {k.removesuffix("_cents"): _interval(k, v) for k, v in trial.differences.items()},
        "detection": {side.value: asdict(trial.detection[side]) for side in Side},
        "swap": [_cell(cell) for cell in trial.swap],
        "grades": _pairs(trial.cases, "grade_label"),
        "terms": _pairs(trial.cases, "terms_days"),
        "by_date": [
            in_units(row)
            for row in trial.by_date.with_columns(pl.col("as_of").cast(pl.Date).cast(pl.String)).iter_rows(named=True)
        ],
        "by_segment": {kind: _segments(found, kind) for kind in trial.by_segment},
        "rules": trial.rules.to_dicts(),
        "movers": found.movers.height,
    }


def in_units(row: Mapping[str, Any]) -> dict[str, Any]:
    """
    >>> in_units({"loss_cents_policy": 1250, "rows": 3})
    {'loss_policy': 12.5, 'rows': 3}
    """
    return {
        name.replace("_cents", ""): value / 100 if "_cents" in name and value is not None else value
        for name, value in row.items()
    }


def _policy(found: Simulation, side: Side) -> dict[str, Any]:
    versions = [
        {"as_of": p.as_of.isoformat(), "version": p.version, "content_hash": p.content_hash}
        for p in found.policies[side]
    ]
    return {"name": found.names[side], "versions": versions}


def _interval(name: str, found: Interval) -> dict[str, float]:
    scale = 100 if name.endswith("_cents") else 1
    return {"value": found.value / scale, "low": found.low / scale, "high": found.high / scale}


def _cell(cell: SwapCell) -> dict[str, Any]:
    return in_units(asdict(cell) | {"bad_rate": cell.bad_rate})


def _pairs(cases: pl.DataFrame, name: str) -> list[dict[str, Any]]:
    """Customers on dates by both policies' answers, most first."""
    keys = [f"{name}_{side}" for side in Side]
    counted = cases.group_by(keys).len("rows").sort("rows", *keys, descending=[True, False, False])
    return [{"policy": one, "challenger": other, "rows": n} for one, other, n in counted.iter_rows()]


def _segments(found: Simulation, kind: str) -> list[dict[str, Any]]:
    gains = found.trial.segment_gains.get(kind, {})
    rows = []
    for row in found.trial.by_segment[kind].iter_rows(named=True):
        gain = gains.get(row[kind])
        rows.append(in_units(row) | {"gain": None if gain is None else _interval("gain_cents", gain)})
    return rows
