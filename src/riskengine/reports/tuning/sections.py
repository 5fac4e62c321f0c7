"""The sections of a tuning's report: pictures, and the table of all values."""

from collections.abc import Mapping, Sequence

from riskengine.portfolio.trial.resampling import Interval
from riskengine.portfolio.trial.tuning_choice import Point
from riskengine.reports.markup import Markup, both, data_text, element, joined
from riskengine.reports.numbers import MISSING, decimal, short_amount, whole
from riskengine.reports.page import Section, paragraph
from riskengine.reports.rule_words import effect_text
from riskengine.reports.svg import picture
from riskengine.reports.tables import Heading, table
from riskengine.reports.tuning.charts import CurvePoint, curve_chart, trade_chart
from riskengine.reports.tuning.view import TuningReport
from riskengine.reports.tuning.words import VOLUME_TEXT, number_text, share_interval, volume_title
from riskengine.terms.text import Text


def _axis(report: TuningReport) -> Text:
    text = report.parameter.text
    return Text(f"{text.en} (@{report.parameter.name})", f"{text.zh}（@{report.parameter.name}）")


def money_section(report: TuningReport) -> tuple[Section, ...]:
    """Money over the value; none where no outcome is known."""
    if not report.ripe_dates:
        return ()
    points = [
        CurvePoint(p.value, p.gain_cents.value / 1e5, p.gain_cents.low / 1e5, p.gain_cents.high / 1e5)
        for p in report.points
    ]
    thousands = Text(f"thousand {report.currency}", f"千{report.currency}")
    alternative = Text(
        f"Result against the policy as it is, by value, with its 95 % interval, in {thousands.en}: loss avoided less "
        "margin lost and work added. Orange: the chosen value and its interval; grey: the value now.",
        f"各取值相对现行政策的结果及95%区间（{thousands.zh}）：避免的损失减去损失的毛利和增加的处理成本。"
        "橙色为所选取值及其区间，灰色为现行取值。",
    )
    drawing = picture(
        Text("Money over the value", "各取值的金额结果"),
        alternative,
        lambda lang: curve_chart(
            points,
            report.marks,
            x_title=_axis(report).in_language(lang),
            y_title=thousands.in_language(lang),
            y_format=",.0f",
            limit=0.0,
            language=lang,
        ),
    )
    return (Section("money", Text("Money", "金额"), drawing),)


def volume_section(report: TuningReport) -> Section:
    """How much there would be to do."""
    title, volume = Text("Volume", "数量"), report.volume
    if not report.points[0].per_week:
        text = Text("A single date has no volume over time.", "单一日期无法计算数量。")
        return Section("volume", title, paragraph(text))
    found = [(p.value, p.per_week[volume]) for p in report.points]
    points = [CurvePoint(value, f.value, f.low, f.high) for value, f in found]
    budget = report.budget
    level = None if budget is None else budget.per_week
    what = VOLUME_TEXT[volume]
    limit = Text("; dotted: the budget", "；虚线为预算") if budget is not None else Text("", "")
    alternative = Text(
        f"{volume_title(volume).en}, by value, with its 95 % interval{limit.en}",
        f"各取值的{what.zh}及95%区间{limit.zh}",
    )
    drawing = picture(
        Text("Volume over the value", "各取值的数量"),
        alternative,
        lambda lang: curve_chart(
            points,
            report.marks,
            x_title=_axis(report).in_language(lang),
            y_title=what.in_language(lang),
            y_format=",.1f",
            limit=level,
            language=lang,
        ),
    )
    note = Text(
        "New is what did not stand on the date before; what came and went between two dates is not seen.",
        "“新增”指前一日期不存在；两个日期之间出现又消失的不计入。",
    )
    return Section("volume", title, joined((drawing, paragraph(note, class_="muted"))))


