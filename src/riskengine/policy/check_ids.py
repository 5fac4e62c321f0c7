"""Checks across rules: ids and rules that say the same."""

from collections import defaultdict
from collections.abc import Iterator

from riskengine.policy.condition import AllOf, AnyOf, Condition
from riskengine.policy.draft import AuthoredRule, AuthoredTable, PolicyDraft
from riskengine.policy.normal_form import pushed
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
            yield Finding(rule.place("in_force"), what, "`until` is the first day it is no longer in force")
        for earlier in by_id[rule.id]:
            if _overlap(earlier, rule):
                what = f"the id {rule.id} is in force twice, the other is {earlier.place()}"
                yield Finding(rule.place(), what, "give it a new id, or let one version end where the next begins")
            elif earlier.stage is not rule.stage:
                what = f"{rule.id} was in stage {earlier.stage.value} ({earlier.place()})"
                yield Finding(rule.place(), what, "a rule of another stage is another rule: give it a new id")
        by_id[rule.id].append(rule)


def check_same(draft: PolicyDraft) -> Iterator[Finding]:
    """Rules of one stage with the same condition at the same time. Rows of tables may ask what others ask."""
    seen: dict[tuple[str, str], list[AuthoredRule]] = defaultdict(list)
    for rule in (rule for rule in draft.rules if rule.row is None):
        key = (rule.stage.value, canonical(rule.when))
        for other in seen[key]:
            if _overlap(other, rule) and other.id != rule.id:
                what = f"{rule.id} has the same condition as {other.id} ({other.place()})"
                yield Finding(rule.place("when"), what, "put their effects into one rule")
        seen[key].append(rule)


def canonical(condition: Condition) -> str:
    """A text that conditions share if they differ only in order, nesting of the same kind, repeats or double `not`.

    >>> from riskengine.policy.condition import IsMissing, Not
    >>> a, b = IsMissing("a"), IsMissing("b")
    >>> canonical(AllOf((a, AllOf((b, a))))) == canonical(Not(AnyOf((Not(b), Not(a)))))
    True
    """
    return _canonical(pushed(condition))


def _canonical(condition: Condition) -> str:
    match condition:
        case AllOf(arms) | AnyOf(arms):
            kind = type(condition)
            flat = sorted({_canonical(arm) for arm in _flattened(arms, kind)})
            return flat[0] if len(flat) == 1 else f"{kind.__name__}({'; '.join(flat)})"
        case _:
            return str(condition)


def _flattened(arms: tuple[Condition, ...], kind: type[AllOf] | type[AnyOf]) -> Iterator[Condition]:
    for arm in arms:
        if isinstance(arm, AllOf | AnyOf) and (isinstance(arm, kind) or len(arm.arms) == 1):
            yield from _flattened(arm.arms, kind)
        else:
            yield arm


def _overlap(one: AuthoredRule | AuthoredTable, other: AuthoredRule | AuthoredTable) -> bool:
    return one.is_in_force(other.written.in_force.start) or other.is_in_force(one.written.in_force.start)
