"""The page of a case: one HTML document in both languages."""

from collections.abc import Iterator, Sequence
from datetime import date
from math import fsum

from riskengine.early_warning.episode import Episode
from riskengine.policy.names import indicator_name, indicator_names, role_name
from riskengine.reports.cases.ending import end_texts
from riskengine.reports.cases.evidence import Shown, evidence_shown, rule_sentences
from riskengine.reports.cases.happened import happening_lines
from riskengine.reports.cases.pictures import (
    owed_picture,
    pd_picture,
    side_by_side,
    timeline_picture,
    utilisation_picture,
)
from riskengine.reports.cases.summary import (
    action_texts,
    group_texts,
    owner_text,
    rating_text,
    said_texts,
    stake_text,
    standing_text,
)
from riskengine.reports.cases.view import CaseView, Member
from riskengine.reports.cases.words import PHASE_TEXT
from riskengine.reports.markup import Markup, bilingual, both, data_text, element, joined
from riskengine.reports.numbers import MISSING, amount_text, day_text, percent
from riskengine.reports.page import Section, Tile, page, paragraph
from riskengine.reports.tables import Heading, amount_cell, table
from riskengine.reports.words import SEVERITY_TEXT
from riskengine.terms.decision import Severity
from riskengine.terms.text import Text

MOST_LATE, MOST_EVENTS, MOST_MEMBERS = 12, 30, 25


def case_page(view: CaseView) -> str:
    """The same view gives the same text."""
    day = day_text(view.as_of)
    title = Text(f"Case of {view.called.en}", f"预警个案：{view.called.zh}")
    lead = [
        element(
            "p",
            element("span", data_text(view.customer_id), class_="id"),
            both(Text(f", as of {day.en}; amounts in {view.currency}", f"，{day.zh}，金额单位{view.currency}")),
            class_="muted",
        ),
        paragraph(standing_text(view)),
    ]
    sections = [section for section in (_do(view), _over_time(view), _warnings(view), *_happened(view)) if section]
    return page(title, lead, [*_tiles(view)], [*sections, *_around(view)])


def _tiles(view: CaseView) -> Iterator[Tile]:
    case, last = view.case, view.ratings[-1] if view.ratings else None
    if case is not None:
        word = SEVERITY_TEXT[case.severity]
        yield Tile(Text("Severity", "级别"), word, Text(f"since {case.opened_on}", f"自{case.opened_on}"))
        owner = role_name(case.owner, view.policy.episodes)
        note = Text(f"by {case.due_on}", f"{case.due_on}前")
        if case.is_open and case.due_on < view.as_of:
            note = Text(f"was due {case.due_on}", f"已于{case.due_on}到期")
        yield Tile(Text("Answered by", "负责人"), owner, note if case.is_open else None)
    exposure = view.facts.get("cus_exposure")
    if isinstance(exposure, float):
        overdue = view.facts.get("pay_overdue_amount")
        late = amount_text(overdue if isinstance(overdue, float) else None, view.currency)
        note = Text(f"overdue {late.en}", f"其中逾期{late.zh}")
        yield Tile(Text("Exposure", "敞口"), amount_text(exposure, view.currency), note)
    if last is not None:
        grade, pd_12m = last.grade or MISSING, percent(last.pd_12m, 2)
        yield Tile(Text("Grade", "等级"), Text(grade, grade), Text(f"PD {pd_12m}", f"违约概率{pd_12m}"))
        limit = amount_text(last.limit, view.currency)
        yield Tile(Text("Limit by the rating", "评级额度"), limit, _use_of_limit(view))
    if view.rank is not None and view.rank.expected_loss is not None:
        place = Text(f"place {view.rank.place} of {view.open_cases}", f"{view.open_cases}件中第{view.rank.place}")
        note = Text("in default", "已违约") if view.rank.in_default else place
        yield Tile(Text("Expected loss", "预期损失"), amount_text(view.rank.expected_loss, view.currency), note)


def _use_of_limit(view: CaseView) -> Text | None:
    used, agreed = view.facts.get("cus_utilisation"), view.facts.get("cus_current_limit")
    if isinstance(used, float) and isinstance(agreed, float):
        limit, share = amount_text(agreed, view.currency), percent(used, 0)
        return Text(f"{share} of the agreed {limit.en} used", f"现行额度{limit.zh}已用{share}")
    return Text("no credit is agreed", "现行额度为0") if agreed == 0.0 else None


