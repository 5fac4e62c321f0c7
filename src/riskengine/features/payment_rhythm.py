"""The rhythm of buying and paying: active months, evenness, gaps, time since the first and the last."""

from functools import reduce
from operator import add

import narwhals as nw

from riskengine.features.arithmetic import number, ratio
from riskengine.features.feature import Feature, Risk, Source, Unit
from riskengine.features.payment_dso import MONTHS
from riskengine.terms.text import Text

_NO_INVOICE = Text("no invoice was ever issued", "从未开票")
_NO_SALES_365 = Text("no sales in the last 365 days", "近365天无销售")


def _active_months() -> nw.Expr:
    active = [
        nw.when(number(f"pay_sales_count_month_{m}") > 0.0).then(nw.lit(1.0)).otherwise(nw.lit(0.0)) for m in MONTHS
    ]
    return nw.when(number("pay_invoice_count_all") > 0.0).then(nw.sum_horizontal(*active))


def _monthly_spread() -> nw.Expr:
    """Coefficient of variation of twelve months of sales."""
    months = [number(f"pay_sales_cents_month_{m}") for m in MONTHS]
    sold = reduce(add, months)
    squares = reduce(add, (month * month for month in months))
    return ratio((squares * 12.0 - sold * sold).clip(lower_bound=0.0).sqrt(), sold)


def _purchase_gap() -> nw.Expr:
    """Days since the last invoice over the mean interval between invoices."""
    last, first, invoices = (
        number(name) for name in ("pay_last_issued_age", "pay_first_issued_age", "pay_invoice_count_all")
    )
    return nw.when(invoices >= 3.0).then(ratio(last * (invoices - 1.0), first - last))


FEATURES = (
    Feature(
        name="pay_sales_months_365d",
        text=Text("Months (of 30 days) with sales among the last 12", "近12个月中有销售的月数"),
        unit=Unit.COUNT,
        source=Source.PAYMENT,
        missing=_NO_INVOICE,
        expression=_active_months(),
        low=0,
        high=12,
    ),
    Feature(
        name="pay_sales_spread_365d",
        text=Text(
            "Spread of monthly sales over the last 12 months (deviation over mean)", "近12个月月销售额波动（变异系数）"
        ),
        unit=Unit.RATIO,
        source=Source.PAYMENT,
        missing=_NO_SALES_365,
        expression=_monthly_spread(),
        low=0,
        high=4,
    ),
    Feature(
        name="pay_purchase_gap",
        text=Text(
            "Days since the last invoice over the mean interval between invoices", "距上次开票天数与平均开票间隔之比"
        ),
        unit=Unit.RATIO,
        source=Source.PAYMENT,
        missing=Text("fewer than 3 invoices, or all on one day", "发票不足3笔，或全部在同一天"),
        expression=_purchase_gap(),
        low=0,
    ),
    Feature(
        name="pay_days_since_payment",
        text=Text("Days since the last cash", "距上次收款天数"),
        unit=Unit.DAYS,
        source=Source.PAYMENT,
        missing=Text("no cash was ever received", "从未收款"),
        expression=number("pay_last_cash_age"),
        low=0,
    ),
    Feature(
        name="pay_days_since_invoice",
        text=Text("Days since the last invoice", "距上次开票天数"),
        unit=Unit.DAYS,
        source=Source.PAYMENT,
        missing=_NO_INVOICE,
        expression=number("pay_last_issued_age"),
        low=0,
    ),
    Feature(
        name="pay_history_days",
        text=Text("Days since the first invoice", "距首次开票天数"),
        unit=Unit.DAYS,
        source=Source.PAYMENT,
        missing=_NO_INVOICE,
        expression=number("pay_first_issued_age"),
        low=0,
        risk=Risk.DOWN,
    ),
)
