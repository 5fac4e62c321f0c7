"""What differs between two policies on one date: parameters, rules, master scale, limits, terms, episodes, exceptions.

Both sides are taken as they decide (resolved), so whatever a file is written like, a difference is found exactly where
the content hashes differ. A rule that says the same and differs only by the value of a parameter is told under the
parameter, not a second time.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any

from riskengine.features.feature import Unit
from riskengine.policy.bundle import Policy
from riskengine.policy.condition import Literal
from riskengine.policy.difference.rule import RuleChange, compare_rules
from riskengine.policy.draft import AuthoredRule
from riskengine.policy.exception import Exclusion, TemporaryLimit
from riskengine.policy.master_scale import Grade
from riskengine.policy.parameter_use import parameters_of
from riskengine.policy.parameters import Parameter
from riskengine.policy.part import in_force
from riskengine.policy.source import PolicySource
from riskengine.policy.window_reader import declared_in
from riskengine.terms.text import Text


class Part(StrEnum):
    """The documents of a policy that are one value at each place."""

    SCALE = "master_scale"
    LIMITS = "limits"
    TERMS = "terms"
    EPISODES = "episodes"
    WINDOWS = "windows"
    POLICY = "policy"


@dataclass(frozen=True, slots=True)
class DatedState:
    """A parameter as it stands on a date, and on whose word."""

    value: Literal
    start: dt.date
    reference: str
    decided_by: str
    unit: Unit
    text: Text


@dataclass(frozen=True, slots=True)
class ParameterChange:
    """`before` or `after` is None where there is no such value. `segment` None: the general value.

    `rules` are the ids, as written, of the rules that use the parameter.
    """

    name: str
    segment: str | None
    before: DatedState | None
    after: DatedState | None
    rules: tuple[str, ...]
    affected: tuple[RuleChange, ...]  # what the value does to those rules

    @property
    def decides(self) -> bool:
        """Whether the value differs; else only what is recorded beside it."""
        return self.before is None or self.after is None or self.before.value != self.after.value


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One value of the master scale, the limits, the terms or the episodes; `path` leads to it. None: not there."""

    part: Part
    path: str
    before: Literal | bool | None
    after: Literal | bool | None


@dataclass(frozen=True, slots=True)
class ExceptionChange:
    """An exclusion or a temporary limit that only one side has; one that was altered is both removed and added."""

    before: Exclusion | TemporaryLimit | None
    after: Exclusion | TemporaryLimit | None


Change = ParameterChange | RuleChange | ValueChange | ExceptionChange


def compare_on(
    first: PolicySource, first_day: dt.date, second: PolicySource, second_day: dt.date
) -> tuple[Change, ...]:
    """Every difference between the policy of one source on one day and that of another on its day.

    Empty exactly if both have the same content and the same references. Raises UsageError if a policy begins later.
    """
    before, after = first.in_force(first_day), second.in_force(second_day)
    rules = compare_rules(before, after)
    parameters = tuple(_Parameters(_View(first, first_day), _View(second, second_day), rules).changes())
    told = {id(change) for parameter in parameters for change in parameter.affected}
    return (
        *parameters,
        *(change for change in rules if id(change) not in told),
        *_values(Part.SCALE, _scale(before), _scale(after)),
        *_values(Part.LIMITS, before.limit.model_dump(mode="json"), after.limit.model_dump(mode="json")),
        *_values(Part.TERMS, before.terms.model_dump(mode="json"), after.terms.model_dump(mode="json")),
        *_values(Part.EPISODES, before.episodes.model_dump(mode="json"), after.episodes.model_dump(mode="json")),
        *_window_values(_View(first, first_day), _View(second, second_day)),
        *_values(Part.POLICY, _other(before), _other(after)),
        *exceptions_between(before, after),
    )


@dataclass(frozen=True, slots=True)
class _View:
    """A policy as written, on a day."""

    source: PolicySource
    day: dt.date

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        return self.source.draft.parameters

    def rules(self) -> dict[str, AuthoredRule]:
        return {rule.id: rule for rule in self.source.draft.rules if rule.is_in_force(self.day)}

    def windows(self) -> Mapping[str, object]:
        version = in_force(self.source.draft.windows, self.day)
        return {} if version is None else declared_in(version)


