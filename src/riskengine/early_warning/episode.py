"""A warning that lasts: opened once, escalated at once, closed only when it is over. See ADR 0016.

`advance` takes an episode by one day's finding. It looks at nothing but its arguments, so an episode is what its
findings make of it, whenever and in however many parts they are folded.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from riskengine.early_warning.change import Change, ChangeKind
from riskengine.early_warning.finding import Evidence, Finding, Key
from riskengine.early_warning.snooze import Snooze
from riskengine.policy.episode_policy import EpisodePolicy
from riskengine.terms.decision import Severity
from riskengine.terms.errors import UsageError


class Phase(StrEnum):
    """What a finding says of an open episode."""

    ENTERED = "entered"  # a rule applies
    HELD = "held"  # none does, but the exit of one that did is known not to hold
    BLIND = "blind"  # none does, and too little is known of an exit
    QUIET = "quiet"  # none does, and every exit holds


@dataclass(frozen=True, slots=True)
class Turn:
    """From `day` on an episode stood like this, until the next turn."""

    day: date
    phase: Phase
    severity: Severity
    rules: tuple[str, ...]  # that applied up to then, sorted
    last_entry_on: date  # the last day up to `day` on which a rule applied
    snoozed_until: date | None = None
    evidence: tuple[Evidence, ...] = ()  # where it opened or escalated


@dataclass(frozen=True, slots=True)
class Episode:
    """All that is to be known of it: how it stood at each turn, and up to which day it was looked at."""

    customer_id: str
    indicator: str
    turns: tuple[Turn, ...]
    evaluated_on: date
    closed_on: date | None = None

    @property
    def key(self) -> Key:
        return Key(self.customer_id, self.indicator)

    @property
    def is_open(self) -> bool:
        return self.closed_on is None

    @property
    def opened_on(self) -> date:
        return self.turns[0].day

    @property
    def phase(self) -> Phase:
        return self.turns[-1].phase

    @property
    def severity(self) -> Severity:
        """The worst it reached."""
        return self.turns[-1].severity

    @property
    def rules(self) -> tuple[str, ...]:
        """Every rule that applied since it opened, sorted."""
        return self.turns[-1].rules

    @property
    def last_entry_on(self) -> date:
        return self.evaluated_on if self.phase is Phase.ENTERED else self.turns[-1].last_entry_on

    @property
    def escalated_on(self) -> date | None:
        """The last day on which the severity rose; None if it never did after it opened."""
        raised = [new.day for old, new in zip(self.turns, self.turns[1:], strict=False) if new.severity > old.severity]
        return raised[-1] if raised else None

    @property
    def quiet_since(self) -> date | None:
        """The first finding of those that were all quiet up to now."""
        return self._since(Phase.QUIET)

    @property
    def blind_since(self) -> date | None:
        """Since when nobody can tell whether it is over."""
        return self._since(Phase.BLIND)

    @property
    def snoozed_until(self) -> date | None:
        return self.turns[-1].snoozed_until

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Of the last turn for the worse."""
        return next((turn.evidence for turn in reversed(self.turns) if turn.evidence), ())

    def _since(self, phase: Phase) -> date | None:
        since = None
        for turn in reversed(self.turns):
            if turn.phase is not phase:
                break
            since = turn.day
        return since


Advanced = tuple[Episode | None, tuple[Change, ...]]


def advance(episode: Episode | None, finding: Finding, policy: EpisodePolicy, snooze: Snooze | None = None) -> Advanced:
    """The episode after a day's finding, and what changed. `snooze` is one that holds the finding back.

    Without an open episode the answer is a new one or None; a closed one is answered once, on the day it closes.
    Raises UsageError if the episode was already looked at on that day or later, is closed, or is another's.

    >>> from riskengine.early_warning.finding import Entry
    >>> late = Finding("C1", "late", date(2025, 3, 1), (Entry("EWS-PAY-001", Severity.AMBER),))
    >>> episode, changes = advance(None, late, EpisodePolicy())
    >>> episode.opened_on, episode.severity.word, [change.kind.value for change in changes]
    (datetime.date(2025, 3, 1), 'amber', ['opened'])
    >>> advance(episode, Finding("C1", "late", date(2025, 3, 2)), EpisodePolicy())[0].closed_on
    datetime.date(2025, 3, 2)
    """
    if episode is None:
        return _opened(finding) if finding.entries and snooze is None else (None, ())
    _check_order(episode, finding)
    moved = _moved(episode, finding, snooze)
    if snooze is not None:
        is_new = episode.snoozed_until != snooze.until
        return moved, (_change(ChangeKind.SNOOZED, episode, moved),) if is_new else ()
    if moved.severity > episode.severity:
        return moved, (_change(ChangeKind.ESCALATED, episode, moved),)
    if _is_over(moved, policy):
        closed = replace(moved, closed_on=finding.day)
        return closed, (_change(ChangeKind.CLOSED, episode, closed),)
    return moved, ()


