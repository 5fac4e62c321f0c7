"""How a model is made, as a YAML file in models/: outcome, windows, features, booster, calibration, gates."""

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from riskengine.features.feature import Risk, Source
from riskengine.scoring.calibration import Method
from riskengine.scoring.monitoring_spec import MonitoringSpec
from riskengine.tables.yaml_file import load_yaml
from riskengine.tables.yaml_model import StrictModel, validated
from riskengine.terms.codes import SignalKind
from riskengine.terms.text import Text

Share = Annotated[float, Field(ge=0, lt=1)]
Positive = Annotated[int, Field(gt=0)]
Months = Annotated[int, Field(ge=0)]


class OutcomeSpec(StrictModel):
    """What counts as default. Amounts are units of the reporting currency."""

    horizon_days: Positive
    days_past_due: Positive
    material_amount: Annotated[float, Field(ge=0)]
    material_share: Share  # of the customer's open invoices
    write_off_above: Annotated[float, Field(ge=0)] | None  # null: a write-off is no default
    insolvency_signals: tuple[SignalKind, ...]  # empty: signals are no default


class PopulationSpec(StrictModel):
    """Which customers a snapshot holds."""

    exclude_in_default: bool
    min_settled_invoices: Annotated[int, Field(ge=0)]
    active_within_days: Positive | None  # settled within, or open at the snapshot; null: everybody known


class DateWindow(StrictModel):
    """Snapshots from one month end to another."""

    first: Annotated[dt.date, Field(alias="from")]
    last: Annotated[dt.date, Field(alias="to")]


class RelativeWindow(StrictModel):
    """As many months before the last month end whose horizon lies inside the data."""

    from_months_back: Months
    to_months_back: Months

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.from_months_back < self.to_months_back:
            raise ValueError("from_months_back must not be smaller than to_months_back")
        return self


Window = DateWindow | RelativeWindow


class SnapshotSpec(StrictModel):
    train: Window
    test: Window
    every_months: Positive = 1
    min_history_months: Months = 0  # snapshots nearer to the first invoice are left out
    overlap_reason: str | None = None  # why outcomes of the training window may reach into the test window


class DirectionSpec(StrictModel):
    """The PD never falls (`up`) or never rises (`down`) as the feature grows, or may do either (`free`); and why."""

    risk: Risk
    reason: Annotated[str, Field(min_length=1)]


class FeatureSpec(StrictModel):
    """Catalogue names; without `only`, everything the catalogue marks for models, of all sources or of `groups`.

    `directions` overrule the catalogue's, each with its reason.
    """

    only: tuple[str, ...] = ()
    groups: tuple[Source, ...] = ()
    without: tuple[str, ...] = ()
    directions: dict[str, DirectionSpec] = Field(default_factory=dict)


class MaskingSpec(StrictModel):
    """`copies` of the training rows in which whole sources go missing, each with its own chance."""

    copies: Annotated[int, Field(ge=0, le=10)]
    shares: dict[Source, Share]


class BoosterSpec(StrictModel):
    """`members` boosters of `trees` trees each, averaged; a tree is bounded by `depth`, by `leaves`, or by both.

    `monotone`: bind the score to the features' directions. Whoever does without says why in `monotone_reason`, or no
    such model is promoted.
    """

    members: Annotated[int, Field(ge=1, le=50)] = 1
    trees: Positive
    learning_rate: Annotated[float, Field(gt=0, le=1)]
    depth: Annotated[int, Field(ge=1, le=63)] | None = None
    leaves: Annotated[int, Field(ge=2, le=1024)] | None = None
    min_rows_leaf: Positive
    l2: Annotated[float, Field(ge=0)] = 1.0
    feature_share: Annotated[float, Field(gt=0, le=1)] = 1.0
    row_share: Annotated[float, Field(gt=0, le=1)] = 1.0
    bad_weight: Annotated[float, Field(gt=0, le=1000)] = 1.0  # moves the raw score; the calibration takes it out again
    bins: Annotated[int, Field(ge=2, le=255)] = 63
    monotone: bool = True
    monotone_reason: Annotated[str, Field(min_length=1)] | None = None
    threads: Positive = 1

    @model_validator(mode="after")
    def _bounds_its_trees(self) -> Self:
        if self.leaves is None and (self.depth is None or self.depth > 10):
            raise ValueError("say how large a tree may be: depth (at most 10 where it stands alone), leaves, or both")
        return self


