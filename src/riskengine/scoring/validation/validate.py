"""Everything a validator asks of a PD model, as numbers: `validate` is pure, and the same input gives the same output.

Figures that need outcomes are None where there are too few (see `slices`), never a number that pretends.
Calibration is judged before a long-run shift, against the outcome and the horizon the model was trained on; grades are
those a customer would get, with the shift.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from riskengine.features.feature import Feature, Risk
from riskengine.scoring.calibration import Floats, probability
from riskengine.scoring.calibration_tests import TestResult, calibration_line, hosmer_lemeshow, spiegelhalter
from riskengine.scoring.discrimination import gini
from riskengine.scoring.matrix import Matrix
from riskengine.scoring.monotone import reversals
from riskengine.scoring.one_thread import one_thread
from riskengine.scoring.pd_model import PdModel
from riskengine.scoring.scorecard import Scorecard
from riskengine.scoring.stability import bin_counts, bin_edges
from riskengine.scoring.validation.challengers import CHAMPION, NAIVE, SCORECARD, Rival, challenge, lowest_where_missing
from riskengine.scoring.validation.curves import calibration_curve, curves, lift_table
from riskengine.scoring.validation.figures import Attainable, CalibrationTests, Figures
from riskengine.scoring.validation.grades import Bands, Migration, concentration, grade_slices, migration
from riskengine.scoring.validation.importance import Dependence, Importance, dependence, importance
from riskengine.scoring.validation.leakage import FutureCheck, each_alone
from riskengine.scoring.validation.points import points_table
from riskengine.scoring.validation.slices import FEWEST, MONTH, WHOLE, Groups, Rows, measure_slice, slice_by
from riskengine.scoring.validation.sources import mask_sources
from riskengine.scoring.validation.stability import Shift, feature_shifts, score_shift
from riskengine.scoring.validation.verdict import Verdict, judge, worst_of
from riskengine.scoring.validation.verdict_rules import Level
from riskengine.terms.days import day_of
from riskengine.terms.errors import InputError

_DEPENDENCES, _DEPENDENCE_ROWS = 8, 500


@dataclass(frozen=True, slots=True)
class Context:
    """What stands around the rows. Arrays have one entry per test row.

    `segments`: the groups of `find_segments`. `score_reference`: edges and counts of the raw score in training, as the
    bundle holds them; without it the model scores the training rows again. `unbound`: why the spec does not ask for
    directions; empty: it does.
    """

    bands: Bands
    seed: int
    gap_days: int | None = None  # from the last training snapshot to the first test snapshot
    segments: Groups = field(default_factory=dict)
    scorecard: Scorecard | None = None
    naive: Floats | None = None
    champion: tuple[str, Rival] | None = None
    true_pd: Floats | None = None
    future: FutureCheck | None = None
    score_reference: tuple[Floats, NDArray[np.int64]] | None = None
    unbound: str = ""


@dataclass(frozen=True, slots=True)
class Validation:
    figures: Figures
    verdicts: tuple[Verdict, ...]

    @property
    def worst(self) -> Level:
        """The worst verdict; `not_enough` only if nothing could be judged worse than that."""
        return worst_of(self.verdicts)

    def as_json(self) -> dict[str, Any]:
        """Plain JSON; without the points of the scorecard, which are a table of their own."""
        content = asdict(self.figures)
        content.pop("points")
        return {"verdicts": [v.as_json() for v in self.verdicts], **content}


@one_thread()
def validate(
    model: PdModel, features: tuple[Feature, ...], train: Matrix, test: Matrix, context: Context
) -> Validation:
    """All figures of a model on test rows, and the verdicts on them. `features` are those of the model, in its order.

    Raises InputError if there are no rows, or a value is one the model refuses.
    """
    if len(test) == 0 or len(train) == 0:
        raise InputError("there are no rows to validate on", where="validation", remedy="widen the windows")
    said = model.predict(test.values, threads=1)
    own = np.maximum(
        probability(model.calibration.log_odds(said.raw) - model.calibration.shift), model.calibration.floor
    )
    rows = Rows(said.raw, own, test.outcome, test.customer_id, test.as_of)
    grade = context.bands.number(said.pd_12m)
    ordered, seed = rows.has_outcomes, context.seed
    by_month = np.array([day_of(int(d)).isoformat() for d in test.as_of], dtype=object)
    groups = {MONTH: by_month, **context.segments}
    heavy = importance(model, features, test.values)
    names = tuple(f.name for f in features)
    found = Figures(
        model.name,
        model.version,
        model.digest,
        model.horizon_days,
        context.gap_days,
        _dates(train),
        _dates(test),
        rows.repeats,
        measure_slice(rows, WHOLE, WHOLE, seed=seed),
        tuple(slice_by(rows, groups, seed=seed)),
        grade_slices(rows, grade, context.bands, seed=seed),
        measure_calibration(rows),
        curves(said.raw, test.outcome) if ordered else None,
        lift_table(said.raw, test.outcome) if ordered else (),
        concentration(grade, context.bands),
        _migration(model, train, test, grade, context.bands),
        _score_shift(model, train, test, said.raw, context),
        feature_shifts(train, test, names),
        sum(f.risk is not Risk.FREE for f in features),
        reversals(model, {f.name: f.risk for f in features}),
        heavy,
        _dependences(model, test.values, heavy),
        each_alone(test.values, test.outcome, names, fewest=FEWEST),
        context.future,
        mask_sources(model, features, test.values, test.outcome, ordered=ordered),
        challenge(rows, _rivals(test, context), seed=seed) if ordered else (),
        points_table(context.scorecard) if context.scorecard else (),
        _attainable(rows, context.true_pd) if ordered else None,
        context.unbound,
    )
    return Validation(found, judge(found))


def measure_calibration(rows: Rows) -> CalibrationTests:
    """Line, tests and bins; what too few outcomes do not allow is None."""
    both = 0 < rows.outcome.sum() < len(rows)
    return CalibrationTests(
        calibration_line(rows.pd, rows.outcome) if both and rows.has_outcomes else None,
        _made(hosmer_lemeshow, rows) if rows.has_outcomes else None,
        _made(spiegelhalter, rows) if rows.has_outcomes else None,
        calibration_curve(rows.pd, rows.outcome),
    )


def _made(test: Callable[[Floats, Floats], TestResult], rows: Rows) -> TestResult | None:
    try:
        return test(rows.pd, rows.outcome)
    except InputError:  # PDs too much alike for this test
        return None


def _migration(model: PdModel, train: Matrix, test: Matrix, grade: NDArray[np.int64], bands: Bands) -> Migration | None:
    """Between the first and the last test date; with a single one, from the last training date to it."""
    first, last = int(test.as_of.min()), int(test.as_of.max())
    now = test.as_of == last
    later = test.customer_id[now], grade[now]
    if first < last:
        then = test.as_of == first
        earlier = test.customer_id[then], grade[then], test.outcome[then]
    else:
        first = int(train.as_of.max())
        if first >= last:
            return None
        then = train.as_of == first
        grades = bands.number(model.predict(train.values[then], threads=1).pd_12m)
        earlier = train.customer_id[then], grades, train.outcome[then]
    return migration(earlier, later, (day_of(first).isoformat(), day_of(last).isoformat()), bands)


def _score_shift(model: PdModel, train: Matrix, test: Matrix, raw: Floats, context: Context) -> Shift:
    if context.score_reference is None:
        before = model.predict(train.values, threads=1).raw
        edges = bin_edges(before)
        counts = bin_counts(before, edges)
    else:
        edges, counts = context.score_reference
    return score_shift(edges, counts, raw, (train.customer_id, test.customer_id))


def _dependences(model: PdModel, values: Floats, heavy: tuple[Importance, ...]) -> tuple[Dependence, ...]:
    rows = _spread(values, _DEPENDENCE_ROWS)
    found = (dependence(model, rows, i.feature) for i in heavy[:_DEPENDENCES])
    return tuple(d for d in found if d is not None)


def _spread(values: Floats, most: int) -> Floats:
    """Up to `most` rows, evenly from first to last."""
    return np.ascontiguousarray(values[np.unique(np.linspace(0, len(values) - 1, min(most, len(values))).astype(int))])


def _rivals(test: Matrix, context: Context) -> dict[str, Rival]:
    rivals = {}
    if context.scorecard is not None:
        pd = context.scorecard.predict(test.values)
        rivals[SCORECARD] = Rival(pd, pd)
    if context.naive is not None:
        rivals[NAIVE] = Rival(lowest_where_missing(context.naive), None)
    if context.champion is not None:
        name, rival = context.champion
        rivals[f"{CHAMPION} {name}"] = rival
    return rivals


def _attainable(rows: Rows, true_pd: Floats | None) -> Attainable | None:
    if true_pd is None:
        return None
    known = ~np.isnan(true_pd)
    if not rows.only(known).has_outcomes:
        return None
    own, best = gini(rows.raw[known], rows.outcome[known]), gini(true_pd[known], rows.outcome[known])
    return Attainable(own, best, own / best) if best > 0 else None


def _dates(matrix: Matrix) -> tuple[str, ...]:
    return tuple(day_of(int(d)).isoformat() for d in np.unique(matrix.as_of))
