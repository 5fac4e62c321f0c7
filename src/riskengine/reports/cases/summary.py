"""A case in a few sentences: for the head of its page and for a terminal."""

from collections.abc import Iterator
from datetime import date

from riskengine.decision.words import write_value
from riskengine.early_warning.case import Case, Mode
from riskengine.policy.names import indicator_name, indicator_names, role_name
from riskengine.reports.cases.view import CaseView
from riskengine.reports.cases.words import END_TEXT, MODE_TEXT
from riskengine.reports.numbers import amount_text, day_text, percent, whole
from riskengine.reports.words import ACTION_TEXT, SEVERITY_TEXT
from riskengine.terms.text import LANGUAGES, Text


def standing_text(view: CaseView) -> Text:
    """What stands, in one sentence."""
    case = view.case
    if case is None:
        return Text("Nothing warns of this customer.", "该客户没有预警。")
    word, since = SEVERITY_TEXT[case.severity], day_text(case.opened_on)
    if case.end is not None and case.ended_on is not None:
        end, day = END_TEXT[case.end], day_text(case.ended_on)
        by = Text(f" by {case.by}: {case.reason}", f"（{case.by}：{case.reason}）") if case.by else Text("", "")
        return Text(
            f"A {word.en} case since {since.en}, {end.en} on {day.en}{by.en}.",
            f"{word.zh}个案，始于{since.zh}，{day.zh}{end.zh}{by.zh}。",
        )
    open_ = sum(one.is_open for one in case.episodes)
    return Text(
        f"A {word.en} case since {since.en} with {open_} open {'warning' if open_ == 1 else 'warnings'}.",
        f"{word.zh}个案，始于{since.zh}，未关闭预警{open_}条。",
    )


def owner_text(case: Case, view: CaseView) -> Text:
    """Who answers, by when; said plainly when that day is over."""
    owner, due = role_name(case.owner, view.policy.episodes), day_text(case.due_on)
    if not case.is_open:
        return owner
    if case.due_on < view.as_of:
        return Text(f"{owner.en}, was due {due.en}", f"{owner.zh}，已于{due.zh}到期")
    return Text(f"{owner.en}, by {due.en}", f"{owner.zh}，{due.zh}前")


def action_texts(case: Case) -> Iterator[Text]:
    """What is called for, in the order in which policy names it: first what took effect by itself."""
    for mode in (Mode.AUTOMATIC, Mode.PROPOSED):
        found = [ACTION_TEXT[one.action] for one in case.actions if one.mode is mode]
        if found:
            yield Text(
                f"{MODE_TEXT[mode].en}: {', '.join(one.en for one in found)}",
                f"{MODE_TEXT[mode].zh}：{'、'.join(one.zh for one in found)}",
            )
    if case.taken:
        taken = [ACTION_TEXT[action] for action in case.taken]
        yield Text(f"taken: {', '.join(one.en for one in taken)}", f"已采取：{'、'.join(one.zh for one in taken)}")


def rated_text(view: CaseView) -> Text | None:
    """What the newest rating calls for beside what the case does: terms, prepayment, insurance, a stage of collection.

    None of a case that ended, and where the rating adds nothing.
    """
    case, last = view.case, view.ratings[-1] if view.ratings else None
    if case is None or last is None or not case.is_open:
        return None
    called = {one.action for one in case.actions}
    added = [ACTION_TEXT[action] for action in last.actions if action not in called]
    if not added:
        return None
    english, chinese = ", ".join(one.en for one in added), "、".join(one.zh for one in added)
    return Text(f"by the rating of {last.as_of}: {english}", f"{last.as_of}评级要求：{chinese}")


