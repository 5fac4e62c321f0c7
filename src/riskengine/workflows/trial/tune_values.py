"""The values a parameter is tried at, and the policy with each of them."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from riskengine.features.event_window import EventWindow
from riskengine.features.feature import Unit
from riskengine.policy.bundle import Policy
from riskengine.policy.condition import facts_of
from riskengine.policy.parameters import Parameter
from riskengine.policy.release.published import is_store, open_source
from riskengine.policy.rule import Rule
from riskengine.policy.source import PolicySource
from riskengine.terms.errors import UsageError, nearest

MOST_STEPS = 200
SourceOn = Callable[[dt.date], PolicySource]


@dataclass(frozen=True, slots=True)
class Tried:
    """A parameter, or one segment's value of it, to be tried on `dates`; on each the policy of `source_on` holds.

    With `fixed` the policy of that day holds on every date.
    """

    name: str
    segment: str | None
    source_on: SourceOn
    dates: tuple[dt.date, ...]
    fixed: dt.date | None = None

    def policies(self, value: float | None = None) -> tuple[Policy, ...]:
        """The policy of each date with the value, or as it is.

        Raises UsageError if a policy is not in force on a date, or a rule needs a whole number there.
        """
        return tuple(self._policy(day, value) for day in self.dates)

    def parameter(self) -> Parameter:
        """As it stands on the last date. Raises UsageError if there is none of that name, with the nearest."""
        known = self.source_on(self.dates[-1]).draft.parameters
        if self.name not in known:
            raise UsageError(
                f"there is no parameter '{self.name}'", where="--parameter", remedy=nearest(self.name, known)
            )
        return known[self.name]

    def current(self) -> tuple[float | None, ...]:
        """The value on each date; None where it has none, or none for the segment.

        Raises UsageError if a value is a text or a list.
        """
        found = []
        for day in self.dates:
            parameter = self.source_on(day).draft.parameters.get(self.name)
            value = None if parameter is None else parameter.on(self.fixed or day, self.segment)
            if value is not None and not isinstance(value, float | int):
                kind = "a list" if isinstance(value, tuple) else "a text"
                raise UsageError(
                    f"'{self.name}' is {kind}; only a number can be tuned", where="--parameter", remedy="try another"
                )
            found.append(None if value is None else float(value))
        return tuple(found)

    def _policy(self, day: dt.date, value: float | None) -> Policy:
        source = self.source_on(day)
        if value is not None:
            source = with_value(source, self.name, self.segment, value)
        return replace(source.in_force(self.fixed or day), as_of=day)


def sources_of(path: Path, fixed: dt.date | None = None) -> SourceOn:
    """The policy as written, by date; of published policies the one in force then. Each is read once."""
    if fixed is not None or not is_store(path):
        held = open_source(path, fixed)
        return lambda _day: held
    return cache(lambda day: open_source(path, day))


def with_value(source: PolicySource, name: str, segment: str | None, value: float) -> PolicySource:
    """The same policy with one value of a parameter at all times."""
    parameter = source.draft.parameters.get(name)
    if parameter is None:
        return source
    values = tuple(replace(dated, value=value) if dated.segment == segment else dated for dated in parameter.values)
    parameters = {**source.draft.parameters, name: replace(parameter, values=values)}
    return replace(source, draft=replace(source.draft, parameters=parameters))


def values_to_try(first: float, last: float, steps: int, tried: Tried) -> tuple[float, ...]:
    """`steps` values from `first` to `last`, ascending, and the current one where it lies between.

    Whole numbers stay whole where days or counts are meant. Raises UsageError if the range or the steps make no sense,
    or the parameter is not in force on the dates.
    """
    if not np.isfinite(first) or not np.isfinite(last) or first == last:
        raise UsageError(f"from {first:g} to {last:g} is no range", remedy="give two different numbers")
    if not 2 <= steps <= MOST_STEPS:
        raise UsageError(f"{steps} steps cannot be tried", where="--steps", remedy=f"give 2 to {MOST_STEPS}")
    parameter, current = tried.parameter(), tried.current()
    _check_in_force(tried, parameter, current)
    low, high = sorted((float(first), float(last)))
    spread = [float(f"{value:.10g}") for value in np.linspace(low, high, steps)]
    known = {value for value in current if value is not None and low <= value <= high}
    is_whole = parameter.unit in (Unit.DAYS, Unit.COUNT, Unit.FLAG) and all(v.is_integer() for v in (low, high, *known))
    if is_whole:
        spread = [float(round(value)) for value in spread]
    return tuple(sorted({*spread, *known}))


def _check_in_force(tried: Tried, parameter: Parameter, current: Sequence[float | None]) -> None:
    if any(value is not None for value in current):
        return
    if tried.segment is not None:
        names = {dated.segment for dated in parameter.values if dated.segment is not None}
        remedy = nearest(tried.segment, names) if names else "leave out --segment: it has general values only"
        raise UsageError(
            f"'{tried.name}' has no value for segment '{tried.segment}' on these dates",
            where="--segment",
            remedy=remedy,
        )
    start = min(dated.start for dated in parameter.values)
    raise UsageError(
        f"'{tried.name}' is not in force on these dates, it begins on {start}",
        where="--parameter",
        remedy="choose later dates, or --policy-day",
    )


def rules_moved(policies: Sequence[Sequence[Policy]]) -> tuple[frozenset[str], ...]:
    """For each date the ids of the rules that are not the same at all values.

    `policies`: for each value one policy per date.
    """
    return tuple(_moved(on_date) for on_date in zip(*policies, strict=True))


def moves_documents(policies: Sequence[Sequence[Policy]]) -> bool:
    """Whether the value moves something beside the rules and the patterns they name: the limits, the terms or the
    master scale."""
    for on_date in zip(*policies, strict=True):
        first = on_date[0]
        said = (first.limit, first.terms, first.master_scale)
        if any((policy.limit, policy.terms, policy.master_scale) != said for policy in on_date[1:]):
            return True
    return False


def _moved(policies: Sequence[Policy]) -> frozenset[str]:
    said = [
        {rule.id: (rule.when, rule.then, _patterns(rule, policy)) for rule in policy.all_rules} for policy in policies
    ]
    ids = {rule_id for rules in said for rule_id in rules}
    return frozenset(i for i in ids if any(rules.get(i) != said[0].get(i) for rules in said[1:]))


def _patterns(rule: Rule, policy: Policy) -> tuple[EventWindow, ...]:
    """The patterns of events that a rule names."""
    named = set(facts_of(rule.when))
    return tuple(window for window in policy.windows if named & {window.holds, window.days_ago})
