"""What ends a warning: its exit, for how long it must hold, and the first day on which it can be over."""

from collections.abc import Iterator
from datetime import date, timedelta

from riskengine.early_warning.episode import Episode, Phase
from riskengine.policy.condition import Not
from riskengine.policy.rule import Rule
from riskengine.reports.cases.view import CaseView
from riskengine.reports.cases.words import listed
from riskengine.reports.numbers import counted, day_text
from riskengine.reports.rule_words import condition_text
from riskengine.terms.text import Text


def earliest_end(episode: Episode, view: CaseView) -> date:
    """The first day on which it can close if all stays calm from the last time it was looked at."""
    policy, since = view.policy.episodes, episode.quiet_since or episode.evaluated_on
    calm = timedelta(days=policy.close_after(episode.indicator, episode.severity))
    cooling = timedelta(days=policy.cooling(episode.indicator, episode.severity))
    return max(since + calm, episode.last_entry_on + cooling)


def end_texts(episode: Episode, view: CaseView) -> tuple[Text, ...]:
    """Sentences; of a closed episode when it ended."""
    if episode.closed_on is not None:
        day = day_text(episode.closed_on)
        return (Text(f"It was over on {day.en}.", f"{day.zh}已解除。"),)
    return (*_exits(episode, view), _periods(episode, view), *_state(episode))


def _exits(episode: Episode, view: CaseView) -> Iterator[Text]:
    rules = {rule.base_id: rule for rule in view.policy.all_rules if rule.id == rule.base_id}
    own = [rules[rule_id] for rule_id in episode.rules if rule_id in rules]
    exits = listed([*dict.fromkeys(_exit(rule, view) for rule in own if rule.until is not None)])
    if exits.en:
        yield Text(f"It is over where: {exits.en}.", f"解除条件：{exits.zh}。")
    if any(rule.until is None for rule in own):
        yield Text(
            "It is over where none of its rules applies any more."
            if not exits.en
            else "And no other rule of it applies.",
            "相关规则均不再触发即可解除。" if not exits.zh else "且其他相关规则不再触发。",
        )


def _exit(rule: Rule, view: CaseView) -> Text:
    return condition_text(Not(rule.when) if rule.until is None else rule.until, view.vocabulary)


def _periods(episode: Episode, view: CaseView) -> Text:
    policy = view.policy.episodes
    calm = policy.close_after(episode.indicator, episode.severity)
    cooling = policy.cooling(episode.indicator, episode.severity)
    end = day_text(earliest_end(episode, view))
    days = [counted(number, "day", "days") for number in (calm, cooling)]
    return Text(
        f"That must have been so for {days[0]}, and the last time a rule applied must be {days[1]} ago: it "
        f"closes on {end.en} at the earliest.",
        f"须持续{calm}天，且距最近一次触发满{cooling}天：最早于{end.zh}关闭。",
    )


def _state(episode: Episode) -> Iterator[Text]:
    last, since = day_text(episode.last_entry_on), episode.quiet_since
    match episode.phase:
        case Phase.QUIET if since is not None:
            yield Text(f"Calm since {day_text(since).en}.", f"自{day_text(since).zh}起已恢复。")
        case Phase.HELD:
            yield Text(f"A rule applied last on {last.en}.", f"最近一次触发：{last.zh}。")
        case Phase.BLIND:
            yield Text(
                f"A rule applied last on {last.en}; since then too little is known to say whether it is over.",
                f"最近一次触发：{last.zh}；此后信息不足，无法判断是否解除。",
            )
    if episode.snoozed_until is not None:
        until = day_text(episode.snoozed_until)
        yield Text(f"Put off until {until.en}.", f"暂缓至{until.zh}。")
