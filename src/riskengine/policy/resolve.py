"""Parameters by name become their values on a date."""

from collections.abc import Mapping
from typing import Any

from riskengine.policy.condition import AllOf, AnyOf, Comparison, Condition, IsMissing, Literal, Not, ParameterName
from riskengine.policy.documents.rule import EffectDocument
from riskengine.policy.draft import AuthoredRule
from riskengine.policy.parameter_use import ROW_VALUE
from riskengine.policy.part_text import part_of, row_value
from riskengine.policy.rule import Effect, Rule
from riskengine.policy.variant import Variant
from riskengine.terms.decision import OrderStop, Severity
from riskengine.terms.errors import UsageError, nearest
from riskengine.terms.text import Text

Parameters = Mapping[str, Literal]


def resolve_condition(condition: Condition, parameters: Parameters) -> Condition:
    """The same tree with literals for parameters. Raises UsageError for a parameter without a value."""
    match condition:
        case AllOf(arms):
            return AllOf(tuple(resolve_condition(arm, parameters) for arm in arms))
        case AnyOf(arms):
            return AnyOf(tuple(resolve_condition(arm, parameters) for arm in arms))
        case Not(arm):
            return Not(resolve_condition(arm, parameters))
        case Comparison(fact, op, ParameterName(name)):
            return Comparison(fact, op, value_of(name, parameters))
        case Comparison() | IsMissing():
            return condition


def resolve_effect(written: EffectDocument, parameters: Parameters) -> Effect:
    """Raises UsageError for a parameter without a value or that is not a number (a whole one where days or grades
    are meant)."""
    return Effect(
        grade_cap=_whole(written.grade_cap, parameters),
        notch=_whole(written.notch, parameters) or 0,
        limit_cap=_number(written.limit_cap, parameters),
        limit_factor=_number(written.limit_factor, parameters),
        terms_cap_days=_whole(written.terms_cap_days, parameters),
        terms_add_days=_whole(written.terms_add_days, parameters) or 0,
        actions=tuple(sorted(set(written.actions))),
        severity=None if written.warning is None else Severity[written.warning.upper()],
        freeze=written.freeze,
        refer=written.refer,
        in_default=written.in_default,
        order=None if written.order is None else OrderStop[written.order.upper()],
    )


def resolve_rule(rule: AuthoredRule, variant: Variant) -> Rule:
    """A rule as it stands for the customers of one variant.

    Raises UsageError as `resolve_condition` and `resolve_effect`.
    """
    written = rule.written
    name = written.name.text()
    when = resolve_condition(rule.when, variant.values)
    segments = "+".join(segment.name for segment in variant.segments)
    return Rule(
        id=f"{rule.id}@{segments}" if segments else rule.id,
        name=name,
        stage=rule.stage,
        when=_guarded(when, variant),
        on_missing=written.on_missing,
        then=resolve_effect(written.then, variant.values),
        reason=_reason(rule, name),
        ruleset=rule.ruleset,
        owner=rule.owner,
        in_force_from=written.in_force.start,
        in_force_until=written.in_force.until,
        part=part_of(rule, when, variant),
        own_values=_own_values(rule, variant),
        indicator=written.indicator,
        subject=written.subject,
        until=None if rule.until is None else _for_others_over(resolve_condition(rule.until, variant.values), variant),
    )


def _reason(rule: AuthoredRule, name: Text) -> Text:
    """Of a row from which nothing follows there is nothing to tell but its name; `{@value}` has no value there."""
    says_nothing = rule.row is not None and row_value(rule) is None
    return name if rule.written.reason is None or says_nothing else rule.written.reason.text()


def _guarded(when: Condition, variant: Variant) -> Condition:
    if not variant.guard:
        return when
    return AllOf((*variant.guard, *(when.arms if isinstance(when, AllOf) else (when,))))


def _for_others_over(until: Condition, variant: Variant) -> Condition:
    """What a variant warned of is over for whoever is not, or no longer, one of its customers."""
    if not variant.guard:
        return until
    inside = variant.guard[0] if len(variant.guard) == 1 else AllOf(variant.guard)
    return AnyOf((Not(inside), until))


def _own_values(rule: AuthoredRule, variant: Variant) -> tuple[tuple[str, Literal], ...]:
    own = dict(variant.own)
    value = None if rule.row is None else row_value(rule)
    if value is not None:
        own[ROW_VALUE] = value_of(value[1:], variant.values) if isinstance(value, str) else value
    return tuple(sorted(own.items()))


def resolve_tree(value: Any, parameters: Parameters) -> Any:  # noqa: ANN401 - any part of a YAML document
    """A part of a document with every text `@name` replaced by the parameter's value. Raises UsageError."""
    match value:
        case dict():
            return {key: resolve_tree(inner, parameters) for key, inner in value.items()}
        case list():
            return [resolve_tree(inner, parameters) for inner in value]
        case str() if value.startswith("@"):
            return _plain(value_of(value[1:], parameters))
        case _:
            return value


def value_of(name: str, parameters: Parameters) -> Literal:
    """Raises UsageError if the parameter has no value."""
    if name not in parameters:
        raise UsageError(f"there is no parameter '@{name}' in force", remedy=nearest(name, parameters))
    return parameters[name]


def _plain(value: Literal) -> object:
    """A whole number as an int, as YAML would have read it."""
    if isinstance(value, tuple):
        return [_plain(member) for member in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _number(value: float | str | None, parameters: Parameters) -> float | None:
    found = value_of(value[1:], parameters) if isinstance(value, str) else value
    if isinstance(found, str | tuple):
        raise UsageError(f"'{value}' is not a number")
    return None if found is None else float(found)


def _whole(value: float | str | None, parameters: Parameters) -> int | None:
    found = _number(value, parameters)
    if found is not None and not found.is_integer():
        raise UsageError(f"'{value}' is {found:g}, a whole number is needed")
    return None if found is None else int(found)
