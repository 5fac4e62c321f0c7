"""Checks of dated parameters and of their use."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from riskengine.features.feature import Unit
from riskengine.policy.condition import Comparison, ParameterName
from riskengine.policy.draft import AuthoredRule, PlacedPolicy, PolicyDraft
from riskengine.policy.reason import placeholders
from riskengine.tables.yaml_file import Finding
from riskengine.terms.errors import InputError, nearest


def check_parameters(draft: PolicyDraft) -> Iterator[Finding]:
    """Parameters that are unknown, not yet in force where they are used, or badly dated."""
    for name, parameter in draft.parameters.items():
        place = draft.parameter_file.place("parameters", name)
        if not name.isidentifier() or name != name.lower():
            yield Finding(place, f"'{name}' cannot be a parameter's name", "use small letters, digits and _")
        for position, (before, after) in enumerate(pairwise(parameter.values), start=1):
            if after.start <= before.start:
                line = draft.parameter_file.place("parameters", name, "values", position)
                yield Finding(line, f"'{name}': {after.start} does not come after {before.start}", "order by date")
        for position, dated in enumerate(parameter.values):
            members = dated.value if isinstance(dated.value, tuple) else (dated.value,)
            if any(isinstance(member, str) is not (parameter.unit is Unit.CATEGORY) for member in members):
                line = draft.parameter_file.place("parameters", name, "values", position)
                yield Finding(line, f"'{name}' has unit {parameter.unit.value}, its value is {dated.value!r}", None)
    for rule in draft.rules:
        for name, place in parameters_of(rule):
            yield from _check_use(draft, rule, name, place)


def check_unused(draft: PolicyDraft) -> Iterator[Finding]:
    """Parameters that nothing names."""
    used = {name for rule in draft.rules for name, _ in parameters_of(rule)}
    used |= {name for version in (*draft.limits, *draft.terms) for name in _named(_part(version))}
    for name in draft.parameters:
        if name not in used:
            place = draft.parameter_file.place("parameters", name)
            yield Finding(place, f"nothing uses '@{name}'", "remove it, or use it where its number is written out")


def parameters_of(rule: AuthoredRule) -> Iterator[tuple[str, str]]:
    """Every parameter a rule names, with the place."""
    for placed in rule.leaves:
        if isinstance(placed.leaf, Comparison) and isinstance(placed.leaf.operand, ParameterName):
            yield placed.leaf.operand.name, placed.place
    for key, value in rule.written.then:
        if isinstance(value, str) and value.startswith("@"):
            yield value[1:], rule.place("then", key)
    if rule.written.reason is not None:
        for language, template in rule.written.reason.model_dump().items():
            try:
                names = placeholders(template)
            except InputError:
                continue  # found by check_texts
            for name in names:
                if name.startswith("@"):
                    yield name[1:], rule.place("reason", language)


def _check_use(draft: PolicyDraft, rule: AuthoredRule, name: str, place: str) -> Iterator[Finding]:
    parameter = draft.parameters.get(name)
    start = rule.written.in_force.start
    if parameter is None:
        yield Finding(place, f"there is no parameter '@{name}'", nearest(name, draft.parameters))
    elif parameter.on(start) is None:
        first = parameter.values[0].start
        what = f"'@{name}' has no value before {first}, the rule is in force from {start}"
        yield Finding(place, what, "date the parameter earlier or the rule later")


def _part(version: PlacedPolicy) -> Any:  # noqa: ANN401 - any part of a YAML document
    return version.document.mapping()["versions"][int(version.path[1])]["policy"]


def _named(value: Any) -> Iterator[str]:  # noqa: ANN401 - any part of a YAML document
    match value:
        case dict():
            for inner in value.values():
                yield from _named(inner)
        case list():
            for inner in value:
                yield from _named(inner)
        case str() if value.startswith("@"):
            yield value[1:]
