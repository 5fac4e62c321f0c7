"""A run as a folder: three tables, a summary and a report, published whole or not at all."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

import polars as pl

from riskengine.decision.agreed import agreed_of_nobody
from riskengine.decision.canonical import sha256_of
from riskengine.early_warning.journal import Said
from riskengine.early_warning.ranking import RankedCase
from riskengine.policy.bundle import Policy
from riskengine.portfolio.figures import PortfolioFigures
from riskengine.portfolio.overdue_path import month_ends, overdue_paths
from riskengine.reports.portfolio.case_frames import ranked
from riskengine.reports.portfolio.case_table import MOST_ROWS
from riskengine.reports.portfolio.portfolio_report import PortfolioReport, portfolio_page
from riskengine.scoring.pd_model import PdModel
from riskengine.tables.publish import publishing, write_manifest
from riskengine.tables.store import file_sha256
from riskengine.terms.version import VERSION
from riskengine.workflows.desk.export import write_lists
from riskengine.workflows.desk.run_lists import lists_of_run
from riskengine.workflows.file_names import file_stem
from riskengine.workflows.previous_run import (
    CASES,
    CHANGES,
    DONORS,
    EPISODES,
    MOVEMENTS,
    RATINGS,
    REPORT,
    RUN,
    SUMMARY,
    SURROUNDINGS,
    WARNINGS,
)
from riskengine.workflows.rerate import PortfolioRating, Progress
from riskengine.workflows.run_inputs import RunInputs
from riskengine.workflows.shadow import SHADOW
from riskengine.workflows.warnings.run_case_pages import write_case_pages

MONTHS = 12  # of what a customer with a case owed


def publish_run(
    rating: PortfolioRating,
    inputs: RunInputs,
    out: Path,
    *,
    timings: Mapping[str, float],
    progress: Progress = lambda _what, _done, _total: None,
) -> dict[str, Any]:
    """Write the run into `out` and return its summary.

    All files but `timings` in run.json are the same bytes for the same input.
    """
    with publishing(out, RUN) as scratch:
        for name, frame in _tables(rating).items():
            frame.write_parquet(scratch / name, compression="zstd", statistics=True, row_group_size=100_000)
        order = ranked(rating.episodes.cases, rating.ratings, inputs.policy)
        paths = _overdue_paths(order, rating, inputs)
        pages = write_case_pages(scratch, rating, inputs, order, paths, progress=progress)
        report = portfolio_page(report_of(rating, inputs, paths, pages))
        (scratch / REPORT).write_text(report, encoding="utf-8")
        certificates = {certificate_name(customer): c for customer, c in rating.certificates.items()}
        for name, certificate in certificates.items():
            (scratch / name).parent.mkdir(exist_ok=True)
            (scratch / name).write_text(certificate_text(certificate), encoding="utf-8")
        lists = write_lists(scratch, *lists_of_run(rating, inputs.policy))
        written = (*_tables(rating), REPORT, *lists, *certificates, *pages.values())
        files = {name: file_sha256(scratch / name) for name in written}
        content = summarise(rating, inputs, files)
        summary = {**content, "content_hash": sha256_of(content), "timings": dict(timings)}
        (scratch / SUMMARY).write_text(
            json.dumps(summary, indent=2, sort_keys=True, ensure_ascii=False) + "\n", "utf-8"
        )
        write_manifest(
            scratch,
            RUN,
            {"as_of": rating.as_of.isoformat(), "content_hash": summary["content_hash"], "files": files},
        )
    return summary


def _tables(rating: PortfolioRating) -> dict[str, pl.DataFrame]:
    return {
        RATINGS: rating.ratings,
        WARNINGS: rating.warnings,
        MOVEMENTS: rating.movements,
        DONORS: rating.donors,
        SURROUNDINGS: rating.surroundings,
        EPISODES: rating.episodes.episodes,
        CHANGES: rating.episodes.changes,
        CASES: rating.episodes.cases,
        **({} if rating.shadow is None else {SHADOW: rating.shadow.ratings}),
    }


def certificate_name(customer_id: str) -> str:
    """Where the certificate of a customer lies in a run; ids may hold what file names may not, or be too long for one.

    >>> certificate_name("../a b")
    'certificates/..%2Fa%20b.json'
    """
    return f"certificates/{file_stem(customer_id)}.json"


def certificate_text(certificate: Mapping[str, Any]) -> str:
    return json.dumps(certificate, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def summarise(rating: PortfolioRating, inputs: RunInputs, files: Mapping[str, str]) -> dict[str, Any]:
    """Everything of run.json but `content_hash` and `timings`."""
    previous = inputs.previous
    return {
        "as_of": rating.as_of.isoformat(),
        "riskengine": VERSION,
        "reporting_currency": rating.reporting_currency,
        "inputs": {"tables": dict(sorted(inputs.tables.sha256.items())), "said": _said_by(inputs.said, rating.as_of)},
        "model": _identity(inputs.model),
        "shadow": None if rating.shadow is None else _identity(rating.shadow.model),
        "policy": {"version": inputs.policy.version, "content_hash": inputs.policy.content_hash},
        "previous": None
        if previous is None
        else {"as_of": previous.as_of.isoformat(), "content_hash": previous.content_hash},
        "reasons": inputs.reasons,
        "counts": count(rating),
        "exceptions": _exceptions(rating, inputs.policy),
        "portfolio_exposure": rating.portfolio_exposure,
        "figures": figures_as_json(rating.figures),
        "files": dict(files),
    }


def _identity(model: PdModel) -> dict[str, Any]:
    return {
        "name": model.name,
        "version": model.version,
        "digest": model.digest,
        "horizon_days": model.horizon_days,
    }


def _said_by(said: Said, as_of: date) -> dict[str, Any]:
    """What people had said by the date, which the run depends on as on its tables."""
    answers = [one for one in said.answers if one.day <= as_of]
    snoozes = [one for one in said.snoozes if one.start <= as_of]
    text = [repr(one) for one in (*answers, *snoozes)]
    return {"answers": len(answers), "snoozes": len(snoozes), "sha256": sha256_of(text)}


def _exceptions(rating: PortfolioRating, policy: Policy) -> dict[str, Any]:
    """What was agreed for single customers and holds on the date; `of_nobody` names customers and groups not there."""
    ratings = rating.ratings
    ids, groups = set(ratings["customer_id"]), set(ratings["group_id"].drop_nulls())
    return {
        "exclusions": len(policy.exclusions),
        "temporary_limits": len(policy.temporary_limits),
        "of_nobody": list(agreed_of_nobody(policy, ids, groups)),
    }


def count(rating: PortfolioRating) -> dict[str, Any]:
    """Customers by status, grade, why unrated and movement; warnings and open cases by severity; what changed."""
    ratings = rating.ratings
    open_cases = rating.episodes.cases.filter(pl.col("end").is_null())
    return {
        "customers": ratings.height,
        "by_status": _tally(ratings["status"]),
        "by_grade": _tally(ratings["grade"]),
        "unrated": _tally(ratings["unrated_reason"]),
        "frozen": int(ratings["frozen"].sum()),
        "referred": int(ratings["refer"].sum()),
        "warnings": rating.warnings.height,
        "warnings_by_severity": _tally(rating.warnings["severity"]),
        "episodes": int(rating.episodes.episodes["closed_on"].is_null().sum()),
        "changes": _tally(rating.episodes.changes["change"]),
        "cases_by_severity": _tally(open_cases["severity"]),
        "movements": _tally(rating.movements["movement"]),
    }


def _tally(values: pl.Series) -> dict[str, int]:
    counted = values.drop_nulls().value_counts()
    return {str(word): int(n) for word, n in sorted(counted.iter_rows())}


def figures_as_json(figures: PortfolioFigures) -> dict[str, Any]:
    return {
        "collection": asdict(figures.collection),
        "ageing": {band.value: amount for band, amount in figures.ageing.items()},
        "ageing_shift": [{**asdict(s), "band": s.band.value, "shift": s.shift.value} for s in figures.shifts],
        "debt_age": {age.value: amount for age, amount in figures.debt_age.items()},
        "provisions": asdict(figures.provisions),
    }


def report_of(
    rating: PortfolioRating,
    inputs: RunInputs,
    paths: pl.DataFrame | None = None,
    pages: Mapping[str, str] = MappingProxyType({}),
) -> PortfolioReport:
    """`paths`: what was owed month by month by the customers whose cases it shows, None: to be looked up; `pages`:
    where the pages of cases lie beside the report, by customer."""
    order = ranked(rating.episodes.cases, rating.ratings, inputs.policy) if paths is None else ()
    return PortfolioReport(
        as_of=rating.as_of,
        currency=rating.reporting_currency,
        ratings=rating.ratings,
        warnings=rating.warnings,
        episodes=rating.episodes.episodes,
        changes=rating.episodes.changes,
        cases=rating.episodes.cases,
        movements=rating.movements,
        previous_as_of=None if inputs.previous is None else inputs.previous.as_of,
        figures=rating.figures,
        splits=rating.splits,
        model_name=inputs.model.name,
        model_version=inputs.model.version,
        model_horizon_days=inputs.model.horizon_days,
        model_metrics=inputs.model_metrics,
        policy=inputs.policy,
        overdue_paths=_overdue_paths(order, rating, inputs) if paths is None else paths,
        case_pages=pages,
        shadow=None if rating.shadow is None else rating.shadow.ratings,
    )


def _overdue_paths(order: Sequence[RankedCase], rating: PortfolioRating, inputs: RunInputs) -> pl.DataFrame:
    """Of the customers whose cases the report shows."""
    shown = [one.customer_id for one in order if one.within_budget][:MOST_ROWS]
    return overdue_paths(inputs.tables, shown, month_ends(rating.as_of, MONTHS))
