"""Invariants with the values that parameters have on a date."""

from riskengine.policy.invariant import Always, Invariant, Missing, Statement, Worse
from riskengine.policy.placed_invariant import AuthoredInvariant
from riskengine.policy.resolve import Parameters, resolve_condition


def resolve_invariant(authored: AuthoredInvariant, parameters: Parameters) -> Invariant:
    """The invariant with the parameters' values of a date. Raises UsageError for a parameter without a value."""
    written = authored.written
    return Invariant(
        id=written.id,
        name=written.name.text(),
        why=written.why.text(),
        given=None if authored.given is None else resolve_condition(authored.given, parameters),
        says=_statement(authored, parameters),
        place=authored.place(),
    )


def _statement(authored: AuthoredInvariant, parameters: Parameters) -> Statement:
    written = authored.written
    if written.worse is not None:
        return Worse(written.worse.fact, written.worse.when, written.worse.never_better)
    if written.missing is not None:
        facts = () if written.missing.facts == "any" else written.missing.facts
        return Missing(facts, written.missing.never_better, written.missing.stand_ins)
    if authored.always is None:
        raise ValueError(f"{authored.id} says nothing")  # the document refuses it
    return Always(resolve_condition(authored.always, parameters))