def outcomes_section(report: TuningReport) -> tuple[Section, ...]:
    """Precision, defaults caught, and precision against volume."""
    known = [p for p in report.points if p.precision is not None]
    if not known:
        return ()
    names = {"precision": Text("precision", "命中率"), "recall": Text("defaults caught", "捕获违约比例")}
    parts = [_share_picture(report, names["precision"], [(p.value, p.precision) for p in known])]
    parts.append(_share_picture(report, names["recall"], [(p.value, p.recall) for p in report.points]))
    if known[0].per_week:
        trade = [(p.value, p.per_week[report.volume].value, p.precision.value) for p in known if p.precision]
        what = VOLUME_TEXT[report.volume]
        parts.append(
            picture(
                Text("Precision against volume", "命中率与数量"),
                Text(
                    f"One point for each value: its precision against {what.en}. Orange: chosen; grey: now.",
                    f"每个取值一点：命中率与{what.zh}。橙色为所选，灰色为现行。",
                ),
                lambda lang: trade_chart(
                    trade,
                    report.marks,
                    x_title=what.in_language(lang),
                    y_title=names["precision"].in_language(lang),
                ),
            )
        )
    note = Text(
        "Precision: of the hits whose outcome is known, at customers not in default already, those that defaulted "
        f"within {report.outcome.horizon_days} days. A default is caught if a hit stood on the last date before "
        "it; its lead is counted from the date since which that hit had stood without a break.",
        f"命中率：结果已知且当时未违约的触发中，{report.outcome.horizon_days}天内违约的比例。"
        "违约前最后一个日期仍触发即为捕获；提前天数自该触发连续存在之日起算。",
    )
    return (Section("outcomes", Text("Outcomes", "结果"), joined((*parts, paragraph(note, class_="muted")))),)


def _share_picture(report: TuningReport, name: Text, found: Sequence[tuple[float, Interval | None]]) -> Markup:
    points = [CurvePoint(value, one.value, one.low, one.high) for value, one in found if one is not None]
    if not points:
        return Markup("")
    title = Text(name.en.capitalize(), name.zh)
    return picture(
        title,
        Text(f"{title.en} by value, with its 95 % interval", f"各取值的{name.zh}及95%区间"),
        lambda lang: curve_chart(
            points,
            report.marks,
            x_title=_axis(report).in_language(lang),
            y_title=name.in_language(lang),
            y_format="%",
            limit=None,
            language=lang,
        ),
    )


def values_section(report: TuningReport) -> Section:
    """Every value with its figures."""
    headings = (
        Heading(Text("Value", "取值"), number=True),
        Heading(Text("Hits", "触发"), number=True),
        Heading(Text("Customers", "客户"), number=True),
        Heading(volume_title(report.volume), number=True),
        Heading(Text("Precision", "命中率"), number=True),
        Heading(Text("Defaults caught", "捕获违约"), number=True),
        Heading(Text("Lead, days", "提前天数"), number=True),
        Heading(Text("Good customers hit", "误触优质客户"), number=True),
        Heading(Text("Decisions moved", "变动决定"), number=True),
        Heading(Text("Loss avoided", "避免的损失"), number=True),
        Heading(Text("Margin lost", "损失的毛利"), number=True),
        Heading(Text("Result", "结果"), number=True),
    )
    caption = Text(
        f"All values; customers on {len(report.dates)} dates, {report.defaults} defaults could have been foreseen",
        f"全部取值；共{len(report.dates)}个日期，可预见违约{report.defaults}起",
    )
    return Section(
        "values", Text("All values", "全部取值"), table(caption, headings, [_row(report, p) for p in report.points])
    )


def _row(report: TuningReport, point: Point) -> tuple[Markup | str, ...]:
    counts: Mapping[str, int] = point.counts
    volume = point.per_week.get(report.volume)
    chosen = report.choice is not None and report.choice.value == point.value
    value: Markup | str = number_text(point.value)
    if point.value == report.marks.current:
        value = joined((value, both(Text(" (now)", "（现行）"))))
    known = bool(report.ripe_dates)
    return (
        element("strong", value) if chosen else value,
        whole(counts["hits"]),
        whole(point.customers_hit),
        MISSING if volume is None else decimal(volume.value, 1),
        share_interval(point.precision),
        whole(counts["caught"]) if known else MISSING,
        MISSING if point.lead_days is None else whole(point.lead_days),
        whole(counts["good_hits"]) if known else MISSING,
        whole(counts["moved"]),
        *(_amount(counts[name], known=known) for name in ("loss_avoided_cents", "margin_lost_cents", "gain_cents")),
    )


def _amount(cents: int, *, known: bool) -> Markup | str:
    if not known:
        return MISSING
    sign = "−" if cents < 0 else ""
    return both(Text(*(sign + short_amount(abs(cents) / 100, lang) for lang in ("en", "zh"))))


def rules_section(report: TuningReport) -> Section:
    """The rules the value moves."""
    headings = (Heading(Text("Rule", "规则")), Heading(Text("Then", "结果")))
    rows = [(joined((data_text(rule.id), " ", both(rule.name))), both(effect_text(rule.then))) for rule in report.rules]
    title = Text("Rules the value moves", "受影响的规则")
    if not rows:
        text = Text("None; the value is used in limits or terms.", "无；该参数用于额度或账期。")
        return Section("rules", title, paragraph(text))
    return Section("rules", title, table(title, headings, rows))
