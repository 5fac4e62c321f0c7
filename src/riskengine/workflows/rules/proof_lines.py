"""A refuted invariant for people: who breaks it, and how he is rated."""

from collections.abc import Iterator, Mapping

from riskengine.policy.vocabulary import Vocabulary
from riskengine.proof.scenario import FactValue, Rated, end_record
from riskengine.proof.verdict import Verdict
from riskengine.reports.rule_words import exact_value
from riskengine.workflows.rules.proof_document import facts_of, rated_rules

_TOLD = ("grade", "limit", "terms_days", "frozen", "refer", "severity", "available_credit")


def refutation_lines(verdict: Verdict, vocabulary: Vocabulary) -> Iterator[str]:
    """The customer, or the two that are compared: facts that matter, conclusions, rules that applied."""
    breach = verdict.breach
    if breach is None:
        return
    invariant = verdict.invariant
    yield f"{invariant.place}: {invariant.id} {invariant.name.en} / {invariant.name.zh}"
    yield f"  refuted on {verdict.as_of}; {invariant.why.en}"
    first, *others = facts_of(breach.scenario)
    yield "  this customer, of whom nothing else is known:" if first else "  a customer of whom nothing is known"
    yield from _facts(first, vocabulary)
    if breach.scenario.temporary is not None:
        yield f"    granted for a time: {breach.scenario.temporary:,.2f}"
    yield from _rating(breach.rated[0], vocabulary)
    if others:
        yield "  and the same with"
        changed = breach.scenario.changed.items()
        yield from (f"    {name}: {exact_value(name, value, vocabulary).en}" for name, value in changed)
        yield from _rating(breach.rated[1], vocabulary)
    if breach.excused:
        yield f"  not counted, since the policy excuses it between them: {', '.join(breach.excused)}"


def _facts(facts: Mapping[str, FactValue], vocabulary: Vocabulary) -> Iterator[str]:
    for name, value in sorted(facts.items()):
        yield f"    {name}: {exact_value(name, value, vocabulary).en} ({vocabulary[name].text.en})"


def _rating(rated: Rated, vocabulary: Vocabulary) -> Iterator[str]:
    record = end_record(rated, vocabulary)
    told = ", ".join(f"{name} {exact_value(name, record[name], vocabulary).en}" for name in _TOLD)
    yield f"    is rated: {told}"
    actions = [action.value for action in rated.ratings.effects.actions_of(rated.row)]
    if actions:
        yield f"    actions: {', '.join(actions)}"
    for rule_id, name in rated_rules(rated):
        yield f"    {rule_id} applies: {name}"
