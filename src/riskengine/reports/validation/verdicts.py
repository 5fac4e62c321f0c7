"""The table of verdicts."""

from collections.abc import Sequence

from riskengine.reports.markup import Markup, both, element, joined
from riskengine.reports.numbers import MISSING, decimal, percent, whole
from riskengine.reports.page import Section, paragraph
from riskengine.reports.tables import Heading, table
from riskengine.reports.validation.words import feature_text, rival_text, slice_text, source_text
from riskengine.scoring.validation.verdict import Verdict
from riskengine.scoring.validation.verdict_rules import LEVEL_TEXT, NAMES, RULES, Check, Level
from riskengine.terms.text import Text

_SIGNS = {Level.GREEN: "●", Level.AMBER: "▲", Level.RED: "■", Level.NOT_ENOUGH: "○"}
_CLASSES = {Level.RED: "severity red", Level.AMBER: "severity amber", Level.GREEN: "severity"}
_HEADINGS = (
    Heading(Text("Check", "检查")),
    Heading(Text("Verdict", "结论")),
    Heading(Text("Found", "结果"), number=True),
    Heading(Text("Rule", "规则")),
    Heading(Text("Where", "所在")),
)
_SHARES = (Check.FEATURE_STABILITY, Check.ATTAINABLE)
_OF_GRADES = (Check.GRADES, Check.GRADE_ORDER, Check.CONCENTRATION)
_SHOWN = 3


def verdict_section(verdicts: Sequence[Verdict]) -> Section:
    """One row per check, the same rules for every model."""
    rows = [
        (both(NAMES[v.check]), _level(v.level), _value(v), both(RULES[v.check]), both(about_text(v))) for v in verdicts
    ]
    lead = Text(
        "The rules are the same for every model and were fixed before any figure was seen. Where there are too few "
        "outcomes nothing is claimed.",
        "规则对所有模型一致，且在看到结果前已确定。结果样本不足时不作结论。",
    )
    caption = Text("Verdicts, each with the rule that gave it", "结论及其规则")
    return Section("verdicts", Text("Verdicts", "结论"), joined((paragraph(lead), table(caption, _HEADINGS, rows))))


def _level(level: Level) -> Markup:
    words = joined((f"{_SIGNS[level]} ", both(LEVEL_TEXT[level])))
    return element("span", words, class_=_CLASSES.get(level, "muted"))


def _value(verdict: Verdict) -> str:
    value = verdict.value
    if value is None:
        return MISSING
    if verdict.check in _SHARES:
        return percent(value)
    return whole(value) if value == int(value) else decimal(value, 3)


def about_text(verdict: Verdict) -> Text:
    """What a verdict speaks of, in words; of many the first few."""
    said = [_name(verdict.check, name) for name in verdict.about]
    more = len(said) - _SHOWN
    rest = Text(f", and {more} more", f"等{len(said)}项") if more > 0 else Text("", "")
    shown = said[:_SHOWN]
    return Text(", ".join(t.en for t in shown) + rest.en, "、".join(t.zh for t in shown) + rest.zh)


def _name(check: Check, name: str) -> Text:
    match check:
        case Check.GROUPS:
            return slice_text(*name.split(": ", 1))
        case Check.SOURCES:
            return source_text(name)
        case Check.EARNED | Check.CHAMPION:
            return rival_text(name)
        case _ if check in _OF_GRADES:
            return Text(f"grade {name}", f"等级{name}")
        case _:
            return feature_text(name)
