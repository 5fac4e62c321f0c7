"""Who is in some segments and in none of others, as a condition that is never unknown.

What a segment asks of one fact is a set of values: the texts it names, any other text, and missing. A customer is a
point in the product of these sets, a segment a box in it, and who is outside of a segment lies in one of as many boxes
as the segment has facts. Boxes are intersected and those inside others dropped, so that conditions stay small where the
same facts are asked again and again.
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import TypeAlias

from riskengine.policy.condition import AllOf, AnyOf, Comparison, Condition, IsMissing, Not, Op
from riskengine.policy.segment import Segment


class _Other(Enum):
    """A text that no segment here names."""

    TEXT = "other"


_MOST_BOXES = 64
_Value: TypeAlias = str | _Other | None  # None: missing
_Box: TypeAlias = Mapping[str, frozenset[_Value]]  # facts that are left out may be anything


def guard_of(inside: Sequence[Segment], outside: Sequence[Segment]) -> tuple[Condition, ...]:
    """Conditions that are all true for a customer in every segment of `inside` and in none of `outside`, and of which
    one is false for anybody else; none where everybody is meant.

    >>> from riskengine.terms.text import Text
    >>> south = Segment("south", Text("South", "南欧"), (("cus_country", ("IT", "ES")),), unknown_is_in=False)
    >>> print(*guard_of([south], []), *guard_of([], [south]), sep="\\n")
    not(cus_country is missing)
    cus_country in ['ES', 'IT']
    any(cus_country is missing, cus_country not in ['ES', 'IT'])
    """
    every = _domains((*inside, *outside))
    start: dict[str, frozenset[_Value]] = {}
    for segment in inside:
        for fact, values in _asked(segment).items():
            start[fact] = start.get(fact, every[fact]) & values
    beside = [[{fact: every[fact] - values} for fact, values in _asked(segment).items()] for segment in outside]
    boxes: list[_Box] = [start]
    for others in beside:
        boxes = _without_contained([_both(box, other) for box in boxes for other in others])
        if len(boxes) > _MOST_BOXES:  # nobody could read it; `check_segments` finds such rules too large
            return (*_any_of([start], every), *(one for others in beside for one in _any_of(others, every)))
    return _any_of(boxes, every)


def _any_of(boxes: Sequence[_Box], every: Mapping[str, frozenset[_Value]]) -> tuple[Condition, ...]:
    arms = [tuple(_conditions(box, every)) for box in boxes]
    if len(arms) == 1:
        return arms[0]
    return (AnyOf(tuple(arm[0] if len(arm) == 1 else AllOf(arm) for arm in arms)),)


def _domains(segments: Sequence[Segment]) -> dict[str, frozenset[_Value]]:
    named: dict[str, set[_Value]] = {}
    for segment in segments:
        for fact, texts in segment.members:
            named.setdefault(fact, {None, _Other.TEXT}).update(texts)
    return {fact: frozenset(values) for fact, values in named.items()}


def _asked(segment: Segment) -> dict[str, frozenset[_Value]]:
    unknown: tuple[_Value, ...] = (None,) if segment.unknown_is_in else ()
    return {fact: frozenset((*texts, *unknown)) for fact, texts in segment.members}


def _both(one: _Box, other: _Box) -> _Box:
    facts = {**one, **other}
    return {fact: one.get(fact, found) & other.get(fact, found) for fact, found in facts.items()}


def _without_contained(boxes: Sequence[_Box]) -> list[_Box]:
    """Boxes that hold anybody, but for those inside others; of equal ones the first."""
    kept: list[_Box] = []
    for box in boxes:
        if all(box.values()) and not any(_holds(other, box) for other in kept):
            kept = [*(other for other in kept if not _holds(box, other)), box]
    return kept


def _holds(outer: _Box, inner: _Box) -> bool:
    return all(fact in inner and inner[fact] <= values for fact, values in outer.items())


def _conditions(box: _Box, every: Mapping[str, frozenset[_Value]]) -> Iterator[Condition]:
    for fact, values in sorted(box.items()):
        if values == every[fact]:
            continue
        if values == {None}:
            yield IsMissing(fact)
            continue
        compared = _comparison(fact, values, every[fact])
        if None in values:
            yield IsMissing(fact) if compared is None else AnyOf((IsMissing(fact), compared))
        else:
            yield Not(IsMissing(fact))
            if compared is not None:
                yield compared


def _comparison(fact: str, values: frozenset[_Value], every: frozenset[_Value]) -> Comparison | None:
    """What a text that is known must be; None if it may be any."""
    if _Other.TEXT in values:
        refused = tuple(sorted(text for text in every - values if isinstance(text, str)))
        return Comparison(fact, Op.NOT_IN, refused) if refused else None
    return Comparison(fact, Op.IN, tuple(sorted(text for text in values if isinstance(text, str))))
