"""What a feature is. The catalogue itself is gathered from the source modules in `features.catalogue`."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import narwhals as nw

from riskengine.terms.text import Text


class Unit(StrEnum):
    DAYS = "days"
    MONEY = "money"  # units (not hundredths) of the reporting currency
    RATIO = "ratio"
    COUNT = "count"
    FLAG = "flag"  # 1 yes, 0 no, missing unknown
    SCORE = "score"
    DAYS_PER_MONTH = "days per month"
    CATEGORY = "category"  # text


class Source(StrEnum):
    """Where a feature comes from; whole sources are masked in training."""

    PAYMENT = "payment"  # invoices and payments
    ORDER = "order"
    STATEMENT = "statement"
    SIGNAL = "signal"
    INDUSTRY = "industry"
    GROUP = "group"
    CUSTOMER = "customer"  # master data and exposure against limits
    PEER = "peer"  # the customer's figures against those of others like it


class Risk(StrEnum):
    """The direction the PD moves when the feature grows, all else equal; binds the model."""

    UP = "up"
    DOWN = "down"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class Retirement:
    """From when on nothing new may use a feature. It is still computed, so that what was decided with it replays."""

    on: date
    why: str
    instead: str  # the feature that takes its place


@dataclass(frozen=True, slots=True)
class Feature:
    """One number (or category) per customer as of a date.

    `expression` is computed over the measures its source has aggregated per customer. Values are Float64 (String for
    categories); a missing value is null, never NaN and never a stand-in number. `low` and `high` bound what can occur.
    """

    name: str
    text: Text
    unit: Unit
    source: Source
    missing: Text  # what a missing value means
    expression: nw.Expr
    low: float | None = None
    high: float | None = None
    risk: Risk = Risk.FREE
    for_model: bool = True  # False: for rules, limits and people only
    retired: Retirement | None = None
    whole_industry: bool = False  # the same for every customer of an industry; rules about industries name only these
