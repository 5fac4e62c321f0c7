"""Features of a customer's industry: published series, and how late its peers pay in our own ledger.

A series is read at its newest observation known; an observation with several known versions counts with the newest.
Its change is against the newest observation 360 to 400 days before, so that a monthly series is held against the same
month. The mean of an industry in our own ledger is over all payment experiences of all its customers known, the
customer's own among them, summed as whole days; these sums are part of the surroundings.
"""

from dataclasses import replace

import narwhals as nw

from riskengine.features.arithmetic import number, ratio
from riskengine.features.engines import Frame
from riskengine.features.feature import Feature, Risk, Source, Unit
from riskengine.features.known import Known
from riskengine.features.measure import KEY, Measure, total
from riskengine.features.surroundings import By
from riskengine.terms.text import Text

SERIES = ("delay_index", "default_rate", "activity_index")

_CODE = By.INDUSTRY.value
_BEHIND = nw.col("newest_on") - nw.col("observed_on")
# Over all customers of an industry.
SUMS: tuple[Measure, ...] = (
    total("ind_late_sum_365d", nw.col("pay_late_sum_365d")),
    total("ind_exp_count_365d", nw.col("pay_exp_count_365d")),
)


def measure(known: Known, so_far: Frame) -> Frame:
    found = known.customers.select(KEY, _CODE).filter(~nw.col(_CODE).is_null())
    found = found.join(known.sums(By.INDUSTRY, [m.name for m in SUMS]), on=_CODE, how="left")
    for series in SERIES:
        found = found.join(_series(known, series), on=_CODE, how="left")
    return so_far.join(found.drop(_CODE), on=KEY, how="left")


def _series(known: Known, series: str) -> Frame:
    """Per industry `ind_{series}_now`, `_before` and the age in days of the newest observation, `_age`."""
    stated = known["industry"].filter(nw.col(series).is_finite())
    newest_version = stated.with_columns(nw.col("known_at").max().over(_CODE, "observed_on").alias("newest_known_at"))
    placed = newest_version.filter(nw.col("known_at") == nw.col("newest_known_at")).with_columns(
        nw.col("observed_on").max().over(_CODE).alias("newest_on")
    )
    a_year_before = nw.when((_BEHIND >= 360) & (_BEHIND <= 400)).then(nw.col("observed_on"))
    placed = placed.with_columns(a_year_before.alias("candidate_on")).with_columns(
        nw.col("candidate_on").max().over(_CODE).alias("before_on")
    )
    rows = placed.select(
        _CODE,
        nw.when(nw.col("observed_on") == nw.col("newest_on")).then(nw.col(series)).alias(f"ind_{series}_now"),
        nw.when(nw.col("observed_on") == nw.col("before_on")).then(nw.col(series)).alias(f"ind_{series}_before"),
        known.age("newest_on").alias(f"ind_{series}_age"),
    )
    columns = (f"ind_{series}_{part}" for part in ("now", "before", "age"))
    return rows.group_by(_CODE).agg(*(nw.col(name).max() for name in columns))


def _change(series: str) -> nw.Expr:
    return number(f"ind_{series}_now") - number(f"ind_{series}_before")


def peers_late_days() -> nw.Expr:
    """Mean days beyond terms of all experiences of the industry in the last 365 days."""
    return ratio(number("ind_late_sum_365d"), number("ind_exp_count_365d"))


def _own_late_days() -> nw.Expr:
    return ratio(number("pay_late_sum_365d"), number("pay_exp_count_365d"))


_NO_SERIES = Text(
    "the customer's industry is not known or no value of the series for it is", "客户行业未知，或该行业无已知数据"
)
_NO_YEAR_BEFORE = Text(
    "the customer's industry is not known, or no value of the series for it, or none 360 to 400 days before",
    "客户行业未知，或该行业无已知数据，或360至400天前无数据",
)

_PUBLISHED = (
    Feature(
        name="ind_delay_index",
        text=Text("Payment-delay index of the industry (100: long-run mean)", "行业付款延迟指数（100为长期均值）"),
        unit=Unit.SCORE,
        source=Source.INDUSTRY,
        missing=_NO_SERIES,
        expression=number("ind_delay_index_now"),
        risk=Risk.UP,
    ),
    Feature(
        name="ind_delay_index_change",
        text=Text("Payment-delay index of the industry less that of a year before", "行业付款延迟指数较上年同期变动"),
        unit=Unit.SCORE,
        source=Source.INDUSTRY,
        missing=_NO_YEAR_BEFORE,
        expression=_change("delay_index"),
        risk=Risk.UP,
    ),
    Feature(
        name="ind_default_rate",
        text=Text("Yearly default rate of the industry", "行业年违约率"),
        unit=Unit.RATIO,
        source=Source.INDUSTRY,
        missing=_NO_SERIES,
        expression=number("ind_default_rate_now"),
        risk=Risk.UP,
    ),
    Feature(
        name="ind_default_rate_change",
        text=Text("Yearly default rate of the industry less that of a year before", "行业年违约率较上年同期变动"),
        unit=Unit.RATIO,
        source=Source.INDUSTRY,
        missing=_NO_YEAR_BEFORE,
        expression=_change("default_rate"),
        risk=Risk.UP,
    ),
    Feature(
        name="ind_activity_index",
        text=Text("Activity index of the industry (100: long-run mean)", "行业景气指数（100为长期均值）"),
        unit=Unit.SCORE,
        source=Source.INDUSTRY,
        missing=_NO_SERIES,
        expression=number("ind_activity_index_now"),
        risk=Risk.DOWN,
    ),
    Feature(
        name="ind_activity_index_change",
        text=Text("Activity index of the industry less that of a year before", "行业景气指数较上年同期变动"),
        unit=Unit.SCORE,
        source=Source.INDUSTRY,
        missing=_NO_YEAR_BEFORE,
        expression=_change("activity_index"),
        risk=Risk.DOWN,
    ),
    Feature(
        name="ind_delay_index_age_days",
        text=Text("Days since the newest payment-delay index of the industry", "最新行业付款延迟指数距今天数"),
        unit=Unit.DAYS,
        source=Source.INDUSTRY,
        missing=_NO_SERIES,
        expression=number("ind_delay_index_age"),
        low=0,
        for_model=False,
    ),
)

_PEERS = (
    Feature(
        name="ind_late_days_mean_365d",
        text=Text(
            "Mean days beyond terms of all our customers of the industry in the last 365 days",
            "近365天本公司同行业客户平均逾期天数",
        ),
        unit=Unit.DAYS,
        source=Source.INDUSTRY,
        missing=Text(
            "the customer's industry is not known or has no payment experience in the last 365 days",
            "客户行业未知，或近365天同行业客户无付款记录",
        ),
        expression=peers_late_days(),
        risk=Risk.UP,
        whole_industry=True,
    ),
    Feature(
        name="ind_late_days_excess_365d",
        text=Text(
            "Mean days beyond terms of the customer less that of its industry in our ledger, last 365 days",
            "近365天客户平均逾期天数与本公司同行业客户均值之差",
        ),
        unit=Unit.DAYS,
        source=Source.INDUSTRY,
        missing=Text(
            "the customer's industry is not known or it has no payment experience in the last 365 days",
            "客户行业未知，或近365天该客户无付款记录",
        ),
        expression=_own_late_days() - peers_late_days(),
        risk=Risk.UP,
    ),
)

FEATURES: tuple[Feature, ...] = (*(replace(one, whole_industry=True) for one in _PUBLISHED), *_PEERS)
