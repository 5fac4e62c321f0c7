"""Features of orders that are not invoiced yet."""

import narwhals as nw

from riskengine.features.arithmetic import growth, money, number
from riskengine.features.engines import Frame
from riskengine.features.feature import Feature, Risk, Source, Unit
from riskengine.features.known import Known
from riskengine.features.measure import attach, count, smallest, total
from riskengine.terms.text import Text

_OPEN = nw.col("is_open")
_AGE = nw.col("age")
_CENTS = nw.col("amount_cents")

MEASURES = (
    total("ord_open_cents", _CENTS, _OPEN),
    count("ord_open_count", _OPEN),
    total("ord_cents_90d", _CENTS, _AGE < 90),
    total("ord_cents_prior_90d", _CENTS, (_AGE >= 90) & (_AGE < 180)),
    smallest("ord_last_age", _AGE),
)


def measure(known: Known, so_far: Frame) -> Frame:
    rows = known["orders"].with_columns(
        known.age("ordered_on").alias("age"),
        (nw.col("closed_on").is_null() | (nw.col("closed_on") > known.as_of)).alias("is_open"),
    )
    return attach(so_far, rows, MEASURES, given=known.has("orders"))


_NO_FEED = Text("no order data was delivered", "未提供订单数据")

FEATURES = (
    Feature(
        name="ord_open_amount",
        text=Text("Orders not invoiced yet", "未开票订单金额"),
        unit=Unit.MONEY,
        source=Source.ORDER,
        missing=_NO_FEED,
        expression=money("ord_open_cents"),
        low=0,
    ),
    Feature(
        name="ord_amount_change_90d",
        text=Text("Orders of the last 90 days against the 90 days before", "近90天订单额较前90天变动"),
        unit=Unit.RATIO,
        source=Source.ORDER,
        missing=Text("no orders in the 90 days before, or no order data", "前90天无订单，或未提供订单数据"),
        expression=growth(number("ord_cents_90d"), number("ord_cents_prior_90d")),
        low=-1,
        risk=Risk.DOWN,
    ),
)
