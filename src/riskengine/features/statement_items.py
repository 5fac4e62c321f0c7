"""The items of a customer's newest statement and of the one a year before, as parts of formulas."""

from enum import StrEnum

import narwhals as nw

from riskengine.features.arithmetic import money, number, ratio
from riskengine.terms.text import Text


class Period(StrEnum):
    NOW = "now"  # the newest statement known
    BEFORE = "before"  # the one that ends about a year before it


ITEMS = (
    "revenue",
    "cogs",
    "ebit",
    "interest",
    "net_income",
    "cash",
    "receivables",
    "inventory",
    "current_assets",
    "total_assets",
    "current_liabilities",
    "total_liabilities",
    "equity",
    "retained_earnings",
    "operating_cash_flow",
)


def item_measure(item: str, period: Period) -> str:
    """Name of the measure (cents) that holds an item as it stands in the statement."""
    return f"fin_{item}_cents_{period}"


def months_measure(period: Period) -> str:
    return f"fin_months_{period}"


def stated(item: str, period: Period = Period.NOW) -> nw.Expr:
    """An item as stated, in units of the reporting currency."""
    return money(item_measure(item, period))


def annual(item: str, period: Period = Period.NOW) -> nw.Expr:
    """An item of the income or cash flow statement brought to twelve months: stated x 12 / months of the period."""
    return ratio(stated(item, period) * nw.lit(12.0), number(months_measure(period)))


def working_capital(period: Period = Period.NOW) -> nw.Expr:
    """Current assets less current liabilities."""
    return stated("current_assets", period) - stated("current_liabilities", period)


NOT_STATED = Text(
    "no statement is known, or it does not state an item of the formula",
    "无已知财务报表，或报表未披露公式所需科目",
)
NOT_TWICE_STATED = Text(
    "no statement is known, none ends 330 to 400 days before it, or an item of the formula is not stated in both",
    "无已知财务报表，或此前330至400天内无可比报表，或公式所需科目未在两期中披露",
)


def not_positive(en: str, zh: str, also: Text = NOT_STATED) -> Text:
    """Meaning of missing for a ratio whose denominator has to be positive."""
    return Text(f"{also.en}, or {en} not positive", f"{also.zh}，或{zh}不为正数")
