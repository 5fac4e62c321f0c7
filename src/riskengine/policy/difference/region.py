"""What a condition asks of each fact, as ranges: the regions of customers for whom it holds.

A condition in disjunctive normal form is a list of alternatives; the literals of one alternative about one fact join to
`Bounds`. So "who is affected" can be said in words, an example can be given, and the nearest value that a condition
would accept can be found.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from riskengine.features.feature import Unit
from riskengine.policy.checks.stand_ins import Value, stand_ins
from riskengine.policy.condition import Comparison, Condition, IsMissing, Not, Op, facts_of
from riskengine.policy.normal_form import Alternative, TooManyAlternatives, alternatives
from riskengine.policy.vocabulary import Fact, Vocabulary


@dataclass(frozen=True, slots=True)
class Bounds:
    """The values of one fact: in a range, among some, none of others; or missing. All that is given must hold."""

    fact: str
    low: float = -math.inf
    low_included: bool = False
    high: float = math.inf
    high_included: bool = False
    among: tuple[float | str, ...] | None = None
    excluded: tuple[float | str, ...] = ()
    must_be_missing: bool = False
    must_be_known: bool = False

    def accepts(self, value: Value) -> bool:
        """
        >>> at_least_60 = Bounds("dpd", low=60.0, low_included=True, must_be_known=True)
        >>> at_least_60.accepts(60.0), at_least_60.accepts(59.0), at_least_60.accepts(None)
        (True, False, False)
        """
        if value is None:
            return not self.must_be_known
        if self.must_be_missing or value in self.excluded:
            return False
        if self.among is not None and value not in self.among:
            return False
        return isinstance(value, str) or self._in_range(value)

    def _in_range(self, value: float) -> bool:
        above = value >= self.low if self.low_included else value > self.low
        below = value <= self.high if self.high_included else value < self.high
        return above and below

    @property
    def is_open(self) -> bool:
        """Whether every value and its absence will do."""
        return self == Bounds(self.fact)


Region = tuple[Bounds, ...]  # one for each fact, sorted by fact


def regions(condition: Condition, vocabulary: Vocabulary, *, negate: bool = False) -> tuple[Region, ...]:
    """The regions that together are all customers for whom a resolved condition (or its negation) is true.

    Regions that no values can reach are left out. Raises TooManyAlternatives.
    """
    found = (_region(way, vocabulary) for way in alternatives(condition, negate=negate))
    return tuple(dict.fromkeys(region for region in found if region is not None))


def regions_or_none(condition: Condition, vocabulary: Vocabulary) -> tuple[Region, ...] | None:
    """`regions`, or None for a condition too large to be told."""
    try:
        return regions(condition, vocabulary)
    except TooManyAlternatives:
        return None


def example_of(region: Region, vocabulary: Vocabulary) -> dict[str, Value]:
    """Values in the region, as near to the thresholds as people would choose them.

    Raises ValueError if there are none; `regions` gives no such region.
    """
    return {bounds.fact: _example(bounds, vocabulary[bounds.fact]) for bounds in region}


def nearest_value(bounds: Bounds, fact: Fact, current: Value) -> Value:
    """The value within bounds and the fact's range that is nearest to `current`.

    Beside an excluded bound or value it is the next float, of a fact that only takes whole numbers the next whole
    number. Raises ValueError if there is none.
    """
    if bounds.accepts(current):
        return current
    if bounds.must_be_missing or isinstance(current, str) or current is None:
        return _example(bounds, fact)
    found = [v for v in _nearby(bounds, fact) if bounds.accepts(v) and _in_domain(v, fact)]
    if not found:
        raise _nothing(bounds, fact)
    return min(found, key=lambda value: abs(value - current))


def _region(way: Alternative, vocabulary: Vocabulary) -> Region | None:
    joined: dict[str, Bounds] = {}
    for literal in way:
        name = facts_of(literal)[0]
        joined[name] = _narrowed(joined.get(name, Bounds(name)), literal)
    found = tuple(joined[name] for name in sorted(joined))
    return found if all(_is_possible(bounds, vocabulary[bounds.fact]) for bounds in found) else None


def _is_possible(bounds: Bounds, fact: Fact) -> bool:
    return any(bounds.accepts(value) for value in stand_ins(fact, _named(bounds)))


def _example(bounds: Bounds, fact: Fact) -> Value:
    for value in stand_ins(fact, _named(bounds)):
        if bounds.accepts(value):
            return value
    raise _nothing(bounds, fact)


def _nothing(bounds: Bounds, fact: Fact) -> ValueError:
    return ValueError(f"no value of {fact.name} lies in {bounds}")


def _named(bounds: Bounds) -> tuple[float | str, ...]:
    """The constants of the comparisons that made the bounds."""
    ends = (end for end in (bounds.low, bounds.high) if math.isfinite(end))
    return (*ends, *(bounds.among or ()), *bounds.excluded)


def _narrowed(bounds: Bounds, literal: Comparison | IsMissing | Not) -> Bounds:
    match literal:
        case IsMissing():
            return replace(bounds, must_be_missing=True)
        case Not():
            return replace(bounds, must_be_known=True)
        case Comparison(_, op, operand):
            known = replace(bounds, must_be_known=True)
            if isinstance(operand, tuple):
                return _within(known, tuple(operand), keep=op is Op.IN)
            if op in (Op.EQ, Op.NE):
                return _within(known, (_plain(operand),), keep=op is Op.EQ)
            return _cut(known, op, float(_number(operand)))


def _within(bounds: Bounds, values: tuple[float | str, ...], *, keep: bool) -> Bounds:
    excluded, among = bounds.excluded, bounds.among
    if keep:
        among = values if among is None else tuple(value for value in among if value in values)
    else:
        excluded = tuple(dict.fromkeys((*excluded, *values)))
    if among is not None:
        among, excluded = tuple(value for value in among if value not in excluded), ()
    return replace(bounds, among=among, excluded=excluded)


def _cut(bounds: Bounds, op: Op, limit: float) -> Bounds:
    included = op in (Op.LE, Op.GE)
    if op in (Op.GT, Op.GE):
        stricter = limit > bounds.low or (limit == bounds.low and not included)
        return replace(bounds, low=limit, low_included=included) if stricter else bounds
    stricter = limit < bounds.high or (limit == bounds.high and not included)
    return replace(bounds, high=limit, high_included=included) if stricter else bounds


def _plain(operand: object) -> float | str:
    if isinstance(operand, str | float | int):
        return operand if isinstance(operand, str) else float(operand)
    raise TypeError(f"{operand!r} has no value; regions are of resolved conditions")


def _number(operand: object) -> float:
    plain = _plain(operand)
    if isinstance(plain, str):
        raise TypeError(f"'{plain}' is a text and cannot be ordered")
    return plain


def _nearby(bounds: Bounds, fact: Fact) -> Iterator[float]:
    """Numbers one of which is nearest to any number that the bounds do not accept."""
    for value in (*_named(bounds), *((0.0, 1.0) if fact.unit is Unit.FLAG else ())):
        if not isinstance(value, str):
            yield value
            yield math.ceil(value) - 1.0 if fact.is_whole else math.nextafter(value, -math.inf)
            yield math.floor(value) + 1.0 if fact.is_whole else math.nextafter(value, math.inf)


def _in_domain(value: float, fact: Fact) -> bool:
    if fact.is_whole and not value.is_integer():
        return False
    return (fact.low is None or value >= fact.low) and (fact.high is None or value <= fact.high)
