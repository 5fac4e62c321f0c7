"""Checks of what people agreed for single customers."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TypeVar

from riskengine.policy.draft import PlacedException, PolicyDraft
from riskengine.policy.exception import Exclusion, TemporaryLimit
from riskengine.policy.finding_kind import FindingKind
from riskengine.tables.yaml_file import Finding
from riskengine.terms.errors import nearest

Agreed = TypeVar("Agreed", Exclusion, TemporaryLimit)


def check_exceptions(draft: PolicyDraft) -> Iterator[Finding]:
    """Exclusions from rules that do not exist then, and agreements of one customer that overlap."""
    known = {entry.base_id for entry in draft.rules}
    for placed in draft.exclusions:
        rule_id = placed.agreed.rule_id
        if rule_id not in known:
            yield _finding(placed.place("rule"), f"there is no rule {rule_id}", nearest(rule_id, known))
        elif not _exists_during(draft, placed.agreed):
            what = f"{rule_id} is not in force between {placed.agreed.start} and {placed.agreed.until}"
            yield _finding(placed.place("rule"), what, "remove the exclusion, or date it otherwise")
    yield from _check_overlap(draft.exclusions, "exempt from the rule")
    yield from _check_overlap(draft.temporary_limits, "given a temporary limit")


def check_expired(draft: PolicyDraft, as_of: dt.date) -> Iterator[Finding]:
    """What had ended by a date. It no longer does anything; the history of the file keeps it."""
    ends = [(placed.agreed.until, placed.place("until")) for placed in draft.exclusions]
    ends.extend((placed.agreed.until, placed.place("until")) for placed in draft.temporary_limits)
    for until, place in ends:
        if until <= as_of:
            yield _finding(place, f"this ended on {until}", "remove it, or agree it anew")


def _finding(place: str, what: str, remedy: str | None) -> Finding:
    return Finding(place, what, remedy, kind=FindingKind.EXCEPTION)


def _exists_during(draft: PolicyDraft, agreed: Exclusion) -> bool:
    periods = (rule.written.in_force for rule in draft.rules if rule.base_id == agreed.rule_id)
    return any(
        period.start < agreed.until and (period.until is None or agreed.start < period.until) for period in periods
    )


def _check_overlap(entries: Sequence[PlacedException[Agreed]], what: str) -> Iterator[Finding]:
    earlier: dict[object, list[PlacedException[Agreed]]] = {}
    for placed in entries:
        for other in earlier.setdefault(placed.agreed.subject, []):
            if placed.agreed.start < other.agreed.until and other.agreed.start < placed.agreed.until:
                said = f"{placed.agreed.who} is {what} twice at a time, the other is {other.place()}"
                yield _finding(placed.place(), said, "let one end where the next begins")
        earlier[placed.agreed.subject].append(placed)