def rewound(episode: Episode, last: date) -> Episode | None:
    """The episode as it stood after the finding of the day `last`; None if it was not yet open.

    `last` is a day on which it was looked at; where it is every day, any day.
    """
    turns = tuple(turn for turn in episode.turns if turn.day <= last)
    if not turns:
        return None
    if last >= episode.evaluated_on:
        return episode
    return replace(episode, turns=turns, evaluated_on=last, closed_on=None)


def _opened(finding: Finding) -> Advanced:
    severity = max(entry.severity for entry in finding.entries)
    rules = tuple(sorted({entry.rule_id for entry in finding.entries}))
    turn = Turn(finding.day, Phase.ENTERED, severity, rules, finding.day, None, finding.evidence)
    episode = Episode(finding.customer_id, finding.indicator, (turn,), finding.day)
    return episode, (_change(ChangeKind.OPENED, None, episode),)


def _moved(episode: Episode, finding: Finding, snooze: Snooze | None) -> Episode:
    """With the finding noted, and the severity raised unless a snooze holds it back."""
    last = episode.turns[-1]
    new = {entry.rule_id for entry in finding.entries}.difference(last.rules)
    rules = tuple(sorted({*last.rules, *new})) if new else last.rules
    found = finding.severity
    severity = last.severity if snooze is not None or found is None else max(last.severity, found)
    phase, until = _phase(finding, rules), None if snooze is None else snooze.until
    is_same = phase is last.phase and severity is last.severity and not new and until == last.snoozed_until
    turns = episode.turns
    if not is_same:
        entry_on = finding.day if phase is Phase.ENTERED else episode.last_entry_on
        evidence = finding.evidence if severity > last.severity else ()
        turns = (*turns, Turn(finding.day, phase, severity, rules, entry_on, until, evidence))
    return Episode(episode.customer_id, episode.indicator, turns, finding.day)


def _phase(finding: Finding, rules: tuple[str, ...]) -> Phase:
    """The exits of all rules that applied, joined as `all` joins: one that is known not to hold decides."""
    if finding.entries:
        return Phase.ENTERED
    if not finding.held.isdisjoint(rules):
        return Phase.HELD
    return Phase.QUIET if finding.unknown.isdisjoint(rules) else Phase.BLIND


def _is_over(episode: Episode, policy: EpisodePolicy) -> bool:
    since = episode.quiet_since
    if since is None:
        return False
    quiet, cooled = (episode.evaluated_on - since).days, (episode.evaluated_on - episode.last_entry_on).days
    indicator, severity = episode.indicator, episode.severity
    return quiet >= policy.close_after(indicator, severity) and cooled >= policy.cooling(indicator, severity)


def _change(kind: ChangeKind, before: Episode | None, after: Episode) -> Change:
    return Change(
        kind=kind,
        customer_id=after.customer_id,
        indicator=after.indicator,
        opened_on=after.opened_on,
        day=after.evaluated_on,
        before=None if before is None else before.severity,
        after=after.severity,
        evidence=after.evidence if kind in (ChangeKind.OPENED, ChangeKind.ESCALATED) else (),
    )


def _check_order(episode: Episode, finding: Finding) -> None:
    where = f"episode of {episode.customer_id}, {episode.indicator}"
    if episode.key != finding.key:
        raise UsageError(f"the finding is of {finding.customer_id}, {finding.indicator}", where=where)
    if episode.closed_on is not None:
        raise UsageError(f"it closed on {episode.closed_on}", where=where, remedy="begin without an episode")
    if finding.day <= episode.evaluated_on:
        raise UsageError(
            f"a finding of {finding.day} comes after that of {episode.evaluated_on}",
            where=where,
            remedy="rewind the episode to an earlier day and fold its findings again",
        )
