"""Days sales outstanding and its kin, collection effectiveness, receivables turnover (domain formulas per customer).

- DSO = open / sales x days; best possible DSO = not overdue / sales x days; delinquent days = the difference.
- Count-back DSO: the newest 30 days' sales are taken off the open amount and count 30 days, and so on back, the last
  pro rata; at most 360 days.
- Collection effectiveness = 100 x (begin + sales - end total) / (begin + sales - end not overdue).
- Turnover = sales / mean of the open amounts at the begin and the end.
"""

from functools import reduce
from operator import add

import narwhals as nw

from riskengine.features.arithmetic import number, ratio
from riskengine.features.feature import Feature, Risk, Source, Unit
from riskengine.features.measure import count, total
from riskengine.features.window import D90, D365, Window, between
from riskengine.terms.text import Text

MONTHS = range(12)  # spans of 30 days, 0 is the newest
COUNT_BACK = "pay_count_back_days"

_AGE = nw.col("issued_age")
_CENTS = nw.col("amount_cents")
_CREDITED = nw.col("is_settled") & ~nw.col("is_paid") & ~nw.col("is_written_off")  # in full: nothing to collect
_FALLS_DUE = {w: w.holds(nw.col("due_age")) & ~nw.col("is_disputed") & ~_CREDITED for w in (D90, D365)}
_IN_TERM = nw.col("is_paid") & (nw.col("late_days") <= 0)

MEASURES = (
    *(total(f"pay_sales_cents_month_{m}", _CENTS, between(_AGE, 30 * m, 30 * m + 30)) for m in MONTHS),
    *(total(f"pay_sales_cents_{w.name}", _CENTS, w.holds(_AGE)) for w in (D90, D365)),
    *(total(f"pay_due_cents_{w.name}", _CENTS, due) for w, due in _FALLS_DUE.items()),
    *(total(f"pay_in_term_cents_{w.name}", _CENTS, due & _IN_TERM) for w, due in _FALLS_DUE.items()),
    total("pay_terms_day_cents_365d", _CENTS * nw.col("terms_days").cast(nw.Int64), D365.holds(_AGE)),
    *(count(f"pay_sales_count_month_{m}", between(_AGE, 30 * m, 30 * m + 30)) for m in MONTHS),
)

_SALES = number("pay_sales_cents_90d")
_OPEN = number("pay_open_cents")
_CURRENT = _OPEN - number("pay_overdue_cents_0")
_TERMS = ratio(number("pay_terms_day_cents_365d"), number("pay_sales_cents_365d"))


def _newer(month: int) -> nw.Expr:
    """Sales since the end of a month."""
    return nw.col(f"pay_sales_cents_since_month_{month}")


def sales_columns() -> tuple[nw.Expr, ...]:
    sales = [number(f"pay_sales_cents_month_{m}") for m in MONTHS]
    return tuple(reduce(add, sales[:m], nw.lit(0.0)).alias(f"pay_sales_cents_since_month_{m}") for m in (*MONTHS, 12))


def count_back_column() -> nw.Expr:
    """Count-back DSO in days; missing where nothing was sold in twelve months and nothing is open."""
    shares: list[nw.Expr] = []
    for month in MONTHS:
        sales = number(f"pay_sales_cents_month_{month}")
        left = _OPEN - _newer(month)
        whole = left.clip(0.0, 1.0)  # in cents: 0 or 1
        shares.append(nw.when(left >= sales).then(whole).when(left > 0.0).then(left / sales).otherwise(nw.lit(0.0)))
    days = reduce(add, shares) * 30.0
    return nw.when((_OPEN > 0.0) | (_newer(12) > 0.0)).then(days).alias(COUNT_BACK)


def _collection_effectiveness() -> nw.Expr:
    owed = number("pay_open_cents_90d_ago") + _SALES
    return ratio((owed - _OPEN) * 100.0, owed - _CURRENT)


def _turnover() -> nw.Expr:
    return ratio(number("pay_sales_cents_365d") * 2.0, number("pay_open_cents_365d_ago") + _OPEN)


