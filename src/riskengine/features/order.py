"""Features of orders: what is ordered and not invoiced yet, and whether ordering grows or falls."""

import narwhals as nw

from riskengine.features.arithmetic import growth, money, number, ratio
from riskengine.features.engines import Frame
from riskengine.features.feature import Feature, Risk, Source, Unit
from riskengine.features.known import Known
from riskengine.features.measure import attach, count, smallest, total
from riskengine.features.window import D90, D365, between
from riskengine.terms.text import Text

_OPEN = nw.col("is_open")
_AGE = nw.col("age")
_CENTS = nw.col("amount_cents")

MEASURES = (
    total("ord_open_cents", _CENTS, _OPEN),
    count("ord_open_count", _OPEN),
    *(total(f"ord_cents_{w.name}", _CENTS, w.holds(_AGE)) for w in (D90, D365)),
    *(count(f"ord_count_{w.name}", w.holds(_AGE)) for w in (D90, D365)),
    total("ord_cents_prior_90d", _CENTS, between(_AGE, 90, 180)),
    total("ord_cents_year_ago", _CENTS, between(_AGE, 365, 455)),
    total("ord_cents_prior_275d", _CENTS, between(_AGE, 90, 365)),
    count("ord_count_prior_275d", between(_AGE, 90, 365)),
    smallest("ord_last_age", _AGE),
)


def measure(known: Known, so_far: Frame) -> Frame:
    rows = known["orders"].with_columns(
        known.age("ordered_on").alias("age"),
        (nw.col("closed_on").is_null() | (nw.col("closed_on").fill_null(known.as_of) > known.as_of)).alias("is_open"),
    )
    return attach(so_far, rows, MEASURES, given=known.has("orders"))


_NO_DATA = Text("no order data was delivered", "未提供订单数据")


def _level(name: str, text: Text, unit: Unit, expression: nw.Expr) -> Feature:
    return Feature(name, text, unit, Source.ORDER, _NO_DATA, expression, low=0)


def _change(name: str, text: Text, missing: Text, now: nw.Expr, before: nw.Expr) -> Feature:
    return Feature(name, text, Unit.RATIO, Source.ORDER, missing, growth(now, before), low=-1, risk=Risk.DOWN)


FEATURES: tuple[Feature, ...] = (
    _level("ord_open_amount", Text("Orders not invoiced yet", "未开票订单金额"), Unit.MONEY, money("ord_open_cents")),
    _level("ord_open_count", Text("Number of open orders", "未开票订单笔数"), Unit.COUNT, number("ord_open_count")),
    *(
        _level(
            f"ord_amount_{w.name}",
            Text(f"Orders placed {w.text.en}", f"{w.text.zh}下单金额"),
            Unit.MONEY,
            money(f"ord_cents_{w.name}"),
        )
        for w in (D90, D365)
    ),
    *(
        _level(
            f"ord_count_{w.name}",
            Text(f"Number of orders placed {w.text.en}", f"{w.text.zh}下单笔数"),
            Unit.COUNT,
            number(f"ord_count_{w.name}"),
        )
        for w in (D90, D365)
    ),
    _change(
        "ord_amount_change_90d",
        Text("Orders of the last 90 days against the 90 days before", "近90天下单额较前90天变动"),
        Text("no orders in the 90 days before, or no order data", "前90天无订单，或未提供订单数据"),
        number("ord_cents_90d"),
        number("ord_cents_prior_90d"),
    ),
    _change(
        "ord_amount_change_year_ago_90d",
        Text("Orders of the last 90 days against the same 90 days a year ago", "近90天下单额较去年同期变动"),
        Text("no orders in the same 90 days a year ago, or no order data", "去年同期无订单，或未提供订单数据"),
        number("ord_cents_90d"),
        number("ord_cents_year_ago"),
    ),
    _change(
        "ord_size_change_90d",
        Text(
            "Mean order of the last 90 days against that of the 275 days before", "近90天平均单笔订单额较此前275天变动"
        ),
        Text("no orders in one of the two spans, or no order data", "其中一个时段无订单，或未提供订单数据"),
        ratio(number("ord_cents_90d"), number("ord_count_90d")),
        ratio(number("ord_cents_prior_275d"), number("ord_count_prior_275d")),
    ),
    Feature(
        name="ord_days_since_last",
        text=Text("Days since the last order", "距上次下单天数"),
        unit=Unit.DAYS,
        source=Source.ORDER,
        missing=Text("never ordered, or no order data", "从未下单，或未提供订单数据"),
        expression=number("ord_last_age"),
        low=0,
    ),
    Feature(
        name="ord_open_to_sales_90d",
        text=Text("Open orders over the sales of the last 90 days", "未开票订单额与近90天销售额之比"),
        unit=Unit.RATIO,
        source=Source.ORDER,
        missing=Text("no sales in the last 90 days, or no order data", "近90天无销售，或未提供订单数据"),
        expression=ratio(number("ord_open_cents"), number("pay_sales_cents_90d")),
        low=0,
    ),
)
