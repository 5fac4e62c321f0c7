"""Altman's Z' for private manufacturers and Z'' for other firms.

E. I. Altman, "Predicting financial distress of companies: revisiting the Z-score and ZETA models" (2000). With
X1 working capital, X2 retained earnings, X3 earnings before interest and taxes and X5 sales, each as a share of total
assets, and X4 book equity as a share of total liabilities; the flows are brought to twelve months:

- Z'  = 0.717 X1 + 0.847 X2 + 3.107 X3 + 0.420 X4 + 0.998 X5: distress below 1.23, safe above 2.9
- Z'' = 6.56 X1 + 3.26 X2 + 6.72 X3 + 1.05 X4: distress below 1.1, safe above 2.6

Both are given for every customer; which one applies depends on its industry and is for the policy to say.
"""

import narwhals as nw

from riskengine.features.arithmetic import ratio
from riskengine.features.feature import Feature, Risk, Source, Unit
from riskengine.features.statement_items import NOT_TWICE_STATED, Period, annual, not_positive, stated, working_capital
from riskengine.terms.text import Text

_EN = "total assets or total liabilities are"
_ZH = "资产总计或负债合计"


def z_private(period: Period = Period.NOW) -> nw.Expr:
    """Z' of private manufacturers; missing if one of its five ratios is."""
    x1, x2, x3, x4 = _common_ratios(period)
    x5 = ratio(annual("revenue", period), stated("total_assets", period))
    return 0.717 * x1 + 0.847 * x2 + 3.107 * x3 + 0.420 * x4 + 0.998 * x5


def z_general(period: Period = Period.NOW) -> nw.Expr:
    """Z'' of firms that are not manufacturers; missing if one of its four ratios is."""
    x1, x2, x3, x4 = _common_ratios(period)
    return 6.56 * x1 + 3.26 * x2 + 6.72 * x3 + 1.05 * x4


def _common_ratios(period: Period) -> tuple[nw.Expr, nw.Expr, nw.Expr, nw.Expr]:
    assets = stated("total_assets", period)
    return (
        ratio(working_capital(period), assets),
        ratio(stated("retained_earnings", period), assets),
        ratio(annual("ebit", period), assets),
        ratio(stated("equity", period), stated("total_liabilities", period)),
    )


ALTMAN = (
    Feature(
        name="fin_z_private",
        text=Text("Altman Z' (private manufacturers)", "Altman Z'值（非上市制造企业）"),
        unit=Unit.SCORE,
        source=Source.STATEMENT,
        missing=not_positive(_EN, _ZH),
        expression=z_private(),
        risk=Risk.DOWN,
    ),
    Feature(
        name="fin_z_general",
        text=Text("Altman Z'' (firms other than manufacturers)", "Altman Z''值（非制造企业）"),
        unit=Unit.SCORE,
        source=Source.STATEMENT,
        missing=not_positive(_EN, _ZH),
        expression=z_general(),
        risk=Risk.DOWN,
    ),
    Feature(
        name="fin_z_general_change",
        text=Text("Change of Altman Z'' against a year before", "Altman Z''值较上年同期变动"),
        unit=Unit.SCORE,
        source=Source.STATEMENT,
        missing=not_positive(_EN, _ZH, NOT_TWICE_STATED),
        expression=z_general() - z_general(Period.BEFORE),
        risk=Risk.DOWN,
    ),
)