def _do(view: CaseView) -> Section | None:
    case = view.case
    if case is None:
        return None
    lines = [*action_texts(case)]
    said = lines or [Text("Nothing is called for.", "无需采取措施。")]
    who = owner_text(case, view)
    owner = Text(f"Answered by the {who.en}.", f"负责人：{who.zh}。")
    parts = [_bullets(said), paragraph(owner)]
    stake = stake_text(view)
    if stake is not None:
        parts.append(paragraph(stake))
    said_by_people = [*said_texts(view)]
    if said_by_people:
        parts += [bilingual("h3", Text("What was said and held", "处理记录")), _bullets(said_by_people)]
    return Section("do", Text("What to do", "措施"), joined(parts))


def _warnings(view: CaseView) -> Section | None:
    if view.case is None:
        return None
    ordered = sorted(view.case.episodes, key=lambda one: (not one.is_open, -one.severity, one.opened_on, one.indicator))
    return Section("warnings", Text("What warns", "预警"), joined(_episode(one, view) for one in ordered))


def _episode(episode: Episode, view: CaseView) -> Markup:
    name = indicator_name(episode.indicator, indicator_names(view.policy))
    head = element("h3", both(name), " ", severity_mark(episode.severity))
    now = rule_sentences(episode, view)
    parts = [head, paragraph(_since(episode))]
    if now:
        parts.append(_bullets(now))
    evidence = evidence_shown(episode, view)
    if evidence:
        parts.append(_numbers(evidence, _evidence_day(episode), view))
    ends = end_texts(episode, view)
    parts.append(paragraph(Text(" ".join(one.en for one in ends), "".join(one.zh for one in ends)), class_="muted"))
    return joined(parts)


def _numbers(evidence: Sequence[Shown], day: date, view: CaseView) -> Markup:
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


def severity_mark(severity: Severity) -> Markup:
    return element("span", both(SEVERITY_TEXT[severity]), class_=f"severity {severity.word}")


def _since(episode: Episode) -> Text:
    opened, phase = day_text(episode.opened_on), PHASE_TEXT[episode.phase]
    worse = episode.escalated_on
    grew = Text("", "")
    if worse is not None:
        day = day_text(worse)
        grew = Text(f", more severe since {day.en}", f"，{day.zh}升级")
    state = Text("closed", "已关闭") if episode.closed_on is not None else phase
    return Text(f"Since {opened.en}{grew.en}; {state.en}.", f"自{opened.zh}{grew.zh}；{state.zh}。")


def _evidence_day(episode: Episode) -> date:
    return next((turn.day for turn in reversed(episode.turns) if turn.evidence), episode.opened_on)


def _over_time(view: CaseView) -> Section | None:
    drawn = side_by_side(owed_picture(view), joined((utilisation_picture(view), pd_picture(view))))
    rating = rating_text(view)
    said = paragraph(rating) if rating is not None else Markup("")
    body = joined((said, timeline_picture(view), drawn))
    return Section("time", Text("Over time", "走势"), body) if body else None


def _happened(view: CaseView) -> Iterator[Section]:
    if view.members:
        yield _members(view)
    if view.late:
        yield Section("late", Text("Invoices past due", "逾期发票"), _late(view))
    if view.happened:
        yield Section("events", Text("What happened", "近期事件"), _events(view))


def _members(view: CaseView) -> Section:
    """Our customers of an industry: who is concerned."""
    shown = view.members[:MOST_MEMBERS]
    owed = amount_text(fsum(max(one.exposure or 0.0, 0.0) for one in view.members), view.currency)
    caption = Text(
        f"{len(view.members)} customers owe {owed.en} together; the largest exposures ({view.currency})",
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
    return Section("members", Text("Our customers of the industry", "该行业客户"), table(caption, headings, rows))


def _customer(one: Member) -> Markup:
    identity = element("span", data_text(one.customer_id), class_="id")
    return joined((data_text(one.name), " ", identity)) if one.name else identity


def _late(view: CaseView) -> Markup:
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


def _events(view: CaseView) -> Markup:
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


def _around(view: CaseView) -> Iterator[Section]:
    said = [*group_texts(view)]
    if said:
        yield Section("around", Text("Group and industry", "集团与行业"), joined(paragraph(one) for one in said))


def _bullets(texts: Sequence[Text]) -> Markup:
    return element("ul", *(element("li", both(one)) for one in texts))
