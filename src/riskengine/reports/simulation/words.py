"""The words of a simulation's report, in both languages."""

from collections.abc import Mapping

from riskengine.portfolio.trial.decided import Credit
from riskengine.portfolio.trial.resampling import Interval
from riskengine.portfolio.trial.rule_effects import Change
from riskengine.portfolio.trial.side_by_side import Side
from riskengine.reports.numbers import MISSING, short_amount, whole
from riskengine.reports.page import Tile
from riskengine.terms.text import Language, Text

SIDE_TEXT: Mapping[Side, Text] = {
    Side.POLICY: Text("policy", "现行政策"),
    Side.CHALLENGER: Text("challenger", "挑战政策"),
}
CREDIT_TEXT: Mapping[Credit, Text] = {
    Credit.ALLOWED: Text("allowed", "允许赊销"),
    Credit.REFUSED: Text("refused", "拒绝赊销"),
    Credit.UNSET: Text("no limit set", "未设额度"),
}
CHANGE_TEXT: Mapping[Change, Text] = {
    Change.SAME: Text("same", "未变"),
    Change.CHANGED: Text("changed", "已修改"),
    Change.ADDED: Text("challenger only", "仅挑战政策"),
    Change.REMOVED: Text("policy only", "仅现行政策"),
}
SEGMENT_TEXT: Mapping[str, Text] = {
    "industry": Text("Industry", "行业"),
    "region": Text("Region", "地区"),
    "country": Text("Country", "国家"),
}
NOT_STATED = Text("not stated", "未填写")


def units(cents: float | None) -> float | None:
    return None if cents is None else cents / 100


def signed_amount(cents: float | None, language: Language) -> str:
    """An amount of cents as a difference, with its sign.

    >>> signed_amount(123_456_700, "en"), signed_amount(-5_000, "en"), signed_amount(0, "en")
    ('+1.23m', '−50', '0')
    """
    if cents is None:
        return MISSING
    shown = short_amount(abs(cents) / 100, language)
    if shown == "0":
        return shown
    return ("+" if cents > 0 else "−") + shown


def signed_count(count: float) -> str:
    """
    >>> signed_count(12), signed_count(-1200), signed_count(0)
    ('+12', '−1,200', '0')
    """
    shown = whole(abs(count))
    return shown if shown == "0" else ("+" if count > 0 else "−") + shown


def amount_interval(found: Interval) -> Text:
    """A difference in money with its 95 % interval."""
    span = amount_span(found)
    return Text(f"{signed_amount(found.value, 'en')} ({span.en})", f"{signed_amount(found.value, 'zh')} ({span.zh})")


def amount_span(found: Interval) -> Text:
    """The interval alone."""
    en, zh = (f"{signed_amount(found.low, lang)} … {signed_amount(found.high, lang)}" for lang in ("en", "zh"))
    return Text(en, zh)


def money_tile(name: Text, found: Interval, currency: str) -> Tile:
    value = Text(f"{currency} {signed_amount(found.value, 'en')}", f"{signed_amount(found.value, 'zh')} {currency}")
    span = amount_span(found)
    return Tile(name, value, Text(f"95 %: {span.en}", f"95%区间：{span.zh}"))


def count_interval(found: Interval) -> Text:
    said = f"{signed_count(found.value)} ({signed_count(found.low)} … {signed_count(found.high)})"
    return Text(said, said)
