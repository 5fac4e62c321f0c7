"""Checks of single leaves: is the fact known here, and can it be compared so?"""

from collections.abc import Iterator

from riskengine.features.feature import Unit
from riskengine.policy.condition import ORDERINGS, Comparison, Literal, Op, ParameterName
from riskengine.policy.condition_reader import PlacedLeaf
from riskengine.policy.draft import AuthoredRule, PolicyDraft
from riskengine.policy.parameters import Parameter
from riskengine.policy.vocabulary import Fact
from riskengine.tables.yaml_file import Finding
from riskengine.terms.errors import nearest


def check_leaves(draft: PolicyDraft) -> Iterator[Finding]:
    """Unknown facts, facts not known in the stage, operands of the wrong type, unit or range."""
    for rule in draft.rules:
        for placed in rule.leaves:
            fact = draft.vocabulary.get(placed.leaf.fact)
            if fact is None:
                hint = nearest(placed.leaf.fact, draft.vocabulary)
                yield Finding(placed.place, f"there is no fact '{placed.leaf.fact}'", hint)
            elif not fact.is_known_in(rule.stage):
                what = f"'{fact.name}' is not known in stage {rule.stage.value}, only from {fact.known_from.value} on"
                yield Finding(placed.place, what, f"move the rule to stage {fact.known_from.value} or a later one")
            elif isinstance(placed.leaf, Comparison):
                yield from _check_comparison(draft, rule, placed, fact)


def _check_comparison(draft: PolicyDraft, rule: AuthoredRule, placed: PlacedLeaf, fact: Fact) -> Iterator[Finding]:
    leaf = placed.leaf
    if not isinstance(leaf, Comparison):
        return
    if fact.is_text and leaf.op in ORDERINGS:
        yield Finding(
            placed.place, f"'{fact.name}' is a text; '{leaf.op.value}' cannot order it", "use == != in, not in"
        )
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
        yield Finding(placed.place, what, "compare with a parameter of the same unit")
        return
    for value in _values_during(rule, parameter):
        if isinstance(value, tuple) is not (leaf.op in (Op.IN, Op.NOT_IN)):
            kind = "a list" if isinstance(value, tuple) else "a single value"
            yield Finding(
                placed.place,
                f"'{leaf.op.value}' cannot take '{leaf.operand}', which is {kind}",
                "lists go with in, not in",
            )
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
            remedy = f"write '{member:g}' in quotes" if not isinstance(member, str) else "write it without quotes"
            yield Finding(place, f"'{fact.name}' is {needed}, '{shown}' compares it with {given}", remedy)
        elif not isinstance(member, str):
            yield from _check_range(place, fact, member, shown)


def _check_range(place: str, fact: Fact, value: float, shown: str) -> Iterator[Finding]:
    if fact.unit is Unit.FLAG and value not in (0, 1):
        yield Finding(place, f"'{fact.name}' is 1 or 0; '{shown}' can say nothing", f"write {fact.name} == 1")
    elif (fact.low is not None and value < fact.low) or (fact.high is not None and value > fact.high):
        low = "-∞" if fact.low is None else f"{fact.low:g}"
        high = "∞" if fact.high is None else f"{fact.high:g}"
        remedy = f"did you mean {value / 100:g}?" if fact.unit is Unit.RATIO and value > 1 else None
        yield Finding(place, f"'{fact.name}' lies in {low} .. {high}; '{shown}' is outside", remedy)
