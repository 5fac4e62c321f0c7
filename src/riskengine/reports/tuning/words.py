"""The words of a tuning, in both languages."""

from collections.abc import Mapping

from riskengine.portfolio.trial.resampling import Interval
from riskengine.portfolio.trial.tuning_choice import Trouble, Volume
from riskengine.reports.numbers import MISSING, percent
from riskengine.terms.text import Text

VOLUME_TEXT: Mapping[Volume, Text] = {
    Volume.HITS: Text("new hits of these rules a week", "相关规则每周新触发次数"),
    Volume.WARNINGS: Text("warnings of these rules a week", "相关规则每周新增预警数"),
    Volume.ALL_WARNINGS: Text("warnings of the whole policy a week", "全部规则每周新增预警数"),
    Volume.REVIEWS: Text("cases newly referred a week", "每周新增人工审批数"),
}
TROUBLE_TEXT: Mapping[Trouble, Text] = {
    Trouble.FEW_DEFAULTS: Text(
        "Only few defaults could have been foreseen on these dates; what they say of one value or another is mostly "
        "chance. Take more dates before you rely on it.",
        "可预见的违约太少，不同取值之间的差异多属偶然。请增加日期后再作判断。",
    ),
    Trouble.NO_OUTCOMES: Text(
        "No outcome is known yet on these dates, so the value is chosen by volume alone: the one with most hits that "
        "the budget allows.",
        "这些日期尚无已知结果，仅按数量选择：预算允许范围内触发最多的取值。",
    ),
    Trouble.AT_EDGE: Text(
        "The value lies at the edge of the range that was tried; a better one may lie beyond. Widen the range.",
        "所选取值位于所试范围的边缘，更优取值可能在范围之外，请扩大范围。",
    ),
    Trouble.FLAT: Text(
        "The curve is flat: over most of the range no value is clearly worse than the chosen one. Other reasons may "
        "decide.",
        "曲线平坦：大部分范围内的取值与所选取值无明显差别，可按其他理由决定。",
    ),
    Trouble.UNSTABLE: Text(
        "With other customers no value would often keep the budget; it is tight.",
        "换一批客户时常常没有取值能满足预算，预算偏紧。",
    ),
}


def volume_title(volume: Volume) -> Text:
    """What is counted, at the beginning of a line."""
    text = VOLUME_TEXT[volume]
    return Text(text.en[:1].upper() + text.en[1:], text.zh)


def share_interval(found: Interval | None) -> str:
    """
    >>> share_interval(Interval(0.5, 0.4, 0.61)), share_interval(None)
    ('50% (40% – 61%)', '–')
    """
    if found is None:
        return MISSING
    return f"{percent(found.value, 0)} ({percent(found.low, 0)} {MISSING} {percent(found.high, 0)})"


def number_text(value: float) -> str:
    """A value of the parameter.

    >>> number_text(60.0), number_text(0.125)
    ('60', '0.125')
    """
    return f"{value:,.10g}"
