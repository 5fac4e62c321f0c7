"""Features of financial statements: the newest one known of each customer, and the one a year before.

A period that has several known versions counts with the newest of them. The newest statement is the one whose period
ends last (a period that has not ended by the as-of date is a forecast and is left out). Its predecessor, for trends,
is the newest that ends 330 to 400 days before it: the same part of the year, so that a half-year report is held
against a half-year report, and a gap of two years is not mistaken for the change of one.
"""

import narwhals as nw

from riskengine.features.engines import Frame
from riskengine.features.feature import Feature
from riskengine.features.known import Known
from riskengine.features.measure import KEY, Measure, attach, largest
from riskengine.features.statement_altman import ALTMAN
from riskengine.features.statement_items import ITEMS, Period, item_measure, months_measure
from riskengine.features.statement_level import LEVELS
from riskengine.features.statement_quality import QUALITY, quality_measures, quality_rows
from riskengine.features.statement_return import RETURNS
from riskengine.features.statement_trend import TRENDS

_BEHIND = nw.col("newest_end") - nw.col("period_end")
_IS: dict[Period, nw.Expr] = {
    Period.NOW: nw.col("period_end") == nw.col("newest_end"),
    Period.BEFORE: nw.col("period_end") == nw.col("end_before"),
}


def _period_measures(period: Period) -> tuple[Measure, ...]:
    items = (largest(item_measure(item, period), nw.col(f"{item}_cents"), _IS[period]) for item in ITEMS)
    return (*items, largest(months_measure(period), nw.col("months"), _IS[period]))


MEASURES: tuple[Measure, ...] = (
    *_period_measures(Period.NOW),
    *_period_measures(Period.BEFORE),
    *quality_measures(_IS[Period.NOW]),
)

FEATURES: tuple[Feature, ...] = (*LEVELS, *RETURNS, *ALTMAN, *TRENDS, *QUALITY)


def measure(known: Known, so_far: Frame) -> Frame:
    rows = quality_rows(known, _placed(known))
    return attach(so_far, rows, MEASURES, given=known.has("financials"))


def _placed(known: Known) -> Frame:
    """One row per customer and period, with the ends of the newest period and of its predecessor."""
    ended = known["financials"].filter(nw.col("period_end") <= known.as_of)
    newest_version = ended.with_columns(
        nw.col("known_at").max().over(KEY, "period_end").alias("newest_known_at"),
        nw.col("published_on").min().over(KEY, "period_end").alias("first_published_on"),
    ).filter(nw.col("known_at") == nw.col("newest_known_at"))
    placed = newest_version.with_columns(nw.col("period_end").max().over(KEY).alias("newest_end"))
    a_year_before = nw.when((_BEHIND >= 330) & (_BEHIND <= 400)).then(nw.col("period_end"))
    return placed.with_columns(a_year_before.alias("candidate_end")).with_columns(
        nw.col("candidate_end").max().over(KEY).alias("end_before")
    )
