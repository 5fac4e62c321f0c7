"""All open episodes of a customer are one case, for one person to answer.

A case opens with the first episode, takes in every other that opens while it runs, and ends when somebody acted on it
or dismissed it, or when its last episode closed by itself. What people have answered stays answered: the episodes still
open make a new case only when one of them escalates or another opens.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import IntEnum, StrEnum

from riskengine.early_warning.episode import Episode
from riskengine.policy.bundle import Policy
from riskengine.terms.decision import Action, Severity
from riskengine.terms.errors import UsageError


class CaseEnd(StrEnum):
    ACTED_ON = "acted_on"
    DISMISSED = "dismissed"
    EXPIRED = "expired"  # all its episodes closed before anybody answered


class Mode(StrEnum):
    PROPOSED = "proposed"
    AUTOMATIC = "automatic"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person said of the case a customer had on a day."""

    customer_id: str
    day: date
    end: CaseEnd
    by: str
    reason: str
    actions: tuple[Action, ...] = ()  # that the person took; none of a dismissed case

    def __post_init__(self) -> None:
        """Raises UsageError without a person or reason, for a case that expired, and for one dismissed with actions."""
        if self.end is CaseEnd.EXPIRED:
            raise UsageError("a case expires by itself", remedy="answer it with acted_on or dismissed")
        for name, text in (("by", self.by), ("reason", self.reason)):
            if not text.strip():
                raise UsageError(f"an answer needs '{name}'", where=self.customer_id, remedy="say who, and why")
        if self.actions and self.end is CaseEnd.DISMISSED:
            raise UsageError(
                "who dismisses a case takes no action", where=self.customer_id, remedy="answer it with acted_on"
            )


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides who answers. None: not known."""

    exposure: float | None = None  # in the currency of the policy
    sales_team: str | None = None


@dataclass(frozen=True, slots=True)
class CaseAction:
    action: Action
    mode: Mode


@dataclass(frozen=True, slots=True)
class Case:
    """`severity` is the worst any of its episodes reached while it ran; `due_on` never moves back."""

    customer_id: str
    opened_on: date
    severity: Severity
    episodes: tuple[Episode, ...]  # by indicator and the day they opened
    owner: str
    due_on: date
    actions: tuple[CaseAction, ...]  # in the order of Action
    ended_on: date | None = None
    end: CaseEnd | None = None
    by: str | None = None
    reason: str | None = None
    taken: tuple[Action, ...] = ()  # by the person who acted on it, in the order of Action

    @property
    def is_open(self) -> bool:
        return self.end is None


def cases_of(
    episodes: Iterable[Episode],
    policy: Policy,
    *,
    answers: Sequence[Answer] = (),
    standing: Mapping[str, Standing] | None = None,
) -> tuple[Case, ...]:
    """The cases that `episodes`, open and closed, make of their customers, by customer and the day they opened.

    An answer ends the case that runs on its day; one without a case is left out, for a late event may have taken the
    case away. `standing` says who answers, as of now.
    """
    by_customer: dict[str, list[Episode]] = {}
    for episode in episodes:
        by_customer.setdefault(episode.customer_id, []).append(episode)
    said: dict[str, list[Answer]] = {}
    for answer in answers:
        said.setdefault(answer.customer_id, []).append(answer)
    known = {} if standing is None else standing
    calls_for = actions_by_rule(policy)
    return tuple(
        case
        for customer_id, own in sorted(by_customer.items())
        for case in _Desk(policy, calls_for, known.get(customer_id, Standing()), own).run(said.get(customer_id, ()))
    )


def answered(case: Case, answer: Answer) -> Case:
    """A running case, ended by an answer."""
    taken = tuple(action for action in Action if action in answer.actions)
    return replace(case, ended_on=answer.day, end=answer.end, by=answer.by, reason=answer.reason, taken=taken)


def actions_by_rule(policy: Policy) -> dict[str, frozenset[Action]]:
    """What each rule that warns calls for: rule id as written -> actions, of all its segments together."""
    found: dict[str, frozenset[Action]] = {}
    for rule in policy.all_rules:
        if rule.then.severity is not None:
            freeze = (Action.FREEZE_CREDIT,) if rule.then.freeze else ()
            found[rule.base_id] = found.get(rule.base_id, frozenset()) | {*rule.then.actions, *freeze}
    return found


class _Kind(IntEnum):
    """In the order in which they count on one day."""

    WORSE = 0  # an episode opened or escalated
    ANSWERED = 1
    CLOSED = 2


@dataclass(frozen=True, slots=True)
class _Event:
    day: date
    kind: _Kind
    severity: Severity | None = None
    answer: Answer | None = None


class _Desk:
    """The cases of one customer, one after the other."""

    def __init__(
        self,
        policy: Policy,
        calls_for: Mapping[str, frozenset[Action]],
        standing: Standing,
        episodes: Sequence[Episode],
    ) -> None:
        self._policy = policy
        self._standing = standing
        self._episodes = sorted(episodes, key=lambda one: (one.indicator, one.opened_on))
        self._calls_for = calls_for
        self._running: Case | None = None

    def run(self, answers: Sequence[Answer]) -> Iterable[Case]:
        for event in sorted((*self._events(), *_said(answers)), key=lambda one: (one.day, one.kind)):
            ended = self._take(event)
            if ended is not None:
                self._running = None
                yield self._with_episodes(ended)
        if self._running is not None:
            yield self._with_episodes(self._running)

    def _events(self) -> Iterable[_Event]:
        for episode in self._episodes:
            worst = None
            for turn in episode.turns:
                if worst is None or turn.severity > worst:
                    yield _Event(turn.day, _Kind.WORSE, turn.severity)
                    worst = turn.severity
            if episode.closed_on is not None:
                yield _Event(episode.closed_on, _Kind.CLOSED)

    def _take(self, event: _Event) -> Case | None:
        """The running case if the event ended it."""
        if event.severity is not None:
            self._running = self._worse(event.day, event.severity)
        elif self._running is not None and event.answer is not None:
            answer = event.answer
            return answered(self._running, answer)
        elif self._running is not None and event.kind is _Kind.CLOSED and not self._open_after(event.day):
            return replace(self._running, ended_on=event.day, end=CaseEnd.EXPIRED)
        return None

    def _worse(self, day: date, severity: Severity) -> Case:
        """The case after an episode opened or escalated; a new one where none runs, as severe as what is open."""
        running = self._running
        if running is None:
            severity = max([severity, *(_severity_on(episode, day) for episode in self._open_after(day))])
        elif severity <= running.severity:
            return running
        answered_by = self._policy.episodes.follow_up(
            severity,
            self._policy.terms.follow_up,
            exposure=self._standing.exposure,
            sales_team=self._standing.sales_team,
        )
        due_on = day + timedelta(days=answered_by.due_days)
        if running is None:
            customer_id = self._episodes[0].customer_id
            return Case(customer_id, day, severity, (), answered_by.owner, due_on, ())
        return replace(running, severity=severity, owner=answered_by.owner, due_on=min(running.due_on, due_on))

    def _open_after(self, day: date) -> list[Episode]:
        """Open at the end of a day."""
        return [
            one for one in self._episodes if one.opened_on <= day and (one.closed_on is None or one.closed_on > day)
        ]

    def _with_episodes(self, case: Case) -> Case:
        own = tuple(one for one in self._episodes if _meets(one, case))
        return replace(case, episodes=own, actions=self._actions(own, case.severity))

    def _actions(self, episodes: Sequence[Episode], severity: Severity) -> tuple[CaseAction, ...]:
        automatic = self._policy.episodes.automatic.of(severity)
        called = {action for one in episodes for rule_id in one.rules for action in self._calls_for.get(rule_id, ())}
        return tuple(
            CaseAction(action, Mode.AUTOMATIC if action in automatic else Mode.PROPOSED)
            for action in Action
            if action in called
        )


def _said(answers: Sequence[Answer]) -> Iterable[_Event]:
    return (_Event(answer.day, _Kind.ANSWERED, answer=answer) for answer in answers)


def _meets(episode: Episode, case: Case) -> bool:
    """Whether an episode was open while a case ran; one that opens on the day of its end belongs to it."""
    begins = case.ended_on is None or episode.opened_on <= case.ended_on
    return (
        begins
        and (episode.closed_on is None or episode.closed_on >= case.opened_on)
        and not (episode.closed_on == case.opened_on and episode.opened_on < case.opened_on)
    )


def _severity_on(episode: Episode, day: date) -> Severity:
    return max(turn.severity for turn in episode.turns if turn.day <= day)
