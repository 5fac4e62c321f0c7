"""What a condition asks of each fact, as ranges: the regions of customers for whom it holds.

A condition in disjunctive normal form is a list of alternatives; the literals of one alternative about one fact join to
`Bounds`. So "who is affected" can be said in words, an example can be given, and the nearest value that a condition
would accept can be found.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from riskengine.features.feature import Unit
from riskengine.policy.condition import Comparison, Condition, IsMissing, Not, Op, facts_of
from riskengine.policy.normal_form import Alternative, TooManyAlternatives, alternatives
from riskengine.policy.vocabulary import Fact, Vocabulary

Value = float | str | None  # None: missing
_STEPS = {Unit.RATIO: 0.01}


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
    """Values in the region, as near to the middle of the facts' ranges as whole thresholds go."""
    return {bounds.fact: some_value(bounds, vocabulary[bounds.fact]) for bounds in region}


def some_value(bounds: Bounds, fact: Fact) -> Value:
    """A value that the bounds accept: a bound itself where it is included, else a little inside.

    Raises ValueError if there is none; `regions` gives no such bounds.
    """
    for value in (*_round_values(bounds, fact), *_candidates(bounds, fact)):
        if bounds.accepts(value) and _in_domain(value, fact):
            return value
    raise ValueError(f"no value of {fact.name} lies in {bounds}")


def nearest_value(bounds: Bounds, fact: Fact, current: Value) -> Value:
    """The value within bounds and the fact's range that is nearest to `current`.

    Beside an excluded bound it is the next float, of a fact that only takes whole numbers the next whole
    number. Raises ValueError if there is none.
    """
    if bounds.accepts(current):
        return current
    found = [v for v in _candidates(bounds, fact) if bounds.accepts(v) and _in_domain(v, fact)]
    if not found:
        raise ValueError(f"no value of {fact.name} lies in {bounds}")
    if isinstance(current, str) or current is None:
        return found[0]
    return min(found, key=lambda v: abs(v - current) if isinstance(v, float) else math.inf)


def _region(way: Alternative, vocabulary: Vocabulary) -> Region | None:
    joined: dict[str, Bounds] = {}
    for literal in way:
        name = facts_of(literal)[0]
        joined[name] = _narrowed(joined.get(name, Bounds(name)), literal)
    found = tuple(joined[name] for name in sorted(joined))
    return found if all(_is_possible(bounds, vocabulary[bounds.fact]) for bounds in found) else None


def _is_possible(bounds: Bounds, fact: Fact) -> bool:
    if bounds.must_be_missing and (bounds.must_be_known or not fact.can_be_missing):
        return False
    return any(bounds.accepts(v) and _in_domain(v, fact) for v in _candidates(bounds, fact))


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


def _candidates(bounds: Bounds, fact: Fact) -> Iterator[Value]:
    """Values to try, sensible ones first."""
    if bounds.must_be_missing:
        yield None
        return
    if bounds.among is not None:
        yield from bounds.among
        return
    if fact.is_text:
        yield "".join(sorted(str(text) for text in bounds.excluded)) + "?"
        return
    if fact.unit is Unit.FLAG:
        yield from (0.0, 1.0)
        return
    yield from _edges(bounds, fact)
    yield from _inner(bounds, fact)


def _round_values(bounds: Bounds, fact: Fact) -> Iterator[float]:
    """A step that people would take off an end that is excluded."""
    if bounds.must_be_missing or bounds.among is not None or fact.is_text:
        return
    step = _STEPS.get(fact.unit, 1.0)
    for end, sign in ((bounds.low, 1.0), (bounds.high, -1.0)):
        if math.isfinite(end):
            yield end
            yield round(end + sign * step, 9)


def _edges(bounds: Bounds, fact: Fact) -> Iterator[float]:
    if math.isfinite(bounds.low):
        yield bounds.low
        yield math.floor(bounds.low) + 1.0 if fact.is_whole else math.nextafter(bounds.low, math.inf)
    if math.isfinite(bounds.high):
        yield bounds.high
        yield math.ceil(bounds.high) - 1.0 if fact.is_whole else math.nextafter(bounds.high, -math.inf)


def _inner(bounds: Bounds, fact: Fact) -> Iterator[float]:
    """Beside excluded values, in the middle, and at the ends of the fact's range."""
    low = max(bounds.low, -math.inf if fact.low is None else float(fact.low))
    high = min(bounds.high, math.inf if fact.high is None else float(fact.high))
    if math.isfinite(low) and math.isfinite(high):
        yield low + (high - low) / 2
    for end, step in ((low, 1.0), (high, -1.0)):
        if math.isfinite(end):
            yield end
            yield end + step * max(1.0, abs(end))
    for value in bounds.excluded:
        if isinstance(value, float):
            step = 1.0 if fact.is_whole else max(1.0, abs(value)) / 2
            yield from (value + step, value - step)
    yield 0.0


def _in_domain(value: Value, fact: Fact) -> bool:
    if value is None:
        return fact.can_be_missing
    if isinstance(value, str):
        return fact.is_text
    if fact.is_whole and not value.is_integer():
        return False
    return (fact.low is None or value >= fact.low) and (fact.high is None or value <= fact.high)


def in_all(bounds: Sequence[Bounds], record: Mapping[str, Value]) -> bool:
    """Whether a customer lies in a region."""
    return all(one.accepts(record.get(one.fact)) for one in bounds)
