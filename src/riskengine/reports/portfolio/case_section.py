"""Cases: the customers under warning, who answers them and by when, and what changed since the run before."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from riskengine.reports.markup import Markup, both, data_text, element, joined
from riskengine.reports.numbers import MISSING, whole
from riskengine.reports.page import Section, paragraph
from riskengine.reports.portfolio.grade_section import CUSTOMER, named
from riskengine.reports.tables import Heading, amount_cell, table
from riskengine.reports.words import SEVERITY_TEXT, listed_actions
from riskengine.terms.decision import Severity
from riskengine.terms.text import Text

MOST_ROWS = 25
_RANKS = {severity.word: int(severity) for severity in Severity}
_HEADINGS = (
    CUSTOMER,
    Heading(Text("Severity", "级别")),
    Heading(Text("Since", "起始")),
    Heading(Text("What warns now", "当前触发的预警")),
    Heading(Text("Answered by", "负责人")),
    Heading(Text("Due", "期限")),
    Heading(Text("Proposed", "建议措施")),
    Heading(Text("Automatic", "自动措施")),
)


def cases_section(
    cases: pl.DataFrame,
    episodes: pl.DataFrame,
    changes: pl.DataFrame,
    *,
    ratings: pl.DataFrame,
    warnings: pl.DataFrame,
    currency: str,
) -> Section:
    """From the files of the run. `ratings` tells who the customers are, `warnings` what warns now."""
    title = Text("Cases", "预警个案")
    running = cases.filter(pl.col("end").is_null())
    lead = paragraph(_lead(running, episodes, changes))
    if running.is_empty():
        return Section("cases", title, lead)
    return Section("cases", title, joined((lead, _table(running, ratings, warnings, currency))))


def _lead(running: pl.DataFrame, episodes: pl.DataFrame, changes: pl.DataFrame) -> Text:
    by_severity = [(s, running.filter(pl.col("severity") == s.word).height) for s in reversed(Severity)]
    opened, escalated, closed = (
        changes.filter(pl.col("change") == kind).height for kind in ("opened", "escalated", "closed")
    )
    open_ = episodes.filter(pl.col("closed_on").is_null())
    calm, blind = (open_.filter(pl.col("phase") == phase).height for phase in ("quiet", "blind"))
    english = ", ".join(f"{whole(n)} {SEVERITY_TEXT[s].en}" for s, n in by_severity)
    chinese = "，".join(f"{SEVERITY_TEXT[s].zh}{whole(n)}家" for s, n in by_severity)
    return Text(
        f"{whole(running.height)} cases, one for each customer warned of ({english}); {whole(open_.height)} open "
        f"warnings. In this run {whole(opened)} opened, {whole(escalated)} became more severe and {whole(closed)} "
        f"closed. Of those open, {whole(calm)} are calm and wait for their time to be over, {whole(blind)} cannot be "
        "judged for want of data.",
        f"{whole(running.height)}家客户构成个案（{chinese}），未关闭预警{whole(open_.height)}条。"
        f"本期新开{whole(opened)}条、升级{whole(escalated)}条、关闭{whole(closed)}条。"
        f"未关闭预警中，{whole(calm)}条已恢复、处于观察期，{whole(blind)}条因信息缺失无法判断。",
    )


def _table(running: pl.DataFrame, ratings: pl.DataFrame, warnings: pl.DataFrame, currency: str) -> Markup:
    said = warnings.group_by("customer_id", maintain_order=True).agg(
        pl.col("name_en", "name_zh").unique(maintain_order=True)
    )
    customers = ratings.select("customer_id", "name", "exposure").join(said, on="customer_id", how="left")
    first = (
        running.with_columns(rank=pl.col("severity").replace_strict(_RANKS, return_dtype=pl.Int8))
        .join(customers, on="customer_id", how="left", maintain_order="left")
        .sort("rank", "due_on", "exposure", "customer_id", descending=[True, False, True, False], nulls_last=True)
        .head(MOST_ROWS)
    )
    caption = Text(
        f"The most severe first, then by due day and exposure ({currency}, up to {MOST_ROWS}; all in cases.parquet)",
        f"按级别、期限、敞口排序（{currency}，最多{MOST_ROWS}家；全部见 cases.parquet）",
    )
    headings = (*_HEADINGS[:2], Heading(Text("Exposure", "敞口"), number=True), *_HEADINGS[2:])
    return table(caption, headings, [_row(row) for row in first.iter_rows(named=True)])


def _row(row: Mapping[str, object]) -> tuple[Markup | str, ...]:
    severity = next(s for s in Severity if s.word == row["severity"])
    exposure = row["exposure"]
    return (
        named({"customer_id": row["customer_id"], "name": row["name"]}),
        element("span", both(SEVERITY_TEXT[severity]), class_=f"severity {severity.word}"),
        amount_cell(exposure if isinstance(exposure, float) else None),
        _day(row["opened_on"]),
        _what(row),
        data_text(row["owner"]),
        _day(row["due_on"]),
        _actions(row["proposed"]),
        _actions(row["automatic"]),
    )


def _what(row: Mapping[str, object]) -> Markup:
    """The rules that warn now; where none does any more, which indicators are still open."""
    en, zh, indicators = row["name_en"], row["name_zh"], row["indicators"]
    if isinstance(en, list) and isinstance(zh, list):
        return both(Text("; ".join(en), "；".join(zh)))
    calm = both(Text("nothing any more; open: ", "已不再触发；未关闭："))
    names = ", ".join(str(one) for one in indicators) if isinstance(indicators, list) else ""
    return joined((calm, element("span", data_text(names), class_="id muted")))


def _day(day: object) -> Markup:
    return element("span", day.isoformat() if isinstance(day, date) else "", class_="whole")


def _actions(actions: object) -> Markup | str:
    return both(listed_actions(actions)) if isinstance(actions, list) and actions else MISSING
