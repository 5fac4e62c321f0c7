"""Numbers as people write them: 12,345 · 23.4% · 95. Plain text, never the form of a programming language."""

import math
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache

from riskengine.features.clock import DATES as CLOCK_DATES
from riskengine.features.feature import Source, Unit
from riskengine.features.peer_value import SIZE_CLASS, SIZE_TEXTS
from riskengine.policy.condition import Literal
from riskengine.policy.vocabulary import DEFAULT_GRADE, standard_vocabulary
from riskengine.policy.window_facts import window_unit
from riskengine.scoring.anomaly import MAIN_TEXTS
from riskengine.terms.days import day_number, day_of
from riskengine.terms.text import Language, Text

# Ratios that people read as "times", not as a share of a whole.
MULTIPLES = frozenset(
    {
        "fin_interest_cover",
        "fin_debt_to_equity",
        "fin_current_ratio",
        "fin_quick_ratio",
        "pay_turnover_365d",
        "pd_to_prev",
    }
)
# Differences of two shares: what a share rose by is points, not a percentage of it.
POINTS = frozenset(
    {
        "pay_overdue_ratio_change_30d",
        "pay_overdue_ratio_change_90d",
        "fin_ebit_margin_change",
        "fin_equity_ratio_change",
        "ind_default_rate_change",
    }
)
GRADES = frozenset({"pd_grade", "grade", "prev_grade"})
CODES: Mapping[str, Mapping[str, Text]] = {"ano_main": MAIN_TEXTS, SIZE_CLASS: SIZE_TEXTS}  # words of ours
TIE_PATHS = frozenset({"rel_stress_path"})
_TIES_ZH: Mapping[str, str] = {
    "parent": "母公司",
    "subsidiary": "子公司",
    "guarantor": "担保人",
    "guaranteed company": "被担保企业",
    "controller": "控制人",
    "controlled company": "受控企业",
    "shared controller": "同一控制人",
}
UNKNOWN = {"en": "not known", "zh": "未知"}
SOURCE_TEXTS = {
    Source.PAYMENT: Text("payment history", "付款历史"),
    Source.ORDER: Text("open orders", "未交订单"),
    Source.STATEMENT: Text("financial statements", "财务报表"),
    Source.SIGNAL: Text("court, register and other outside signals", "司法、工商及其他外部信号"),
    Source.INDUSTRY: Text("industry figures", "行业数据"),
    Source.GROUP: Text("group membership", "集团关系"),
    Source.CUSTOMER: Text("master data", "主数据"),
    Source.PEER: Text("figures of its peers", "同类客户数据"),
}
_FLAGS = {"en": ("no", "yes"), "zh": ("否", "是")}


def write_value(name: str, value: float | str | None, language: Language) -> str:
    """A fact's value by its unit; amounts and days without their unit's word, which the sentence says.

    >>> write_value("pay_overdue_amount", 1234567.5, "en"), write_value("pay_overdue_ratio", 0.234, "en")
    ('1,234,568', '23.4%')
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return UNKNOWN[language]
    if isinstance(value, str):
        return _write_text(name, value, language)
    if name in GRADES:
        return write_grade(value)
    if name in CLOCK_DATES:
        return write_date(value)
    if name in MULTIPLES:
        return write_number(value, 2)
    return _write_by_unit(name, value, language)


def _write_text(name: str, value: str, language: Language) -> str:
    if name in TIE_PATHS and language == "zh":
        return _tie_path_zh(value)
    said = CODES.get(name, {}).get(value)
    return value if said is None else said.in_language(language)


def _tie_path_zh(path: str) -> str:
    """The words of a path along ties, in Chinese.

    >>> _tie_path_zh("C0012 <- parent C0003 <- guaranteed company C0077")
    'C0012 <- 母公司 C0003 <- 被担保企业 C0077'
    """
    first, *steps = path.split(" <- ")
    said = [first]
    for step in steps:
        tie = next((word for word in sorted(_TIES_ZH, key=len, reverse=True) if step.startswith(f"{word} ")), None)
        said.append(step if tie is None else f"{_TIES_ZH[tie]}{step.removeprefix(tie)}")
    return " <- ".join(said)


def write_both(name: str, value: float) -> Text:
    """The value of a fact in both languages, which differ only in words."""
    english = write_value(name, value, "en")
    words = math.isnan(value) or _unit_of(name) is Unit.FLAG or name in POINTS
    return Text(english, write_value(name, value, "zh") if words else english)


def write_grade(number: float) -> str:
    return "D" if int(number) == DEFAULT_GRADE else str(int(number))


def write_date(days: float) -> str:
    """Days since 1970-01-01 as a date; a number that is none, as a number.

    >>> write_date(20000.0)
    '2024-10-04'
    """
    if not day_number(date.min) <= days <= day_number(date.max):
        return write_number(days, 0)
    return day_of(int(days)).isoformat()


def write_number(value: float, places: int) -> str:
    """With thousands separators and at most `places` decimals; never '-0'.

    >>> write_number(-0.001, 2), write_number(1234.5, 2)
    ('0', '1,234.5')
    """
    text = f"{value:,.{places}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def write_points(value: float, places: int) -> Text:
    """A difference of two shares in percentage points, with at most `places` decimals.

    >>> write_points(-0.0512, 1).en, write_points(0.01, 1).en, write_points(0.2, 1).zh
    ('-5.1 percentage points', '1 percentage point', '20个百分点')
    """
    points = write_number(value * 100.0, places)
    return Text(f"{points} percentage point{'' if points in ('1', '-1') else 's'}", f"{points}个百分点")


def write_share(value: float) -> str:
    """A share as percent; small ones with enough decimals to be told from 0.

    >>> write_share(0.00123), write_share(0.5), write_share(0.0)
    ('0.12%', '50%', '0%')
    """
    percent = value * 100.0
    places = 1 if abs(percent) >= 1.0 else 2
    if 0.0 < abs(percent) < 0.01:
        places = 4
    return f"{write_number(percent, places)}%"


def _write_by_unit(name: str, value: float, language: Language) -> str:
    match _unit_of(name):
        case Unit.MONEY:
            return write_number(value, 0)
        case Unit.RATIO:
            return write_points(value, 1).in_language(language) if name in POINTS else write_share(value)
        case Unit.FLAG:
            return _FLAGS[language][int(value > 0)]
        case Unit.DAYS | Unit.DAYS_PER_MONTH | Unit.SCORE:
            return write_number(value, 1)
        case _:
            return write_number(value, 4)


@cache
def _unit_of(name: str) -> Unit | None:
    fact = standard_vocabulary().get(name)
    return window_unit(name) if fact is None else fact.unit


def reason_words(
    names: Iterable[str],
    facts: Mapping[str, float | str | None],
    parameters: Mapping[str, Literal],
    language: Language,
) -> dict[str, str]:
    """The words for the placeholders of a reason: facts of one customer, `@name` for parameters.

    A fact that is not among `facts` is not known. Raises KeyError for a parameter that is not among `parameters`.

    >>> reason_words(("pay_dpd_max", "@dpd_serious"), {"pay_dpd_max": 95.0}, {"dpd_serious": 90.0}, "en")
    {'pay_dpd_max': '95', '@dpd_serious': '90'}
    """
    found: dict[str, str] = {}
    for name in names:
        if name.startswith("@"):
            value = parameters[name[1:]]
            found[name] = write_number(value, 4) if isinstance(value, float | int) else str(value)
        else:
            found[name] = write_value(name, facts.get(name), language)
    return found
