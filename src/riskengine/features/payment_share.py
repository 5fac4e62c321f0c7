"""How often the customer pays late: shares by count and by amount, months and streaks of lateness."""

import narwhals as nw

from riskengine.features.arithmetic import flag, number, ratio
from riskengine.features.feature import Feature, Risk, Source, Unit
from riskengine.features.measure import Measure, count, smallest, total
from riskengine.features.window import ALL, D90, D180, D365, Window, between
from riskengine.terms.text import Text

WINDOWS = (D90, D180, D365, ALL)
THRESHOLDS = (0, 30, 60, 90)
MODEL_WINDOWS = (D90, D365)  # the others say nearly the same; they are for rules and people
MONTHS = range(12)  # spans of 30 days, 0 is the newest

_IS = nw.col("is_experience")
_AGE = nw.col("experience_age")
_LATE = nw.col("late_days")
_CENTS = nw.col("amount_cents")
_ON_TIME = _IS & (_LATE <= 0)
_IS_LATE = _IS & (_LATE > 0)
_PASSED_30 = _IS & (_LATE > 30)  # its 31st day beyond terms was `due_age - 31` days ago
_PASSED_30_AGE = nw.col("due_age") - 31


def _late_measures(window: Window, days: int) -> tuple[Measure, Measure]:
    late = nw.col(f"in_{window.name}") & (days < _LATE)
    return (
        count(f"pay_late_{days}_count_{window.name}", late),
        total(f"pay_late_{days}_cents_{window.name}", _CENTS, late),
    )


def _month_measures(month: int) -> tuple[Measure, Measure]:
    inside = between(_AGE, 30 * month, 30 * month + 30)
    return count(f"pay_month_{month}_late", _IS_LATE & inside), count(f"pay_month_{month}_on_time", _ON_TIME & inside)


MEASURES = (
    *(m for w in WINDOWS for days in THRESHOLDS for m in _late_measures(w, days)),
    *(m for month in MONTHS for m in _month_measures(month)),
    count("pay_early_count_365d", nw.col("in_365d") & (_LATE < 0)),
    count("pay_passed_30_count_90d", _PASSED_30 & (_PASSED_30_AGE < 90)),
    count("pay_passed_30_count_before", _PASSED_30 & (_PASSED_30_AGE >= 90)),
    count("pay_exp_count_before_90d", _IS & (_AGE >= 90)),
)
# Where the customer last paid on time, and last paid late; needed before streaks can be counted.
LAST_MEASURES = (
    smallest("pay_last_on_time_age", _AGE, _ON_TIME),
    smallest("pay_last_late_age", _AGE, _IS_LATE),
)
# A customer who was never on time is late in every experience: the other kind lies further back than any row.
STREAK_MEASURES = (
    count(
        "pay_late_streak",
        _IS_LATE & ((nw.col("pay_last_on_time_age") > _AGE).fill_null(nw.lit(value=True))),
    ),
    count(
        "pay_on_time_streak",
        _ON_TIME & ((nw.col("pay_last_late_age") > _AGE).fill_null(nw.lit(value=True))),
    ),
)


def _share_features(window: Window, days: int) -> tuple[Feature, Feature]:
    w, en, zh = window.name, window.text.en, window.text.zh
    late_en = "late" if days == 0 else f"more than {days} days late"
    late_zh = "逾期" if days == 0 else f"逾期超过{days}天"
    missing = Text(f"no payment experience {en}", f"{zh}无付款记录")
    return (
        Feature(
            name=f"pay_late_share_{days}_{w}",
            text=Text(f"Share of payment experiences {late_en} {en}", f"{zh}{late_zh}笔数占比"),
            unit=Unit.RATIO,
            source=Source.PAYMENT,
            missing=missing,
            expression=ratio(number(f"pay_late_{days}_count_{w}"), number(f"pay_exp_count_{w}")),
            low=0,
            high=1,
            risk=Risk.UP,
            for_model=window in MODEL_WINDOWS,
        ),
        Feature(
            name=f"pay_late_amount_share_{days}_{w}",
            text=Text(f"Share of the amount of payment experiences {late_en} {en}", f"{zh}{late_zh}金额占比"),
            unit=Unit.RATIO,
            source=Source.PAYMENT,
            missing=missing,
            expression=ratio(number(f"pay_late_{days}_cents_{w}"), number(f"pay_exp_cents_{w}")),
            low=0,
            high=1,
            risk=Risk.UP,
            for_model=window is D365,
        ),
    )


def _was_late(month: int) -> nw.Expr:
    return nw.col(f"pay_month_{month}_was_late")


