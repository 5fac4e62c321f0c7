"""The tables of a case: its numbers, late invoices, what happened, and who is concerned."""

from collections.abc import Sequence
from datetime import date
from math import fsum

from riskengine.reports.cases.evidence import Shown
from riskengine.reports.cases.happened import happening_lines
from riskengine.reports.cases.view import CaseView, Member
from riskengine.reports.markup import Markup, bilingual, both, data_text, element, joined
from riskengine.reports.numbers import MISSING, amount_text, counted, day_text
from riskengine.reports.tables import Heading, amount_cell, table
from riskengine.terms.text import Text

MOST_LATE, MOST_EVENTS, MOST_MEMBERS = 12, 30, 25


def numbers_table(evidence: Sequence[Shown], day: date, view: CaseView) -> Markup:
    """What was known when it opened or got worse, what the rules asked, and how it is now."""
    on = day_text(day)
    caption = Text(
        f"The numbers on {on.en}, when it opened or became more severe",
        f"{on.zh}触发或升级时的数据",
    )
    then, now = Text(day.isoformat(), day.isoformat()), Text(f"now ({view.as_of})", f"目前（{view.as_of}）")
    headings = [
        Heading(Text("What", "指标")),
        Heading(then, number=True),
        Heading(Text("It warns where it is", "预警条件")),
    ]
    with_now = day != view.as_of and any(one.now is not None for one in evidence)
    if with_now:
        headings.append(Heading(now, number=True))
    rows = []
    for one in evidence:
        cells = [both(one.about), both(one.was), both(one.asked)]
        rows.append((*cells, both(one.now or Text(MISSING, MISSING))) if with_now else tuple(cells))
    return element("div", table(caption, headings, rows), class_="plain")


def members_table(view: CaseView) -> Markup:
    """Our customers of an industry: who is concerned."""
    shown = view.members[:MOST_MEMBERS]
    owed = amount_text(fsum(max(one.exposure or 0.0, 0.0) for one in view.members), view.currency)
    who = counted(len(view.members), "customer owes", "customers owe")
    caption = Text(
        f"{who} {owed.en} together; the largest exposures ({view.currency})",
        f"共{len(view.members)}家客户，敞口合计{owed.zh}；按敞口排序（{view.currency}）",
    )
    headings = (
        Heading(Text("Customer", "客户")),
        Heading(Text("Grade", "等级")),
        Heading(Text("Exposure", "敞口"), number=True),
        Heading(Text("Overdue", "其中逾期"), number=True),
    )
    rows = [
        (_customer(one), one.grade or MISSING, amount_cell(one.exposure), amount_cell(one.overdue)) for one in shown
    ]
    return table(caption, headings, rows)


def _customer(one: Member) -> Markup:
    identity = element("span", data_text(one.customer_id), class_="id")
    return joined((data_text(one.name), " ", identity)) if one.name else identity


def late_table(view: CaseView) -> Markup:
    more = len(view.late) - MOST_LATE
    rest = Text(f"; {more} more are younger", f"；另有{more}张逾期较短") if more > 0 else Text("", "")
    caption = Text(
        f"Open, past due and not disputed, the oldest first ({view.currency}){rest.en}",
        f"未清、已逾期且无争议，按逾期天数排序（{view.currency}）{rest.zh}",
    )
    headings = (
        Heading(Text("Invoice", "发票")),
        Heading(Text("Due", "到期日")),
        Heading(Text("Days past due", "逾期天数"), number=True),
        Heading(Text("Open", "未清金额"), number=True),
    )
    rows = [
        (data_text(one.invoice_id), one.due_on.isoformat(), str(one.days), amount_cell(one.open_amount))
        for one in view.late[:MOST_LATE]
    ]
    return table(caption, headings, rows)


def events_table(view: CaseView) -> Markup:
    caption = Text(
        "The newest first, of the last twelve months; payments that came more than a week late",
        "近十二个月，最新在前；付款仅列逾期超过一周的",
    )
    headings = (Heading(Text("Day", "日期")), Heading(Text("What happened", "事件")))
    rows = [
        (
            element("span", day.isoformat(), class_="whole"),
            bilingual("span", text),
        )
        for day, text in happening_lines(view.happened, view.currency)[:MOST_EVENTS]
    ]
    return table(caption, headings, rows)
