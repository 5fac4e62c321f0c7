"""What a recalibration did: on which outcomes, how far PDs and grades moved, and how it does on customers it did not
see."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from riskengine.scoring.calibration import Calibration, Floats
from riskengine.scoring.comparison import calibration_figures
from riskengine.scoring.monitoring.watched import Watched
from riskengine.scoring.pd_model import PdModel
from riskengine.scoring.recalibration import Choice, Extent, Ripened, own_scale, unseen_pd
from riskengine.scoring.validation.figures import CalibrationTests
from riskengine.scoring.validation.grades import Bands, grade_slices
from riskengine.scoring.validation.slices import Rows, Slice, measure_slice
from riskengine.scoring.validation.validate import measure_calibration
from riskengine.scoring.validation.verdict import judge_calibration
from riskengine.terms.days import day_number


@dataclass(frozen=True, slots=True)
class Refit:
    """A refitted calibration and everything around it. `ripe`: the month ends it was fitted on, `rows` their outcomes;
    `now`: everybody on the as-of date."""

    parent: PdModel
    calibration: Calibration
    choice: Choice
    extent: Extent
    rows: Ripened
    ripe: tuple[Watched, ...]
    now: Watched
    bands: Bands
    seed: int


@dataclass(frozen=True, slots=True)
class _Measured:
    """What the verdicts on calibration look at."""

    whole: Slice
    grades: tuple[Slice, ...]
    calibration: CalibrationTests


def ripened(dates: Sequence[Watched]) -> Ripened:
    """Outcomes of all rated customers of ripe dates."""
    parts = [(w, w.rated) for w in dates]
    return Ripened(
        np.concatenate([w.raw[r] for w, r in parts]),
        np.concatenate([w.outcome[r] for w, r in parts]),
        np.concatenate([w.customer_id[r] for w, r in parts]),
    )


def describe(refit: Refit) -> dict[str, Any]:
    """As JSON: what it was fitted on, before and after, and who changes grade on the as-of date."""
    return {**_fitted(refit), **_moved(refit)}


def judge_unseen(refit: Refit) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Figures and verdicts on calibration, each customer by a recalibration that did not see it."""
    rows = refit.rows
    unseen = unseen_pd(refit.parent.calibration, rows, refit.extent, refit.seed)
    as_of = np.concatenate([np.full(int(w.rated.sum()), day_number(w.as_of), dtype=np.int32) for w in refit.ripe])
    own = Rows(rows.raw, unseen, rows.outcome, rows.customer_id, as_of)
    shifted = refit.bands.number(refit.calibration.pd(rows.raw))
    found = _Measured(
        measure_slice(own, "whole", "whole", seed=refit.seed),
        grade_slices(own, shifted, refit.bands, seed=refit.seed),
        measure_calibration(own),
    )
    return calibration_figures(unseen, rows.outcome), [v.as_json() for v in judge_calibration(found)]


def _fitted(refit: Refit) -> dict[str, Any]:
    rows, choice = refit.rows, refit.choice
    before, after = (own_scale(c, rows.raw) for c in (refit.parent.calibration, refit.calibration))
    asked = {"en": "asked for", "zh": "人工指定"}
    return {
        "extent": refit.extent.value,
        "reason": asdict(choice.reason) if refit.extent is choice.extent and choice.called_for else asked,
        "month_ends": [w.as_of.isoformat() for w in refit.ripe],
        "rows": len(rows.raw),
        "customers": len(set(rows.customer_id.tolist())),
        "bad_rows": int(rows.outcome.sum()),
        "bad_customers": rows.bad_customers,
        "observed": float(rows.outcome.mean()),
        "mean_pd_before": float(before.mean()),
        "mean_pd_after": float(after.mean()),
        "level_before": asdict(choice.level),
        "slope_before": None if choice.slope is None else asdict(choice.slope),
        "calibration_before": refit.parent.calibration.as_json(),
        "calibration_after": refit.calibration.as_json(),
    }


def _moved(refit: Refit) -> dict[str, Any]:
    now, bands = refit.now, refit.bands
    raw = now.raw[now.rated]
    before, after = refit.parent.calibration.pd(raw), refit.calibration.pd(raw)
    grade, new = bands.number(before), bands.number(after)
    return {
        "as_of": now.as_of.isoformat(),
        "rated": len(raw),
        "worse": int((new > grade).sum()),
        "better": int((new < grade).sum()),
        "by_grade": [
            {
                "grade": label,
                "customers_before": int((grade == i).sum()),
                "customers_after": int((new == i).sum()),
                "mean_pd_before": _mean(before[grade == i]),
                "mean_pd_of_before_now": _mean(after[grade == i]),
                "mean_pd_after": _mean(after[new == i]),
            }
            for i, label in enumerate(bands.labels)
        ],
    }


def _mean(values: Floats) -> float | None:
    return float(values.mean()) if values.size else None
