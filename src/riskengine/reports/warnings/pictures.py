"""The sections with pictures: lead times, precision against recall, lift of indicators, single cases."""

from collections.abc import Sequence

from riskengine.early_warning.quality.certainty import Verdict
from riskengine.early_warning.quality.examples import Ending, Example
from riskengine.early_warning.quality.figures import Figures
from riskengine.early_warning.quality.groups import Kind
from riskengine.early_warning.quality.naive import NaiveRule
from riskengine.early_warning.quality.population import EARLY_DAYS
from riskengine.reports.markup import Markup, bilingual, data_text, element, joined
from riskengine.reports.numbers import amount_text, day_text
from riskengine.reports.page import Section, paragraph
from riskengine.reports.svg import picture
from riskengine.reports.warnings.charts import (
    LiftBar,
    Stretch,
    Timeline,
    Trade,
    lead_chart,
    lift_chart,
    timeline_chart,
    trade_chart,
)
from riskengine.reports.warnings.view import EvaluationReport
from riskengine.reports.warnings.words import ENDING_TEXT, LEVEL_TEXT, NAIVE_TEXT, POLICY_TEXT
from riskengine.terms.days import day_of
from riskengine.terms.decision import Severity
from riskengine.terms.text import Language, Text


def lead_picture(report: EvaluationReport) -> Markup:
    """How long before default warnings stood."""
    tracks = report.evaluation.tracks
    levels = (Severity.WATCH, Severity.AMBER, Severity.RED)
    leads = {level: tracks[level].filter("is_caught")["lead_days"].to_list() for level in levels}
    if not leads[Severity.WATCH]:
        return paragraph(Text("No default had a warning standing before it.", "没有违约在之前存在预警。"))
    days = Text("days before default since which warnings had stood", "预警持续存在至违约的天数")
    count = Text("defaults", "违约数")
    alternative = Text(
        f"Defaults by the days since which warnings had stood without a break, in steps of 30 days, for any warning, "
        f"amber or red, and red. Dashed: {EARLY_DAYS} days. Defaults without a warning on the last date are not in it.",
        f"按预警连续存在天数统计的违约数（每30天一组），分别为任何预警、橙色或红色、红色。虚线为{EARLY_DAYS}天。"
        "最后一个日期没有预警的违约不在其中。",
    )
    return picture(
        Text("Lead time before default", "违约前的提前时间"),
        alternative,
        lambda lang: lead_chart(
            [(LEVEL_TEXT[level].in_language(lang), leads[level]) for level in levels],
            x_title=days.in_language(lang),
            y_title=count.in_language(lang),
            language=lang,
        ),
    )


def trade_pictures(report: EvaluationReport) -> Markup:
    """Precision against recall over budgets, beside naive rules: recall of defaults, and of the amounts owed then."""
    found = [p for p in report.evaluation.curve if p.precision is not None and p.recall is not None]
    if not found:
        return paragraph(Text("No default was watched for.", "没有可观察的违约。"))
    by_count = Text("defaults before which a worked case stood", "违约前个案已处理的比例")
    by_amount = Text("amounts owed at default by customers whose worked case stood", "个案已处理的违约金额比例")
    counted = [(p.rule, p.recall, p.precision, p.per_week) for p in found]
    weighed = [(p.rule, p.recall_amount, p.precision, p.per_week) for p in found]
    count_title = Text("Precision against recall over budgets", "不同预算下的命中率与捕获率")
    amount_title = Text("Precision against the share of amounts", "不同预算下的命中率与金额捕获率")
    return joined((_trade_picture(counted, by_count, count_title), _trade_picture(weighed, by_amount, amount_title)))


_Point = tuple[NaiveRule | None, float | None, float | None, float]


def _trade_picture(points: Sequence[_Point], recall: Text, title: Text) -> Markup:
    def named(lang: Language) -> list[Trade]:
        return [
            Trade((POLICY_TEXT if rule is None else NAIVE_TEXT[rule]).in_language(lang), x or 0.0, y or 0.0, week)
            for rule, x, y, week in points
        ]

    y_title = Text("precision of the cases", "个案命中率")
    alternative = Text(
        f"Precision (default or severe delay within the horizon) against {recall.en}, as the number of cases worked a "
        "week grows (the labels). The policy's cases are worked by expected loss; a naive rule lowers its threshold. "
        "Up and to the right is better.",
        f"随每周处理个案数（标签）增加，命中率（观察期内违约或严重拖延）与{recall.zh}的关系。本政策按预期损失处理个案，"
        "简单规则则降低阈值。越靠右上越好。",
    )
    return picture(
        title,
        alternative,
        lambda lang: trade_chart(named(lang), x_title=recall.in_language(lang), y_title=y_title.in_language(lang)),
    )


