"""The pictures of a case, each with a caption that says what it shows."""

from datetime import timedelta

from riskengine.policy.names import indicator_name, indicator_names
from riskengine.reports.cases.charts import owed_chart, pd_chart, stretches, timeline_chart, utilisation_chart
from riskengine.reports.cases.view import CaseView
from riskengine.reports.markup import Markup, element
from riskengine.reports.numbers import amount_text, counted, percent
from riskengine.reports.svg import Chart, picture
from riskengine.terms.text import Language, Text

SHORTEST, LONGEST = timedelta(days=60), timedelta(days=730)  # of a timeline


def owed_picture(view: CaseView) -> Markup:
    history = view.history
    if history.is_empty() or not history["open"].max():
        return Markup("")
    open_, overdue = Text("open invoices", "未清应收款"), Text("of that overdue", "其中逾期")
    dpd = Text("days past due", "最长逾期天数")
    unit = Text(f"thousand {view.currency}", f"千{view.currency}")
    last = history.row(-1, named=True)
    most = amount_text(last["open"], view.currency)
    late = amount_text(last["overdue"], view.currency)
    alternative = Text(
        f"At the end of each month, by what was known then. Now {most.en} are open, {late.en} of it overdue, the "
        f"oldest by {counted(round(last['dpd']), 'day', 'days')}.",
        f"各月末（按当时所知）。目前未清{most.zh}，其中逾期{late.zh}，最长逾期{last['dpd']:.0f}天。",
    )
    return picture(
        Text("Open and overdue by month", "各月末未清与逾期金额"),
        alternative,
        lambda lang: owed_chart(
            history,
            open_=open_.in_language(lang),
            overdue=overdue.in_language(lang),
            dpd=dpd.in_language(lang),
            amount=unit.in_language(lang),
        ),
    )


def utilisation_picture(view: CaseView) -> Markup:
    rows = view.history.filter(view.history["limit"] > 0)
    if rows.height < 2:
        return Markup("")
    last = rows.row(-1, named=True)
    title = Text("exposure / limit", "敞口/额度")
    alternative = Text(
        f"Exposure over the limit in force at each month end; now {percent(last['exposure'] / last['limit'], 0)} of "
        f"{amount_text(last['limit'], view.currency).en}. Dashed: all of it.",
        f"各月末敞口占现行额度比例；目前为{amount_text(last['limit'], view.currency).zh}的"
        f"{percent(last['exposure'] / last['limit'], 0)}。虚线：100%。",
    )
    return picture(
        Text("Use of the limit", "额度使用率"),
        alternative,
        lambda lang: utilisation_chart(view.history, title=title.in_language(lang)),
    )


def pd_picture(view: CaseView) -> Markup:
    known = [(one.as_of, one.pd_12m) for one in view.ratings if one.pd_12m is not None]
    if len(known) < 2:
        return Markup("")
    title = Text("PD over 12 months", "12个月违约概率")
    first, last = known[0], known[-1]
    alternative = Text(
        f"By each run there is: {percent(first[1], 2)} on {first[0]}, {percent(last[1], 2)} on {last[0]}.",
        f"历次评级结果：{first[0]}为{percent(first[1], 2)}，{last[0]}为{percent(last[1], 2)}。",
    )
    return picture(
        Text("PD over past runs", "历次违约概率"),
        alternative,
        lambda lang: pd_chart(known, title=title.in_language(lang)),
    )


def timeline_picture(view: CaseView) -> Markup:
    """The warnings of the case, one under the other."""
    case = view.case
    if case is None or not case.episodes:
        return Markup("")
    names = indicator_names(view.policy)
    last = view.as_of
    opened = min(one.opened_on for one in case.episodes) - timedelta(days=7)
    first = max(min(opened, last - SHORTEST), last - LONGEST)

    def draw(language: Language) -> Chart:
        found = [
            stretch
            for one in sorted(case.episodes, key=lambda one: (one.opened_on, one.indicator))
            for stretch in stretches(one, indicator_name(one.indicator, names).in_language(language), last)
        ]
        return timeline_chart(found, first, last, language)

    alternative = Text(
        "Each warning from the day it opened, in the colour of the severity it had reached by then.",
        "各预警自触发日起的走势，颜色为当时已达到的级别。",
    )
    return picture(Text("Warnings over time", "预警时间线"), alternative, draw)


def side_by_side(*columns: Markup) -> Markup:
    """Pictures beside each other where there is room."""
    shown = [element("div", column) for column in columns if column]
    return element("div", *shown, class_="pair") if shown else Markup("")