def month_columns() -> tuple[nw.Expr, ...]:
    """For each month 1.0 or 0.0: was a payment late; does the month carry a streak on (not all was on time)."""
    late = {m: number(f"pay_month_{m}_late").clip(upper_bound=1.0) for m in MONTHS}
    on_time = {m: number(f"pay_month_{m}_on_time").clip(upper_bound=1.0) for m in MONTHS}
    return (
        *(late[m].alias(f"pay_month_{m}_was_late") for m in MONTHS),
        *((1.0 - on_time[m] * (1.0 - late[m])).alias(f"pay_month_{m}_carries") for m in MONTHS),
    )


def _streaks() -> tuple[nw.Expr, ...]:
    """Months in a row with a late payment, up to and including each month from the oldest to the newest.

    A month in which everything was on time ends a streak; one without payment experience neither ends nor adds.
    """
    streaks: list[nw.Expr] = []
    streak: nw.Expr = nw.lit(0.0)
    for month in reversed(MONTHS):
        streak = (streak + _was_late(month)) * nw.col(f"pay_month_{month}_carries")
        streaks.append(streak)
    return tuple(streaks)


def _if_any(expression: nw.Expr) -> nw.Expr:
    return nw.when(number("pay_exp_count_365d") > 0.0).then(expression)


_NONE_365 = Text("no payment experience in the last 365 days", "近365天无付款记录")
_NEVER = Text("no payment experience", "无付款记录")
_EVER = number("pay_exp_count_all") > 0.0
_STREAKS = _streaks()
_LATE_MONTHS = [_was_late(month) for month in MONTHS]

_STREAK_FEATURES = (
    Feature(
        name="pay_late_streak_current",
        text=Text("Payment experiences in a row that were late, up to today", "当前连续逾期笔数"),
        unit=Unit.COUNT,
        source=Source.PAYMENT,
        missing=_NEVER,
        expression=nw.when(_EVER).then(number("pay_late_streak")),
        low=0,
        risk=Risk.UP,
    ),
    Feature(
        name="pay_on_time_streak_current",
        text=Text("Payment experiences in a row that were on time, up to today", "当前连续准时付款笔数"),
        unit=Unit.COUNT,
        source=Source.PAYMENT,
        missing=_NEVER,
        expression=nw.when(_EVER).then(number("pay_on_time_streak")),
        low=0,
        risk=Risk.DOWN,
    ),
    Feature(
        name="pay_late_months_streak_current",
        text=Text("Months in a row (of 30 days) with a late payment, up to today", "当前连续出现逾期的月数"),
        unit=Unit.COUNT,
        source=Source.PAYMENT,
        missing=_NONE_365,
        expression=_if_any(_STREAKS[-1]),
        low=0,
        high=12,
        risk=Risk.UP,
    ),
    Feature(
        name="pay_late_months_streak_max_365d",
        text=Text("Longest run of months with a late payment in the last 360 days", "近360天最长连续逾期月数"),
        unit=Unit.COUNT,
        source=Source.PAYMENT,
        missing=_NONE_365,
        expression=_if_any(nw.max_horizontal(*_STREAKS)),
        low=0,
        high=12,
        risk=Risk.UP,
    ),
    Feature(
        name="pay_late_months_count_365d",
        text=Text("Months (of 30 days) with a late payment among the last 12", "近12个月中出现逾期的月数"),
        unit=Unit.COUNT,
        source=Source.PAYMENT,
        missing=_NONE_365,
        expression=_if_any(nw.sum_horizontal(*_LATE_MONTHS)),
        low=0,
        high=12,
        risk=Risk.UP,
    ),
)

_OTHERS = (
    Feature(
        name="pay_early_share_365d",
        text=Text("Share of payment experiences before the due day in the last 365 days", "近365天提前付款笔数占比"),
        unit=Unit.RATIO,
        source=Source.PAYMENT,
        missing=_NONE_365,
        expression=ratio(number("pay_early_count_365d"), number("pay_exp_count_365d")),
        low=0,
        high=1,
        risk=Risk.DOWN,
    ),
    Feature(
        name="pay_first_late_30_flag_90d",
        text=Text("Passed 30 days beyond terms in the last 90 days and never before", "近90天首次出现逾期超过30天"),
        unit=Unit.FLAG,
        source=Source.PAYMENT,
        missing=Text("fewer than 3 payment experiences before the last 90 days", "90天以前的付款记录不足3笔"),
        expression=nw.when(number("pay_exp_count_before_90d") >= 3.0).then(
            flag((number("pay_passed_30_count_90d") > 0.0) & (number("pay_passed_30_count_before") <= 0.0))
        ),
        low=0,
        high=1,
        risk=Risk.FREE,  # whose lateness is an old habit has 0 here too
    ),
)

FEATURES = (
    *(f for w in WINDOWS for days in THRESHOLDS for f in _share_features(w, days)),
    *_STREAK_FEATURES,
    *_OTHERS,
)
