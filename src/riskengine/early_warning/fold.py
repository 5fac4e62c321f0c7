"""Findings of many customers and days become episodes. Only pairs of which there is a finding are visited."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from riskengine.early_warning.change import Change
from riskengine.early_warning.episode import Episode, advance, rewound
from riskengine.early_warning.finding import Finding, Key
from riskengine.early_warning.snooze import Snooze, snooze_of
from riskengine.policy.episode_policy import EpisodePolicy
from riskengine.terms.errors import UsageError

_NONE_OPEN: Mapping[Key, Episode] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Folded:
    """What findings made of the episodes there were."""

    open: Mapping[Key, Episode]
    closed: tuple[Episode, ...]  # in these findings, by day and key
    changes: tuple[Change, ...]  # by day and key

    @property
    def episodes(self) -> tuple[Episode, ...]:
        """Open and closed, by key and the day they opened."""
        return tuple(sorted((*self.open.values(), *self.closed), key=lambda one: (one.key, one.opened_on)))


def fold(
    findings: Iterable[Finding],
    policy: EpisodePolicy,
    *,
    start: Mapping[Key, Episode] = _NONE_OPEN,
    snoozes: Sequence[Snooze] = (),
) -> Folded:
    """The episodes after `findings`, in any order, from those open before (`start`).

    Folding the findings of some days and then, from what is open then, those of the days after is folding them at once.
    Raises UsageError for two findings of one pair and day, and as `advance`.
    """
    by_customer: dict[str, list[Snooze]] = {}
    for snooze in snoozes:
        by_customer.setdefault(snooze.customer_id, []).append(snooze)
    standing = dict(start)
    closed: list[Episode] = []
    changes: list[Change] = []
    for finding in _in_order(findings):
        asked = snooze_of(by_customer.get(finding.customer_id, ()), finding)
        episode, changed = advance(standing.get(finding.key), finding, policy, asked)
        changes.extend(changed)
        if episode is None:
            continue
        if episode.is_open:
            standing[finding.key] = episode
        else:
            del standing[finding.key]
            closed.append(episode)
    return Folded(MappingProxyType(dict(sorted(standing.items()))), tuple(closed), tuple(changes))


def rewind(episodes: Iterable[Episode], last: date) -> dict[Key, Episode]:
    """What was open after the findings of the day `last`, from open and closed episodes, as `rewound`: the start from
    which the findings of later days are folded again when they are found anew."""
    found: dict[Key, Episode] = {}
    for episode in episodes:
        stood = rewound(episode, last)
        if stood is not None and stood.is_open:
            found[stood.key] = stood
    return dict(sorted(found.items()))


def _in_order(findings: Iterable[Finding]) -> Iterator[Finding]:
    before: tuple[date, Key] | None = None
    for finding in sorted(findings, key=lambda one: (one.day, one.key)):
        if (finding.day, finding.key) == before:
            where = f"{finding.customer_id}, {finding.indicator}"
            raise UsageError(f"two findings of {finding.day}", where=where, remedy="give one for each day")
        before = (finding.day, finding.key)
        yield finding