def _on_time_rate(window: Window) -> Feature:
    w, en, zh = window.name, window.text.en, window.text.zh
    return Feature(
        name=f"pay_on_time_rate_{w}",
        text=Text(
            f"Share by amount of what fell due {en} and was paid within terms, disputes and full credits aside",
            f"{zh}到期金额中按期收回的比例（不含争议及全额贷项）",
        ),
        unit=Unit.RATIO,
        source=Source.PAYMENT,
        missing=Text(f"nothing fell due {en}", f"{zh}无到期款"),
        expression=ratio(number(f"pay_in_term_cents_{w}"), number(f"pay_due_cents_{w}")),
        low=0,
        high=1,
        risk=Risk.DOWN,
    )


_NO_SALES_90 = Text("no sales in the last 90 days", "近90天无销售")

FEATURES = (
    Feature(
        name="pay_dso_90d",
        text=Text("Days sales outstanding on the sales of the last 90 days", "按近90天销售计的应收账款周转天数"),
        unit=Unit.DAYS,
        source=Source.PAYMENT,
        missing=_NO_SALES_90,
        expression=ratio(_OPEN * 90.0, _SALES),
        low=0,
        risk=Risk.UP,
    ),
    Feature(
        name="pay_dso_365d",
        text=Text("Days sales outstanding on the sales of the last 365 days", "按近365天销售计的应收账款周转天数"),
        unit=Unit.DAYS,
        source=Source.PAYMENT,
        missing=Text("no sales in the last 365 days", "近365天无销售"),
        expression=ratio(_OPEN * 365.0, number("pay_sales_cents_365d")),
        low=0,
        risk=Risk.UP,
    ),
    Feature(
        name="pay_best_dso_90d",
        text=Text("Best possible days sales outstanding: what is not overdue", "最佳可能应收周转天数（未逾期部分）"),
        unit=Unit.DAYS,
        source=Source.PAYMENT,
        missing=_NO_SALES_90,
        expression=ratio(_CURRENT * 90.0, _SALES),
        low=0,
    ),
    Feature(
        name="pay_delinquent_days_90d",
        text=Text("Average days delinquent: DSO less best possible DSO", "平均拖欠天数（周转天数减最佳周转天数）"),
        unit=Unit.DAYS,
        source=Source.PAYMENT,
        missing=_NO_SALES_90,
        expression=ratio((_OPEN - _CURRENT) * 90.0, _SALES),
        low=0,
        risk=Risk.UP,
    ),
    Feature(
        name="pay_dso_countback",
        text=Text(
            "Count-back days sales outstanding (months of 30 days, at most 360)", "倒推法应收周转天数（最多360天）"
        ),
        unit=Unit.DAYS,
        source=Source.PAYMENT,
        missing=Text("no sales in 360 days and nothing open", "360天内无销售且无未清应收款"),
        expression=nw.col(COUNT_BACK),
        low=0,
        high=360,
        risk=Risk.UP,
    ),
    Feature(
        name="pay_dso_over_terms",
        text=Text("Count-back DSO less the agreed terms", "倒推法应收周转天数超过约定账期的天数"),
        unit=Unit.DAYS,
        source=Source.PAYMENT,
        missing=Text("no sales in the last 365 days", "近365天无销售"),
        expression=nw.col(COUNT_BACK) - _TERMS,
        high=360,
        risk=Risk.UP,
    ),
    Feature(
        name="pay_terms_days_wmean_365d",
        text=Text("Agreed terms of the last 365 days, weighted by amount", "近365天金额加权约定账期"),
        unit=Unit.DAYS,
        source=Source.PAYMENT,
        missing=Text("no sales in the last 365 days", "近365天无销售"),
        expression=_TERMS,
    ),
    Feature(
        name="pay_collection_effectiveness_90d",
        text=Text("Collection effectiveness index of the last 90 days", "近90天收款效率指数"),
        unit=Unit.SCORE,
        source=Source.PAYMENT,
        missing=Text("there was nothing to collect in the last 90 days", "近90天无可收款项"),
        expression=_collection_effectiveness(),
        low=0,
        high=100,
        risk=Risk.DOWN,
    ),
    *(_on_time_rate(w) for w in (D90, D365)),
    Feature(
        name="pay_turnover_365d",
        text=Text("Receivables turnover of the last 365 days", "近365天应收账款周转率"),
        unit=Unit.RATIO,
        source=Source.PAYMENT,
        missing=Text("nothing is open and nothing was a year ago", "当前与一年前均无未清应收款"),
        expression=_turnover(),
        low=0,
        risk=Risk.DOWN,
    ),
)
