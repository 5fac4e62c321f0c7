"""The table of verdicts."""

from collections.abc import Sequence

from riskengine.reports.markup import Markup, both, element, joined
from riskengine.reports.numbers import MISSING
from riskengine.reports.page import Section, paragraph
from riskengine.reports.tables import Heading, table
from riskengine.scoring.validation.verdict import Verdict
from riskengine.scoring.validation.verdict_rules import LEVEL_TEXT, NAMES, RULES, Level
from riskengine.terms.text import Text

_SIGNS = {Level.GREEN: "●", Level.AMBER: "▲", Level.RED: "■", Level.NOT_ENOUGH: "○"}
_CLASSES = {Level.RED: "severity red", Level.AMBER: "severity amber", Level.GREEN: "severity"}
_HEADINGS = (
    Heading(Text("Check", "检查")),
    Heading(Text("Verdict", "结论")),
    Heading(Text("Found", "结果"), number=True),
    Heading(Text("Where", "所在")),
    Heading(Text("Rule", "规则")),
)


def verdict_section(verdicts: Sequence[Verdict]) -> Section:
    """One row per check, the same rules for every model."""
    rows = [
        (both(NAMES[v.check]), _level(v.level), _value(v.value), _about(v.about), both(RULES[v.check]))
        for v in verdicts
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


def _value(value: float | None) -> str:
    if value is None:
        return MISSING
    return f"{value:,.0f}" if value == int(value) and abs(value) >= 2 else f"{value:.3f}".rstrip("0").rstrip(".")


def _about(about: tuple[str, ...]) -> str:
    more = len(about) - 4
    return ", ".join(about[:4]) + (f", … +{more}" if more > 0 else "")
