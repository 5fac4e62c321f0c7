"""What to do, by which rule, and the light of every check."""

from riskengine.reports.markup import Markup, both, element, joined
from riskengine.reports.monitoring.feeds import feed_text
from riskengine.reports.numbers import MISSING, decimal, percent
from riskengine.reports.page import Section, paragraph
from riskengine.reports.tables import Heading, table
from riskengine.reports.validation.words import feature_text
from riskengine.scoring.monitoring.checks import CONCLUSION_TEXT, LIGHT_TEXT, NAMES, Check, Light
from riskengine.scoring.monitoring.conclude import RULES, Monitoring
from riskengine.scoring.monitoring.finding import Finding
from riskengine.terms.text import Text

_SIGNS = {
    Light.GREEN: "●",
    Light.AMBER: "▲",
    Light.RED: "■",
    Light.TOO_FEW: "○",
    Light.NOT_MEASURED: "–",
}
_CLASSES = {Light.RED: "severity red", Light.AMBER: "severity amber", Light.GREEN: "severity"}
_SHARES = {
    Check.FEATURE_DRIFT,
    Check.MISSING,
    Check.UNRATED,
    Check.RULES,
    Check.OVERRIDES,
    Check.VOLUME,
    Check.STATEMENTS,
}
_FEATURES = {Check.FEATURE_DRIFT, Check.MISSING}
_FEEDS = {Check.FRESHNESS, Check.VOLUME, Check.STATEMENTS}
_HEADINGS = (
    Heading(Text("Check", "检查")),
    Heading(Text("Light", "灯")),
    Heading(Text("Found", "结果"), number=True),
    Heading(Text("Where, and why", "所在与原因")),
    Heading(Text("Rule", "规则")),
)


def verdict_section(found: Monitoring, reds: int) -> Section:
    """The table of rules with the one that decided, then one row per check."""
    rows = [
        (
            _marked(str(number + 1), decided=said.en.format(reds=reds) == found.rule.en),
            both(CONCLUSION_TEXT[conclusion]),
            both(Text(said.en.format(reds=reds), said.zh.format(reds=reds))),
        )
        for number, (conclusion, said) in enumerate(RULES)
    ]
    headings = (
        Heading(Text("Order", "次序")),
        Heading(Text("What to do", "处理")),
        Heading(Text("If", "条件")),
    )
    caption = Text("The first rule that holds decides; ◄ marks it", "自上而下第一条成立者为准；◄ 为本次")
    lights = [(both(NAMES[f.check]), _light(f.light), _value(f), _where(f), both(f.rule)) for f in found.findings]
    said = paragraph(
        Text(
            "Where there are too few outcomes nothing is claimed of them: that is a state of its own and never green.",
            "结果样本不足时不作判断：这是独立状态，绝不视为绿。",
        )
    )
    parts = (
        table(caption, headings, rows),
        said,
        table(Text("Every check, with the rule that gave its light", "各项检查及其规则"), _HEADINGS, lights),
    )
    return Section("verdict", Text("Verdict", "结论"), joined(parts))


def _marked(text: str, *, decided: bool) -> Markup:
    return element("strong", f"{text} ◄") if decided else element("span", text)


def _light(light: Light) -> Markup:
    words = joined((f"{_SIGNS[light]} ", both(LIGHT_TEXT[light])))
    return element("span", words, class_=_CLASSES.get(light, "muted"))


def _value(found: Finding) -> str:
    if found.value is None:
        return MISSING
    if found.check in _SHARES:
        return percent(found.value)
    if found.check in (Check.GRADES, Check.FRESHNESS):
        return decimal(found.value, 0)
    return decimal(round(found.value, 3) + 0.0, 3)  # no minus before a nought


def _named(name: str, check: Check) -> Text:
    if check in _FEATURES:
        return feature_text(name)
    if check is Check.GRADES:
        return Text(f"grade {name}", f"等级{name}")
    return feed_text(name) if check in _FEEDS else Text(name, name)


def _where(found: Finding) -> Markup:
    parts: list[Markup] = []
    if found.about:
        more = len(found.about) - 4
        names = [_named(n, found.check) for n in found.about[:4]]
        tail = Text(f" and {more} more", f"等{len(found.about)}项") if more > 0 else Text("", "")
        english, chinese = ", ".join(n.en for n in names), "、".join(n.zh for n in names)
        parts.append(both(Text(english + tail.en, chinese + tail.zh)))
    if found.note is not None:
        parts.append(both(found.note))
    return joined(parts) if len(parts) < 2 else joined((parts[0], Markup("<br>"), parts[1]))