@dataclass(frozen=True, slots=True)
class _Parameters:
    """What differs between the parameters of two views; `rules` is what differs between their rules."""

    first: _View
    second: _View
    rules: tuple[RuleChange, ...]

    def changes(self) -> Iterator[ParameterChange]:
        old, new = self.first.rules(), self.second.rules()
        alike = {name for name, rule in old.items() if name in new and _written(rule) == _written(new[name])}
        used = {name: {p for p, _ in parameters_of(rule)} for name, rule in {**old, **new}.items()}
        for name, segment in self._names():
            before = _state(self.first.parameters.get(name), segment, self.first.day)
            after = _state(self.second.parameters.get(name), segment, self.second.day)
            if before == after:
                continue
            users = tuple(sorted(rule_id for rule_id, names in used.items() if name in names))
            affected = tuple(c for c in self.rules if c.written_id in alike and c.written_id in users)
            decides = before is None or after is None or before.value != after.value
            yield ParameterChange(name, segment, before, after, users, affected if decides else ())

    def _names(self) -> list[tuple[str, str | None]]:
        """Every parameter, and each segment of it, of either side; the general value first."""
        found = {
            (name, dated.segment)
            for view in (self.first, self.second)
            for name, parameter in view.parameters.items()
            for dated in parameter.values
        }
        return sorted(found, key=lambda named: (named[0], named[1] or ""))


def _written(rule: AuthoredRule) -> tuple[object, ...]:
    """What a rule says, without its dates."""
    written = rule.written
    return (
        *(rule.when, rule.until, rule.stage, rule.owner, rule.ruleset),
        *(written.name, written.reason, written.on_missing, written.then, written.indicator, written.subject),
    )


def _state(parameter: Parameter | None, segment: str | None, day: dt.date) -> DatedState | None:
    if parameter is None or parameter.on(day, segment) is None:
        return None
    last = [dated for dated in parameter.values if dated.start <= day and dated.segment == segment][-1]
    return DatedState(last.value, last.start, last.reference, last.decided_by, parameter.unit, parameter.text)


def _scale(policy: Policy) -> dict[str, Any]:
    scale = policy.master_scale
    return {grade.label: _grade(grade) for grade in (*scale.grades, scale.default)}


def _window_values(first: _View, second: _View) -> Iterator[ValueChange]:
    """Patterns that are written otherwise. Where only a parameter differs in value, that is told of the parameter."""
    if first.windows() != second.windows():
        yield from _values(Part.WINDOWS, _windows(first), _windows(second))


def _windows(view: _View) -> dict[str, Any]:
    return {window.id: asdict(window) for window in view.source.in_force(view.day).windows}


def _grade(grade: Grade) -> dict[str, Any]:
    return {
        "pd_to": grade.pd_to,
        "review_months": grade.review_months,
        "limit_factor": grade.limit_factor,
        "terms_cap_days": grade.terms_cap_days,
        "text": {"en": grade.text.en, "zh": grade.text.zh},
    }


_TOLD_APART = frozenset(
    {
        *("content_hash", "version", "as_of", "parameters", "rules", "master_scale", "limit", "terms"),
        *("exclusions", "temporary_limits", "episodes", "windows"),
    }
)


def _other(policy: Policy) -> dict[str, Any]:
    """What else a policy holds that is a plain value, such as its currency and name."""
    found = {field.name: getattr(policy, field.name) for field in fields(policy) if field.name not in _TOLD_APART}
    return {name: value for name, value in found.items() if value is None or isinstance(value, str | int | float)}


def _values(part: Part, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[ValueChange]:
    old, new = dict(_flat(before)), dict(_flat(after))
    for path in (*old, *(path for path in new if path not in old)):
        if old.get(path) != new.get(path):
            yield ValueChange(part, path, old.get(path), new.get(path))


def _flat(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - any part of a document
    match tree:
        case dict():
            for key, inner in tree.items():
                yield from _flat(inner, f"{path}.{key}" if path else str(key))
        case list() | tuple() if any(isinstance(member, dict) for member in tree):
            for place, inner in enumerate(tree, start=1):
                yield from _flat(inner, f"{path}.{place}")
        case list() | tuple():
            yield path, tuple(tree)
        case _:
            yield path, tree


def exceptions_between(before: Policy, after: Policy) -> Iterator[ExceptionChange]:
    """Exclusions and temporary limits that only one policy has."""
    for old, new in ((before.exclusions, after.exclusions), (before.temporary_limits, after.temporary_limits)):
        yield from (ExceptionChange(one, None) for one in old if one not in new)
        yield from (ExceptionChange(None, one) for one in new if one not in old)
