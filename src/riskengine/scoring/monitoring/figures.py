"""Everything monitoring measures, as one value that can be judged, shown and stored."""

from dataclasses import dataclass

from riskengine.scoring.monitoring.data_age import DataAge
from riskengine.scoring.monitoring.drift import Drift, FeatureDrift, GradeShares
from riskengine.scoring.monitoring.moved_ratings import MovedRatings
from riskengine.scoring.monitoring.performance import Performance
from riskengine.scoring.monitoring.ripening import OutcomeMonth, Timing


@dataclass(frozen=True, slots=True)
class Baseline:
    """AUC on the test window of development, with its standard error; None where the bundle does not say."""

    auc: float | None
    error: float | None
    window: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DriftDate:
    """One date. `features` empty and `score` None where the bundle keeps no development."""

    as_of: str
    customers: int
    unrated: int
    features: tuple[FeatureDrift, ...]
    score: Drift | None
    grades: GradeShares | None
    mean_pd: float | None

    @property
    def unrated_share(self) -> float | None:
        return self.unrated / self.customers if self.customers else None


@dataclass(frozen=True, slots=True)
class Watch:
    """`dates` and `months` oldest first, on the same dates; `ripe_from`: first date on which a month end that the model
    knew nothing of will be ripe, None if one is."""

    model: str
    version: str
    digest: str
    as_of: str
    observed_to: str
    horizon_days: int
    trained_to: str
    baseline: Baseline
    timing: Timing
    dates: tuple[DriftDate, ...]
    months: tuple[OutcomeMonth, ...]
    performance: Performance | None  # on what the calibration had not seen
    ranking: Performance | None  # on what the trees had not seen; the same unless the model was recalibrated
    moved: MovedRatings | None  # None: no folder of runs was given
    data: DataAge
    ripe_from: str | None
