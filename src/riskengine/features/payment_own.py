"""The customer against its own past: the last 90 days beside the year before them, in its own usual swings.

No threshold is shared by all customers here. Each *deviation* is how much worse the last 90 days were than the 365 days
before, divided by how much 90 days of this customer usually differ from its year:

    (recent - past) / (s x sqrt(1 / recent count + 1 / past count + 1 / 4))

`s` is the spread of a single row of its past. The last quarter stands for what changes from one season to the next
however many rows there are. A short past says little of the spread, so `s` is drawn towards what is common. Positive is
worse. The rows of both spans are counted and summed in `payment_spans`.
"""

import narwhals as nw

from riskengine.features.arithmetic import growth, number, ratio
from riskengine.features.feature import Feature, Risk, Source, Unit
from riskengine.features.payment_spans import PAST_DAYS, RECENT_DAYS
from riskengine.terms.text import Text

LEAST_RECENT, LEAST_PAST = 2.0, 4.0  # rows; with fewer there is no habit, or nothing to hold against it
DRIFT = 0.25  # a quarter of the variance of one row, from season to season
COMMON_ROWS = 4.0  # rows of what is common that join a past
COMMON_LATE_SQUARE = 64.0  # a spread of 8 days
COMMON_AMOUNT_SQUARE = 0.09  # a spread of 30 % of the mean


def _now(name: str) -> nw.Expr:
    return number(f"pay_own_{name}_now")


def _past(name: str) -> nw.Expr:
    return number(f"pay_own_{name}_past")


def _where_known(rows: str, expression: nw.Expr) -> nw.Expr:
    """`expression` where both spans have rows enough to be held against each other."""
    return nw.when((_now(rows) >= LEAST_RECENT) & (_past(rows) >= LEAST_PAST)).then(expression)


def _usual_swing(rows: str, square: nw.Expr) -> nw.Expr:
    """How much the mean of 90 days usually differs from that of the year, from the variance of a single row."""
    one = nw.lit(1.0)
    return (square * (one / _now(rows) + one / _past(rows) + nw.lit(DRIFT))).sqrt()


def _variance(rows: str, total_: nw.Expr, squares: nw.Expr, common: nw.Expr) -> nw.Expr:
    """Of a single row of the past, drawn towards `common` as if `COMMON_ROWS` rows of it had been there."""
    spread = (squares - total_ * total_ / _past(rows)).clip(lower_bound=0.0)
    return (spread + common * nw.lit(COMMON_ROWS)) / (_past(rows) + nw.lit(COMMON_ROWS - 1.0))


def _mean(name: str, rows: str, span: str) -> nw.Expr:
    return ratio(number(f"pay_own_{name}_{span}"), number(f"pay_own_{rows}_{span}"))


def _share_deviation(part: str, rows: str) -> nw.Expr:
    """Of a share; that of the past as if one row of each kind had been there too."""
    usual = (_past(part) + nw.lit(1.0)) / (_past(rows) + nw.lit(2.0))
    swing = _usual_swing(rows, usual * (nw.lit(1.0) - usual))
    return _where_known(rows, (_mean(part, rows, "now") - usual) / swing)


_LATE_CHANGE = _mean("late_sum", "exp_count", "now") - _mean("late_sum", "exp_count", "past")
_LATE_SWING = _usual_swing(
    "exp_count",
    _variance("exp_count", _past("late_sum"), _past("late_square_sum"), nw.lit(COMMON_LATE_SQUARE)),
)


def _size_deviation() -> nw.Expr:
    usual = _mean("size_sum", "sold_count", "past")
    common = usual * usual * nw.lit(COMMON_AMOUNT_SQUARE)
    swing = _usual_swing("sold_count", _variance("sold_count", _past("size_sum"), _past("size_square_sum"), common))
    smaller = usual - _mean("size_sum", "sold_count", "now")
    return nw.when(swing > 0.0).then(_where_known("sold_count", smaller / swing))


def _usual_days() -> nw.Expr:
    """Days with cash that 90 days of the past had, of a past that may be shorter than a year."""
    span = (number("pay_own_first_cash_age") - nw.lit(RECENT_DAYS - 1.0)).clip(upper_bound=float(PAST_DAYS))
    return nw.when(_past("days") >= LEAST_PAST).then(ratio(_past("days") * nw.lit(float(RECENT_DAYS)), span))


def _days_deviation() -> nw.Expr:
    """Days with cash come and go like a count (Poisson); the season moves their number by a quarter."""
    usual = _usual_days()
    return (usual - _now("days")) / (nw.lit(1.0) + usual + usual * usual * nw.lit(DRIFT * DRIFT)).sqrt()


_FEW = Text(
    "fewer than 2 payment experiences in the last 90 days, or fewer than 4 in the 365 days before",
    "近90天付款记录不足2笔，或此前365天不足4笔",
)
_FEW_SOLD = Text(
    "fewer than 2 invoices in the last 90 days, or fewer than 4 in the 365 days before",
    "近90天开票不足2笔，或此前365天不足4笔",
)
_FEW_DAYS = Text(
    "cash came on fewer than 4 days in the 365 days before the last 90 days", "近90天之前的365天内收款不足4天"
)


