"""Recalibration without retraining, as a small version of its own: the trees of its parent, another calibration."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from riskengine.scoring.bundle import (
    Trained,
    load_bundle,
    read_card,
    read_development,
    read_metrics,
    write_bundle,
)
from riskengine.scoring.monitoring_spec import MonitoringSpec
from riskengine.scoring.one_thread import one_thread
from riskengine.scoring.promotion_log import Step
from riskengine.scoring.recalibration import (
    Choice,
    Extent,
    Ripened,
    choose_extent,
    recalibrate,
)
from riskengine.scoring.spec import ModelSpec
from riskengine.scoring.split import last_uncensored_month_end, month_ends_back
from riskengine.scoring.workspace import Workspace
from riskengine.tables.store import TableSet, open_tables
from riskengine.terms.days import day_number, day_of
from riskengine.terms.errors import FindingsError, InputError, RiskEngineError
from riskengine.terms.version import VERSION
from riskengine.workflows.models.monitoring.dates import observe, watch_date
from riskengine.workflows.models.recalibration_record import Refit, describe, judge_unseen, ripened
from riskengine.workflows.models.register_model import register_model
from riskengine.workflows.models.validate_model import bands_of, tables_as_known
from riskengine.workflows.rerate import check_as_of
from riskengine.workflows.same_rows import features_of, last_training_day, read_model_spec
from riskengine.workflows.scored import check_currency

Progress = Callable[[str, int, int], None]
SLOPE_GATE = "calibration slope"


@dataclass(frozen=True, slots=True)
class RecalibrationRequest:
    """`extent`: None leaves it to the rule. `months`: newest ripe month ends to fit on, else as the thresholds of the
    model say. `by`, `at` (ISO time), `reason`: for the log."""

    workspace: Workspace
    bundle: Path
    tables: Path
    as_of: date
    rules: Path
    by: str
    at: str
    reason: str
    extent: Extent | None = None
    months: int | None = None


@dataclass(frozen=True, slots=True)
class Recalibrated:
    """`record`: what moved, as it stands in the metrics of the new bundle."""

    bundle: Path
    model: str
    version: str
    digest: str
    record: dict[str, Any]


@one_thread()
def recalibrate_model(
    request: RecalibrationRequest, progress: Progress = lambda _what, _done, _total: None
) -> Recalibrated:
    """Write and register a version with the parent's trees and a calibration of ripe outcomes it knew nothing of.

    It gets no role: it is promoted through the same gates, by someone else. The bundle depends on parent, tables,
    as-of date, months, extent and version number alone. Raises InputError if no such outcomes are ripe or too few
    customers defaulted, FindingsError if nothing is off beyond chance and no extent was asked for; else as
    `monitor_model`.
    """
    parent = load_bundle(request.bundle)
    features_of(parent)
    spec = read_model_spec(request.bundle)
    trained_to = last_training_day(request.bundle)
    limits = (spec.monitoring or MonitoringSpec()).outcomes
    tables = open_tables(request.tables)
    check_currency(parent, tables.reporting_currency)
    check_as_of(tables, request.as_of)
    progress("outcomes", 0, 1)
    observed = observe(tables, tables_as_known(tables, request.as_of), spec, request.as_of)
    days = ripe_month_ends(observed.observed_to, trained_to, spec.outcome.horizon_days, request.months or limits.months)
    dates = []
    for number, day in enumerate((*days, request.as_of)):
        progress("months", number, len(days) + 1)
        dates.append(watch_date(observed, day, parent, spec, trained_to))
    progress("months", len(days) + 1, len(days) + 1)
    rows = ripened(dates[:-1])
    _refuse_few(rows, days, limits.min_defaults)
    choice = choose_extent(parent.calibration, rows, limits.slope_defaults)
    extent = _extent(request, choice)
    refit = Refit(
        parent,
        recalibrate(parent.calibration, rows, extent),
        choice,
        extent,
        rows,
        tuple(dates[:-1]),
        dates[-1],
        bands_of(request.rules, request.as_of),
        spec.seed,
    )
    record = {"parent": {"model": parent.name, "version": parent.version, "digest": parent.digest}, **describe(refit)}
    return _keep(request, _version(request, refit, spec, tables, record), record)


def ripe_month_ends(observed_to: date, trained_to: date, horizon_days: int, months: int) -> tuple[date, ...]:
    """The newest `months` month ends with a whole horizon behind them that lie a horizon after the training.

    Raises InputError if there is none.
    """
    first = day_of(day_number(trained_to) + horizon_days)
    last = last_uncensored_month_end(day_number(observed_to), horizon_days)
    days = [d for d in (month_ends_back(last, back) for back in range(months - 1, -1, -1)) if d >= first]
    if not days:
        ripe_on = day_of(day_number(month_ends_back(first, 0)) + horizon_days)
        raise InputError(
            f"no outcomes are ripe that the model knew nothing of: it was trained on snapshots up to {trained_to}, and "
            f"outcomes are known to {observed_to}",
            where="recalibration",
            remedy=f"bring tables that go to {ripe_on} or later",
        )
    return tuple(days)


def _refuse_few(rows: Ripened, days: tuple[date, ...], least: int) -> None:
    if rows.bad_customers < least:
        raise InputError(
            f"{rows.bad_customers} customers defaulted within the horizon of {len(days)} month ends from {days[0]} to "
            f"{days[-1]}, {least} are needed",
            where="recalibration",
            remedy="take more month ends with --months, or wait for more outcomes",
        )


def _extent(request: RecalibrationRequest, choice: Choice) -> Extent:
    if request.extent is not None:
        return request.extent
    if not choice.called_for:
        level = choice.level
        raise FindingsError(
            f"nothing is off beyond chance: observed over expected {level.value:.2f} ({level.low:.2f} to "
            f"{level.high:.2f}), slope {'-' if choice.slope is None else format(choice.slope.value, '.2f')}",
            where="recalibration",
            remedy="leave the model as it is, or say with --extent what you want all the same",
        )
    return choice.extent


def _version(
    request: RecalibrationRequest, refit: Refit, spec: ModelSpec, tables: TableSet, record: Mapping[str, Any]
) -> Trained:
    """The parent's bundle with another calibration. What is about order stays the parent's, for so do its trees; what
    is about calibration is measured anew."""
    card, metrics = read_card(request.bundle), read_metrics(request.bundle)
    parent = refit.parent
    figures, verdicts = judge_unseen(refit)
    renewed = {v["check"]: v for v in verdicts}
    validation = metrics.get("validation")
    changed: dict[str, Any] = {"calibration": figures, "recalibration": dict(record)}
    if validation:
        rows = [renewed.get(v["check"], v) for v in validation.get("verdicts", ())]
        changed["validation"] = {**validation, "verdicts": rows}
    if "gates" in metrics:
        changed["gates"] = [_gate(g, figures["slope"], spec) for g in metrics["gates"]]
    provenance = card["provenance"]
    source = {"data_fingerprint": tables.fingerprint, "tables": dict(tables.sha256), "riskengine": VERSION}
    return Trained(
        name=parent.name,
        features=parent.features,
        horizon_days=parent.horizon_days,
        booster_text=(request.bundle / "booster.txt").read_text(encoding="utf-8"),
        calibration=refit.calibration,
        seen_missing=parent.seen_missing,
        spec_text=(request.bundle / "spec.yaml").read_text(encoding="utf-8"),
        metrics={**metrics, **changed},
        provenance={
            **provenance,
            "recalibrated": {**source, "parent": record["parent"], "as_of": request.as_of.isoformat()},
        },
        example=tuple(tuple(row) for row in card.get("example", ())),
        development=read_development(request.bundle),
    )


def _gate(gate: Mapping[str, Any], slope: float, spec: ModelSpec) -> dict[str, Any]:
    band = spec.acceptance.calibration_slope
    if gate["name"] != SLOPE_GATE or band is None:
        return dict(gate)
    return {**gate, "found": slope, "passed": band[0] <= slope <= band[1]}


def _keep(request: RecalibrationRequest, trained: Trained, record: dict[str, Any]) -> Recalibrated:
    workspace = request.workspace
    version = workspace.next_version(trained.name)
    bundle = workspace.bundle_folder(trained.name, version)
    digest = write_bundle(trained, bundle, version=version)
    gates = trained.metrics.get("gates") or ()
    evidence = {"recalibrated_from": record["parent"], "accepted": all(g["passed"] for g in gates)}
    workspace.record(Step.TRAINED, bundle, by=request.by, at=request.at, reason=request.reason, evidence=evidence)
    try:
        register_model(workspace, bundle)
    except RiskEngineError as error:
        raise RiskEngineError(
            f"the recalibrated version is kept in {bundle}, but {error.what}",
            where=error.where,
            remedy=f"riskengine models register {trained.name}/{version}, when MLflow can be written to",
        ) from error
    return Recalibrated(bundle, trained.name, version, digest, record)
