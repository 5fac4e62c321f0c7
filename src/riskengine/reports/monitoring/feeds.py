"""Rules and people, and the age of the data."""

from riskengine.reports.markup import Markup, both, data_text, element, joined
from riskengine.reports.monitoring.charts import moved_chart
from riskengine.reports.numbers import MISSING, decimal, percent, whole
from riskengine.reports.page import Section, paragraph
from riskengine.reports.svg import picture
from riskengine.reports.tables import Heading, table
from riskengine.reports.validation.words import p_text
from riskengine.scoring.monitoring.data_age import DataAge, FeedAge
from riskengine.scoring.monitoring.moved_ratings import MovedRatings
from riskengine.scoring.monitoring_spec import FEED_TEXT, Feed
from riskengine.terms.text import Text


def feed_text(name: str) -> Text:
    """What a table is called in a report; a source of signals has the name it was given.

    >>> feed_text("industry").zh, feed_text("court register").zh
    ('行业数据', 'court register')
    """
    return FEED_TEXT[Feed(name)] if name in list(Feed) else Text(name, name)


def rules_section(found: MovedRatings | None) -> Section:
    title = Text("Rules and overrides", "规则与人工推翻")
    if found is None or not found.runs:
        return Section(
            "rules",
            title,
            paragraph(
                Text("Not measured: give past runs of rerate with --runs.", "未测量：请用 --runs 提供过往批次。")
            ),
        )
    headings = (
        Heading(Text("As of", "日期")),
        Heading(Text("Model", "模型")),
        Heading(Text("Policy", "政策")),
        Heading(Text("Rated", "已评级"), number=True),
        Heading(Text("Worse", "调差"), number=True),
        Heading(Text("Better", "调优"), number=True),
        Heading(Text("Share moved", "调整占比"), number=True),
        Heading(Text("Overridden", "人工推翻"), number=True),
        Heading(Text("Most often by", "主要规则")),
    )
    recorded = found.override_share is not None
    rows = [
        (
            element("span", r.as_of, class_="whole"),
            data_text(r.model),
            data_text(r.policy),
            whole(r.rated),
            whole(r.worse),
            whole(r.better),
            percent(r.moved_share),
            whole(r.overridden) if recorded else both(Text("not recorded", "未记录")),
            ", ".join(f"{n} ({k})" for n, k in sorted(r.by_rule.items(), key=lambda i: (-i[1], i[0]))[:4]) or MISSING,
        )
        for r in found.runs
    ]
    parts: list[Markup] = []
    if found.change is not None:
        parts.append(
            paragraph(
                Text(
                    f"Moved by rules (caps and notches): {percent(found.runs[-1].moved_share)} in the newest run, "
                    f"{100 * found.change:+.1f} points against the runs before (p {p_text(found.p_value)}).",
                    f"规则（封顶与调级）调整占比：最新批次{percent(found.runs[-1].moved_share)}，"
                    f"较以往{100 * found.change:+.1f}个百分点（p {p_text(found.p_value)}）。",
                )
            )
        )
    parts.append(
        picture(
            Text("Ratings moved by rules", "规则调整的评级"),
            Text("Share of the rated, run by run", "各批次占已评级比例"),
            lambda language: moved_chart(found.runs, language),
        )
    )
    caption = Text(
        "Run by run; a rating may be moved by several rules. Overrides by people show as a final grade other than that "
        "of the rules",
        "逐批次；一个评级可由多条规则调整。人工推翻表现为最终等级与规则等级不同",
    )
    return Section("rules", title, joined((*parts, table(caption, headings, rows), _by_rule(found))))


def _by_rule(found: MovedRatings) -> Markup:
    """The rules behind the moves: share of the rated in the newest run, and in the runs before."""
    known = [r for r in found.runs if r.by_rule]
    if len(known) < 2 or known[-1] is not found.runs[-1]:
        return Markup("")
    last, earlier = known[-1], known[:-1]
    rated = sum(r.rated for r in earlier)
    names = sorted({n for r in known for n in r.by_rule})
    shares = [
        (n, last.by_rule.get(n, 0) / last.rated, sum(r.by_rule.get(n, 0) for r in earlier) / rated) for n in names
    ]
    shown = sorted(shares, key=lambda s: (-abs(s[1] - s[2]), s[0]))[:15]
    headings = (
        Heading(Text("Rule", "规则")),
        Heading(Text("Newest run", "最新批次"), number=True),
        Heading(Text("Runs before", "以往批次"), number=True),
        Heading(Text("Change, points", "变化（百分点）"), number=True),
    )
    rows = [(n, percent(now, 2), percent(before, 2), f"{100 * (now - before):+.2f}") for n, now, before in shown]
    caption = Text(
        "Rules that applied to ratings that were moved, share of the rated, the largest changes first",
        "对被调整评级适用的规则占已评级比例，变化最大者在前",
    )
    return table(caption, headings, rows)


def data_section(found: DataAge) -> Section:
    headings = (
        Heading(Text("Table", "数据表")),
        Heading(Text("Newest row known", "最新到达")),
        Heading(Text("Newest day it speaks of", "最新所述日期")),
        Heading(Text("Days old", "天数"), number=True),
        Heading(Text("Rows in 30 days", "近30天行数"), number=True),
        Heading(Text("Usual", "平常"), number=True),
        Heading(Text("Since the last run", "上一批次以来"), number=True),
    )
    rows = [_row(both(FEED_TEXT[f.feed]), f) for f in found.feeds]
    sources = [_row(data_text(f.source or ""), f) for f in found.signals]
    parts: list[Markup] = []
    if found.last_run is not None:
        parts.append(paragraph(Text(f"The last run is as of {found.last_run}.", f"上一批次日期为{found.last_run}。")))
    parts.append(table(Text("Tables", "数据表"), headings, rows))
    if sources:
        caption = Text(
            "Signals by source; ◄ silent for longer than its own history explains",
            "外部信号按来源；◄ 为静默时间超出其自身历史可解释",
        )
        parts.append(table(caption, (Heading(Text("Source", "来源")), *headings[1:]), sources))
    ages = found.statements
    if ages is None:
        parts.append(
            paragraph(
                Text("Nobody says from when a statement is old.", "未规定报表何时算过期。"),
            )
        )
    else:
        parts.append(
            paragraph(
                Text(
                    f"Of {whole(ages.customers)} customers {whole(ages.without)} have no statement; of the others "
                    f"{whole(ages.old)} ({percent(ages.old_share)}) have one older than {ages.limit_days} days "
                    f"({ages.limit_from}).",
                    f"{whole(ages.customers)}家客户中{whole(ages.without)}家无报表；其余{whole(ages.old)}家"
                    f"（{percent(ages.old_share)}）的报表超过{ages.limit_days}天（{ages.limit_from}）。",
                )
            )
        )
    return Section("data", Text("Age of the data", "数据时效"), joined(parts))


def _days(found: FeedAge) -> str:
    if found.age is None:
        return MISSING
    return whole(found.age) + (" ◄" if found.source is not None and found.is_silent else "")


def _row(name: Markup, found: FeedAge) -> tuple[Markup | str, ...]:
    return (
        name,
        element("span", found.newest or MISSING, class_="whole"),
        element("span", found.event or MISSING, class_="whole"),
        _days(found),
        whole(found.last_month),
        decimal(found.usual, 0),
        whole(found.since_run),
    )
