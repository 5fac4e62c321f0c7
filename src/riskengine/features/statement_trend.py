"""How a customer's figures moved against the statement a year before.

Equity and earnings can be negative, where a relative change has no meaning; their changes are shares of the total
assets of a year before.
"""

import narwhals as nw

from riskengine.features.arithmetic import growth, ratio
from riskengine.features.feature import Feature, Risk, Source, Unit
from riskengine.features.statement_items import NOT_TWICE_STATED, Period, annual, not_positive, stated
from riskengine.features.statement_return import ebit_margin
from riskengine.terms.text import Text

_NO_ASSETS_BEFORE = not_positive("total assets a year before are", "上年同期资产总计", NOT_TWICE_STATED)


def _as_share_of_assets_before(change: nw.Expr) -> nw.Expr:
    return ratio(change, stated("total_assets", Period.BEFORE))


TRENDS = (
    Feature(
        name="fin_revenue_change",
        text=Text("Growth of annual revenue against a year before", "年化营业收入同比增长率"),
        unit=Unit.RATIO,
        source=Source.STATEMENT,
        missing=not_positive("revenue a year before is", "上年同期营业收入", NOT_TWICE_STATED),
        expression=growth(annual("revenue"), annual("revenue", Period.BEFORE)),
    ),
    Feature(
        name="fin_assets_change",
        text=Text("Growth of total assets against a year before", "资产总计同比增长率"),
        unit=Unit.RATIO,
        source=Source.STATEMENT,
        missing=_NO_ASSETS_BEFORE,
        expression=growth(stated("total_assets"), stated("total_assets", Period.BEFORE)),
    ),
    Feature(
        name="fin_ebit_margin_change",
        text=Text("Change of the EBIT margin against a year before", "息税前利润率同比变动"),
        unit=Unit.RATIO,
        source=Source.STATEMENT,
        missing=not_positive("revenue in one of them is", "任一期营业收入", NOT_TWICE_STATED),
        expression=ebit_margin() - ebit_margin(Period.BEFORE),
        risk=Risk.DOWN,
    ),
    Feature(
        name="fin_ebit_change",
        text=Text(
            "Change of annual EBIT against a year before, as a share of total assets then",
            "年化息税前利润同比变动额占上年同期总资产比例",
        ),
        unit=Unit.RATIO,
        source=Source.STATEMENT,
        missing=_NO_ASSETS_BEFORE,
        expression=_as_share_of_assets_before(annual("ebit") - annual("ebit", Period.BEFORE)),
        risk=Risk.DOWN,
    ),
    Feature(
        name="fin_equity_change",
        text=Text(
            "Change of equity against a year before, as a share of total assets then",
            "净资产同比变动额占上年同期总资产比例",
        ),
        unit=Unit.RATIO,
        source=Source.STATEMENT,
        missing=_NO_ASSETS_BEFORE,
        expression=_as_share_of_assets_before(stated("equity") - stated("equity", Period.BEFORE)),
        risk=Risk.DOWN,
    ),
    Feature(
        name="fin_equity_ratio_change",
        text=Text("Change of the equity ratio against a year before", "权益比率同比变动"),
        unit=Unit.RATIO,
        source=Source.STATEMENT,
        missing=not_positive("total assets in one of them are", "任一期资产总计", NOT_TWICE_STATED),
        expression=ratio(stated("equity"), stated("total_assets"))
        - ratio(stated("equity", Period.BEFORE), stated("total_assets", Period.BEFORE)),
        risk=Risk.DOWN,
    ),
)
