"""What a tuning found, in sentences: for the page and for the terminal."""

from riskengine.reports.numbers import decimal
from riskengine.reports.past_cautions import model_saw_text, unripe_text
from riskengine.reports.tuning.view import TuningReport
from riskengine.reports.tuning.words import TROUBLE_TEXT, VOLUME_TEXT, number_text
from riskengine.terms.text import Text


def choice_texts(report: TuningReport) -> list[Text]:
    """What was chosen, how sure it is, and what to beware of; for the page and for the terminal."""
    choice = report.choice
    if choice is None:
        return [
            Text(
                "No value was chosen; give --budget or --cost to have one found.",
                "未选择取值；可用 --budget 或 --cost 选取。",
            )
        ]
    troubles = [TROUBLE_TEXT[trouble] for trouble in choice.troubles]
    if choice.value is None:
        return [_none_keeps(report), *troubles]
    value = number_text(choice.value)
    goal = (
        Text("earns most", "收益最高")
        if report.by_money and report.ripe_dates
        else Text("catches most defaults", "捕获违约最多")
    )
    if not report.ripe_dates:
        goal = Text("hits most", "触发最多")
    within = Text("", "")
    if report.budget is not None:
        amount = decimal(report.budget.per_week, 1)
        what = VOLUME_TEXT[report.budget.volume]
        within = Text(f" within the budget of {amount} {what.en}", f"（预算：{what.zh}{amount}）")
    found = [
        Text(
            f"{value} {goal.en}{within.en}; with other customers of the same kind, from "
            f"{number_text(choice.low or 0.0)} to {number_text(choice.high or 0.0)} (95 %).",
            f"取值{value}{goal.zh}{within.zh}；换一批同类客户时为{number_text(choice.low or 0.0)}至"
            f"{number_text(choice.high or 0.0)}（95%）。",
        )
    ]
    if choice.as_good is not None and report.ripe_dates:
        low, high = (number_text(value) for value in choice.as_good)
        found.append(
            Text(f"Values from {low} to {high} are not clearly worse.", f"{low}至{high}之间的取值与之相比无明显劣势。")
        )
    return [*found, *troubles]


def caution_texts(report: TuningReport) -> list[Text]:
    """What a reader must know before believing a figure."""
    found = []
    if report.only_warns:
        found.append(
            Text(
                "These rules only warn. What people do about a warning is in no ledger, so money knows only the work "
                "of it: the value that warns least looks best. Choose by --budget.",
                "这些规则仅作预警。预警后的处置不在账上，金额只反映处理成本，"
                "因此预警最少的取值看似最优。请按 --budget 选择。",
            )
        )
    found += model_saw_text(report.model_saw)
    found += unripe_text(report.dates, report.ripe_dates, report.outcome, report.last_day)
    return found


def _none_keeps(report: TuningReport) -> Text:
    volume = report.volume
    least = min(report.points, key=lambda point: point.per_week[volume].value)
    shown = decimal(least.per_week[volume].value, 1)
    what = VOLUME_TEXT[volume]
    return Text(
        f"None of the values keeps the budget; the least is {shown} {what.en}, at {number_text(least.value)}.",
        f"所试取值均超出预算；最低为{what.zh}{shown}（取值{number_text(least.value)}）。",
    )
