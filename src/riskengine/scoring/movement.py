"""What moved between two versions of a model: both score the same rows, and every difference is theirs.

Order, calibration, what each listens to, and the grades customers get. With outcomes later than either training the
figures are out of time for both; without, only order among themselves, features and grades speak.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from riskengine.features.feature import Feature
from riskengine.scoring.calibration import Floats, probability
from riskengine.scoring.calibration_tests import calibration_line, hosmer_lemeshow
from riskengine.scoring.discrimination import brier
from riskengine.scoring.matrix import Matrix
from riskengine.scoring.one_thread import one_thread
from riskengine.scoring.pd_model import PdModel
from riskengine.scoring.validation.challengers import Gain, gain_over
from riskengine.scoring.validation.grades import Bands
from riskengine.scoring.validation.importance import importance
from riskengine.scoring.validation.slices import Mask, Order, Rows, measure_order
from riskengine.terms.days import day_of
from riskengine.terms.errors import InputError


@dataclass(frozen=True, slots=True)
class Side:
    """One model on the rows. PDs before a long-run shift, as outcomes are; None: too few outcomes."""

    model: str
    mean_pd: float
    brier: float
    order: Order | None
    slope: float | None
    hosmer_lemeshow_p: float | None


@dataclass(frozen=True, slots=True)
class FeatureMove:
    """Share of all contributions to the log-odds; 0 if the model does not ask about the feature."""

    feature: str
    before: float
    now: float

    @property
    def change(self) -> float:
        return self.now - self.before


@dataclass(frozen=True, slots=True)
class GradeMove:
    """The rows of a grade of the model before: the mean PD each model gives them, and how many went bad."""

    grade: str
    rows: int
    bad: int
    before: float | None
    now: float | None


@dataclass(frozen=True, slots=True)
class Movement:
    """`gain`: AUC of the model now over the one before (DeLong, by customer).

    `rank_correlation`: Spearman's, of the two scores. `grades`: labels, best first; `counts`: rows by grade before
    (first index) and now.
    """

    dates: tuple[str, ...]
    rows: int
    customers: int
    bad: int
    before: Side
    now: Side
    gain: Gain | None
    rank_correlation: float
    features: tuple[FeatureMove, ...]
    by_grade: tuple[GradeMove, ...]
    grades: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]

    @property
    def stayed(self) -> float:
        return float(np.trace(np.array(self.counts))) / self.rows

    @property
    def within_one(self) -> float:
        square = np.array(self.counts)
        return float(sum(np.trace(square, offset) for offset in (-1, 0, 1))) / self.rows

    @property
    def better(self) -> int:
        """Rows whose grade is better now."""
        return int(np.tril(np.array(self.counts), -1).sum())

    @property
    def worse(self) -> int:
        return int(np.triu(np.array(self.counts), 1).sum())

    def as_json(self) -> dict[str, Any]:
        shares = {"stayed": self.stayed, "within_one": self.within_one, "better": self.better, "worse": self.worse}
        return {**asdict(self), **shares}


@one_thread()
def find_movement(
    before: PdModel, now: PdModel, rows: Matrix, features: tuple[Feature, ...], bands: Bands, *, seed: int
) -> Movement:
    """Both models on `rows`, whose columns are `features` and hold all that either model needs.

    Raises InputError if there are no rows, or a model refuses a value.
    """
    if len(rows) == 0:
        raise InputError("there are no rows to compare two models on", where=f"{before.name} and {now.name}")
    old, new = (_Scored.of(model, rows, features) for model in (before, now))
    number = tuple(bands.number(scored.pd_12m) for scored in (old, new))
    counts = np.zeros((len(bands.labels), len(bands.labels)), dtype=np.int64)
    np.add.at(counts, number, 1)
    gain = gain_over(new.rows, old.rows.raw) if new.rows.has_outcomes else None
    return Movement(
        tuple(day_of(int(d)).isoformat() for d in np.unique(rows.as_of)),
        len(rows),
        new.rows.customers,
        int(rows.outcome.sum()),
        old.side(f"{before.name} {before.version}".strip(), seed),
        new.side(f"{now.name} {now.version}".strip(), seed),
        gain,
        _rank_correlation(old.rows.raw, new.rows.raw),
        _feature_moves(old, new),
        tuple(_grade_move(label, number[0] == i, old, new) for i, label in enumerate(bands.labels)),
        bands.labels,
        tuple(tuple(row) for row in counts.tolist()),
    )


@dataclass(frozen=True, slots=True)
class _Scored:
    rows: Rows
    pd_12m: Floats
    shares: dict[str, float]

    @classmethod
    def of(cls, model: PdModel, rows: Matrix, features: tuple[Feature, ...]) -> "_Scored":
        names = [f.name for f in features]
        columns = [names.index(name) for name in model.features]
        values = np.ascontiguousarray(rows.values[:, columns])
        said = model.predict(values, threads=1)
        own = probability(model.calibration.log_odds(said.raw) - model.calibration.shift)
        pd = np.maximum(own, model.calibration.floor)
        heavy = importance(model, tuple(features[c] for c in columns), values)
        shares = {i.feature: i.share for i in heavy}
        return cls(Rows(said.raw, pd, rows.outcome, rows.customer_id, rows.as_of), said.pd_12m, shares)

    def side(self, model: str, seed: int) -> Side:
        rows, enough = self.rows, self.rows.has_outcomes
        return Side(
            model,
            float(rows.pd.mean()),
            brier(rows.pd, rows.outcome),
            measure_order(rows, seed=seed, name="whole") if enough else None,
            _tried(lambda: calibration_line(rows.pd, rows.outcome).slope) if enough else None,
            _tried(lambda: hosmer_lemeshow(rows.pd, rows.outcome).p_value) if enough else None,
        )


def _tried(measure: Callable[[], float]) -> float | None:
    try:
        return measure()
    except InputError:  # PDs too much alike
        return None


def _rank_correlation(before: Floats, now: Floats) -> float:
    from scipy.stats import spearmanr  # noqa: PLC0415 - a slow import

    if min(np.ptp(before), np.ptp(now)) == 0:
        return 1.0 if np.ptp(before) == np.ptp(now) else 0.0  # one of them orders nobody
    return float(spearmanr(before, now).statistic)


def _feature_moves(old: _Scored, new: _Scored) -> tuple[FeatureMove, ...]:
    """The most moved first."""
    names = sorted(old.shares.keys() | new.shares.keys())
    moves = [FeatureMove(name, old.shares.get(name, 0.0), new.shares.get(name, 0.0)) for name in names]
    return tuple(sorted(moves, key=lambda m: (-abs(m.change), m.feature)))


def _grade_move(label: str, there: Mask, old: _Scored, new: _Scored) -> GradeMove:
    rows = int(there.sum())
    means = (None, None) if not rows else (float(old.rows.pd[there].mean()), float(new.rows.pd[there].mean()))
    return GradeMove(label, rows, int(old.rows.outcome[there].sum()), *means)
