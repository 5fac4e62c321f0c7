"""Watch a model that rates: what goes in, what comes out, what became of it, and what to do."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from riskengine.features.build import build_features
from riskengine.policy.release.published import open_policy
from riskengine.scoring.bundle import load_bundle, read_development, read_metrics
from riskengine.scoring.calibration import Floats
from riskengine.scoring.monitoring.conclude import Monitoring, monitor
from riskengine.scoring.monitoring.development import Development
from riskengine.scoring.monitoring.drift import effects, feature_drifts, grade_shares, score_drift
from riskengine.scoring.monitoring.figures import Baseline, DriftDate, Watch
from riskengine.scoring.monitoring.judge_inputs import NO_DEVELOPMENT
from riskengine.scoring.monitoring.moved_ratings import MovedRatings, measure_moved
from riskengine.scoring.monitoring.performance import measure_performance
from riskengine.scoring.monitoring.ripening import measure_month, timing_of
from riskengine.scoring.monitoring.watched import Watched
from riskengine.scoring.monitoring_spec import MonitoringSpec, load_thresholds
from riskengine.scoring.one_thread import one_thread
from riskengine.scoring.pd_model import PdModel
from riskengine.scoring.spec import ModelSpec
from riskengine.scoring.split import month_ends_back
from riskengine.scoring.validation.grades import Bands
from riskengine.tables.store import TableSet, open_tables
from riskengine.terms.days import day_number, day_of
from riskengine.terms.errors import InputError, UsageError
from riskengine.terms.text import Text
from riskengine.workflows.models.monitoring.data import measure_data
from riskengine.workflows.models.monitoring.dates import Observed, observe, ripe_dates, watch_date, without_values
from riskengine.workflows.models.monitoring.runs import read_runs
from riskengine.workflows.models.validate_model import bands_of, tables_as_known
from riskengine.workflows.rerate import check_as_of
from riskengine.workflows.same_rows import features_of, last_training_day, read_model_spec
from riskengine.workflows.scored import check_currency

Progress = Callable[[str, int, int], None]
MOST_MONTHS = 36
_STATEMENT_AGE = "fin_statement_age_days"


@dataclass(frozen=True, slots=True)
class MonitorRequest:
    """`since`: first month end looked at, else the first after training (at most 36 back). `runs`: folder of runs of
    rerate. `thresholds`: a file instead of what the model's spec says."""

    tables: Path
    as_of: date
    bundle: Path
    rules: Path
    since: date | None = None
    runs: Path | None = None
    thresholds: Path | None = None


@dataclass(frozen=True, slots=True)
class MonitoredModel:
    """`meaning`: what the PD is a chance of. `thresholds_from`: where the thresholds stand. `notes`: what could not be
    looked at, and why."""

    monitoring: Monitoring
    meaning: Text
    thresholds: MonitoringSpec
    thresholds_from: Text
    notes: tuple[Text, ...]


@one_thread()
def monitor_model(request: MonitorRequest, progress: Progress = lambda _what, _done, _total: None) -> MonitoredModel:
    """Everything about a model in use, on the tables as known on the as-of date.

    Raises InputError if the bundle was tampered with or learnt another currency, the tables are not later than its
    training, or the as-of date lies outside them; UsageError if a feature is not computed any more or there is no run.
    """
    model = load_bundle(request.bundle)
    features_of(model)
    spec = read_model_spec(request.bundle)
    thresholds, place = _thresholds(request, spec)
    development, metrics = read_development(request.bundle), read_metrics(request.bundle)
    trained_to = last_training_day(request.bundle)
    tables = open_tables(request.tables)
    check_currency(model, tables.reporting_currency)
    check_as_of(tables, request.as_of)
    days = dates_to_watch(request.as_of, trained_to, request.since)
    progress("outcomes", 0, 1)
    notes = [] if development is not None else [NO_DEVELOPMENT]
    moved: MovedRatings | None = None
    if request.runs is not None:
        shares, said = read_runs(request.runs, request.as_of, request.rules)
        moved, notes = measure_moved(shares), [*notes, *said]
    known = tables_as_known(tables, request.as_of)
    means = _Means(
        model, spec, development, trained_to, _recalibrated_to(metrics), bands_of(request.rules, request.as_of)
    )
    observed = observe(tables, known, spec, request.as_of)
    watched, drifts = _look(observed, days, means, progress)
    progress("judging", 0, 1)
    timing = timing_of(watched)
    ranking, level = ripe_dates(watched, thresholds.outcomes.months)
    watch = Watch(
        model.name,
        model.version,
        model.digest,
        request.as_of.isoformat(),
        observed.observed_to.isoformat(),
        spec.outcome.horizon_days,
        trained_to.isoformat(),
        baseline_of(metrics),
        timing.timing,
        drifts,
        tuple(measure_month(w, timing) for w in watched),
        measure_performance(level, means.bands),
        measure_performance(ranking, means.bands),
        moved,
        measure_data(
            known,
            request.as_of,
            statement_age=_statement_age(watched[-1], model, known),
            limits=thresholds.data,
            policy=open_policy(request.rules, request.as_of),
            last_run=_last_run(moved, request.as_of),
        ),
        None if ranking else _ripe_from(trained_to, spec.outcome.horizon_days).isoformat(),
    )
    progress("judging", 1, 1)
    return MonitoredModel(monitor(watch, thresholds), spec.meaning_text, thresholds, place, tuple(notes))


