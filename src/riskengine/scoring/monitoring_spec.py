"""When a figure of a model in use calls for something: thresholds as data, in a model spec or a file of their own."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from riskengine.tables.yaml_file import load_yaml
from riskengine.tables.yaml_model import StrictModel, validated
from riskengine.terms.text import Text

Share = Annotated[float, Field(ge=0, le=1)]
Figure = Annotated[float, Field(ge=0)]
Positive = Annotated[int, Field(gt=0)]
Ratio = Annotated[float, Field(gt=0)]
Confidence = Annotated[float, Field(ge=0.5, lt=1)]


class Feed(StrEnum):
    """The tables whose newest rows are looked at."""

    INVOICES = "invoices"
    PAYMENTS = "payments"
    ORDERS = "orders"
    FINANCIALS = "financials"
    SIGNALS = "signals"
    INDUSTRY = "industry"


FEED_TEXT: Mapping[Feed, Text] = {
    Feed.INVOICES: Text("invoices", "发票"),
    Feed.PAYMENTS: Text("payments", "付款"),
    Feed.ORDERS: Text("orders", "订单"),
    Feed.FINANCIALS: Text("statements", "财务报表"),
    Feed.SIGNALS: Text("signals", "外部信号"),
    Feed.INDUSTRY: Text("industry series", "行业数据"),
}


class Steps(StrictModel):
    """Amber from `watch`, red from `act`."""

    watch: Figure
    act: Figure

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.watch > self.act:
            raise ValueError("watch must not be above act")
        return self


class Band(StrictModel):
    """Amber outside `watch`, red outside `act`; both hold 1, and `act` holds `watch`."""

    watch: tuple[Ratio, Ratio]
    act: tuple[Ratio, Ratio]

    @model_validator(mode="after")
    def _nested(self) -> Self:
        low, high = self.watch
        if not self.act[0] <= low <= 1 <= high <= self.act[1]:
            raise ValueError("each is [from, to] around 1, and act holds watch")
        return self


class OutcomeLimits(StrictModel):
    """`months`: the newest month ends with a whole horizon behind them are judged together. Below `min_defaults`
    customers who defaulted there is no verdict on outcomes; `min_expected`: the same for outcomes so far. Below
    `slope_defaults` a slope is never red, and a recalibration leaves it alone."""

    months: Positive = 6
    min_defaults: Annotated[int, Field(ge=10)] = 20
    min_expected: Annotated[float, Field(ge=5)] = 10.0
    slope_defaults: Annotated[int, Field(ge=10)] = 100


class ConfidenceLimits(StrictModel):
    """How sure it has to be that a figure is off by more than chance: for amber, for red."""

    watch: Confidence = 0.95
    act: Confidence = 0.99

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.watch > self.act:
            raise ValueError("watch must not be above act")
        return self


class CalibrationLimits(StrictModel):
    """`level`: observed over expected. `slope`: of outcomes on log-odds. `grades`: how many lie outside their band."""

    level: Band = Band(watch=(0.9, 1.1), act=(0.8, 1.25))
    slope: Band = Band(watch=(0.8, 1.25), act=(0.6, 1.67))
    grades: Steps = Steps(watch=2, act=3)


class DriftLimits(StrictModel):
    """PSI of the score, of the grades and of single features; `weight`: the part of the model's weight that features
    with a PSI from `feature.act` carry; `missing`: how far the share without a value of a feature rose."""

    score: Steps = Steps(watch=0.1, act=0.25)
    grades: Steps = Steps(watch=0.1, act=0.25)
    feature: Steps = Steps(watch=0.1, act=0.25)
    weight: Steps = Steps(watch=0.15, act=0.35)
    missing: Steps = Steps(watch=0.1, act=0.3)
    unrated: Steps = Steps(watch=0.02, act=0.1)


class RuleLimits(StrictModel):
    """`moved`: change in the share of ratings that rules moved; `overridden`: share that people moved."""

    moved: Steps = Steps(watch=0.05, act=0.15)
    overridden: Steps = Steps(watch=0.05, act=0.15)


def _days() -> dict[Feed, Steps]:
    return {
        Feed.INVOICES: Steps(watch=7, act=35),
        Feed.PAYMENTS: Steps(watch=7, act=35),
        Feed.ORDERS: Steps(watch=14, act=60),
        Feed.FINANCIALS: Steps(watch=120, act=400),
        Feed.SIGNALS: Steps(watch=35, act=120),
        Feed.INDUSTRY: Steps(watch=65, act=190),
    }


class DataLimits(StrictModel):
    """`days`: age of the newest row, by table. `volume`: rows of the last month, as a share of the usual month, below
    which it is amber, red. `old_statements`: share of customers with a statement older than `statement_days`; left out,
    the policy's parameter statement_stale_days says from when a statement is old."""

    days: dict[Feed, Steps] = Field(default_factory=_days)
    volume_watch: Share = 0.5
    volume_act: Share = 0.2
    statement_days: Positive | None = None
    old_statements: Steps = Steps(watch=0.25, act=0.5)


class MonitoringSpec(StrictModel):
    """Everything `riskengine monitor` compares with. `discrimination`: how far the AUC fell below development.
    `reds`: so many red checks of the model at once call for redevelopment."""

    outcomes: OutcomeLimits = OutcomeLimits()
    confidence: ConfidenceLimits = ConfidenceLimits()
    discrimination: Steps = Steps(watch=0.02, act=0.05)
    calibration: CalibrationLimits = CalibrationLimits()
    drift: DriftLimits = DriftLimits()
    rules: RuleLimits = RuleLimits()
    data: DataLimits = DataLimits()
    reds: Positive = 3


def load_thresholds(path: Path) -> MonitoringSpec:
    """Read a file of thresholds; what it leaves out is as shipped. Raises DocumentError with file and line."""
    return validated(load_yaml(path), MonitoringSpec)
