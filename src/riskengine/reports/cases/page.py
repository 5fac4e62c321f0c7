"""The page of a case: one HTML document in both languages."""

from collections.abc import Iterator, Sequence
from datetime import date

from riskengine.early_warning.episode import Episode
from riskengine.policy.names import indicator_name, indicator_names, role_name
from riskengine.reports.cases.ending import end_texts
from riskengine.reports.cases.evidence import evidence_shown, rule_sentences
from riskengine.reports.cases.listings import events_table, late_table, members_table, numbers_table
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
    rated_text,
    rating_text,
    said_texts,
    stake_text,
    standing_text,
)
from riskengine.reports.cases.view import CaseView
from riskengine.reports.cases.words import PHASE_TEXT, severity_mark
from riskengine.reports.markup import Markup, bilingual, both, data_text, element, joined
from riskengine.reports.numbers import MISSING, amount_text, day_text, percent
from riskengine.reports.page import Section, Tile, page, paragraph
from riskengine.reports.words import SEVERITY_TEXT
from riskengine.terms.text import Text


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
    rated = rated_text(view)
    lines = [*action_texts(case), *((rated,) if rated is not None else ())]
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
        parts.append(numbers_table(evidence, _evidence_day(episode), view))
    ends = end_texts(episode, view)
    parts.append(paragraph(Text(" ".join(one.en for one in ends), "".join(one.zh for one in ends)), class_="muted"))
    return joined(parts)


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
        yield Section("members", Text("Our customers of the industry", "该行业客户"), members_table(view))
    if view.late:
        yield Section("late", Text("Invoices past due", "逾期发票"), late_table(view))
    if view.happened:
        yield Section("events", Text("What happened", "近期事件"), events_table(view))


def _around(view: CaseView) -> Iterator[Section]:
    said = [*group_texts(view)]
    if said:
        yield Section("around", Text("Group and industry", "集团与行业"), joined(paragraph(one) for one in said))


def _bullets(texts: Sequence[Text]) -> Markup:
    return element("ul", *(element("li", both(one)) for one in texts))
