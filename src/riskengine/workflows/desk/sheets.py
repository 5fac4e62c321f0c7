"""The lists as tables for a spreadsheet: headings in English and Chinese, words instead of codes."""

from collections.abc import Iterable, Sequence

import polars as pl

from riskengine.reports.cases.words import PHASE_TEXT, listed
from riskengine.reports.words import SEVERITY_TEXT, listed_actions
from riskengine.terms.text import Text
from riskengine.workflows.desk.case_list import CaseList, ListedCase, Place
from riskengine.workflows.desk.warning_list import ListedWarning

PLACE_TEXT = {
    Place.INDUSTRY: Text("about a whole industry", "整个行业"),
    Place.NOW: Text("answer now", "现在处理"),
    Place.LEFT_OUT: Text("left out for now", "暂未安排"),
    Place.PUT_OFF: Text("put off", "暂缓"),
    Place.IN_DEFAULT: Text("in default, with collection", "已违约，转催收"),
}
_CASES = {
    "Place 次序": pl.Int64,
    "When 安排": pl.String,
    "Customer 客户编号": pl.String,
    "Name 名称": pl.String,
    "Severity 级别": pl.String,
    "Expected loss 预期损失": pl.Float64,
    "Exposure 敞口": pl.Float64,
    "Not covered 未覆盖敞口": pl.Float64,
    "PD 12 months 12个月违约概率": pl.Float64,
    "Since 起始日": pl.Date,
    "Due 到期日": pl.Date,
    "Owner": pl.String,
    "负责人": pl.String,
    "What warns": pl.String,
    "预警内容": pl.String,
    "Automatic actions": pl.String,
    "自动措施": pl.String,
    "Proposed actions": pl.String,
    "建议措施": pl.String,
    "Sales team 销售团队": pl.String,
    "Put off until 暂缓至": pl.Date,
}
_WARNINGS = {
    "Customer 客户编号": pl.String,
    "Name 名称": pl.String,
    "Indicator 指标编号": pl.String,
    "Warning": pl.String,
    "预警": pl.String,
    "Severity 级别": pl.String,
    "Since 起始日": pl.Date,
    "Worse since 升级日": pl.Date,
    "State": pl.String,
    "状态": pl.String,
    "Last applied 最近触发日": pl.Date,
    "Quiet since 恢复日": pl.Date,
    "Put off until 暂缓至": pl.Date,
    "Why": pl.String,
    "原因": pl.String,
}


def cases_sheet(found: CaseList) -> pl.DataFrame:
    rows = [_case_row(place, one) for place, one in enumerate(found.cases, start=1)]
    return pl.DataFrame(rows, schema=_CASES, orient="row")


def warnings_sheet(found: Sequence[ListedWarning]) -> pl.DataFrame:
    return pl.DataFrame([_warning_row(one) for one in found], schema=_WARNINGS, orient="row")


def _case_row(place: int, one: ListedCase) -> tuple[object, ...]:
    what = listed([name for _, name in one.indicators])
    automatic, proposed = (listed_actions([a.value for a in actions]) for actions in (one.automatic, one.proposed))
    return (
        place,
        _both(PLACE_TEXT[one.place]),
        one.customer_id,
        one.facts.name,
        _both(SEVERITY_TEXT[one.severity]),
        one.expected_loss,
        one.facts.exposure,
        one.facts.uncovered,
        one.facts.pd_12m,
        one.opened_on,
        one.due_on,
        *_each((one.owner_name, what, automatic, proposed)),
        one.facts.sales_team,
        one.snoozed_until,
    )


def _warning_row(one: ListedWarning) -> tuple[object, ...]:
    return (
        one.customer_id,
        one.name,
        one.indicator,
        *_each((one.indicator_name,)),
        _both(SEVERITY_TEXT[one.severity]),
        one.opened_on,
        one.escalated_on,
        *_each((PHASE_TEXT[one.phase],)),
        one.last_entry_on,
        one.quiet_since,
        one.snoozed_until,
        *_each((listed([text for _, text in one.reasons]),)),
    )


def _each(texts: Iterable[Text]) -> list[str]:
    return [word for text in texts for word in (text.en, text.zh)]


def _both(text: Text) -> str:
    return f"{text.en} {text.zh}"
