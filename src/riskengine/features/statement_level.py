"""Size, liquidity and capital structure of a customer, from its newest statement."""

from riskengine.features.arithmetic import flag, ratio
from riskengine.features.feature import Feature, Risk, Source, Unit
from riskengine.features.statement_items import NOT_STATED, annual, not_positive, stated, working_capital
from riskengine.terms.text import Text

_NO_CURRENT_LIABILITIES = not_positive("current liabilities are", "流动负债")

SIZES = (
    Feature(
        name="fin_revenue",
        text=Text("Revenue, brought to twelve months", "年化营业收入"),
        unit=Unit.MONEY,
        source=Source.STATEMENT,
        missing=not_positive("the months of its period are", "报表期间月数"),
        expression=annual("revenue"),
        risk=Risk.DOWN,
    ),
    Feature(
        name="fin_total_assets",
        text=Text("Total assets", "资产总计"),
        unit=Unit.MONEY,
        source=Source.STATEMENT,
        missing=NOT_STATED,
        expression=stated("total_assets"),
        risk=Risk.DOWN,
    ),
    Feature(
        name="fin_equity",
        text=Text("Equity (net worth)", "净资产（所有者权益）"),
        unit=Unit.MONEY,
        source=Source.STATEMENT,
        missing=NOT_STATED,
        expression=stated("equity"),
        risk=Risk.DOWN,
    ),
    Feature(
        name="fin_working_capital",
        text=Text("Working capital: current assets less current liabilities", "营运资本：流动资产减流动负债"),
        unit=Unit.MONEY,
        source=Source.STATEMENT,
        missing=NOT_STATED,
        expression=working_capital(),
        for_model=False,
    ),
)

LIQUIDITY = (
    Feature(
        name="fin_working_capital_ratio",
        text=Text("Working capital as a share of total assets", "营运资本占总资产比例"),
        unit=Unit.RATIO,
        source=Source.STATEMENT,
        missing=not_positive("total assets are", "资产总计"),
        expression=ratio(working_capital(), stated("total_assets")),
        risk=Risk.DOWN,
    ),
    Feature(
        name="fin_current_ratio",
        text=Text("Current ratio: current assets / current liabilities", "流动比率：流动资产/流动负债"),
        unit=Unit.RATIO,
        source=Source.STATEMENT,
        missing=_NO_CURRENT_LIABILITIES,
        expression=ratio(stated("current_assets"), stated("current_liabilities")),
        risk=Risk.DOWN,
    ),
    Feature(
        name="fin_quick_ratio",
        text=Text(
            "Quick ratio: (current assets - inventory) / current liabilities", "速动比率：（流动资产-存货）/流动负债"
        ),
        unit=Unit.RATIO,
        source=Source.STATEMENT,
        missing=_NO_CURRENT_LIABILITIES,
        expression=ratio(stated("current_assets") - stated("inventory"), stated("current_liabilities")),
        risk=Risk.DOWN,
    ),
    Feature(
        name="fin_cash_ratio",
        text=Text("Cash ratio: cash / current liabilities", "现金比率：货币资金/流动负债"),
        unit=Unit.RATIO,
        source=Source.STATEMENT,
        missing=_NO_CURRENT_LIABILITIES,
        expression=ratio(stated("cash"), stated("current_liabilities")),
        risk=Risk.DOWN,
    ),
)

CAPITAL = (
    Feature(
        name="fin_equity_ratio",
        text=Text("Equity ratio: equity / total assets", "权益比率：净资产/资产总计"),
        unit=Unit.RATIO,
        source=Source.STATEMENT,
        missing=not_positive("total assets are", "资产总计"),
        expression=ratio(stated("equity"), stated("total_assets")),
        risk=Risk.DOWN,
    ),
    Feature(
        name="fin_debt_to_equity",
        text=Text("Debt to equity: total liabilities / equity", "产权比率：负债合计/净资产"),
        unit=Unit.RATIO,
        source=Source.STATEMENT,
        missing=not_positive("equity is", "净资产"),
        expression=ratio(stated("total_liabilities"), stated("equity")),
        risk=Risk.UP,
    ),
    Feature(
        name="fin_negative_equity_flag",
        text=Text("Liabilities exceed assets: equity is negative", "资不抵债：净资产为负"),
        unit=Unit.FLAG,
        source=Source.STATEMENT,
        missing=NOT_STATED,
        expression=flag(stated("equity") < 0.0),
        low=0,
        high=1,
        risk=Risk.UP,
    ),
)

LEVELS = (*SIZES, *LIQUIDITY, *CAPITAL)
