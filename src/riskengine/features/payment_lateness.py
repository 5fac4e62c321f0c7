"""How late the customer pays: level, spread, worst, direction, and the payment index.

Over *experiences* (see `invoice_facts`). An experience belongs to the day it was settled; one that is still open and
overdue belongs to today and so to every window.
"""

import narwhals as nw

from riskengine.features.arithmetic import number, ratio
from riskengine.features.feature import Feature, Risk, Source, Unit
from riskengine.features.measure import Measure, count, largest, total
from riskengine.features.payment_index import index_measures, payment_index, score_thousandths
from riskengine.features.window import ALL, D30, D90, D180, D365, M24, Window, between
from riskengine.terms.text import Text

WINDOWS = (D30, D90, D180, D365, ALL)
MODEL_WINDOWS = (D90, D365, ALL)  # the others say nearly the same; they are for rules and people
TREND_WINDOWS = (D180, D365)
INDEX_WINDOWS = (D90, M24)
LEAST_FOR_SPREAD = 2.0
LEAST_FOR_TREND = 3.0

_IS = nw.col("is_experience")
_AGE = nw.col("experience_age").cast(nw.Int64)
_LATE = nw.col("late_days").cast(nw.Int64)
_CENTS = nw.col("amount_cents")
_PRIOR = _IS & between(_AGE, 90, 365)
_YEAR_AGO = _IS & between(_AGE, 365, 455)


# Columns of the rows that several measures share.
ROW_COLUMNS = (
    *((_IS & w.holds(_AGE)).alias(f"in_{w.name}") for w in (*WINDOWS, M24)),
    score_thousandths(_LATE).alias("score"),
    (_LATE * _CENTS).alias("late_cents"),
)


def _window_measures(window: Window) -> tuple[Measure, ...]:
    w = window.name
    inside = nw.col(f"in_{w}")
    return (
        count(f"pay_exp_count_{w}", inside),
        total(f"pay_exp_cents_{w}", _CENTS, inside),
        total(f"pay_late_sum_{w}", _LATE, inside),
        total(f"pay_late_square_sum_{w}", _LATE * _LATE, inside),
        total(f"pay_late_cents_sum_{w}", nw.col("late_cents"), inside),
        largest(f"pay_late_max_{w}", _LATE, inside),
    )


def _trend_measures(window: Window) -> tuple[Measure, ...]:
    w = window.name
    inside = nw.col(f"in_{w}")
    return (
        total(f"pay_exp_age_sum_{w}", _AGE, inside),
        total(f"pay_exp_age_square_sum_{w}", _AGE * _AGE, inside),
        total(f"pay_exp_age_late_sum_{w}", _AGE * _LATE, inside),
    )


MEASURES = (
    *(m for w in WINDOWS for m in _window_measures(w)),
    *(m for w in TREND_WINDOWS for m in _trend_measures(w)),
    *(m for w in INDEX_WINDOWS for m in index_measures(w, nw.col(f"in_{w.name}"))),
    count("pay_exp_count_prior", _PRIOR),
    total("pay_late_sum_prior", _LATE, _PRIOR),
    count("pay_exp_count_year_ago", _YEAR_AGO),
    total("pay_late_sum_year_ago", _LATE, _YEAR_AGO),
)


def mean(window: str) -> nw.Expr:
    return ratio(number(f"pay_late_sum_{window}"), number(f"pay_exp_count_{window}"))


def _deviation(window: str) -> nw.Expr:
    """Standard deviation of a sample, from its count, sum and sum of squares."""
    n, s, q = (number(f"pay_{part}_{window}") for part in ("exp_count", "late_sum", "late_square_sum"))
    spread = (n * q - s * s).clip(lower_bound=0.0)
    return nw.when(n >= LEAST_FOR_SPREAD).then((spread / (n * (n - 1.0))).sqrt())


def _slope(window: str) -> nw.Expr:
    """Least-squares slope of late days over time, per 30 days (age runs against time, hence the sign)."""
    n, late, age, square, product = (
        number(f"pay_{part}_{window}")
        for part in ("exp_count", "late_sum", "exp_age_sum", "exp_age_square_sum", "exp_age_late_sum")
    )
    width = n * square - age * age
    return nw.when((n >= LEAST_FOR_TREND) & (width > 0.0)).then((n * product - age * late) / width * -30.0)


def _none_in(window: Window) -> Text:
    return Text(f"no payment experience {window.text.en}", f"{window.text.zh}无付款记录")


