"""A few values of a fact that stand for all it can take.

The comparisons of a fact only ask how its value lies to the constants they name. So the constants, a value between each
two neighbours, one on each outer side (inside the fact's range) and "missing" stand for all values. Between two
constants that no number separates there is none, and of a fact that only takes whole numbers only those count.
"""

import math
from collections.abc import Iterable, Iterator
from itertools import pairwise

from riskengine.features.feature import Unit
from riskengine.policy.condition import Comparison, Condition, leaves
from riskengine.policy.vocabulary import Fact

Value = float | str | None  # None: missing

_STEPS = {Unit.RATIO: 0.01}
_OTHER = "other"


def constants_of(conditions: Iterable[Condition]) -> dict[str, frozenset[float | str]]:
    """For each fact of resolved conditions, the constants it is compared with."""
    found: dict[str, set[float | str]] = {}
    for condition in conditions:
        for leaf in leaves(condition):
            known = found.setdefault(leaf.fact, set())
            if isinstance(leaf, Comparison):
                operand = leaf.operand if isinstance(leaf.operand, tuple) else (leaf.operand,)
                known.update(member for member in operand if isinstance(member, int | float | str))
    return {name: frozenset(known) for name, known in found.items()}


def stand_ins(fact: Fact, constants: Iterable[float | str]) -> tuple[Value, ...]:
    """What stands for all values of a fact that is compared with `constants`: those first, missing last.

    >>> from riskengine.policy.vocabulary import standard_vocabulary
    >>> stand_ins(standard_vocabulary()["pay_overdue_ratio"], [0.3])
    (0.3, 0.29, 0.31, 0.01, 0.99, 0.0, 1.0, None)
    >>> stand_ins(standard_vocabulary()["grade"], [8.0])
    (8.0, 7.0, 2.0, 1.0, 9.0, None)
    """
    if fact.unit is Unit.FLAG:
        found: Iterable[float | str] = (0.0, 1.0)
    else:
        found = _texts(constants) if fact.is_text else _numbers(fact, constants)
    return (*found, None) if fact.can_be_missing else tuple(found)


def _texts(constants: Iterable[float | str]) -> Iterator[str]:
    texts = sorted({text for text in constants if isinstance(text, str)})
    yield from texts
    other = _OTHER
    while other in texts:
        other += "?"
    yield other


def _numbers(fact: Fact, constants: Iterable[float | str]) -> Iterator[float]:
    named = sorted({float(value) for value in constants if not isinstance(value, str)})
    ends = [float(end) for end in (fact.low, fact.high) if end is not None]
    marks = sorted({*named, *ends}) or [0.0]
    near = sorted(_between(marks, fact), key=lambda value: min((abs(value - c) for c in named), default=0.0))
    candidates = (*named, *near, *ends)
    for value in dict.fromkeys(candidates or marks):
        inside = (fact.low is None or value >= fact.low) and (fact.high is None or value <= fact.high)
        if inside and (value.is_integer() or not fact.is_whole):
            yield value


def _between(marks: list[float], fact: Fact) -> Iterator[float]:
    """In each gap between neighbours, and beyond the outermost, a value near each end of it."""
    for low, high in pairwise((-math.inf, *marks, math.inf)):
        yield from _in_gap(low, high, fact)


def _in_gap(low: float, high: float, fact: Fact) -> Iterator[float]:
    if math.isfinite(low):
        above = _next_to(low, 1.0, fact)
        if low < above < high:
            yield above
    if math.isfinite(high):
        below = _next_to(high, -1.0, fact)
        if low < below < high:
            yield below
    if not fact.is_whole and math.isfinite(low) and math.isfinite(high):
        middle = low + (high - low) / 2
        if low < middle < high and high - low < 4 * _STEPS.get(fact.unit, 1.0):
            yield middle


def _next_to(value: float, sign: float, fact: Fact) -> float:
    """A little more (or less) than a value, in a step people would take, or the next float where that is no step."""
    if fact.is_whole:
        return math.floor(value) + 1.0 if sign > 0 else math.ceil(value) - 1.0
    step = _STEPS.get(fact.unit, 1.0)
    found = round(value + sign * step, 9) if abs(value) < 1e6 else value + sign * max(step, abs(value) * 1e-6)
    return found if math.isfinite(found) and found != value else math.nextafter(value, sign * math.inf)
