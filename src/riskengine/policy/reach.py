"""What a condition can ever say, over all values its facts can take.

The comparisons of a fact only ask how its value lies to the constants they name. So the constants, a point between each
two of them, one on each outer side (inside the fact's range) and "missing" stand for all values.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, product

from riskengine.features.feature import Unit
from riskengine.policy.condition import Comparison, Condition, IsMissing, Not, facts_of, leaves, truth
from riskengine.policy.normal_form import Alternative, TooManyAlternatives, alternatives
from riskengine.policy.vocabulary import Fact

Value = float | str | None
MAX_COMBINATIONS = 20_000


def can_be(condition: Condition, facts: Mapping[str, Fact], *, wanted: bool) -> bool:
    """Whether any values make a resolved condition true (or false). One too large to reason about can be both."""
    try:
        ways = alternatives(condition, negate=not wanted)
    except TooManyAlternatives:
        return True
    stand_ins = values_of(condition, facts)
    return any(_possible(way, stand_ins) for way in ways)


def can_be_unknown(condition: Condition, facts: Mapping[str, Fact]) -> bool:
    """Whether missing facts can leave a resolved condition unknown."""
    names = facts_of(condition)
    stand_ins = values_of(condition, facts)
    combinations = 1
    for name in names:
        combinations *= len(stand_ins[name])
    if combinations > MAX_COMBINATIONS:
        return any(isinstance(leaf, Comparison) and facts[leaf.fact].can_be_missing for leaf in leaves(condition))
    choices = product(*(stand_ins[name] for name in names))
    return any(truth(condition, dict(zip(names, choice, strict=True))) is None for choice in choices)


def values_of(condition: Condition, facts: Mapping[str, Fact]) -> dict[str, tuple[Value, ...]]:
    """For each fact of the condition, values that stand for all it can take; missing first, where it can be."""
    constants: dict[str, set[float | str]] = {name: set() for name in facts_of(condition)}
    for leaf in leaves(condition):
        if isinstance(leaf, Comparison):
            operand = leaf.operand if isinstance(leaf.operand, tuple) else (leaf.operand,)
            constants[leaf.fact].update(member for member in operand if isinstance(member, int | float | str))
    return {name: tuple(_stand_ins(facts[name], found)) for name, found in constants.items()}


def _stand_ins(fact: Fact, constants: set[float | str]) -> Iterator[Value]:
    if fact.can_be_missing:
        yield None
    if fact.is_text:
        texts = sorted(str(c) for c in constants)
        yield from texts
        yield "".join(texts) + "?"  # a text the condition does not name
    elif fact.unit is Unit.FLAG:
        yield from (0.0, 1.0)
    else:
        numbers = sorted({float(c) for c in constants if not isinstance(c, str)} | _bounds(fact))
        yield from (n for n in _with_neighbours(numbers) if _in_range(n, fact))


def _bounds(fact: Fact) -> set[float]:
    return {bound for bound in (fact.low, fact.high) if bound is not None} or {0.0}


def _with_neighbours(numbers: Sequence[float]) -> Iterator[float]:
    yield numbers[0] - max(1.0, abs(numbers[0]))
    for low, high in pairwise(numbers):
        yield low
        yield low + (high - low) / 2
    yield numbers[-1]
    yield numbers[-1] + max(1.0, abs(numbers[-1]))


def _in_range(value: float, fact: Fact) -> bool:
    return (fact.low is None or value >= fact.low) and (fact.high is None or value <= fact.high)


def _possible(way: Alternative, stand_ins: Mapping[str, tuple[Value, ...]]) -> bool:
    """Facts are independent, so an alternative is possible if each fact has a value for all its literals."""
    by_fact: dict[str, list[Comparison | IsMissing | Not]] = {}
    for literal in way:
        by_fact.setdefault(facts_of(literal)[0], []).append(literal)
    return all(
        any(all(truth(literal, {name: value}) for literal in literals) for value in stand_ins[name])
        for name, literals in by_fact.items()
    )
