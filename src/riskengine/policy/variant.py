"""One rule, several values: what a rule becomes when its parameters differ by segment.

A customer may be in several segments of a parameter; the one with most facts wins. So a rule stands in as many variants
as there are ways in which its parameters can be decided, each with a guard that is true for its customers and false for
all others. Guards are never unknown, and for any customer exactly one is true.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from riskengine.policy.condition import Condition, Literal
from riskengine.policy.draft import AuthoredRule, PolicyDraft
from riskengine.policy.parameter_use import parameters_of
from riskengine.policy.parameters import Parameter, values_on
from riskengine.policy.segment import SEGMENT_FACTS, Segment, are_apart
from riskengine.policy.segment_guard import guard_of

Winners = tuple[tuple[str, Segment | None], ...]  # parameter -> the segment whose value holds, None: the general value


@dataclass(frozen=True, slots=True)
class Variant:
    """`segments` are those whose values it has, by name; none for the general one. `values` holds every parameter as it
    stands for these customers, `own` those among them that are a segment's. All of `guard` must be true.
    """

    segments: tuple[Segment, ...]
    values: Mapping[str, Literal]
    own: Mapping[str, Literal]
    guard: tuple[Condition, ...]


def variants_on(
    draft: PolicyDraft, rule: AuthoredRule, as_of: dt.date, general: Mapping[str, Literal] | None = None
) -> tuple[Variant, ...]:
    """The variants of a rule on a date, the general one first. `general`: the values of all parameters on that date for
    customers without a segment, where they are at hand."""
    values = values_on(draft.parameters, as_of) if general is None else general
    known = {name: s for name, s in draft.segments.items() if all(_makes(fact, draft) for fact, _ in s.members)}
    return variants_of((name for name, _ in parameters_of(rule)), draft.parameters, known, values, as_of)


def _makes(fact: str, draft: PolicyDraft) -> bool:
    """Whether a fact makes a segment; where it does not, `check_segments` says so."""
    return fact in SEGMENT_FACTS and fact in draft.vocabulary


def variants_of(
    names: Iterable[str],
    parameters: Mapping[str, Parameter],
    segments: Mapping[str, Segment],
    general: Mapping[str, Literal],
    as_of: dt.date,
) -> tuple[Variant, ...]:
    """The variants of a rule that names the parameters `names`; the general one first, the others by their segments.

    `general` holds the values of all parameters for customers without a segment. Names of parameters and segments that
    do not exist are left out; the checks say so.
    """
    found = {
        name: {s: value for s, value in parameters[name].by_segment(as_of).items() if s in segments}
        for name in sorted(set(names))
        if name in parameters and name in general
    }
    ranked = {name: _ranked([segments[s] for s in values]) for name, values in found.items() if values}
    if not ranked:
        return (Variant((), general, {}, ()),)
    ways = sorted(dict.fromkeys(_ways(ranked)), key=_names)
    return tuple(_variant(way, ranked, found, general) for way in ways)


def _ranked(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """The most specific first."""
    return tuple(sorted(segments, key=lambda segment: (-segment.size, segment.name)))


def _ways(ranked: Mapping[str, tuple[Segment, ...]]) -> Iterator[Winners]:
    """How the parameters are decided for every customer there can be."""
    segments = tuple(dict.fromkeys(segment for found in ranked.values() for segment in found))
    facts = tuple(dict.fromkeys(fact for segment in segments for fact, _ in segment.members))
    for customer in product(*(_values(fact, segments) for fact in facts)):
        held = {s for s in segments if all(s.holds(f, v) for f, v in zip(facts, customer, strict=True))}
        yield tuple((name, next((s for s in found if s in held), None)) for name, found in ranked.items())


def _values(fact: str, segments: Sequence[Segment]) -> tuple[str | None, ...]:
    """Values of one fact that stand for all it can take: one for each set of segments it leaves a customer in."""
    named = [text for segment in segments for own, texts in segment.members if own == fact for text in texts]
    unnamed = "".join(named) + "?"
    by_membership = {tuple(s.holds(fact, value) for s in segments): value for value in (*named, unnamed, None)}
    return tuple(by_membership.values())


def _names(way: Winners) -> tuple[str, ...]:
    return tuple(segment.name for segment in _winners(way))


def _winners(way: Winners) -> tuple[Segment, ...]:
    return tuple(sorted({s for _, s in way if s is not None}, key=lambda segment: segment.name))


def _variant(
    way: Winners,
    ranked: Mapping[str, tuple[Segment, ...]],
    found: Mapping[str, Mapping[str, Literal]],
    general: Mapping[str, Literal],
) -> Variant:
    own = {name: found[name][segment.name] for name, segment in way if segment is not None}
    return Variant(_winners(way), {**general, **own}, own, _guard(way, ranked))


def _guard(way: Winners, ranked: Mapping[str, tuple[Segment, ...]]) -> tuple[Condition, ...]:
    """Inside the winners, and outside all that would have won against them."""
    winners = _winners(way)
    stronger: dict[Segment, None] = {}
    for name, segment in way:
        place = len(ranked[name]) if segment is None else ranked[name].index(segment)
        stronger.update(dict.fromkeys(ranked[name][:place]))
    beaten = [s for s in stronger if not any(are_apart(s, winner) for winner in winners)]
    return guard_of(winners, beaten)