def stake_text(view: CaseView) -> Text | None:
    """What may be lost, and the place that gives the case among all open ones."""
    rank = view.rank
    if rank is None or rank.expected_loss is None:
        return None
    loss = amount_text(rank.expected_loss, view.currency)
    if view.put_off_until is not None:
        until = day_text(view.put_off_until)
        return Text(
            f"Expected loss {loss.en}; all it is about is put off until {until.en}.",
            f"预期损失{loss.zh}；全部预警暂缓至{until.zh}。",
        )
    if rank.in_default:
        return Text(
            f"Expected loss {loss.en}: the customer is in default, collection has the case.",
            f"预期损失{loss.zh}：客户已违约，由催收处理。",
        )
    within = (
        Text("within the alert budget", "在预警处理预算内")
        if rank.within_budget
        else Text("beyond the alert budget: it waits", "超出预警处理预算，等待安排")
    )
    return Text(
        f"Expected loss {loss.en}: place {whole(rank.place)} of {whole(view.open_cases)} open cases, {within.en}.",
        f"预期损失{loss.zh}：在{whole(view.open_cases)}件未结个案中排第{whole(rank.place)}，{within.zh}。",
    )


def rating_text(view: CaseView) -> Text | None:
    """The newest rating: grade, PD and limit."""
    if not view.ratings:
        return None
    last = view.ratings[-1]
    day = day_text(last.as_of)
    grade, pd_12m = last.grade or "–", percent(last.pd_12m, 2)
    limit = amount_text(last.limit, view.currency)
    return Text(
        f"Rated on {day.en}: grade {grade}, PD {pd_12m}, limit {limit.en}.",
        f"{day.zh}评级：{grade}级，违约概率{pd_12m}，额度{limit.zh}。",
    )


def group_texts(view: CaseView) -> Iterator[Text]:
    """The way down from the top of its group, how stress reaches it, and its industry."""
    if view.parents:
        path = " > ".join((*view.parents, view.who.en))
        yield Text(f"Group, from the top: {path}.", f"所属集团（自上而下）：{path}。")
    stress, path_of = view.facts.get("rel_stress"), view.facts.get("rel_stress_path")
    if isinstance(stress, float) and stress > 0 and path_of:
        way = [write_value("rel_stress_path", str(path_of), language) for language in LANGUAGES]
        yield Text(
            f"Stress reaches it from related companies: {stress:.0%}, by way of {way[0]}.",
            f"关联方压力传导：{stress:.0%}，路径：{way[1]}。",
        )
    industry = view.facts.get("cus_industry")
    if industry:
        delay = view.facts.get("ind_delay_index")
        index = (
            Text(f", payment-delay index {delay:.0f}", f"，付款延迟指数{delay:.0f}")
            if isinstance(delay, float)
            else Text("", "")
        )
        yield Text(f"Industry {industry}{index.en}.", f"行业{industry}{index.zh}。")


def said_texts(view: CaseView) -> Iterator[Text]:
    """What people answered and asked to wait with, and the orders that were held, by day."""
    found: list[tuple[date, Text]] = []
    for answer in view.answers:
        end, taken = END_TEXT[answer.end], [ACTION_TEXT[action] for action in answer.actions]
        did = Text("", "")
        if taken:
            did = Text(f" ({', '.join(one.en for one in taken)})", f"（{'、'.join(one.zh for one in taken)}）")
        said = Text(
            f"{answer.by}: {end.en}{did.en}. {answer.reason}", f"{answer.by}：{end.zh}{did.zh}。{answer.reason}"
        )
        found.append((answer.day, said))
    names = indicator_names(view.policy)
    for snooze in view.snoozes:
        every = Text("everything", "全部预警")
        what = every if snooze.indicator is None else indicator_name(snooze.indicator, names)
        until = day_text(snooze.until)
        said = Text(
            f"{snooze.by}: {what.en} put off until {until.en}. {snooze.reason}",
            f"{snooze.by}：{what.zh}暂缓至{until.zh}。{snooze.reason}",
        )
        found.append((snooze.start, said))
    for order in view.held_orders:
        amount = amount_text(None if order.amount_cents is None else order.amount_cents / 100, view.currency)
        held = Text("referred to a person", "转人工审批") if order.answer == "refer" else Text("held", "被拦截")
        said = Text(f"Order {order.order_id} of {amount.en} {held.en}", f"订单{order.order_id}（{amount.zh}）{held.zh}")
        found.append((order.day, said))
    for day, said in sorted(found, key=lambda one: one[0]):
        yield Text(f"{day}: {said.en}", f"{day}：{said.zh}")
