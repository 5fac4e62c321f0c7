"""What is to be told where episodes are found anew: what is new, and what was told and does not hold."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from riskengine.early_warning.change import Change, ChangeKind
from riskengine.early_warning.episode import Episode
from riskengine.early_warning.step import EpisodeId


@dataclass(frozen=True, slots=True)
class Telling:
    """`episodes` are new or other than before, in order of their ids; `gone` are not there any more.

    `changes` were not told yet, or with other severities; `withdrawn` were told and are not true. Both by day and id.
    """

    episodes: tuple[Episode, ...] = ()
    gone: tuple[EpisodeId, ...] = ()
    changes: tuple[Change, ...] = ()
    withdrawn: tuple[Change, ...] = ()

    @property
    def subjects(self) -> frozenset[str]:
        """Of whom there is anything to tell."""
        return frozenset({*(one.customer_id for one in self.episodes), *(one.subject for one in self.gone)})


def changes_of(episode: Episode) -> Iterator[Change]:
    """All that ever happened to an episode, as the fold that made it told it."""
    before = None
    for number, turn in enumerate(episode.turns):
        if before is None:
            kind = ChangeKind.OPENED
        elif turn.severity > before.severity:
            kind = ChangeKind.ESCALATED
        elif turn.snoozed_until not in (None, before.snoozed_until):
            kind = ChangeKind.SNOOZED
        else:
            before = turn
            continue
        so_far = episode.turns[: number + 1]
        evidence = next((one.evidence for one in reversed(so_far) if one.evidence), ())
        yield Change(
            kind=kind,
            customer_id=episode.customer_id,
            indicator=episode.indicator,
            opened_on=episode.opened_on,
            day=turn.day,
            before=None if before is None else before.severity,
            after=turn.severity,
            evidence=() if kind is ChangeKind.SNOOZED else evidence,
        )
        before = turn
    if episode.closed_on is not None:
        whose = (episode.customer_id, episode.indicator, episode.opened_on)
        yield Change(ChangeKind.CLOSED, *whose, episode.closed_on, episode.severity, episode.severity)


def telling(old: Iterable[Episode], new: Iterable[Episode]) -> Telling:
    """What to tell of `new` to who was told of `old`: all episodes of some customers, before and now.

    That an episode was looked at once more is nothing to tell.
    """
    before, now = ({id_of(one): one for one in episodes} for episodes in (old, new))
    other = [id_ for id_, one in now.items() if id_ not in before or not _same(before[id_], one)]
    gone = [id_ for id_ in before if id_ not in now]
    told = {_key(change): change for id_ in (*other, *gone) if id_ in before for change in changes_of(before[id_])}
    holds = {_key(change): change for id_ in other for change in changes_of(now[id_])}
    changes = [change for key, change in holds.items() if key not in told or not _says_same(told[key], change)]
    withdrawn = [change for key, change in told.items() if key not in holds]
    return Telling(
        tuple(now[id_] for id_ in sorted(other)),
        tuple(sorted(gone)),
        tuple(sorted(changes, key=_order)),
        tuple(sorted(withdrawn, key=_order)),
    )


def id_of(episode: Episode) -> EpisodeId:
    return EpisodeId(episode.customer_id, episode.indicator, episode.opened_on)


def _same(one: Episode, other: Episode) -> bool:
    return one.turns == other.turns and one.closed_on == other.closed_on


def _says_same(one: Change, other: Change) -> bool:
    return one.before is other.before and one.after is other.after


def _key(change: Change) -> tuple[object, ...]:
    return (*change.key, change.opened_on, change.kind, change.day)


def _order(change: Change) -> tuple[object, ...]:
    return (change.day, *change.key, change.opened_on, change.kind)
