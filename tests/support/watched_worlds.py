"""Customers of months to come, as monitoring sees them: made from a small model and a truth that may have moved."""

from dataclasses import replace
from datetime import date

import lightgbm
import numpy as np

from riskengine.scoring.calibration import Calibration, Method, logit, probability
from riskengine.scoring.matrix import Matrix
from riskengine.scoring.monitoring.data_age import DataAge
from riskengine.scoring.monitoring.development import describe_development
from riskengine.scoring.monitoring.drift import feature_drifts, grade_shares, score_drift
from riskengine.scoring.monitoring.figures import Baseline, DriftDate, Watch
from riskengine.scoring.monitoring.performance import measure_performance
from riskengine.scoring.monitoring.ripening import measure_month, timing_of
from riskengine.scoring.monitoring.watched import Watched
from riskengine.scoring.pd_model import PdModel
from riskengine.scoring.validation.grades import SHIPPED
from riskengine.workflows.models.monitoring.dates import ripe_dates
from support.small_model import rows, trained

HORIZON = 360
MONTHS = tuple(date(2024 + m // 12, m % 12 + 1, 28) for m in range(14))


def small_model(calibration=None):
    made = trained()
    return PdModel(
        made.name,
        "1",
        "",
        made.features,
        HORIZON,
        calibration or made.calibration,
        made.seen_missing,
        lightgbm.Booster(model_str=made.booster_text),
    )


def training_rows(n=3000, seed=100):
    values, outcome = rows(n, seed)
    people = np.array([f"T{i}" for i in range(n)], dtype=object)
    return Matrix(values, outcome, people, np.full(n, 19000, dtype=np.int32))


def development(model, seed=100):
    train = training_rows(seed=seed)
    return describe_development(model, train, model.predict(train.values, threads=1).raw)


def watched_dates(model, values, rng, *, shift=0.0, slope=1.0, lost=0.0, dates=MONTHS, elapsed=None):
    """The same customers on every date; who defaults, and when, is drawn once from the model's own log-odds, moved.

    `lost`: part of the log-odds that is noise to the model. Defaults come evenly over three years, so that neighbouring
    dates share many of them.
    """
    said = model.predict(values, threads=1)
    own = np.maximum(probability(model.calibration.log_odds(said.raw) - model.calibration.shift), 1e-9)
    odds = logit(own)
    centre = odds.mean()
    true = centre + shift + slope * ((1 - lost) * (odds - centre) + lost * rng.permutation(odds - centre))
    start = dates[0].toordinal()
    yearly = probability(true)
    day = start + np.floor(rng.exponential(1.0, len(true)) / -np.log1p(-yearly) * HORIZON)
    people = np.array([f"C{i}" for i in range(len(true))], dtype=object)
    last = dates[-1].toordinal() if elapsed is None else dates[0].toordinal() + elapsed
    found = []
    for at in dates:
        passed = max(0, min(HORIZON, last - at.toordinal()))
        after = day - at.toordinal()
        there = after > 0  # who defaulted before is not there any more
        seen = np.where((after > 0) & (after <= passed), after, np.nan)
        found.append(
            Watched(
                at,
                people[there],
                values[there],
                said.raw[there],
                own[there],
                said.pd_12m[there],
                seen[there],
                passed,
                HORIZON,
                seen_in_training=False,
            )
        )
    return found


def watch(model, dates, *, known=None, baseline=None, months=6, moved=None, **changes):
    """What a workflow would hand over to be judged."""
    known = development(model) if known is None else known
    timing = timing_of(dates)
    ranking, level = ripe_dates(dates, months)
    performance = measure_performance(ranking, SHIPPED)
    before = None
    drifts = []
    for w in dates:
        drifts.append(
            DriftDate(
                w.as_of.isoformat(),
                len(w),
                int((~w.rated).sum()),
                feature_drifts(known, w),
                score_drift(known, w),
                grade_shares(model, known, w, before, SHIPPED),
                float(w.pd_12m.mean()),
            )
        )
        before = w
    auc = performance.auc if performance else None
    found = Watch(
        model.name,
        model.version,
        model.digest,
        dates[-1].as_of.isoformat(),
        dates[-1].as_of.isoformat(),
        HORIZON,
        "2022-12-31",
        baseline or Baseline(auc.auc if auc else None, auc.standard_error if auc else None, ("2023-12-31",)),
        timing.timing,
        tuple(drifts),
        tuple(measure_month(w, timing) for w in dates),
        measure_performance(level, SHIPPED),
        performance,
        moved,
        DataAge((), (), None, None),
        None if ranking else "2026-01-01",
    )
    return replace(found, **changes)


def calm_calibration():
    """A model with rarer defaults than the shipped small one."""
    return Calibration(Method.PLATT, 0.0003, 1.1, -1.0)
