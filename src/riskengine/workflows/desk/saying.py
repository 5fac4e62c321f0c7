"""What a person says of a case or a warning, checked against what there is, and kept."""

from dataclasses import dataclass
from datetime import date, timedelta

from riskengine.early_warning.case import Answer, Case, CaseEnd
from riskengine.early_warning.snooze import Snooze
from riskengine.policy.names import indicator_names
from riskengine.terms.decision import Action, Severity
from riskengine.terms.errors import UsageError, nearest
from riskengine.workflows.desk.open_desk import Desk


@dataclass(frozen=True, slots=True)
class AnswerWords:
    """An answer as it was typed. `by` is stated, nobody checks it."""

    end: str
    by: str
    reason: str
    actions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SnoozeWords:
    """A snooze as it was typed. `indicator` None: all of the customer; `up_to` None: as severe as it is now."""

    until: date
    by: str
    reason: str
    indicator: str | None = None
    up_to: str | None = None


def answer(desk: Desk, customer_id: str, words: AnswerWords, *, said_at: str) -> Case:
    """End the open case of a customer; the case that ended. It counts on the day the records stand on.

    `said_at`: the moment by the clock, kept beside it. Raises UsageError for an unknown customer, answer or action,
    and where no case is open.
    """
    desk.check_customer(customer_id)
    actions = tuple(action_of(word) for word in words.actions)
    given = Answer(customer_id, desk.day, _end_of(words.end), words.by, words.reason, actions)
    return desk.records.answer(given, desk.policy, said_at=said_at)


def snooze(desk: Desk, customer_id: str, words: SnoozeWords, *, said_at: str) -> Snooze:
    """Ask to be left alone with a warning, or with all of a customer, from the next day on.

    Raises UsageError for an unknown customer, indicator or severity, for an end that has passed, and without `up_to`
    where no such warning is open.
    """
    desk.check_customer(customer_id)
    if words.indicator is not None:
        _check_indicator(desk, customer_id, words.indicator)
    start = desk.day + timedelta(days=1)
    up_to = _severity_now(desk, customer_id, words.indicator) if words.up_to is None else severity_of(words.up_to)
    asked = Snooze(customer_id, words.indicator, start, words.until, words.reason, words.by, up_to)
    desk.records.snooze(asked, said_at=said_at)
    return asked


def action_of(word: str) -> Action:
    try:
        return Action(word)
    except ValueError:
        raise UsageError(f"there is no action '{word}'", remedy=nearest(word, list(Action))) from None


def severity_of(word: str) -> Severity:
    words = {severity.word: severity for severity in Severity}
    if word not in words:
        raise UsageError(f"there is no severity '{word}'", remedy=nearest(word, words))
    return words[word]


def _end_of(word: str) -> CaseEnd:
    ends = {end.value: end for end in CaseEnd if end is not CaseEnd.EXPIRED}
    if word not in ends:
        raise UsageError(f"a case is not answered with '{word}'", remedy=nearest(word, ends))
    return ends[word]


def _check_indicator(desk: Desk, customer_id: str, indicator: str) -> None:
    own = {one.indicator for one in desk.records.episodes(customer_id=customer_id)}
    known = {*own, *indicator_names(desk.policy)}
    if indicator not in known:
        raise UsageError(f"there is no indicator '{indicator}'", remedy=nearest(indicator, known))


def _severity_now(desk: Desk, customer_id: str, indicator: str | None) -> Severity:
    open_ = [
        one.severity
        for one in desk.records.episodes(customer_id=customer_id)
        if one.is_open and indicator in (None, one.indicator)
    ]
    if not open_:
        what = "no warning" if indicator is None else f"no warning '{indicator}'"
        raise UsageError(
            f"customer '{customer_id}' has {what} open, so nothing says how severe a warning may be put off",
            remedy="say it with --up-to",
        )
    return max(open_)
