"""An evaluation of warnings from a folder of tables and a policy to a folder of results."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from riskengine.decision.canonical import sha256_of
from riskengine.early_warning.quality.budget import Worked
from riskengine.early_warning.quality.evaluation import Evaluation
from riskengine.early_warning.subject import industry_of
from riskengine.policy.release.published import policies_of
from riskengine.portfolio.trial.aftermath import severe_days_of
from riskengine.reports.warnings.report import evaluation_page
from riskengine.reports.warnings.view import EvaluationReport, IndustryWarning
from riskengine.scoring.workspace import DEFAULT_ROOT
from riskengine.tables.publish import publishing, refuse_foreign, write_manifest
from riskengine.tables.spreadsheet import write_for_spreadsheets
from riskengine.tables.store import file_sha256, open_tables
from riskengine.terms.days import day_of
from riskengine.terms.decision import Severity
from riskengine.terms.errors import UsageError
from riskengine.workflows.previous_run import read_run
from riskengine.workflows.rating_means import DEFAULT_RULES
from riskengine.workflows.trial.passing import Outcomes, Passing, open_passing
from riskengine.workflows.trial.past import customer_names
from riskengine.workflows.trial.rate_text import parse_rate
from riskengine.workflows.trial.simulate_cost import load_costs
from riskengine.workflows.warnings.evaluate import (
    Every,
    Progress,
    Watched,
    evaluate_past,
    evaluation_dates,
    watch_past,
)
from riskengine.workflows.warnings.evaluate_summary import figure_rows, summarise

EVALUATION = "riskengine evaluation of warnings"
REPORT, SUMMARY, FIGURES, WARNINGS, CASES = (
    "report.html", "summary.json", "figures.csv", "warnings.parquet", "cases.parquet"
)  # fmt: skip
_DAYS = ("as_of", "opened_on", "last_on", "worked_on", "default_on")
_EXAMPLE = "20 a week"


@dataclass(frozen=True, slots=True)
class EvaluateRequest:
    """`budget`: as a person writes it. `previous`: a finished run whose ratings are the first date's `prev_*` facts.
    `policy_day`: the policy of that day is judged on every date. `out` None: only told.
    """

    tables: Path
    first: date
    last: date
    every: Every = Every.MONTH
    rules: Path = DEFAULT_RULES
    policy_day: date | None = None
    workspace: Path = DEFAULT_ROOT
    bundle: Path | None = None
    budget: str | None = None
    costs: Path | None = None
    previous: Path | None = None
    workers: int = 1
    out: Path | None = None


def evaluate_folder(
    request: EvaluateRequest, *, progress: Progress = lambda _what, _done, _total: None
) -> tuple[EvaluationReport, dict[str, Any]]:
    """What the report shows, and its summary (summary.json). The same input gives the same bytes.

    Raises what its steps raise; then nothing is published and what was there before stays.
    """
    if request.out is not None:
        refuse_foreign(request.out, EVALUATION)
    per_week = None if request.budget is None else budget_per_week(request.budget)
    dates = evaluation_dates(request.first, request.last, request.every)
    policy_on = policies_of(request.rules, request.policy_day)
    for day in dates:  # before anything that takes long
        policy_on(day)
    tables = open_tables(request.tables)
    costs = load_costs(request.costs, tables.reporting_currency)
    passing = open_passing(tables, dates, workspace=request.workspace, bundle=request.bundle, workers=request.workers)
    previous = None if request.previous is None else read_run(request.previous, before=dates[0])
    watched = watch_past(passing, policy_on, previous, progress)
    progress("outcomes", 0, 1)
    outcomes = passing.outcomes(watched.who.select("as_of", "customer_id"))
    progress("outcomes", 1, 1)
    found = evaluate_past(passing, watched, outcomes, costs, per_week=per_week, progress=progress)
    progress("publishing", 0, 1)
    report = report_of(found, watched, passing, outcomes, request.every)
    summary = summarise(report, passing.model, inputs=tables.sha256, versions=watched.versions)
    if request.out is not None:
        _publish(report, summary, request.out)
    progress("publishing", 1, 1)
    return report, summary


def budget_per_week(text: str) -> float:
    """How many cases a week can be worked.

    Raises UsageError if it is no rate, none at all, or one of something else than cases.

    >>> budget_per_week("20 a week"), budget_per_week("4 cases a day")
    (20.0, 28.0)
    """
    per_week, what = parse_rate(text, example=_EXAMPLE)
    if what not in (None, "cases", "warnings", "customers"):
        raise UsageError(f"'{what}' cannot be worked", where="--budget", remedy=f'write it like "{_EXAMPLE}"')
    if per_week <= 0:
        raise UsageError("a budget of nothing leaves everything out", where="--budget", remedy="give more than 0")
    return per_week


def report_of(
    found: Evaluation, watched: Watched, passing: Passing, outcomes: Outcomes, every: Every
) -> EvaluationReport:
    names = customer_names(passing.tables, passing.dates[-1])
    wanted = {example.customer_id for example in found.examples}
    if found.budget is not None:
        wanted |= set(found.budget.cases["customer_id"].to_list())
    return EvaluationReport(
        evaluation=found,
        indicators={
            **watched.indicators,
            **watched.industry_indicators,
            **{r: name for own in watched.rules.values() for r, name in own.items()},
        },
        names=dict(names.filter(pl.col("customer_id").is_in(sorted(wanted))).iter_rows()),
        dates=passing.dates,
        ripe_dates=outcomes.ripe_dates,
        weekly=every is Every.WEEK,
        model_saw=passing.model_saw,
        last_day=outcomes.last_day,
        outcome=passing.outcome,
        severe_days=severe_days_of(passing.outcome),
        currency=passing.tables.reporting_currency,
        model=f"{passing.model.name} {passing.model.version}",
        costs=found.population.costs,
        industries=tuple(_industries(watched, found.population.days[0])),
    )


def _industries(watched: Watched, first: int) -> Iterator[IndustryWarning]:
    """Those that opened after the first date, by day, industry and indicator."""
    new = watched.industries.filter(pl.col("is_opening") & (pl.col("as_of") > first))
    rows = new.sort("as_of", "customer_id", "indicator").select("as_of", "customer_id", "indicator", "severity")
    for day, subject, indicator, severity in rows.iter_rows():
        yield IndustryWarning(day_of(day), industry_of(subject) or subject, indicator, Severity(severity))


def warning_rows(found: Evaluation) -> pl.DataFrame:
    """Every warning that opened or escalated: as_of, customer_id, indicator, severity, opened_on, is_opening,
    at_start, outcome (troubled, quiet, censored, in_default), default_on, exposure, expected_loss; sorted.
    """
    outcome = (
        pl.when("was_in_default")
        .then(pl.lit("in_default"))
        .when("is_censored")
        .then(pl.lit("censored"))
        .when("is_bad")
        .then(pl.lit("default"))
        .when("is_troubled")
        .then(pl.lit("severe_delay"))
        .otherwise(pl.lit("quiet"))
    )
    raised = found.flags.filter("is_raised").with_columns(
        severity=_severity_words(),
        at_start=pl.col("as_of") == found.population.days[0],
        outcome=outcome,
    )
    kept = ["as_of", "customer_id", "indicator", "severity", "opened_on", "is_opening", "at_start", "outcome"]
    return _dated(raised.select(*kept, "default_on", "exposure", "pd_12m", "expected_loss"))


def case_rows(worked: Worked) -> pl.DataFrame:
    """Every case of the budget, the largest expected loss first; `worked_on` null: left out."""
    return _dated(worked.cases.with_columns(severity=_severity_words()))


def _severity_words() -> pl.Expr:
    words = {int(severity): severity.word for severity in Severity}
    return pl.col("severity").replace_strict(words, return_dtype=pl.String)


def _dated(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.col(name).cast(pl.Date) for name in _DAYS if name in frame.columns)


def _publish(report: EvaluationReport, summary: dict[str, Any], out: Path) -> None:
    found = report.evaluation
    with publishing(out, EVALUATION) as scratch:
        (scratch / REPORT).write_text(evaluation_page(report), encoding="utf-8")
        write_for_spreadsheets(pl.DataFrame(figure_rows(found.figures), infer_schema_length=None), scratch / FIGURES)
        warning_rows(found).write_parquet(scratch / WARNINGS, compression="zstd", statistics=True)
        files = [REPORT, SUMMARY, FIGURES, WARNINGS]
        if found.budget is not None:
            case_rows(found.budget).write_parquet(scratch / CASES, compression="zstd", statistics=True)
            files.append(CASES)
        text = json.dumps(summary, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"
        (scratch / SUMMARY).write_text(text, encoding="utf-8")
        hashes = {name: file_sha256(scratch / name) for name in sorted(files)}
        write_manifest(scratch, EVALUATION, {"content_hash": sha256_of(summary), "files": hashes})
