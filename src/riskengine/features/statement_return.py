"""Margins, returns, debt service and turnover of a customer, from its newest statement."""

import narwhals as nw

from riskengine.features.arithmetic import ratio
from riskengine.features.feature import Feature, Risk, Source, Unit
from riskengine.features.statement_items import Period, annual, not_positive, stated
from riskengine.terms.text import Text

_DAYS_A_YEAR = nw.lit(365.0)
_NO_REVENUE = not_positive("revenue is", "营业收入")


def ebit_margin(period: Period = Period.NOW) -> nw.Expr:
    """Earnings before interest and taxes as a share of revenue."""
    return ratio(stated("ebit", period), stated("revenue", period))


MARGINS = (
    Feature(
        name="fin_gross_margin",
        text=Text("Gross margin: (revenue - cost of goods sold) / revenue", "毛利率：（营业收入-营业成本）/营业收入"),
        unit=Unit.RATIO,
        source=Source.STATEMENT,
        missing=_NO_REVENUE,
        expression=ratio(stated("revenue") - stated("cogs"), stated("revenue")),
        risk=Risk.DOWN,
    ),
    Feature(
        name="fin_ebit_margin",
        text=Text("EBIT margin: earnings before interest and taxes / revenue", "息税前利润率：息税前利润/营业收入"),
        unit=Unit.RATIO,
        source=Source.STATEMENT,
        missing=_NO_REVENUE,
        expression=ebit_margin(),
        risk=Risk.DOWN,
    ),
    Feature(
        name="fin_net_margin",
        text=Text("Net margin: net income / revenue", "销售净利率：净利润/营业收入"),
        unit=Unit.RATIO,
        source=Source.STATEMENT,
        missing=_NO_REVENUE,
        expression=ratio(stated("net_income"), stated("revenue")),
        risk=Risk.DOWN,
    ),
    Feature(
        name="fin_return_on_assets",
        text=Text("Return on assets: annual net income / total assets", "总资产净利率：年化净利润/资产总计"),
        unit=Unit.RATIO,
        source=Source.STATEMENT,
        missing=not_positive("total assets are", "资产总计"),
        expression=ratio(annual("net_income"), stated("total_assets")),
        risk=Risk.DOWN,
    ),
)

DEBT_SERVICE = (
    Feature(
        name="fin_cash_flow_to_debt",
        text=Text("Annual operating cash flow / total liabilities", "现金流债务比：年化经营活动现金流量净额/负债合计"),
        unit=Unit.RATIO,
        source=Source.STATEMENT,
        missing=not_positive("total liabilities are", "负债合计"),
        expression=ratio(annual("operating_cash_flow"), stated("total_liabilities")),
        risk=Risk.DOWN,
    ),
    Feature(
        name="fin_interest_cover",
        text=Text("Interest cover: earnings before interest and taxes / interest", "利息保障倍数：息税前利润/利息费用"),
        unit=Unit.RATIO,
        source=Source.STATEMENT,
        missing=Text(
            "no statement is known, EBIT or interest is not stated, or there is no interest to cover (zero or less)",
            "无已知财务报表，或未披露息税前利润或利息费用，或无需支付利息（利息费用为零或负）",
        ),
        expression=ratio(stated("ebit"), stated("interest")),
        risk=Risk.DOWN,
    ),
    Feature(
        name="fin_interest_burden",
        text=Text("Interest as a share of revenue", "利息负担：利息费用/营业收入"),
        unit=Unit.RATIO,
        source=Source.STATEMENT,
        missing=_NO_REVENUE,
        expression=ratio(stated("interest"), stated("revenue")),
        risk=Risk.UP,
    ),
)

TURNOVER = (
    Feature(
        name="fin_receivable_days",
        text=Text("Receivables / annual revenue x 365 days", "应收账款周转天数：应收账款/年化营业收入×365"),
        unit=Unit.DAYS,
        source=Source.STATEMENT,
        missing=_NO_REVENUE,
        expression=ratio(stated("receivables"), annual("revenue")) * _DAYS_A_YEAR,
        risk=Risk.UP,
    ),
    Feature(
        name="fin_inventory_days",
        text=Text("Inventory / annual cost of goods sold x 365 days", "存货周转天数：存货/年化营业成本×365"),
        unit=Unit.DAYS,
        source=Source.STATEMENT,
        missing=not_positive("cost of goods sold is", "营业成本"),
        expression=ratio(stated("inventory"), annual("cogs")) * _DAYS_A_YEAR,
        risk=Risk.FREE,  # empty shelves are no better than full ones
    ),
)

RETURNS = (*MARGINS, *DEBT_SERVICE, *TURNOVER)
