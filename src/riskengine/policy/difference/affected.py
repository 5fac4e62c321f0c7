"""Which customers a changed rule treats differently, in principle: as regions of facts, and one example."""

from collections.abc import Mapping
from dataclasses import dataclass

from riskengine.policy.checks.stand_ins import Value
from riskengine.policy.condition import AllOf, Condition, Not, truth
from riskengine.policy.difference.region import Region, example_of, regions_or_none
from riskengine.policy.difference.rule import RuleChange
from riskengine.policy.rule import Rule
from riskengine.policy.vocabulary import Vocabulary
from riskengine.terms.decision import OnMissing, Outcome

Regions = tuple[Region, ...] | None


@dataclass(frozen=True, slots=True)
class Affected:
    """Regions are None where the condition is too large to be told. `both`: the condition still holds, but says
    something else. `unknown`: what follows from missing facts has changed.
    """

    gained: Regions = ()
    lost: Regions = ()
    both: Regions = ()
    unknown: tuple[OnMissing, OnMissing] | None = None
    example: "Example | None" = None


@dataclass(frozen=True, slots=True)
class Example:
    """A customer on whom the two differ. An outcome is None where there is no such rule."""

    facts: Mapping[str, Value]
    before: Outcome | None
    after: Outcome | None


def affected_by(change: RuleChange, vocabulary: Vocabulary) -> Affected:
    """Whom the change concerns. Names and owners concern nobody."""
    old, new = change.before, change.after
    if old is None or new is None:
        found = regions_or_none(change.rule.when, vocabulary)
        example = _example(change, found, vocabulary)
        return Affected(gained=found, example=example) if old is None else Affected(lost=found, example=example)
    gained: Regions = ()
    lost: Regions = ()
    both: Regions = ()
    if old.when != new.when:
        gained = regions_or_none(_only(new.when, old.when), vocabulary)
        lost = regions_or_none(_only(old.when, new.when), vocabulary)
    if old.then != new.then:
        both = regions_or_none(new.when, vocabulary)
    unknown = (old.on_missing, new.on_missing) if old.on_missing is not new.on_missing else None
    shown = (*(gained or ()), *(lost or ())) or both
    return Affected(gained, lost, both, unknown, _example(change, shown, vocabulary))


def _only(wanted: Condition, unwanted: Condition) -> Condition:
    return AllOf((wanted, Not(unwanted)))


def _example(change: RuleChange, found: tuple[Region, ...] | None, vocabulary: Vocabulary) -> Example | None:
    """The first region is the first alternative as written, so its example is the one the author would think of."""
    for region in found or ():
        facts = example_of(region, vocabulary)
        return Example(facts, _outcome(change.before, facts), _outcome(change.after, facts))
    return None


def _outcome(rule: Rule | None, facts: Mapping[str, Value]) -> Outcome | None:
    if rule is None:
        return None
    said = truth(rule.when, facts)
    return Outcome.MISSING if said is None else Outcome.HIT if said else Outcome.NO_HIT
