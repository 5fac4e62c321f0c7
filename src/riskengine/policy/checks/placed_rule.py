"""The rules in force on a date, each with the place where it is written, for the checks that compare rules."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from riskengine.policy.checks.conclusions import Conclusions, conclusions_of, shown_fact
from riskengine.policy.checks.reach import is_comparable
from riskengine.policy.checks.search import ANY, TRUE, UNKNOWN, Example, Goal, Undecided, World
from riskengine.policy.checks.stand_ins import Value
from riskengine.policy.condition import Condition, facts_of, leaves
from riskengine.policy.draft import AuthoredRule, PolicyDraft
from riskengine.policy.parameters import values_on
from riskengine.policy.resolve import resolve_rule
from riskengine.policy.rule import Rule
from riskengine.policy.variant import variants_on
from riskengine.terms.decision import OnMissing
from riskengine.terms.errors import UsageError


@dataclass(frozen=True, slots=True)
class PlacedRule:
    """`when` is the condition with conclusions by the name they have in the rule's stage."""

    rule: Rule
    authored: AuthoredRule
    when: Condition

    @property
    def applies(self) -> Goal:
        """That its effects count for a customer."""
        return Goal(self.when, TRUE | UNKNOWN if self.rule.on_missing is OnMissing.HIT else TRUE)

    @property
    def does_not_apply(self) -> Goal:
        return Goal(self.when, ANY & ~self.applies.wanted)


@dataclass(frozen=True, slots=True)
class RulesInForce:
    """All rules of one date and what always follows from them."""

    as_of: dt.date
    rules: tuple[PlacedRule, ...]
    conclusions: Conclusions
    world: World

    def customer(self, *goals: Goal) -> Example | None:
        """A customer for whom all goals hold, with the facts they ask for; None if none is found."""
        found = self.whole_customer(*goals)
        if found is None:
            return None
        asked = {name for goal in goals for name in facts_of(goal.condition)}
        return tuple(sorted((shown_fact(name), value) for name, value in found.items() if name in asked))

    def whole_customer(self, *goals: Goal) -> dict[str, Value] | None:
        """The same with everything that must then be known of him."""
        try:
            return self.world.find(goals)
        except Undecided:
            return None

    def has_none(self, *goals: Goal) -> bool:
        """Whether it is certain that no customer meets all goals."""
        try:
            return self.world.find(goals) is None
        except Undecided:
            return False


def rules_by_date(draft: PolicyDraft) -> Iterator[RulesInForce]:
    """The rules of every date on which anything changes; those that other checks object to are left out."""
    for as_of in draft.dates():
        yield rules_on(draft, as_of)


def rules_on(draft: PolicyDraft, as_of: dt.date) -> RulesInForce:
    """The rules of one date."""
    placed = tuple(_placed(draft, as_of))
    begun = [scale.version for scale in draft.scales if scale.version.start <= as_of]
    found = conclusions_of([rule for rule, _ in placed], begun[-1] if begun else None, draft.vocabulary)
    rules = tuple(PlacedRule(rule, authored, found.as_read(rule.when, rule.stage)) for rule, authored in placed)
    return RulesInForce(as_of, rules, found, World(found.facts, found.always))


def _placed(draft: PolicyDraft, as_of: dt.date) -> Iterator[tuple[Rule, AuthoredRule]]:
    general = values_on(draft.parameters, as_of)
    for authored in draft.rules:
        if not authored.is_in_force(as_of) or any(p.leaf.fact not in draft.vocabulary for p in authored.leaves):
            continue
        for variant in variants_on(draft, authored, as_of, general):
            try:
                rule = resolve_rule(authored, variant)
            except UsageError:
                continue
            if all(is_comparable(leaf, draft.vocabulary) for leaf in leaves(rule.when)):
                yield rule, authored
