"""The words of an evaluation, in both languages."""

from collections.abc import Mapping

from riskengine.early_warning.quality.certainty import Verdict
from riskengine.early_warning.quality.examples import Ending
from riskengine.early_warning.quality.figures import Figures
from riskengine.early_warning.quality.groups import Kind
from riskengine.early_warning.quality.naive import NaiveRule
from riskengine.portfolio.trial.resampling import Interval
from riskengine.reports.numbers import MISSING, decimal, percent, whole
from riskengine.terms.decision import Severity
from riskengine.terms.text import Text

VERDICT_TEXT: Mapping[Verdict, Text] = {
    Verdict.HAS_LIFT: Text("has lift", "有提升"),
    Verdict.NO_LIFT: Text("no lift", "无提升"),
    Verdict.TOO_FEW: Text("too few outcomes", "结果太少"),
    Verdict.AFTER_DEFAULT: Text("only after default", "仅在违约后出现"),
    Verdict.SILENT: Text("never warned", "从未预警"),
}
LEVEL_TEXT: Mapping[Severity, Text] = {
    Severity.WATCH: Text("any warning", "任何预警"),
    Severity.AMBER: Text("amber or red", "橙色或红色"),
    Severity.RED: Text("red", "红色"),
}
NAIVE_TEXT: Mapping[NaiveRule, Text] = {
    NaiveRule.OVERDUE_30: Text("oldest invoice overdue", "最长逾期发票"),
    NaiveRule.OVER_LIMIT: Text("utilisation", "额度使用率"),
    NaiveRule.PAST_LATENESS: Text("largest past lateness", "历史最长拖延"),
}
POLICY_TEXT = Text("the policy, by expected loss", "本政策（按预期损失排序）")
ENDING_TEXT: Mapping[Ending, Text] = {
    Ending.CAUGHT: Text("A default that was warned of in time", "及时预警的违约"),
    Ending.MISSED: Text("A default that was missed", "漏报的违约"),
    Ending.FALSE: Text("A warning in vain", "误报"),
}
NOT_STATED = Text("not stated", "未填写")


def naive_text(found: Figures) -> Text:
    """A naive rule with its threshold or its list."""
    rule = NaiveRule(str(found.name))
    level = None if found.level is None else LEVEL_TEXT[found.level]
    if found.kind is Kind.NAIVE_LIST and level is not None:
        name = NAIVE_TEXT[rule]
        return Text(f"{name.en}, as many customers on each date", f"{name.zh}，各日期客户数相同")
    return threshold_text(rule, found.threshold)


def threshold_text(rule: NaiveRule, threshold: float | None) -> Text:
    """
    >>> threshold_text(NaiveRule.OVERDUE_30, 30.0).en, threshold_text(NaiveRule.OVER_LIMIT, 1.0000000000000002).en
    ('an invoice 30 days overdue or more', 'utilisation above 100%')
    """
    value = threshold or 0.0
    if rule is NaiveRule.OVERDUE_30:
        return Text(f"an invoice {whole(value)} days overdue or more", f"有发票逾期{whole(value)}天及以上")
    if rule is NaiveRule.OVER_LIMIT:
        shown = percent(value, 0)
        return Text(f"utilisation above {shown}", f"额度使用率超过{shown}")
    return Text(f"largest past lateness {whole(value)} days or more", f"历史最长拖延{whole(value)}天及以上")


def lift_text(found: Interval | None) -> str:
    """
    >>> lift_text(Interval(3.97, 3.66, 4.33))
    '4.0 (3.7 – 4.3)'
    """
    if found is None:
        return MISSING
    return f"{decimal(found.value)} ({decimal(found.low)} {MISSING} {decimal(found.high)})"


def lead_text(found: tuple[float, float, float] | None) -> str:
    """
    >>> lead_text((15.0, 55.4, 90.0))
    '55 (15 – 90)'
    """
    if found is None:
        return MISSING
    low, middle, high = found
    return f"{whole(middle)} ({whole(low)} {MISSING} {whole(high)})"


def part_text(part: int, of: int) -> str:
    """
    >>> part_text(56, 151), part_text(0, 0)
    ('56 of 151 (37%)', '–')
    """
    return MISSING if of == 0 else f"{part:,} of {of:,} ({percent(part / of, 0)})"


def part_words(part: int, of: int) -> Text:
    if of == 0:
        return Text(MISSING, MISSING)
    share = percent(part / of, 0)
    return Text(f"{part:,} of {of:,} ({share})", f"{of:,}中{part:,}（{share}）")
