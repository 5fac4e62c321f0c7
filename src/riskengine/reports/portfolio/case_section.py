"""Cases: customers and industries under warning, ranked by what may be lost, and how many of them people can answer."""

from collections.abc import Iterator

import polars as pl

from riskengine.early_warning.subject import industry_of
from riskengine.policy.bundle import Policy
from riskengine.policy.names import indicator_name, indicator_names
from riskengine.reports.markup import Markup, joined
from riskengine.reports.numbers import counted, whole
from riskengine.reports.page import Section, paragraph
from riskengine.reports.portfolio.case_budget import budget_table, budget_text
from riskengine.reports.portfolio.case_frames import CaseFrames, ranked
from riskengine.reports.portfolio.case_table import MOST_ROWS, CaseTable
from riskengine.reports.words import SEVERITY_TEXT
from riskengine.terms.decision import Severity
from riskengine.terms.text import Text


def cases_section(frames: CaseFrames, policy: Policy, currency: str) -> Section:
    title = Text("Cases", "预警个案")
    found = ranked(frames.cases, frames.ratings, policy)
    lead = paragraph(_lead(frames))
    if not found:
        return Section("cases", title, lead)
    rows = CaseTable(frames, policy)
    shown = [one for one in found if one.within_budget][:MOST_ROWS]
    parts = (
        lead,
        *_industries(frames, policy),
        paragraph(budget_text(found, policy, currency)),
        budget_table(found, currency),
        rows.drawn(shown, currency),
    )
    return Section("cases", title, joined(parts))


def _industries(frames: CaseFrames, policy: Policy) -> Iterator[Markup]:
    """All of which something is open, each with what it is: nothing is owed by an industry, so the ranking puts them
    last."""
    names = indicator_names(policy)
    open_ = frames.episodes.filter(pl.col("closed_on").is_null()).sort("customer_id", "indicator")
    told: dict[str, list[Text]] = {}
    for subject, indicator, severity in open_.select("customer_id", "indicator", "severity").iter_rows():
        code, level = industry_of(subject), SEVERITY_TEXT[Severity[severity.upper()]]
        if code is not None:
            name = indicator_name(indicator, names)
            told.setdefault(code, []).append(Text(f"{name.en} ({level.en})", f"{name.zh}（{level.zh}）"))
    if told:
        english = "; ".join(f"{code}: {', '.join(one.en for one in said)}" for code, said in told.items())
        chinese = "；".join(f"{code}：{'、'.join(one.zh for one in said)}" for code, said in told.items())
        yield paragraph(Text(f"Whole industries warned of: {english}.", f"整个行业预警：{chinese}。"))


def _lead(frames: CaseFrames) -> Text:
    running, changes = frames.running, frames.changes
    opened, escalated, closed = (
        changes.filter(pl.col("change") == kind).height for kind in ("opened", "escalated", "closed")
    )
    open_ = frames.episodes.filter(pl.col("closed_on").is_null())
    calm, blind = (open_.filter(pl.col("phase") == phase).height for phase in ("quiet", "blind"))
    by_severity = [(s, running.filter(pl.col("severity") == s.word).height) for s in reversed(Severity)]
    english = ", ".join(f"{whole(n)} {SEVERITY_TEXT[s].en}" for s, n in by_severity)
    chinese = "，".join(f"{SEVERITY_TEXT[s].zh}{whole(n)}件" for s, n in by_severity)
    return Text(
        f"{counted(running.height, 'case', 'cases')}, one for each customer or industry warned of ({english}); "
        f"{counted(open_.height, 'open warning', 'open warnings')}. In this run {whole(opened)} opened, "
        f"{whole(escalated)} became more severe and {whole(closed)} closed. Of those open, {whole(calm)} are calm and "
        f"wait for their time to be over, {whole(blind)} cannot be judged for want of data.",
        f"{whole(running.height)}件个案，每个客户或行业一件（{chinese}），未关闭预警{whole(open_.height)}条。"
        f"本期新开{whole(opened)}条、升级{whole(escalated)}条、关闭{whole(closed)}条。"
        f"未关闭预警中，{whole(calm)}条已恢复、处于观察期，{whole(blind)}条因信息缺失无法判断。",
    )
