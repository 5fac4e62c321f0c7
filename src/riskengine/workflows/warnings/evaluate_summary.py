"""An evaluation of warnings as JSON and as rows of a table."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from riskengine.early_warning.quality.budget import Worked
from riskengine.early_warning.quality.evaluation import CurvePoint, weeks_of
from riskengine.early_warning.quality.figures import Figures
from riskengine.portfolio.trial.resampling import DRAWS, Interval
from riskengine.reports.warnings.text import caution_texts, finding_texts
from riskengine.reports.warnings.view import EvaluationReport
from riskengine.scoring.pd_model import PdModel


def figure_rows(figures: Sequence[Figures]) -> list[dict[str, Any]]:
    """One flat row for each set of warnings: counts, shares with the ends of their 95 % intervals, money in units."""
    return [_flat(found) for found in figures]


def _flat(found: Figures) -> dict[str, Any]:
    counts, defaults = found.counts, found.defaults
    low, median, high = defaults.lead_days or (None, None, None)
    return {
        "kind": found.kind.value,
        "name": found.name,
        "level": None if found.level is None else found.level.word,
        "threshold": found.threshold,
        "verdict": found.verdict.value,
        **asdict(counts),
        "customers_at_risk": found.customers,
        "customers_known": found.known,
        "per_100_at_risk_a_month": found.per_100_month,
        "per_100_known_a_month": found.per_100_known,
        **_spread("precision", found.precision),
        **_spread("default_share", found.default_share),
        "base_rate": found.base_rate,
        **_spread("lift", found.lift),
        "noise_to_signal": found.on_dates.noise_to_signal,
        "list_precision": found.on_dates.precision,
        "list_recall": found.on_dates.recall,
        "defaults": defaults.count,
        "defaults_stood": defaults.stood,
        "defaults_ended": defaults.ended,
        "defaults_unwarned": defaults.unwarned,
        "defaults_alone": found.alone,
        "lead_days_lower_quartile": low,
        "lead_days_median": median,
        "lead_days_upper_quartile": high,
        "defaults_seen_60_days_before": defaults.early_seen,
        "defaults_stood_60_days_before": defaults.early,
        "defaults_warned_60_days_before_or_earlier": defaults.early_ever,
        "loss_avoided": found.money.loss_avoided / 100,
        "margin_lost": found.money.margin_lost / 100,
        "margin_lost_to_false_stops": found.money.false_margin / 100,
        "handling": found.money.handling / 100,
        "result": found.money.result / 100,
    }


def _spread(name: str, found: Interval | None) -> dict[str, float | None]:
    if found is None:
        return dict.fromkeys((name, f"{name}_low", f"{name}_high"))
    return {name: found.value, f"{name}_low": found.low, f"{name}_high": found.high}


def summarise(
    report: EvaluationReport, model: PdModel, *, inputs: Mapping[str, str], versions: Sequence[str]
) -> dict[str, Any]:
    """summary.json: everything the report says, for machines."""
    found, outcome = report.evaluation, report.outcome
    return {
        "dates": [day.isoformat() for day in report.dates],
        "ripe_dates": [day.isoformat() for day in report.ripe_dates],
        "model": {"name": model.name, "version": model.version, "digest": model.digest},
        "model_saw": None if report.model_saw is None else [day.isoformat() for day in report.model_saw],
        "policy_versions": list(versions),
        "outcome": {
            "horizon_days": outcome.horizon_days,
            "days_past_due": outcome.days_past_due,
            "severe_days": report.severe_days,
        },
        "reporting_currency": report.currency,
        "costs": asdict(report.costs),
        "draws": DRAWS,
        "figures": figure_rows(found.figures),
        "candidates_to_retire": [figure.name for figure in found.to_retire],
        "curve": [_point(point) for point in found.curve],
        "rules_of_indicators": {name: list(own) for name, own in sorted(found.rules.items())},
        "industry_warnings": [
            {"day": one.day.isoformat(), "industry": one.industry, "indicator": one.indicator}
            | {"severity": one.severity.word}
            for one in report.industries
        ],
        "budget": None if found.budget is None else _budget(found.budget, weeks_of(found.population)),
        "said": [asdict(text) for text in (*finding_texts(report), *caution_texts(report))],
        "inputs": {"tables": dict(sorted(inputs.items()))},
    }


def _point(point: CurvePoint) -> dict[str, Any]:
    return {
        "by": "policy" if point.rule is None else point.rule.value,
        "cases_per_week": point.per_week,
        "precision": point.precision,
        "recall": point.recall,
        "recall_by_amount": point.recall_amount,
    }


def _budget(worked: Worked, weeks: float) -> dict[str, Any]:
    return {
        "per_week": worked.per_week,
        "cases": worked.cases.height,
        "worked": worked.worked,
        "worked_per_week": worked.worked / weeks,
        "left_out": worked.left_out,
        "precision": worked.precision,
        "ripe": worked.ripe,
        "troubled": worked.troubled,
        "left_ripe": worked.left_ripe,
        "left_troubled": worked.left_troubled,
        "left_defaulted": worked.left_bad,
        "defaults": worked.defaults,
        "defaults_caught": worked.caught,
        "defaults_caught_60_days_before": worked.caught_early,
        "amount_caught": worked.amount_caught,
        "defaults_of_cases_left_out": worked.left_defaults,
    }