def dates_to_watch(as_of: date, trained_to: date, since: date | None) -> tuple[date, ...]:
    """Month ends after the training up to `as_of`, and `as_of` itself.

    Raises InputError if nothing lies after the training, UsageError if `since` does not.

    >>> [d.isoformat() for d in dates_to_watch(date(2024, 3, 15), date(2023, 12, 31), None)]
    ['2024-01-31', '2024-02-29', '2024-03-15']
    """
    if as_of <= trained_to:
        raise InputError(
            f"the model was trained on snapshots up to {trained_to}; as of {as_of} there is nothing new to watch",
            where="as-of date",
            remedy="choose a later date, or bring newer tables",
        )
    if since is not None and not trained_to < since <= as_of:
        raise UsageError(
            f"{since} does not lie between the training, which ended {trained_to}, and {as_of}",
            where="--since",
            remedy="choose a later date, or leave it out",
        )
    first = since or max(month_ends_back(trained_to, -1), month_ends_back(as_of, MOST_MONTHS))
    ends = (
        month_ends_back(as_of, back)
        for back in range((as_of.year - first.year) * 12 + as_of.month - first.month, -1, -1)
    )
    return (*(d for d in ends if max(first, trained_to) <= d < as_of and d > trained_to), as_of)


def baseline_of(metrics: Mapping[str, Any]) -> Baseline:
    """AUC on the test window of development with its standard error, from the validation in the bundle where there is
    one (customers drawn), else from the comparison (rows as draws); the interval lies on the logit."""
    window = tuple(((metrics.get("data") or {}).get("test") or {}).get("snapshots") or ())
    order = ((metrics.get("validation") or {}).get("whole") or {}).get("order") or {}
    span = order.get("auc_interval") or {}
    contender = (metrics.get("contenders") or [{}])[0]
    auc = order.get("auc", contender.get("auc"))
    low, high = span.get("low", contender.get("auc_low")), span.get("high", contender.get("auc_high"))
    if auc is None or low is None or high is None or not 0 < low <= auc <= high < 1:
        return Baseline(auc, None, window)
    half = (math.log(high / (1 - high)) - math.log(low / (1 - low))) / 2
    return Baseline(auc, half / 1.959963984540054 * auc * (1 - auc), window)


@dataclass(frozen=True, slots=True)
class _Means:
    """What every date is looked at with."""

    model: PdModel
    spec: ModelSpec
    development: Development | None
    trained_to: date
    recalibrated_to: date | None  # last month end of outcomes its calibration was refitted on
    bands: Bands


def _look(
    observed: Observed, days: tuple[date, ...], means: _Means, progress: Progress
) -> tuple[list[Watched], tuple[DriftDate, ...]]:
    """Every date once; only the last keeps its features."""
    watched: list[Watched] = []
    drifts: list[DriftDate] = []
    for number, day in enumerate(days):
        progress("months", number, len(days))
        now = watch_date(observed, day, means.model, means.spec, means.trained_to)
        now = replace(now, calibrated_on=means.recalibrated_to is not None and day <= means.recalibrated_to)
        last = day == days[-1]
        drifts.append(_drift_date(means, now, watched[-1] if watched else None, last=last))
        watched.append(now if last else without_values(now))
    progress("months", len(days), len(days))
    if len(watched[-1]) == 0:
        raise InputError(
            f"no customer is in the model's population on {days[-1]}",
            where="population",
            remedy="bring newer tables; the population of the spec says who counts",
        )
    return watched, tuple(drifts)


def _drift_date(means: _Means, now: Watched, earlier: Watched | None, *, last: bool) -> DriftDate:
    model, development, rated = means.model, means.development, now.rated
    features = () if development is None else feature_drifts(development, now)
    if development is not None and last and rated.any():
        moved = effects(model, development, now)
        features = tuple(replace(f, effect=float(e)) for f, e in zip(features, moved, strict=True))
    return DriftDate(
        now.as_of.isoformat(),
        len(now),
        int((~rated).sum()),
        features,
        None if development is None else score_drift(development, now),
        grade_shares(model, development, now, earlier, means.bands),
        float(now.pd_12m[rated].mean()) if rated.any() else None,
    )


def _thresholds(request: MonitorRequest, spec: ModelSpec) -> tuple[MonitoringSpec, Text]:
    if request.thresholds is not None:
        return load_thresholds(request.thresholds), Text(
            f"file {request.thresholds.name}", f"文件 {request.thresholds.name}"
        )
    if spec.monitoring is not None:
        return spec.monitoring, Text("the model's spec", "模型规格")
    return MonitoringSpec(), Text("as shipped", "出厂默认")


def _statement_age(last: Watched, model: PdModel, known: TableSet) -> Floats:
    """Days, NaN without a statement; from the features of the model if it has this one, else from the table."""
    if _STATEMENT_AGE in model.features:
        return last.values[:, model.features.index(_STATEMENT_AGE)]
    asked = pl.DataFrame({"customer_id": last.customer_id.tolist()}, schema={"customer_id": pl.String})
    built = build_features(known, last.as_of).select("customer_id", _STATEMENT_AGE)
    return asked.join(built, on="customer_id", how="left", maintain_order="left")[_STATEMENT_AGE].to_numpy()


def _last_run(moved: MovedRatings | None, as_of: date) -> date | None:
    days = [date.fromisoformat(r.as_of) for r in moved.runs] if moved else []
    return max((d for d in days if d < as_of), default=None)


def _recalibrated_to(metrics: Mapping[str, Any]) -> date | None:
    days = (metrics.get("recalibration") or {}).get("month_ends") or ()
    return date.fromisoformat(max(days)) if days else None


def _ripe_from(trained_to: date, horizon: int) -> date:
    """The day on which the first month end that lies a horizon after the training is ripe itself."""
    end = day_of(day_number(trained_to) + horizon)
    first = month_ends_back(end, 0)
    return day_of(day_number(first) + horizon)
