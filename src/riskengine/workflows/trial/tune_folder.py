"""A tuning from a folder of tables and a policy to a folder of results."""

import csv
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from riskengine.decision.canonical import sha256_of
from riskengine.portfolio.trial.resampling import DRAWS, Interval
from riskengine.portfolio.trial.tuning_choice import Point, Volume
from riskengine.portfolio.trial.tuning_curve import MEASURES
from riskengine.reports.tuning.report import tuning_page
from riskengine.reports.tuning.text import caution_texts, choice_texts
from riskengine.reports.tuning.view import TuningReport
from riskengine.scoring.pd_model import PdModel
from riskengine.scoring.workspace import DEFAULT_ROOT
from riskengine.tables.publish import publishing, refuse_foreign, write_manifest
from riskengine.tables.store import TableSet, file_sha256, open_tables
from riskengine.workflows.previous_run import read_run
from riskengine.workflows.rating_means import DEFAULT_RULES
from riskengine.workflows.trial.past import open_past
from riskengine.workflows.trial.simulate_cost import load_costs
from riskengine.workflows.trial.tune_parameter import Tuning, parse_budget, tune
from riskengine.workflows.trial.tune_values import Tried, sources_of, values_to_try

TUNING = "riskengine tuning"
CURVE, SUMMARY, REPORT = "curve.csv", "summary.json", "report.html"
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class TuneRequest:
    """`budget`: as a person writes it. `costs` given: the value that earns most is sought. `out` None: only told.

    `policy_day`: the policy of that day is tried on every date, as if it had held then.
    """

    parameter: str
    first: float
    last: float
    steps: int
    tables: Path
    dates: tuple[date, ...]
    out: Path | None = None
    segment: str | None = None
    rules: Path = DEFAULT_RULES
    workspace: Path = DEFAULT_ROOT
    bundle: Path | None = None
    budget: str | None = None
    costs: Path | None = None
    previous: Path | None = None
    policy_day: date | None = None
    workers: int = 1


def tune_folder(
    request: TuneRequest, *, progress: Progress = lambda _what, _done, _total: None
) -> tuple[TuningReport, dict[str, Any]]:
    """What the report shows, and its summary (summary.json). The same input gives the same bytes.

    Raises what its steps raise; then nothing is published and what was there before stays.
    """
    if request.out is not None:
        refuse_foreign(request.out, TUNING)
    budget = None if request.budget is None else parse_budget(request.budget)
    dates = tuple(sorted(request.dates))
    tried = Tried(
        request.parameter, request.segment, sources_of(request.rules, request.policy_day), dates, request.policy_day
    )
    values = values_to_try(request.first, request.last, request.steps, tried)
    tables = open_tables(request.tables)
    costs = load_costs(request.costs, tables.reporting_currency)
    past = open_past(
        tables,
        dates,
        workspace=request.workspace,
        bundle=request.bundle,
        workers=request.workers,
        progress=progress,
    )
    history, model = past.history, past.model
    found = tune(
        history,
        tried,
        values,
        costs,
        budget=budget,
        by_money=request.costs is not None,
        previous=None if request.previous is None else read_run(request.previous, before=dates[0]),
        progress=progress,
    )
    progress("publishing", 0, 1)
    report = report_of(found, model)
    summary = _summary(found, report, tables, model)
    if request.out is not None:
        _publish(report, summary, request.out)
    return report, summary


def report_of(found: Tuning, model: PdModel) -> TuningReport:
    history = found.history
    return TuningReport(
        parameter=found.parameter,
        segment=found.tried.segment,
        current=found.current,
        rules=found.rules,
        dates=history.dates,
        ripe_dates=history.ripe_dates,
        model_saw=history.model_saw,
        last_day=history.last_day,
        outcome=history.outcome,
        severe_days=history.severe_days,
        currency=history.reporting_currency,
        model=f"{model.name} {model.version}",
        defaults=int(found.evidence.defaults.sum()),
        costs=found.costs,
        budget=found.budget,
        by_money=found.by_money,
        points=found.points,
        choice=found.choice,
    )


def curve_rows(points: tuple[Point, ...]) -> list[dict[str, Any]]:
    """One flat row for each value: counts, money in units, and the ends of the 95 % intervals."""
    return [_flat(point) for point in points]


def _flat(point: Point) -> dict[str, Any]:
    row: dict[str, Any] = {"value": point.value, "customers_hit": point.customers_hit, "lead_days": point.lead_days}
    for name in MEASURES:
        is_money = name.endswith("_cents")
        row[name.removesuffix("_cents")] = point.counts[name] / 100 if is_money else point.counts[name]
    intervals: dict[str, Interval | None] = {
        "precision": point.precision,
        "recall": point.recall,
        **{f"{volume.value.replace(' ', '_')}_per_week": point.per_week.get(volume) for volume in Volume},
    }
    for name, found in intervals.items():
        row[name] = None if found is None else found.value
        row[f"{name}_low"] = None if found is None else found.low
        row[f"{name}_high"] = None if found is None else found.high
    row["gain_low"], row["gain_high"] = point.gain_cents.low / 100, point.gain_cents.high / 100
    return row


def _summary(found: Tuning, report: TuningReport, tables: TableSet, model: PdModel) -> dict[str, Any]:
    choice, budget = found.choice, found.budget
    return {
        "parameter": found.parameter.name,
        "segment": found.tried.segment,
        "unit": found.parameter.unit.value,
        "current": {day.isoformat(): value for day, value in zip(found.tried.dates, found.current, strict=True)},
        "rules": [rule.id for rule in found.rules],
        "moves_limits_or_terms": found.documents,
        "dates": [day.isoformat() for day in report.dates],
        "ripe_dates": [day.isoformat() for day in report.ripe_dates],
        "model": {"name": model.name, "version": model.version, "digest": model.digest},
        "model_saw": None if report.model_saw is None else [day.isoformat() for day in report.model_saw],
        "outcome": {"horizon_days": report.outcome.horizon_days, "days_past_due": report.outcome.days_past_due},
        "reporting_currency": report.currency,
        "costs": asdict(found.costs),
        "budget": None if budget is None else {"of": budget.volume.value, "per_week": budget.per_week},
        "defaults": report.defaults,
        "draws": DRAWS,
        "points": curve_rows(found.points),
        "choice": None
        if choice is None
        else {
            "value": choice.value,
            "low": choice.low,
            "high": choice.high,
            "as_good": None if choice.as_good is None else list(choice.as_good),
            "draws_with_a_choice": choice.kept,
            "troubles": [trouble.value for trouble in choice.troubles],
        },
        "said": [asdict(text) for text in (*choice_texts(report), *caution_texts(report))],
        "inputs": {"tables": dict(sorted(tables.sha256.items()))},
    }


def _publish(report: TuningReport, summary: Mapping[str, Any], out: Path) -> None:
    with publishing(out, TUNING) as scratch:
        (scratch / REPORT).write_text(tuning_page(report), encoding="utf-8")
        rows = curve_rows(report.points)
        with (scratch / CURVE).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        text = json.dumps(summary, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"
        (scratch / SUMMARY).write_text(text, encoding="utf-8")
        files = {name: file_sha256(scratch / name) for name in (CURVE, REPORT, SUMMARY)}
        write_manifest(scratch, TUNING, {"content_hash": sha256_of(dict(summary)), "files": files})
