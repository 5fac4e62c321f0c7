"""What customers are compared by, each as a whole number, and the size class they are compared within.

A figure of a customer is held within bounds, so that a few customers who paid years late do not make everybody else
look punctual, and counted in thousandths, so that the sums over all customers are exact.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import narwhals as nw

from riskengine.features import customer, order, payment, statement
from riskengine.features.arithmetic import money
from riskengine.features.engines import Frame
from riskengine.features.feature import Feature, Source, Unit
from riskengine.features.known import Known
from riskengine.features.surroundings import By
from riskengine.terms.text import Text

SIZE_CLASS = "peer_size_class"
# Up to these purchases in 365 days, in units of the reporting currency; beyond the last a customer is large.
SIZES = (("micro", 50_000.0), ("small", 250_000.0), ("medium", 1_000_000.0))
LARGEST = "large"
SIZE_TEXTS: Mapping[str, Text] = MappingProxyType(
    {
        "micro": Text("micro", "微型"),
        "small": Text("small", "小型"),
        "medium": Text("medium", "中型"),
        LARGEST: Text("large", "大型"),
    }
)
THOUSANDTHS = 1000.0


@dataclass(frozen=True, slots=True)
class PeerFigure:
    """A feature that is compared among peers; values beyond `low` and `high` count as these."""

    name: str
    feature: str
    text: Text  # of the figure, to go on with "against the peers"
    low: float
    high: float
    by: tuple[By, ...] = (By.INDUSTRY,)

    @property
    def column(self) -> str:
        """The measure: the figure of the customer in thousandths."""
        return f"peer_{self.name}_thousandths"


FIGURES: tuple[PeerFigure, ...] = (
    PeerFigure(
        "late_days_90d",
        "pay_late_days_mean_90d",
        Text("Mean days beyond terms of the last 90 days", "近90天平均逾期天数"),
        -30,
        60,
        (By.INDUSTRY, By.REGION, By.SIZE),
    ),
    PeerFigure(
        "late_change_90d",
        "pay_late_days_change_90d",
        Text("How much later it pays than in the 275 days before", "付款较此前275天推迟的天数"),
        -60,
        60,
    ),
    PeerFigure(
        "overdue_ratio",
        "pay_overdue_ratio",
        Text("Share of the open amount past due", "逾期金额占未清应收款比例"),
        0,
        1,
    ),
    PeerFigure(
        "overdue_change_90d",
        "pay_overdue_ratio_change_90d",
        Text("Change of the overdue share in 90 days", "逾期占比90天内的变化"),
        -1,
        1,
    ),
    PeerFigure(
        "due_unpaid_90d",
        "pay_due_unpaid_share_90d",
        Text("Share unpaid of the invoices that fell due in the last 90 days", "近90天到期发票中未付清笔数占比"),
        0,
        1,
    ),
    PeerFigure(
        "pay_index_24m", "pay_index_24m", Text("Payment index of the last 24 months", "近24个月付款指数"), 0, 100
    ),
    PeerFigure(
        "dso_over_terms",
        "pay_dso_over_terms",
        Text("Count-back DSO less the agreed terms", "倒推法应收周转天数超账期天数"),
        -60,
        90,
    ),
    PeerFigure(
        "disputed_share_90d",
        "pay_disputed_share_90d",
        Text("Share of the invoices of the last 90 days in dispute", "近90天开票中发生争议的占比"),
        0,
        1,
    ),
    PeerFigure(
        "orders_change_90d",
        "ord_amount_change_90d",
        Text("Change of the orders of the last 90 days on the 90 days before", "近90天下单额较前90天变动"),
        -1,
        1,
    ),
    PeerFigure("equity_ratio", "fin_equity_ratio", Text("Equity ratio", "净资产比率"), -1, 1),
    PeerFigure("ebit_margin", "fin_ebit_margin", Text("EBIT margin", "息税前利润率"), -0.5, 0.5),
    PeerFigure("utilisation", "cus_utilisation", Text("Utilisation of the limit", "额度使用率"), 0, 2, (By.SIZE,)),
)
_COMPARED = {f.name: f.expression for m in (payment, order, statement, customer) for f in m.FEATURES}

FEATURES: tuple[Feature, ...] = (
    Feature(
        name=SIZE_CLASS,
        text=Text(
            "Size class by purchases of the last 365 days: micro up to 50,000, small up to 250,000, medium up to "
            "1,000,000, large beyond",
            "规模类别（按近365天采购额：micro不超过5万，small不超过25万，medium不超过100万，large更高）",
        ),
        unit=Unit.CATEGORY,
        source=Source.PEER,
        missing=Text("it bought nothing in the last 365 days", "近365天无采购"),
        expression=nw.col(SIZE_CLASS),
        for_model=False,
    ),
)


def measure(_known: Known, so_far: Frame) -> Frame:
    return so_far.with_columns(_size_class().alias(SIZE_CLASS), *(_thousandths(f).alias(f.column) for f in FIGURES))


def _size_class() -> nw.Expr:
    bought = money("pay_sales_cents_365d")
    size: nw.Expr = nw.lit(LARGEST)
    for name, most in reversed(SIZES):
        size = nw.when(bought <= most).then(nw.lit(name)).otherwise(size)
    return nw.when(bought > 0.0).then(size)


def _thousandths(figure: PeerFigure) -> nw.Expr:
    held = _COMPARED[figure.feature].clip(figure.low, figure.high)
    nearest: nw.Expr = (held * THOUSANDTHS + 0.5).floor()
    return nearest.cast(nw.Int64)
