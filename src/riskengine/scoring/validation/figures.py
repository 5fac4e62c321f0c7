"""What a validation measures, as one value that can be judged, shown and stored."""

from dataclasses import dataclass

from riskengine.scoring.calibration_tests import CalibrationLine, TestResult
from riskengine.scoring.monotone import Reversal
from riskengine.scoring.validation.challengers import Challenger
from riskengine.scoring.validation.curves import CalibrationBin, Curves, LiftRow
from riskengine.scoring.validation.grades import Concentration, Migration
from riskengine.scoring.validation.importance import Dependence, Importance
from riskengine.scoring.validation.leakage import Alone, FutureCheck
from riskengine.scoring.validation.points import PointsRow
from riskengine.scoring.validation.slices import Slice
from riskengine.scoring.validation.sources import Masked
from riskengine.scoring.validation.stability import Shift


@dataclass(frozen=True, slots=True)
class CalibrationTests:
    """A test that could not be made is None."""

    line: CalibrationLine | None
    hosmer_lemeshow: TestResult | None
    spiegelhalter: TestResult | None
    bins: tuple[CalibrationBin, ...]


@dataclass(frozen=True, slots=True)
class Attainable:
    """Gini of the model beside that of the true PD, which only a generated portfolio has."""

    gini: float
    true_gini: float
    share: float


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything measured; what could not be measured is None or empty."""

    model: str
    version: str
    digest: str
    horizon_days: int
    gap_days: int | None
    train_dates: tuple[str, ...]
    test_dates: tuple[str, ...]
    repeats: bool  # customers occur on several test dates
    whole: Slice
    slices: tuple[Slice, ...]
    grades: tuple[Slice, ...]
    calibration: CalibrationTests
    curves: Curves | None
    lift: tuple[LiftRow, ...]
    concentration: Concentration
    migration: Migration | None
    score_shift: Shift
    feature_shifts: tuple[Shift, ...]
    bound: int  # features with a declared direction
    reversals: tuple[Reversal, ...]
    importance: tuple[Importance, ...]
    dependences: tuple[Dependence, ...]
    alone: tuple[Alone, ...]
    future: FutureCheck | None
    masked: tuple[Masked, ...]
    challengers: tuple[Challenger, ...]
    points: tuple[PointsRow, ...]
    attainable: Attainable | None
    unbound: str  # why the spec does not ask for directions; empty: it does
