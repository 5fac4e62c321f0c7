"""Checks of single leaves: is the fact known here, and can it be compared so?"""

from collections.abc import Iterator

from riskengine.features.feature import Unit
from riskengine.policy.condition import ORDERINGS, Comparison, Literal, Op, ParameterName
from riskengine.policy.condition_reader import PlacedLeaf
from riskengine.policy.draft import AuthoredRule, PolicyDraft
from riskengine.policy.finding_kind import FindingKind
from riskengine.policy.parameters import Parameter
from riskengine.policy.vocabulary import Fact
from riskengine.tables.yaml_file import Finding
from riskengine.terms.decision import Stage
from riskengine.terms.errors import nearest


def check_leaves(draft: PolicyDraft) -> Iterator[Finding]:
    """Unknown and retired facts, facts not known in the stage, operands of the wrong type, unit or range."""
    for rule in draft.rules:
        for placed in rule.leaves:
            fact = draft.vocabulary.get(placed.leaf.fact)
            if fact is None:
                hint = nearest(placed.leaf.fact, draft.vocabulary)
                what = f"there is no fact '{placed.leaf.fact}'"
                yield Finding(placed.place, what, hint, (), FindingKind.UNKNOWN_FACT)
            elif not fact.is_known_in(rule.stage):
                yield _unknown_here(placed, fact, rule.stage)
            else:
                yield from _check_retired(rule, placed, fact)
                if isinstance(placed.leaf, Comparison):
                    yield from _check_comparison(draft, rule, placed, fact)


def _unknown_here(placed: PlacedLeaf, fact: Fact, stage: Stage) -> Finding:
    if stage is Stage.ORDERS:
        what = f"'{fact.name}' is not known in stage orders, which knows the order and some of the last rating"
        remedy = "docs/reference/rules.md lists what orders know; a rating can conclude the rest"
    elif fact.known_from is Stage.ORDERS:
        what = f"'{fact.name}' is not known in stage {stage.value}, only in stage orders"
        remedy = "move the rule to stage orders"
    else:
        what = f"'{fact.name}' is not known in stage {stage.value}, only from {fact.known_from.value} on"
        remedy = f"move the rule to stage {fact.known_from.value} or a later one"
    return Finding(placed.place, what, remedy, (), FindingKind.FACT_TOO_EARLY)


def _check_retired(rule: AuthoredRule, placed: PlacedLeaf, fact: Fact) -> Iterator[Finding]:
    """What was decided before the day replays; from it on no rule in force may use the fact."""
    period, retired = rule.written.in_force, fact.retired
    if retired is not None and (period.until is None or period.until > retired.on):
        what = f"'{fact.name}' is retired from {retired.on} on: {retired.why}"
        remedy = f"use '{retired.instead}'; end what was in force before on {retired.on}"
        yield Finding(placed.place, what, remedy, (), FindingKind.RETIRED_FACT)


def _check_comparison(draft: PolicyDraft, rule: AuthoredRule, placed: PlacedLeaf, fact: Fact) -> Iterator[Finding]:
    leaf = placed.leaf
    if not isinstance(leaf, Comparison):
        return
    if fact.is_text and leaf.op in ORDERINGS:
        what = f"'{fact.name}' is a text; '{leaf.op.value}' cannot order it"
        yield Finding(placed.place, what, "use == != in, not in", (), FindingKind.WRONG_TYPE)
    elif isinstance(leaf.operand, ParameterName):
        yield from _check_parameter(draft, rule, placed, fact)
    else:
        yield from _check_value(placed.place, fact, leaf.operand, str(leaf))


def _check_parameter(draft: PolicyDraft, rule: AuthoredRule, placed: PlacedLeaf, fact: Fact) -> Iterator[Finding]:
    leaf = placed.leaf
    if not isinstance(leaf, Comparison) or not isinstance(leaf.operand, ParameterName):
        return
    parameter = draft.parameters.get(leaf.operand.name)
    if parameter is None:
        return  # found by check_parameters
    if parameter.unit is not fact.unit:
        what = f"'{fact.name}' is in {fact.unit.value}, '{leaf.operand}' in {parameter.unit.value}"
        first = next(_values_during(rule, parameter), None)
        example = ((fact.name, first),) if isinstance(first, float) and not fact.is_text else ()
        yield Finding(placed.place, what, "compare with a parameter of the same unit", example, FindingKind.WRONG_UNIT)
        return
    for value in _values_during(rule, parameter):
        if isinstance(value, tuple) is not (leaf.op in (Op.IN, Op.NOT_IN)):
            kind = "a list" if isinstance(value, tuple) else "a single value"
            what = f"'{leaf.op.value}' cannot take '{leaf.operand}', which is {kind}"
            yield Finding(placed.place, what, "lists go with in, not in", (), FindingKind.WRONG_TYPE)
        else:
            yield from _check_value(placed.place, fact, value, f"{leaf} with {value}")


def _values_during(rule: AuthoredRule, parameter: Parameter) -> Iterator[Literal]:
    first = parameter.on(rule.written.in_force.start)
    if first is not None:
        yield first
    yield from parameter.by_segment(rule.written.in_force.start).values()
    for dated in parameter.values:
        if dated.start > rule.written.in_force.start and rule.is_in_force(dated.start):
            yield dated.value


def _check_value(place: str, fact: Fact, value: Literal, shown: str) -> Iterator[Finding]:
    for member in value if isinstance(value, tuple) else (value,):
        if fact.is_text is not isinstance(member, str):
            needed, given = ("a text", "a number") if fact.is_text else ("a number", "a text")
            remedy = (
                f"write '{member:g}' in quotes"
                if not isinstance(member, str)
                else "write a number, without quotes and unit"
            )
            what = f"'{fact.name}' is {needed}, '{shown}' compares it with {given}"
            yield Finding(place, what, remedy, (), FindingKind.WRONG_TYPE)
        elif not isinstance(member, str):
            yield from _check_range(place, fact, member, shown)


def _check_range(place: str, fact: Fact, value: float, shown: str) -> Iterator[Finding]:
    if fact.unit is Unit.FLAG and value not in (0, 1):
        what = f"'{fact.name}' is 1 or 0; '{shown}' can say nothing"
        yield Finding(place, what, f"write {fact.name} == 1", ((fact.name, 1.0),), FindingKind.OUT_OF_RANGE)
    elif (fact.low is not None and value < fact.low) or (fact.high is not None and value > fact.high):
        low = "-∞" if fact.low is None else f"{fact.low:g}"
        high = "∞" if fact.high is None else f"{fact.high:g}"
        remedy = f"did you mean {value / 100:g}?" if fact.unit is Unit.RATIO and value > 1 else None
        what = f"'{fact.name}' lies in {low} .. {high}; '{shown}' is outside"
        nearest_possible = fact.low if fact.low is not None and value < fact.low else fact.high
        yield Finding(place, what, remedy, ((fact.name, nearest_possible),), FindingKind.OUT_OF_RANGE)
