"""Checks of ids and of the periods of rules."""

from collections import defaultdict
from collections.abc import Iterator

from riskengine.policy.draft import AuthoredRule, AuthoredTable, PolicyDraft
from riskengine.policy.finding_kind import FindingKind
from riskengine.tables.yaml_file import Finding


def check_ids(draft: PolicyDraft) -> Iterator[Finding]:
    """Two rules with one id on one date, versions of a rule in different stages, periods that end before they begin."""
    by_id: dict[str, list[AuthoredRule | AuthoredTable]] = defaultdict(list)
    entries: list[AuthoredRule | AuthoredTable] = [rule for rule in draft.rules if rule.row is None]
    entries.extend(draft.tables)
    for rule in entries:
        period = rule.written.in_force
        if period.until is not None and period.until <= period.start:
            what = f"{rule.id} ends on {period.until}, before it begins"
            remedy = "`until` is the first day it is no longer in force"
            yield Finding(rule.place("in_force"), what, remedy, (), FindingKind.PERIOD)
        for earlier in by_id[rule.id]:
            if _overlap(earlier, rule):
                what = f"the id {rule.id} is in force twice, the other is {earlier.place()}"
                yield Finding(rule.place(), what, "give it a new id, or let one version end where the next begins")
            elif earlier.stage is not rule.stage:
                what = f"{rule.id} was in stage {earlier.stage.value} ({earlier.place()})"
                yield Finding(rule.place(), what, "a rule of another stage is another rule: give it a new id")
        by_id[rule.id].append(rule)


def _overlap(one: AuthoredRule | AuthoredTable, other: AuthoredRule | AuthoredTable) -> bool:
    return one.is_in_force(other.written.in_force.start) or other.is_in_force(one.written.in_force.start)
