"""Checks of dated parameters and of their use."""

from collections.abc import Iterator, Sequence

from riskengine.features.feature import Unit
from riskengine.policy.documents.rule import InForce
from riskengine.policy.draft import AuthoredRule, PolicyDraft
from riskengine.policy.finding_kind import FindingKind
from riskengine.policy.parameter_use import ROW_VALUE, parameters_of
from riskengine.policy.parameters import DatedValue, Parameter
from riskengine.policy.part import named_in
from riskengine.policy.placed_invariant import parameters_named
from riskengine.tables.yaml_file import Finding
from riskengine.terms.errors import nearest


def check_parameters(draft: PolicyDraft) -> Iterator[Finding]:
    """Parameters that are unknown, not yet in force where they are used, or badly dated."""
    for name, parameter in draft.parameters.items():
        place = draft.parameter_file.place("parameters", name)
        if not name.isidentifier() or name != name.lower():
            yield Finding(place, f"'{name}' cannot be a parameter's name", "use small letters, digits and _")
        if name == ROW_VALUE:
            yield Finding(place, f"'@{name}' stands for the value of a table's row", "choose another name")
        if not parameter.general:
            what = f"'{name}' has values for segments only"
            yield Finding(place, what, "add the value of all other customers, without a segment")
        yield from _check_dates(draft, parameter)
        for position, dated in enumerate(parameter.values):
            members = dated.value if isinstance(dated.value, tuple) else (dated.value,)
            if any(isinstance(member, str) is not (parameter.unit is Unit.CATEGORY) for member in members):
                line = draft.parameter_file.place("parameters", name, "values", position)
                what = f"'{name}' has unit {parameter.unit.value}, its value is {dated.value!r}"
                yield Finding(line, what, _number_remedy(parameter.unit))
    for rule in draft.rules:
        for name, place in parameters_of(rule):
            yield from _check_use(draft, rule, name, place)


def _number_remedy(unit: Unit) -> str:
    if unit is Unit.CATEGORY:
        return "write a text; one that looks like a number stands in quotes"
    return "write a number, as 0.25 for 25 %" if unit is Unit.RATIO else "write a number, without quotes and unit"


def _check_dates(draft: PolicyDraft, parameter: Parameter) -> Iterator[Finding]:
    """The values of each segment, and the general ones, in order and one at a time."""
    last: dict[str | None, DatedValue] = {}
    for position, dated in enumerate(parameter.values):
        line = draft.parameter_file.place("parameters", parameter.name, "values", position)
        before = last.get(dated.segment)
        if before is not None and dated.start <= before.start:
            what = f"'{parameter.name}': {dated.start} does not come after {before.start}"
            yield Finding(line, what, "order by date", (), FindingKind.PARAMETER_DATES)
        if dated.until is not None and dated.segment is None:
            what = f"'{parameter.name}': the general value has `until`"
            yield Finding(line, what, "let the next value end it", (), FindingKind.PARAMETER_DATES)
        elif dated.until is not None and dated.until <= dated.start:
            what = f"'{parameter.name}' ends on {dated.until}, before it begins"
            remedy = "`until` is the first day on which it no longer holds"
            yield Finding(line, what, remedy, (), FindingKind.PARAMETER_DATES)
        last[dated.segment] = dated


def check_unused(draft: PolicyDraft) -> Iterator[Finding]:
    """Parameters that nothing names, and values that begin when all rules that name them have ended."""
    rules: dict[str, list[InForce]] = {}
    for rule in draft.rules:
        for name, _ in parameters_of(rule):
            rules.setdefault(name, []).append(rule.written.in_force)
    elsewhere = {name for invariant in draft.invariants for name, _ in parameters_named(invariant)}
    parts = (*draft.limits, *draft.terms, *draft.episodes, *draft.windows)
    elsewhere |= {name for version in parts for _, name in named_in(version)}
    for name, parameter in draft.parameters.items():
        if name not in rules and name not in elsewhere:
            place = draft.parameter_file.place("parameters", name)
            yield Finding(place, f"nothing uses '@{name}'", "remove it, or use it where its number is written out")
        elif name not in elsewhere:
            yield from _check_idle(draft, parameter, rules[name])


def _check_idle(draft: PolicyDraft, parameter: Parameter, users: Sequence[InForce]) -> Iterator[Finding]:
    ends = [period.until for period in users]
    last = None if None in ends else max(end for end in ends if end is not None)
    for position, dated in enumerate(parameter.values):
        if last is not None and dated.start >= last:
            place = draft.parameter_file.place("parameters", parameter.name, "values", position)
            what = f"nothing uses the value of '@{parameter.name}' from {dated.start} on: what names it ended by {last}"
            yield Finding(place, what, "remove it")


def _check_use(draft: PolicyDraft, rule: AuthoredRule, name: str, place: str) -> Iterator[Finding]:
    parameter = draft.parameters.get(name)
    start = rule.written.in_force.start
    if parameter is None:
        hint = nearest(name, draft.parameters)
        yield Finding(place, f"there is no parameter '@{name}'", hint, (), FindingKind.UNKNOWN_PARAMETER)
    elif parameter.on(start) is None:
        if not parameter.general:
            return  # said of the parameter itself
        first = parameter.general[0].start
        what = f"'@{name}' has no value before {first}, the rule is in force from {start}"
        remedy = "date the parameter earlier or the rule later"
        yield Finding(place, what, remedy, (), FindingKind.PARAMETER_NOT_IN_FORCE)