def _window_features(window: Window) -> tuple[Feature, ...]:
    w, en, zh = window.name, window.text.en, window.text.zh
    return (
        Feature(
            name=f"pay_late_days_mean_{w}",
            text=Text(f"Mean days beyond terms {en}", f"{zh}平均逾期天数"),
            unit=Unit.DAYS,
            source=Source.PAYMENT,
            missing=_none_in(window),
            expression=mean(w),
            low=-3650,
            high=3650,
            risk=Risk.UP,
        ),
        Feature(
            name=f"pay_late_days_wmean_{w}",
            text=Text(f"Mean days beyond terms {en}, weighted by amount", f"{zh}金额加权平均逾期天数"),
            unit=Unit.DAYS,
            source=Source.PAYMENT,
            missing=_none_in(window),
            expression=ratio(number(f"pay_late_cents_sum_{w}"), number(f"pay_exp_cents_{w}")),
            low=-3650,
            high=3650,
            risk=Risk.UP,
            for_model=window in MODEL_WINDOWS,
        ),
        Feature(
            name=f"pay_late_days_max_{w}",
            text=Text(f"Most days beyond terms {en}", f"{zh}最长逾期天数"),
            unit=Unit.DAYS,
            source=Source.PAYMENT,
            missing=_none_in(window),
            expression=number(f"pay_late_max_{w}"),
            low=-3650,
            high=3650,
            risk=Risk.UP,
            for_model=window in MODEL_WINDOWS,
        ),
        Feature(
            name=f"pay_late_days_std_{w}",
            text=Text(f"Spread of days beyond terms {en} (standard deviation)", f"{zh}逾期天数波动（标准差）"),
            unit=Unit.DAYS,
            source=Source.PAYMENT,
            missing=Text(f"fewer than 2 payment experiences {en}", f"{zh}付款记录不足2笔"),
            expression=_deviation(w),
            low=0,
            high=7300,
            risk=Risk.FREE,  # a customer who begins to pay early spreads too
            for_model=window is D365,
        ),
    )


def _trend_feature(window: Window) -> Feature:
    return Feature(
        name=f"pay_late_days_slope_{window.name}",
        text=Text(
            f"How fast payments become later {window.text.en}, in days per month",
            f"{window.text.zh}逾期天数趋势（天/月）",
        ),
        unit=Unit.DAYS_PER_MONTH,
        source=Source.PAYMENT,
        missing=Text(
            f"fewer than 3 payment experiences {window.text.en}, or all on one day",
            f"{window.text.zh}付款记录不足3笔，或全部在同一天",
        ),
        expression=_slope(window.name),
        risk=Risk.UP,
    )


def _index_feature(window: Window) -> Feature:
    return Feature(
        name=f"pay_index_{window.name}",
        text=Text(
            f"Payment index {window.text.en}, 0 to 100: 80 is on terms, lower is later, weighted by amount",
            f"{window.text.zh}付款指数（0至100，80为准时，越低越迟，按金额加权）",
        ),
        unit=Unit.SCORE,
        source=Source.PAYMENT,
        missing=Text(f"fewer than 3 payment experiences {window.text.en}", f"{window.text.zh}付款记录不足3笔"),
        expression=payment_index(window),
        low=0,
        high=100,
        risk=Risk.DOWN,
    )


_CHANGES = (
    Feature(
        name="pay_late_days_change_90d",
        text=Text(
            "Mean days beyond terms of the last 90 days less those of the 275 days before",
            "近90天平均逾期天数较此前275天的变化",
        ),
        unit=Unit.DAYS,
        source=Source.PAYMENT,
        missing=Text("no payment experience in one of the two spans", "其中一个时段无付款记录"),
        expression=mean("90d") - mean("prior"),
        low=-7300,
        high=7300,
        risk=Risk.UP,
    ),
    Feature(
        name="pay_late_days_change_year_ago_90d",
        text=Text(
            "Mean days beyond terms of the last 90 days less those of the same 90 days a year ago",
            "近90天平均逾期天数较去年同期的变化",
        ),
        unit=Unit.DAYS,
        source=Source.PAYMENT,
        missing=Text("no payment experience in one of the two spans", "其中一个时段无付款记录"),
        expression=mean("90d") - mean("year_ago"),
        low=-7300,
        high=7300,
        risk=Risk.UP,
    ),
    Feature(
        name="pay_index_change_90d",
        text=Text(
            "Payment index of the last 90 days less that of the last 24 months", "近90天付款指数较近24个月的变化"
        ),
        unit=Unit.SCORE,
        source=Source.PAYMENT,
        missing=Text("fewer than 3 payment experiences in the last 90 days", "近90天付款记录不足3笔"),
        expression=payment_index(D90) - payment_index(M24),
        low=-100,
        high=100,
        risk=Risk.DOWN,
    ),
)

FEATURES = (
    *(f for w in WINDOWS for f in _window_features(w)),
    *(_trend_feature(w) for w in TREND_WINDOWS),
    *(_index_feature(w) for w in INDEX_WINDOWS),
    *_CHANGES,
)
