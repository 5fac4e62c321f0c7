"""What a new policy would change about days that another decided, and the days from which it matters."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from riskengine.policy.difference.compare import Change, ExceptionChange, ParameterChange, ValueChange, compare_on
from riskengine.policy.difference.rule import RuleChange
from riskengine.policy.release.published import Store
from riskengine.policy.release.published_bundle import Bundle
from riskengine.policy.release.timeline import in_force
from riskengine.policy.source import PolicySource
from riskengine.terms.errors import FindingsError, UsageError

SHOWN = 6


@dataclass(frozen=True, slots=True)
class Rewritten:
    """On `day`, `published` was in force and the new policy says something else; `parts` name what."""

    day: dt.date
    published: str
    parts: tuple[str, ...]


def find_rewritten(store: Store, new: Bundle, source: PolicySource, start: dt.date) -> Rewritten | None:
    """The first day before `start` on which `new` (read as `source`) differs from what was in force; None if none.

    Content changes on a few days only, so one day of each stretch is compared, by hash. Where hashes differ, the
    published policy is read again: if both then decide alike, only the way of hashing has changed since.
    """
    bundles = {publication.bundle: store.bundle(publication.bundle) for publication in store.publications}
    for day in _stretches(store, (new, *bundles.values())):
        held = in_force(store.publications, day)
        if day >= start or held is None or new.content_on(day) == bundles[held.bundle].content_on(day):
            continue
        parts = _parts(store.source(held.bundle), source, day)
        if parts:
            return Rewritten(day, held.bundle, parts)
    return None


def impacted_days(new: Bundle, start: dt.date, baseline: Bundle | None) -> set[dt.date]:
    """The days from `start` on from which the new policy decides otherwise than the one it replaces would have.

    Without one to replace, every day on which the new policy changes.
    """
    begins = {content.start for content in new.contents}
    if baseline is None:
        return begins
    days = {day for day in begins | {start} if day >= start}
    return {day for day in days if new.content_on(day) != baseline.content_on(day)}


def first_impact(new: Bundle, start: dt.date, baseline: Bundle | None) -> dt.date | None:
    """The first day from `start` on of which the new policy decides otherwise than the one it replaces; None if never.

    Without one to replace it is `start`, or the day on which the new policy begins.
    """
    if baseline is None:
        return max(start, new.contents[0].start)
    return min(impacted_days(new, start, baseline), default=None)


def check_tried(
    tried: Sequence[str], against: Sequence[str], new: Bundle, baseline: Bundle | None, first_day: dt.date
) -> None:
    """Raises FindingsError unless the trial shows what changes first from `first_day` on."""
    day = first_impact(new, first_day, baseline)
    if day is None:
        return
    missed = new.content_on(day) not in tried
    if missed or (baseline is not None and baseline.content_on(day) not in against):
        whose = "this policy" if missed else "the published policy"
        raise FindingsError(
            f"the simulation does not show what {whose} says on {day}, the first day on which the two differ",
            remedy=how_to_try(day, baseline),
        )


def how_to_try(day: dt.date, baseline: Bundle | None) -> str:
    """The command that shows what a policy changes on a day."""
    if baseline is None:
        return "give a run that riskengine rerate made with this policy, or a simulation with it as challenger"
    return (
        f"run riskengine rules simulate --policy rules/published --policy-day {day} "
        f"--challenger rules --challenger-day {day}, and give its folder"
    )


def name_of(change: Change) -> str:
    """What a person looks for in the files."""
    match change:
        case ParameterChange():
            return f"parameter '{change.name}'" + ("" if change.segment is None else f" for {change.segment}")
        case RuleChange():
            return f"rule {change.written_id}"
        case ValueChange():
            return f"{change.part.value}: {change.path}"
        case ExceptionChange():
            return _exception(change)


def shortened(names: Iterable[str]) -> str:
    """
    >>> shortened(["a", "b"]), shortened("abcdefgh")
    ('a, b', 'a, b, c, d, e, f and 2 more')
    """
    found = list(dict.fromkeys(names))
    more = len(found) - SHOWN
    return ", ".join(found[:SHOWN]) + (f" and {more} more" if more > 0 else "")


def _parts(published: PolicySource, new: PolicySource, day: dt.date) -> tuple[str, ...]:
    try:
        if published.in_force(day).content_hash == new.in_force(day).content_hash:
            return ()
    except UsageError as error:
        return (error.what,)
    changes = compare_on(published, day, new, day)
    decisive = [c for c in changes if not (isinstance(c, ParameterChange) and not c.decides)]
    return tuple(dict.fromkeys(name_of(change) for change in decisive))


def _stretches(store: Store, bundles: Iterable[Bundle]) -> list[dt.date]:
    """The first day of every stretch in which neither side changes."""
    days = {publication.start for publication in store.publications}
    return sorted(days | {content.start for bundle in bundles for content in bundle.contents})


def _exception(change: ExceptionChange) -> str:
    one = change.after or change.before
    kind = type(one).__name__.replace("TemporaryLimit", "temporary limit").lower()
    about = getattr(one, "customer_id", None) or getattr(one, "group_id", None)
    return f"{kind} of {about}"