def lift_picture(report: EvaluationReport) -> Markup:
    """Lift of each indicator of which anything can be said."""
    judged = (Verdict.HAS_LIFT, Verdict.NO_LIFT)
    whole = [f for f in report.evaluation.of_kind(Kind.INDICATOR) if f.name not in report.evaluation.rules]
    every = (*whole, *report.evaluation.of_kind(Kind.RULE))  # an indicator with several rules by its rules
    found = [f for f in every if f.verdict in judged and f.lift is not None]
    if not found:
        return Markup("")
    found.sort(key=lambda f: (-(f.lift.value if f.lift else 0.0), str(f.name)))

    def bars(lang: Language) -> list[LiftBar]:
        return [
            LiftBar(
                _called(f, report, lang),
                f.lift.value,
                f.lift.low,
                f.lift.high,
                f.verdict is Verdict.HAS_LIFT,
            )
            for f in found
            if f.lift is not None
        ]

    x_title = Text("lift over the base rate (1: no better than chance)", "相对基准率的提升度（1表示与随机无异）")
    alternative = Text(
        "Lift of each indicator with its 95 % interval, the highest first; dashed: 1. Orange: candidates to retire. "
        "An indicator with several rules is drawn rule by rule; what has too few outcomes is not drawn.",
        "各指标的提升度及95%区间（从高到低），虚线为1。橙色为建议停用的指标。有多条规则的指标按规则画出；结果太少的未画出。",
    )
    return picture(
        Text("Lift of the indicators", "各指标提升度"),
        alternative,
        lambda lang: lift_chart(bars(lang), x_title=x_title.in_language(lang)),
    )


def _called(figures: Figures, report: EvaluationReport, lang: Language) -> str:
    """A rule has its id before its name, so that it is found in the policy; an indicator its name alone."""
    name = report.indicator_name(str(figures.name)).in_language(lang)
    return f"{figures.name}  {name}" if figures.kind is Kind.RULE else name


def cases_section(report: EvaluationReport) -> Section:
    """Single cases, one of each ending."""
    title = Text("Single cases", "单个案例")
    parts = [_case(report, example) for example in report.evaluation.examples]
    chosen = Text(
        "Of each kind the customer with whom the most money was at stake, among those known 60 days before.",
        "每类取涉及金额最大的客户（违约前60天已知者）。",
    )
    return Section("cases", title, joined((paragraph(chosen, class_="muted"), *parts)))


def _case(report: EvaluationReport, example: Example) -> Markup:
    name = report.names.get(example.customer_id, example.customer_id)
    head = element("p", data_text(name), " (", data_text(example.customer_id), ")")
    drawn = _timeline(report, example)
    story = _story(report, example)
    amount = Text(f"thousand {report.currency}", f"千{report.currency}")
    owed, overdue = Text("owed", "未清金额"), Text("overdue", "其中逾期")
    drawing = picture(
        ENDING_TEXT[example.ending],
        story,
        lambda lang: timeline_chart(
            drawn,
            amount_title=amount.in_language(lang),
            owed=owed.in_language(lang),
            overdue=overdue.in_language(lang),
            language=lang,
        ),
    )
    return joined((bilingual("h3", ENDING_TEXT[example.ending]), head, drawing))


def _story(report: EvaluationReport, example: Example) -> Text:
    owed = max(example.path["exposure"].to_list())
    most = amount_text(owed, report.currency)
    opened = None if example.opened_on is None else day_text(day_of(example.opened_on))
    if example.default_on is None:
        when = opened or Text("", "")
        return Text(
            f"Warned on {when.en}; within {report.outcome.horizon_days} days neither default nor severe delay came. "
            f"Owed {most.en} at most.",
            f"{when.zh}预警；其后{report.outcome.horizon_days}天内未出现违约或严重拖延。最高未清金额{most.zh}。",
        )
    default = day_text(day_of(example.default_on))
    if example.ending is Ending.CAUGHT and opened is not None and example.opened_on is not None:
        lead = example.default_on - example.opened_on
        return Text(
            f"Amber or red from {opened.en} on without a break, {lead} days before the default of {default.en}. Owed "
            f"{most.en} at most.",
            f"自{opened.zh}起连续存在橙色或红色预警，早于{default.zh}违约{lead}天。最高未清金额{most.zh}。",
        )
    return Text(
        f"Defaulted on {default.en} with no warning standing on the last date before. Owed {most.en} at most.",
        f"{default.zh}违约，此前最后一个日期没有预警。最高未清金额{most.zh}。",
    )


def _timeline(report: EvaluationReport, example: Example) -> Timeline:
    path = [(day_of(day), owed, late or 0.0) for day, owed, late in example.path.iter_rows()]
    default = None if example.default_on is None else day_of(example.default_on)
    return Timeline(path, _stretches(report, example), default)


def _stretches(report: EvaluationReport, example: Example) -> Sequence[Stretch]:
    """Dates joined while the severity stays the same; a warning is drawn to the next date."""
    following = dict(zip(report.dates, report.dates[1:], strict=False))
    found: list[Stretch] = []
    for day, indicator, severity in example.warnings.iter_rows():
        start = day_of(day)
        end = following.get(start, start + (report.dates[-1] - report.dates[-2]))
        last = found[-1] if found else None
        level = Severity(severity)
        if last is not None and (last.indicator, last.severity, last.end) == (indicator, level, start):
            found[-1] = Stretch(indicator, level, last.start, end)
        else:
            found.append(Stretch(indicator, level, start, end))
    return found
