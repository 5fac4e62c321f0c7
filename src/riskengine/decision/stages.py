"""Running the rules stage by stage; what one stage concludes is a fact for the next."""

from collections.abc import Sequence

import numpy as np

from riskengine.decision.agreed import GROUP, exempt_rows
from riskengine.decision.arrays import Floats, Texts
from riskengine.policy.bundle import Policy
from riskengine.policy.condition import facts_of
from riskengine.policy.rule import Rule, late_parts
from riskengine.rules.effects import JoinedEffects, combine, join_effects, no_effects
from riskengine.rules.facts import FactColumns
from riskengine.rules.outcomes import NO_HIT, SNOOZED, Engine, Int8Array, Outcomes
from riskengine.terms.decision import Stage
from riskengine.terms.errors import InputError


class StageRun:
    """The rules of one rating: facts grow, effects join, outcomes are kept."""

    def __init__(self, ids: Texts, facts: FactColumns, policy: Policy, engine: Engine) -> None:
        check_stages(policy)
        self._exempt = exempt_rows(policy, ids, facts.texts.get(GROUP))
        self.policy = policy
        self.count = facts.count
        self.effects: JoinedEffects = no_effects(facts.count)
        self._engine = engine
        self._given = facts
        self._concluded: dict[str, Floats] = {}
        self._named = frozenset(fact for rule in policy.all_rules for fact in facts_of(rule.when))
        self._for_rules = narrow_facts(facts, self._named)
        self._outcomes: dict[str, Int8Array] = {}

    def run(self, stage: Stage) -> JoinedEffects:
        """Evaluate a stage's rules on what is known so far. Returns the effects of all stages up to here."""
        rules = self.policy.rules[stage]
        if rules:
            outcomes = self._snooze(rules, self._engine.evaluate(rules, self._for_rules))
            self._outcomes.update(outcomes.by_rule)
            self.effects = combine(self.effects, join_effects(rules, outcomes))
        return self.effects

    def _snooze(self, rules: Sequence[Rule], outcomes: Outcomes) -> Outcomes:
        """Where a rule would say something of a customer who is exempt from it, it says nothing."""
        by_rule = dict(outcomes.by_rule)
        for rule in rules:
            exempt = self._exempt.get(rule.base_id)
            if exempt is not None:
                codes = by_rule[rule.id]
                by_rule[rule.id] = np.where(exempt & (codes != NO_HIT), SNOOZED, codes)
        return Outcomes(outcomes.count, by_rule)

    def conclude(self, **conclusions: Floats) -> None:
        """Make conclusions known to the stages that follow, and with them who is in default, frozen and referred."""
        standing = {
            "in_default": self.effects.in_default.astype(np.float64),
            "frozen": (self.effects.freeze | self.effects.in_default).astype(np.float64),
            "refer": self.effects.refer.astype(np.float64),
        }
        self._concluded.update(standing, **conclusions)
        named = {name: values for name, values in self._concluded.items() if name in self._named}
        self._for_rules = self._for_rules.with_numbers(**named)

    def number(self, name: str) -> Floats:
        """A numeric fact; NaN for everybody where nobody gave it."""
        found = self._concluded.get(name)
        if found is None:
            found = self._given.numbers.get(name)
        return np.full(self.count, np.nan) if found is None else found

    def facts(self) -> FactColumns:
        """What was given, with what was concluded."""
        return self._given.with_numbers(**self._concluded)

    def outcomes(self) -> Outcomes:
        return Outcomes(self.count, dict(sorted(self._outcomes.items())))


def narrow_facts(facts: FactColumns, named: frozenset[str]) -> FactColumns:
    """Only the facts that some rule names; the others cannot change an outcome."""
    return facts.only(named)


def check_stages(policy: Policy) -> None:
    """Refuse a policy with a rule whose effect comes after the stage that would have used it.

    Raises InputError naming every such rule.
    """
    late = [f"{rule.id} ({part})" for rule in policy.all_rules for part in late_parts(rule.then, rule.stage)]
    if late:
        raise InputError(
            f"effects come too late to count: {', '.join(late)}",
            where=f"policy {policy.version}",
            remedy="put grade effects in hard_stops or grading, limit effects and freeze no later than limits, "
            "terms effects no later than terms",
        )
