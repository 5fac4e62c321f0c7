"""Checks of segments and of the values that name them."""

import datetime as dt
from collections.abc import Iterator
from itertools import combinations

from riskengine.policy.condition import AllOf
from riskengine.policy.draft import AuthoredRule, PolicyDraft
from riskengine.policy.finding_kind import FindingKind
from riskengine.policy.normal_form import MAX_ALTERNATIVES, TooManyAlternatives, alternatives
from riskengine.policy.parameters import Parameter
from riskengine.policy.segment import SEGMENT_FACTS, Segment, are_apart
from riskengine.policy.variant import variants_on
from riskengine.tables.yaml_file import Finding
from riskengine.terms.errors import nearest


def check_segments(draft: PolicyDraft) -> Iterator[Finding]:
    """Facts that make no segment, segments nobody knows, and two of which neither is the more specific."""
    yield from _check_members(draft)
    for parameter in draft.parameters.values():
        yield from _check_names(draft, parameter)
        yield from _check_ties(draft, parameter)
    yield from _check_size(draft)


def _check_size(draft: PolicyDraft) -> Iterator[Finding]:
    """Rules that segments make too large for both engines."""
    for rule in draft.rules:
        sizes = (_is_too_large(draft, rule, as_of) for as_of in draft.dates_of(rule))
        if any(sizes):
            what = f"with all its segments {rule.id} has more than {MAX_ALTERNATIVES} alternatives"
            remedy = "split the rule, or make segments of fewer facts"
            yield Finding(rule.place(), what, remedy, kind=FindingKind.TOO_LARGE)


def _is_too_large(draft: PolicyDraft, rule: AuthoredRule, as_of: dt.date) -> bool:
    try:
        for variant in variants_on(draft, rule, as_of):
            if variant.guard:
                alternatives(AllOf((*variant.guard, rule.when)))
    except TooManyAlternatives:
        return True
    return False


def check_unused_segments(draft: PolicyDraft) -> Iterator[Finding]:
    """Segments that no value names."""
    used = {dated.segment for parameter in draft.parameters.values() for dated in parameter.values}
    for name in draft.segments:
        if name not in used and draft.segment_file is not None:
            place = draft.segment_file.place("segments", name)
            yield Finding(
                place, f"no value names the segment '{name}'", "remove it, or give a parameter a value for it"
            )


def _check_members(draft: PolicyDraft) -> Iterator[Finding]:
    if draft.segment_file is None:
        return
    known = [fact for fact in SEGMENT_FACTS if fact in draft.vocabulary]
    for segment in draft.segments.values():
        for fact, _ in segment.members:
            if fact not in known:
                place = draft.segment_file.place("segments", segment.name, "for", fact)
                yield Finding(place, f"'{fact}' does not make a segment", nearest(fact, known))


def _check_names(draft: PolicyDraft, parameter: Parameter) -> Iterator[Finding]:
    for position, dated in enumerate(parameter.values):
        if dated.segment is not None and dated.segment not in draft.segments:
            place = draft.parameter_file.place("parameters", parameter.name, "values", position, "segment")
            remedy = nearest(dated.segment, draft.segments) if draft.segments else "define it in segments.yaml"
            yield Finding(place, f"there is no segment '{dated.segment}'", remedy)


def _check_ties(draft: PolicyDraft, parameter: Parameter) -> Iterator[Finding]:
    """Two segments with as many facts of which a customer could be in both, on a day on which both have a value."""
    named = {dated.segment for dated in parameter.values}
    for one, other in combinations([s for name, s in sorted(draft.segments.items()) if name in named], 2):
        together = any({one.name, other.name} <= parameter.by_segment(day).keys() for day in parameter.dates())
        if one.size == other.size and together and not are_apart(one, other):
            place = draft.parameter_file.place("parameters", parameter.name)
            what = f"a customer of both '{one.name}' and '{other.name}' has two values of '@{parameter.name}'"
            remedy = "let at most one have `if_unknown: in`" if _only_unknown(one, other) else "make one more specific"
            yield Finding(place, what, remedy, _example(one, other), FindingKind.SEGMENT_TIE)


def _only_unknown(one: Segment, other: Segment) -> bool:
    """Whether only customers of whom a fact is not known are in both."""
    theirs = dict(other.members)
    return any(not set(texts) & set(theirs[fact]) for fact, texts in one.members if fact in theirs)


def _example(one: Segment, other: Segment) -> tuple[tuple[str, str | None], ...]:
    """A customer who is in both."""
    wanted: dict[str, set[str]] = {}
    for fact, texts in (*one.members, *other.members):
        wanted[fact] = wanted[fact] & set(texts) if fact in wanted else set(texts)
    return tuple((fact, min(texts, default=None)) for fact, texts in sorted(wanted.items()))
