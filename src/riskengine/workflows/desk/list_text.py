"""The list of cases in a terminal: its headings and what is said below, in both languages."""

from datetime import date

from riskengine.reports.cases.words import listed
from riskengine.reports.numbers import amount_text
from riskengine.terms.text import Text
from riskengine.workflows.desk.case_list import CaseList, ListedCase, Place
from riskengine.workflows.desk.sheets import PLACE_TEXT

HEADINGS = (
    Text("", ""),
    Text("customer", "客户"),
    Text("severity", "级别"),
    Text("since", "起始日"),
    Text("due", "到期日"),
    Text("owner", "负责人"),
    Text("expected loss", "预期损失"),
    Text("what warns", "预警内容"),
)


def late_text(due_on: date) -> Text:
    return Text(f"{due_on} late", f"{due_on} 已超期")


def what_text(one: ListedCase) -> Text:
    return listed([name for _, name in one.indicators])


def list_lines(found: CaseList) -> list[Text]:
    """How many cases there are, and of each place how many and how much money."""
    lines = [_head(found)]
    for place in Place:
        own, words = found.totals[place], PLACE_TEXT[place]
        if place is Place.INDUSTRY and own.cases:
            lines.append(Text(f"{words.en}: {own.cases}", f"{words.zh}：{own.cases}件"))
        elif own.cases or place is Place.NOW:
            loss = amount_text(own.expected_loss, found.currency)
            en = f"{words.en}: {own.cases}, expected loss {loss.en}"
            lines.append(Text(en, f"{words.zh}：{own.cases}件，预期损失{loss.zh}"))
    return lines


def _head(found: CaseList) -> Text:
    count, budget = found.open_cases, found.budget
    en, zh = f"as of {found.day}: {count} open cases", f"{found.day}：未结预警个案{count}件"
    if budget is None:
        return Text(en, zh)
    return Text(
        f"{en}; people can answer {budget.cases} in {budget.days} days",
        f"{zh}；人工每{budget.days}天可处理{budget.cases}件",
    )
