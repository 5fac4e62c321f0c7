"""A case as a person reads it in a terminal, in one language."""

from collections.abc import Iterator

from riskengine.early_warning.episode import Episode
from riskengine.policy.names import indicator_name, indicator_names
from riskengine.reports.assessment_text import Speaker
from riskengine.reports.cases.ending import earliest_end
from riskengine.reports.cases.evidence import evidence_shown, rule_sentences
from riskengine.reports.cases.happened import happening_lines
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
from riskengine.reports.cases.words import listed
from riskengine.reports.numbers import day_text
from riskengine.reports.words import SEVERITY_TEXT
from riskengine.terms.text import Language

MOST_EVENTS, MOST_WARNINGS, MOST_SENTENCES = 8, 6, 2  # the page has all


def case_lines(view: CaseView, language: Language) -> Iterator[str]:
    """Plain lines; one that begins with `# ` heads what follows."""
    say = Speaker(language)
    yield f"# {say.text(view.who)}{say('; ', '，')}{say.text(day_text(view.as_of))}"
    yield say.text(standing_text(view))
    for text in (rating_text(view), stake_text(view)):
        if text is not None:
            yield say.text(text)
    case = view.case
    if case is not None:
        who = say.text(owner_text(case, view))
        yield say("Answered by: ", "负责人：") + who
        yield from (f"  {say.text(text)}" for text in action_texts(case))
        rated = rated_text(view)
        if rated is not None:
            yield f"  {say.text(rated)}"
        yield from (f"  {say.text(text)}" for text in said_texts(view))
        yield say("# What warns", "# 预警")
        open_first = sorted(case.episodes, key=lambda one: (not one.is_open, -one.severity, one.opened_on))
        for episode in open_first[:MOST_WARNINGS]:
            yield from _episode(episode, view, say)
        names = [indicator_name(one.indicator, indicator_names(view.policy)) for one in open_first[MOST_WARNINGS:]]
        if names:
            rest = say.text(listed(names))
            yield say(f"  {len(names)} more: {rest}", f"  另{len(names)}项：{rest}")
    if view.happened:
        yield say("# What happened last", "# 近期事件")
        for day, text in happening_lines(view.happened, view.currency)[:MOST_EVENTS]:
            yield f"  {day}  {say.text(text)}"
    yield from (say.text(text) for text in group_texts(view))


def _episode(episode: Episode, view: CaseView, say: Speaker) -> Iterator[str]:
    name = say.text(indicator_name(episode.indicator, indicator_names(view.policy)))
    severity = say.text(SEVERITY_TEXT[episode.severity])
    yield say(f"  {name}: {severity} since {episode.opened_on}", f"  {name}：{severity}，始于{episode.opened_on}")
    said = rule_sentences(episode, view) or [one.sentence for one in evidence_shown(episode, view)]
    for text in said[:MOST_SENTENCES]:
        yield f"    - {say.text(text)}"
    if episode.closed_on is not None:
        yield say(f"    over on {episode.closed_on}", f"    {episode.closed_on}已解除")
    else:
        end = earliest_end(episode, view)
        yield say(f"    closes on {end} at the earliest", f"    最早于{end}关闭")