class Metric(StrEnum):
    """What a search maximises on its validation folds."""

    AUC = "auc"
    PR_AUC = "pr_auc"
    LOG_LIKELIHOOD = "log_likelihood"  # mean, of the raw score as log-odds


class Choices(StrictModel):
    choices: Annotated[tuple[int | float | bool | str | None, ...], Field(min_length=2)]


class Between(StrictModel):
    """Whole numbers if both ends are; `log`: evenly in the logarithm."""

    low: int | float
    high: int | float
    log: bool = False

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        if self.low >= self.high or (self.log and self.low <= 0):
            raise ValueError("low must be below high, and above 0 with log")
        return self


class SearchSpec(StrictModel):
    """A search of settings on validation folds inside the training rows.

    Keys of `space` are `section.key` of the spec. With `trials` alone the result depends on the seed alone; with
    `seconds` it depends on the speed of the machine as well.
    """

    trials: Positive
    seconds: Positive | None = None
    folds: Annotated[int, Field(ge=1, le=10)] = 3
    metric: Metric = Metric.AUC
    space: Annotated[dict[str, Choices | Between], Field(min_length=1)]


class LongRunRate(StrictModel):
    """The mean 12-month PD the model is set to, and who says so."""

    value: Annotated[float, Field(gt=0, lt=1)]
    reference: Annotated[str, Field(min_length=1)]


class CalibrationSpec(StrictModel):
    """Fitted on scores of customers the scoring booster did not see, in `folds` groups of customers."""

    method: Method
    folds: Annotated[int, Field(ge=2, le=10)]
    level_months: Positive | None = None  # the level comes from so many of the last months; null: from all of them
    pd_floor: Annotated[float, Field(gt=0, lt=0.1)]
    long_run_default_rate: LongRunRate | None = None


class RivalSpec(StrictModel):
    """What the booster is compared with: a scorecard, and one feature, higher being riskier."""

    naive_feature: str
    scorecard_features: Positive = 15
    scorecard_bins: Annotated[int, Field(ge=2, le=20)] = 5


class AcceptanceSpec(StrictModel):
    """Gates on the test window; a gate that is left out is not applied."""

    min_auc: Annotated[float, Field(ge=0, le=1)] | None = None
    min_auc_over_naive: Annotated[float, Field(ge=-1, le=1)] | None = None
    calibration_slope: tuple[float, float] | None = None
    min_test_defaults: Positive | None = None
    min_group_auc: Annotated[float, Field(ge=0, le=1)] | None = None  # asked at promotion, as the next; see gates.py
    most_group_loss: Annotated[float, Field(ge=0, le=1)] | None = None  # AUC below the champion's in the same group


class ModelSpec(StrictModel):
    model: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    meaning: str
    meaning_zh: str | None = None  # the same in Chinese, for reports
    owner: str
    seed: int
    outcome: OutcomeSpec
    population: PopulationSpec
    snapshots: SnapshotSpec
    features: FeatureSpec = FeatureSpec()
    masking: MaskingSpec
    booster: BoosterSpec
    calibration: CalibrationSpec
    search: SearchSpec | None = None
    rivals: RivalSpec
    acceptance: AcceptanceSpec
    monitoring: MonitoringSpec | None = None  # null: thresholds as shipped, see models/monitoring.yaml

    @property
    def meaning_text(self) -> Text:
        """What the PD is a chance of; in Chinese as in English where the spec does not say."""
        return Text(self.meaning, self.meaning_zh or self.meaning)

    @model_validator(mode="after")
    def _speaks_of_twelve_months(self) -> Self:
        """Grades, limits and reports read the PD on a scale of twelve months."""
        twelve_months = 360 <= self.outcome.horizon_days <= 370
        if not twelve_months and self.calibration.long_run_default_rate is None:
            raise ValueError(
                f"a horizon of {self.outcome.horizon_days} days gives no 12-month PD: "
                "set calibration.long_run_default_rate to the yearly default rate the mean PD should have"
            )
        return self


def load_spec(path: Path) -> ModelSpec:
    """Read a model spec. Raises DocumentError with every error, each with file and line."""
    return validated(load_yaml(path), ModelSpec)