def _feature(
    name: str, text: Text, unit: Unit, missing: Text, expression: nw.Expr, *, low: float | None = 0.0
) -> Feature:
    high = 1.0 if unit is Unit.RATIO and low == 0.0 else None
    return Feature(
        f"pay_own_{name}",
        text,
        unit,
        Source.PAYMENT,
        missing,
        expression,
        low=low,
        high=high,
        risk=Risk.UP if unit is Unit.SCORE else Risk.FREE,
        for_model=False,  # of features the model has already; for rules, the measure of anomaly and people
    )


def _deviation(name: str, en: str, zh: str, missing: Text, expression: nw.Expr) -> Feature:
    text = Text(
        f"{en} in the last 90 days than in the customer's own year before, in its usual swings",
        f"近90天与客户自身此前一年相比{zh}的程度（以其惯常波动为单位）",
    )
    return _feature(f"{name}_deviation_90d", text, Unit.SCORE, missing, expression, low=None)


_SPANS = {
    "now": ("90d", Text("in the last 90 days", "近90天")),
    "past": ("past", Text("in the 365 days before the last 90", "近90天之前365天")),
}


def _share(name: str, rows: str, span: str, what: Text, missing: Text) -> Feature:
    stem, when = _SPANS[span]
    text = Text(f"Share of {what.en} {when.en}", f"{when.zh}{what.zh}占比")
    share = _where_known(rows, _mean(f"{name}_count", rows, span))
    return _feature(f"{name}_share_{stem}", text, Unit.RATIO, missing, share)


_LATE_ONES = Text("payment experiences that were late", "逾期笔数")
_PARTS = Text("payment experiences paid in parts", "部分付款笔数")
_DISPUTED = Text("invoices that were disputed", "争议发票")

DEVIATIONS = (
    _deviation("late", "Later payment", "付款推迟", _FEW, _where_known("exp_count", _LATE_CHANGE / _LATE_SWING)),
    _deviation("late_share", "More often late", "逾期增多", _FEW, _share_deviation("late_count", "exp_count")),
    _deviation("days", "Cash on fewer days", "收款天数减少", _FEW_DAYS, _days_deviation()),
    _deviation(
        "part", "More invoices paid in parts", "部分付款增多", _FEW, _share_deviation("part_count", "exp_count")
    ),
    _deviation("amount", "Smaller invoices", "单笔开票金额减小", _FEW_SOLD, _size_deviation()),
    _deviation(
        "dispute", "More invoices disputed", "争议增多", _FEW_SOLD, _share_deviation("dispute_count", "sold_count")
    ),
)

FEATURES: tuple[Feature, ...] = (
    *DEVIATIONS,
    _feature(
        "late_days_change_90d",
        Text(
            "Mean days beyond terms of the last 90 days less those of the 365 days before, each between 30 days early "
            "and 90 late",
            "近90天平均逾期天数较此前365天的变化（每笔限于提前30天至逾期90天之间）",
        ),
        Unit.DAYS,
        _FEW,
        _where_known("exp_count", _LATE_CHANGE),
        low=None,
    ),
    _feature(
        "late_days_swing",
        Text(
            "By how many days the mean lateness of 90 days usually differs from that of the customer's own year",
            "客户90天平均逾期天数与其全年均值的惯常差异（天）",
        ),
        Unit.DAYS,
        _FEW,
        _where_known("exp_count", _LATE_SWING),
    ),
    _share("late", "exp_count", "past", _LATE_ONES, _FEW),  # that of the last 90 days is pay_late_share_0_90d
    *(_share("part", "exp_count", span, _PARTS, _FEW) for span in _SPANS),
    *(_share("dispute", "sold_count", span, _DISPUTED, _FEW_SOLD) for span in _SPANS),
    _feature(
        "days_count_90d",
        Text("Days with cash in the last 90 days", "近90天有收款的天数"),
        Unit.COUNT,
        Text("never missing: 0 without any", "不会缺失：无记录时为0"),
        _now("days"),
    ),
    _feature(
        "days_usual",
        Text("Days with cash in 90 days of the year before the last 90 days", "近90天之前一年中每90天有收款的天数"),
        Unit.DAYS,
        _FEW_DAYS,
        _usual_days(),
    ),
    _feature(
        "amount_change_90d",
        Text(
            "Mean invoice amount of the last 90 days against that of the 365 days before",
            "近90天平均单笔开票金额较此前365天变动",
        ),
        Unit.RATIO,
        _FEW_SOLD,
        _where_known(
            "sold_count", growth(_mean("size_sum", "sold_count", "now"), _mean("size_sum", "sold_count", "past"))
        ),
        low=-1.0,
    ),
)
