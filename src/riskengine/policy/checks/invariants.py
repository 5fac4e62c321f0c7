"""Checks of invariants: as those of a rule of the last stage, and what only invariants can get wrong."""

from collections.abc import Iterator
from dataclasses import replace

from riskengine.policy.checks.leaves import check_leaves
from riskengine.policy.checks.parameters import check_parameters
from riskengine.policy.checks.texts import is_chinese
from riskengine.policy.condition import AllOf
from riskengine.policy.documents.rule import EffectDocument, InForce, RuleDocument
from riskengine.policy.draft import AuthoredRule, PolicyDraft
from riskengine.policy.invariant_facts import end_vocabulary, is_put_in
from riskengine.policy.placed_invariant import AuthoredInvariant, parameters_named
from riskengine.tables.yaml_file import Finding
from riskengine.terms.decision import OnMissing, Stage
from riskengine.terms.errors import nearest


def check_invariants(draft: PolicyDraft) -> Iterator[Finding]:
    """Everything that is wrong with the invariants of a policy."""
    seen: dict[str, str] = {}
    for one in draft.invariants:
        if one.id in seen:
            yield Finding(one.place(), f"{one.id} stands already in {seen[one.id]}", "give it an id of its own")
        seen.setdefault(one.id, one.place())
        yield from _check_texts(one)
        yield from _check_facts(draft, one)
        yield from _check_segments(draft, one)
    if draft.dates():
        carriers = tuple(_as_rule(draft, one) for one in draft.invariants)
        lent = replace(draft, rules=carriers, vocabulary=end_vocabulary(draft.vocabulary), parameters=draft.parameters)
        yield from check_leaves(lent)
        yield from (found for found in check_parameters(lent) if _is_ours(draft, found))


def _as_rule(draft: PolicyDraft, one: AuthoredInvariant) -> AuthoredRule:
    """A rule of the last stage with the conditions of the invariant: there every fact is known."""
    first = one.written.in_force or InForce.model_construct(start=draft.dates()[0], until=None)
    written = RuleDocument.model_construct(
        id=one.id,
        name=one.written.name,
        reason=None,
        in_force=first,
        when=None,
        on_missing=OnMissing.NO_HIT,
        then=EffectDocument.model_construct(),
    )
    when = AllOf(tuple(arm for arm in (one.given, one.always) if arm is not None))
    return AuthoredRule(written, "invariants", Stage.WARNINGS, "invariants", when, one.leaves, one.document, one.path)


def _is_ours(draft: PolicyDraft, finding: Finding) -> bool:
    """Not what is said of the parameters themselves, which is said already."""
    return not finding.place.startswith(f"{draft.parameter_file.where}:")


def _check_texts(one: AuthoredInvariant) -> Iterator[Finding]:
    for key, text in (("name", one.written.name), ("why", one.written.why)):
        if not is_chinese(text.zh):
            yield Finding(
                one.place(key, "zh"), f"the {key} of {one.id} is not translated: '{text.zh}'", "write Chinese"
            )


def _check_facts(draft: PolicyDraft, one: AuthoredInvariant) -> Iterator[Finding]:
    worse, missing = one.written.worse, one.written.missing
    if worse is not None:
        yield from _check_fact(draft, worse.fact, one.place("worse", "fact"))
        fact = draft.vocabulary.get(worse.fact)
        if fact is not None and fact.is_text:
            what = f"'{worse.fact}' is a text; texts are neither higher nor lower"
            yield Finding(one.place("worse", "fact"), what, "name a number")
    if missing is not None and missing.facts != "any":
        for position, name in enumerate(missing.facts):
            yield from _check_fact(draft, name, one.place("missing", "facts", str(position)))


def _check_fact(draft: PolicyDraft, name: str, place: str) -> Iterator[Finding]:
    if name not in draft.vocabulary:
        yield Finding(place, f"there is no fact '{name}'", nearest(name, draft.vocabulary))
    elif not is_put_in(draft.vocabulary[name]):
        yield Finding(place, f"'{name}' is concluded by the rating, not put into it", "name a fact that is put in")


def _check_segments(draft: PolicyDraft, one: AuthoredInvariant) -> Iterator[Finding]:
    for name, place in parameters_named(one):
        parameter = draft.parameters.get(name)
        if parameter is not None and parameter.has_segments:
            what = f"'@{name}' has a value for each segment; {one.id} can hold customers to one value only"
            yield Finding(place, what, "write the number that no segment may pass")
