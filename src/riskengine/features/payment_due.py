"""What has fallen due and is not paid, and how that compares with the customer's own ways.

The first sign of a customer who has stopped paying is that nothing of what fell due these weeks has come in. How much
silence that is depends on the customer: one that pays every Friday is conspicuous after three weeks, one that buys
twice a year is not. Invoices in dispute on the as-of date are left out.
"""

import narwhals as nw

from riskengine.features.arithmetic import number, ratio
from riskengine.features.feature import Feature, Risk, Source, Unit
from riskengine.features.measure import Measure, count, total
from riskengine.features.window import D30, D90, D365, Window
from riskengine.terms.text import Text

WINDOWS = (D30, D90)

_DUE = nw.col("due_age")
_PAID_365 = nw.col("is_paid") & ~nw.col("was_disputed") & D365.holds(nw.col("settled_age"))
_LATE = nw.col("late_days").cast(nw.Int64)


def _window_measures(window: Window) -> tuple[Measure, Measure]:
    fell_due = (_DUE > 0) & ((window.days or 0) >= _DUE) & ~nw.col("is_disputed")
    return (
        count(f"pay_due_count_{window.name}", fell_due),
        count(f"pay_due_unpaid_count_{window.name}", fell_due & (nw.col("open_cents") > 0)),
    )


MEASURES = (
    *(m for w in WINDOWS for m in _window_measures(w)),
    count("pay_paid_count_365d", _PAID_365),
    total("pay_paid_late_sum_365d", _LATE, _PAID_365),
)


def _share(window: Window) -> Feature:
    w, days = window.name, window.days
    return Feature(
        name=f"pay_due_unpaid_share_{w}",
        text=Text(
            f"Share of the invoices that fell due in the last {days} days and are not paid, disputes aside",
            f"近{days}天到期发票中未付清笔数占比（不含争议）",
        ),
        unit=Unit.RATIO,
        source=Source.PAYMENT,
        missing=Text(f"nothing fell due in the last {days} days", f"近{days}天无到期发票"),
        expression=ratio(number(f"pay_due_unpaid_count_{w}"), number(f"pay_due_count_{w}")),
        low=0,
        high=1,
        risk=Risk.UP,
    )


def _over_usual() -> nw.Expr:
    """Days past due of the oldest overdue invoice less the mean lateness of what was paid; 0 if nothing is overdue."""
    dpd = number("pay_dpd_max_days")
    usual = ratio(number("pay_paid_late_sum_365d"), number("pay_paid_count_365d"))
    return nw.when(dpd > 0.0).then(dpd - usual).otherwise(nw.lit(0.0))


FEATURES = (
    *(_share(w) for w in WINDOWS),
    Feature(
        name="pay_due_unpaid_count_90d",
        text=Text(
            "Invoices that fell due in the last 90 days and are not paid, disputes aside",
            "近90天到期而未付清的发票笔数（不含争议）",
        ),
        unit=Unit.COUNT,
        source=Source.PAYMENT,
        missing=Text("never missing: 0 without invoices", "不会缺失：无发票时为0"),
        expression=number("pay_due_unpaid_count_90d"),
        low=0,
        risk=Risk.UP,
    ),
    Feature(
        name="pay_dpd_over_usual",
        text=Text(
            "Days past due of the oldest overdue invoice less the mean lateness of what was paid in the last 365 days "
            "(0: nothing is overdue)",
            "最久逾期发票的逾期天数与近365天已付发票平均逾期天数之差（0表示无逾期）",
        ),
        unit=Unit.DAYS,
        source=Source.PAYMENT,
        missing=Text(
            "something is overdue, and nothing was paid in the last 365 days without a dispute",
            "有逾期款项，且近365天无未涉争议的已付发票",
        ),
        expression=_over_usual(),
        risk=Risk.UP,
    ),
)
