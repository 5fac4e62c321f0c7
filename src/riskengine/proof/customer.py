"""One customer, any customer: the rating of `decision.rate.rate` as formulas over what is put into it.

Parts are made when they are first asked for. What an invariant does not depend on is never made, which is the only
pruning there is: a formula that is not there was not needed, so nothing is lost.
"""

from collections.abc import Callable
from functools import cached_property

import z3

from riskengine.policy.bundle import Policy
from riskengine.policy.invariant_facts import (
    ACTION_PREFIX,
    AVAILABLE_BEYOND_SECURED,
    AVAILABLE_CREDIT,
    SEVERITY,
    is_put_in,
)
from riskengine.policy.rule import LAST_STAGE, Rule
from riskengine.policy.vocabulary import STAGES
from riskengine.proof.amounts import Bought, bought_of, capacity_of, concentration_of, need_of
from riskengine.proof.evidence import Bound, bound_of
from riskengine.proof.grading import Steps, factors_of, look_up, scale_steps, settle_grade, terms_of
from riskengine.proof.inputs import Inputs
from riskengine.proof.limiting import Constraints, Limit, amount_before_rounding, limit_of
from riskengine.proof.logic import Bool, Term, conj, disj, exact, largest, least, neg
from riskengine.proof.rules import (
    Heard,
    Lean,
    Said,
    calls_for,
    frozen,
    grade_caps,
    hear,
    in_default,
    notch_sums,
    referred,
    warned,
)
from riskengine.proof.settling import Room, available_of, grant_terms, room_of, wanted_terms
from riskengine.proof.unknown import Unknown
from riskengine.proof.values import Capped, Flag, Ladder, Levels, Plain, Quotient, Value, nothing
from riskengine.terms.decision import Action, Severity, Stage

# Part and whole of the facts that are quotients; a negative exposure counts as none.
_QUOTIENTS = {
    "limit_to_prev": ("limit", "prev_limit"),
    "limit_to_current": ("limit", "cus_current_limit"),
    "exposure_to_limit": ("cus_exposure", "limit"),
    "req_to_limit": ("req_amount", "limit"),
    "pd_to_prev": ("pd_12m", "prev_pd_12m"),
    "ctx_exposure_share": ("cus_exposure", "ctx_portfolio_exposure"),
}
# After which stage the standing facts were concluded that a stage sees: nothing is concluded between the last two.
_SEEN_BY = {
    Stage.GRADING: Stage.HARD_STOPS,
    Stage.LIMITS: Stage.GRADING,
    Stage.TERMS: Stage.LIMITS,
    Stage.CONDITIONS: Stage.TERMS,
    Stage.WARNINGS: Stage.TERMS,
}


class Customer:
    """`tag` in the names of what only this customer has. Nothing is said of the others unless they are compared."""

    def __init__(self, inputs: Inputs, policy: Policy, temporary: Plain, lean: Lean | None = None) -> None:
        self.inputs = inputs
        self.policy = policy
        self.lean: Lean = lean or self.plainly
        self.temporary = temporary
        self.axioms = inputs.knowledge.axioms
        self.unknowns: dict[str, Unknown] = {}
        self.quotients: dict[str, Quotient] = {}
        self._heard: dict[str, Heard] = {}
        self._said: dict[Stage, tuple[Said, ...]] = {}

    # What rules say

    def said(self, stage: Stage) -> tuple[Said, ...]:
        """The rules of one stage, asked with what is known when it runs."""
        found = self._said.get(stage)
        if found is None:
            heard = [(rule, self.heard(rule)) for rule in self.policy.rules[stage]]
            found = tuple(Said(rule, *one, *self.lean(rule)) for rule, one in heard)
            self._said[stage] = found
        return found

    def heard(self, rule: Rule) -> Heard:
        """The outcome of one rule, and where it applies."""
        found = self._heard.get(rule.id)
        if found is None:
            found = self._heard[rule.id] = hear(rule, lambda name: self.fact(name, rule.stage))
        return found

    def said_up_to(self, stage: Stage) -> tuple[Said, ...]:
        return tuple(s for earlier in STAGES[: STAGES.index(stage) + 1] for s in self.said(earlier))

    def plainly(self, rule: Rule) -> tuple[Bool, Bool]:
        """Everything a rule says counts."""
        applies = self.heard(rule).applies
        return applies, applies

    # What is known

    def fact(self, name: str, stage: Stage) -> Value:
        """A fact as a rule of a stage sees it; unknown where it is concluded only later."""
        fact = self.inputs.knowledge.vocabulary[name]
        if is_put_in(fact):
            return self.inputs.value(name)
        if not fact.is_known_in(stage):
            return nothing()
        return self._standing(name, _SEEN_BY.get(stage, stage)) or self.concluded(name)

    def end_fact(self, name: str) -> Value:
        """A fact as it is known when the rating has ended."""
        if name == "refer":
            return Flag(self.referred)
        found = self._standing(name, STAGES[-1])
        if found is not None:
            return found
        if name in self.inputs.knowledge.vocabulary and is_put_in(self.inputs.knowledge.vocabulary[name]):
            return self.inputs.value(name)
        return self.concluded(name)

    def concluded(self, name: str) -> Value:
        """A conclusion that does not change once it is there."""
        if name.startswith(ACTION_PREFIX):
            return Flag(self.calls_for(Action(name.removeprefix(ACTION_PREFIX))))
        if name in _QUOTIENTS:
            return self._quotient(name)
        makers: dict[str, Callable[[], Value]] = {
            "pd_grade": lambda: Ladder(self.rated, self.pd_steps),
            "grade": lambda: self.grade,
            "grade_change": self._grade_change,
            "limit": lambda: self.limit,
            "terms_days": lambda: self.terms,
            SEVERITY: lambda: self.severity,
            AVAILABLE_CREDIT: lambda: self._available(name),
            AVAILABLE_BEYOND_SECURED: lambda: self._available(name),
        }
        return makers.get(name, lambda: self._unmodelled(name))()

    def _grade_change(self) -> Plain:
        before = self.inputs.number("prev_grade")
        return Plain(conj((self.grade.present, before.present)), self.grade.term - before.term)

    def _standing(self, name: str, stage: Stage) -> Value | None:
        """What grows from stage to stage, as it stands after one."""
        match name:
            case "in_default":
                return Flag(self.in_default)
            case "frozen":
                last = min(stage, LAST_STAGE["freeze"], key=STAGES.index)
                return Flag(disj((frozen(self.said_up_to(last)), self.in_default)))
            case "refer":
                return Flag(referred(self.said_up_to(stage)))
            case _:
                return None

    def _unmodelled(self, name: str) -> Value:
        """A conclusion this room knows nothing of could be anything in its range."""
        fact = self.inputs.knowledge.vocabulary[name]
        made = Plain(z3.Bool(f"{name}{self.inputs.tag}?"), z3.Real(f"{name}{self.inputs.tag}"))
        self.axioms += [] if fact.low is None else [made.at_least(fact.low)]
        self.axioms += [] if fact.high is None else [neg(made.above(fact.high))]
        return made

    # The rating, in the order of `rate`

    @cached_property
    def pd_12m(self) -> Plain:
        return self.inputs.number("pd_12m")

    @property
    def rated(self) -> Bool:
        return self.pd_12m.present

    @cached_property
    def in_default(self) -> Bool:
        return in_default(self.said_up_to(LAST_STAGE["in_default"]))

    @cached_property
    def referred(self) -> Bool:
        """By a rule, or because nobody rated."""
        unrated = conj((neg(self.rated), neg(self.in_default)))
        return disj((referred(self.said_up_to(STAGES[-1])), unrated))

    @cached_property
    def pd_steps(self) -> dict[int, Bool]:
        return scale_steps(self.pd_12m, self.policy.master_scale)

    @cached_property
    def grade(self) -> Ladder:
        return self._graded(self.pd_steps, Stage.GRADING)

    @cached_property
    def bound(self) -> Bound:
        limit = self.policy.limit
        oldest = limit.capacity.statement_oldest_days
        found = bound_of(self.inputs, self.pd_steps, oldest, limit.evidence, self.policy.master_scale)
        self.axioms.extend(found.axioms())
        self.unknowns["bound"] = found
        return found

    @cached_property
    def limit_grade(self) -> Ladder:
        return self._graded(self.bound.steps, Stage.LIMITS)

    def _graded(self, steps: Steps, stage: Stage) -> Ladder:
        said = self.said_up_to(stage)
        return settle_grade(steps, grade_caps(said), notch_sums(said), self.in_default, self.rated)

    @cached_property
    def wanted(self) -> Term:
        return wanted_terms(self.inputs, self.policy.terms)

    @cached_property
    def grade_terms(self) -> Term:
        return self.inputs.name("terms of the grade", look_up(self.grade, terms_of(self.policy.master_scale)))

    @cached_property
    def bought(self) -> Bought:
        policy = self.policy.limit.need
        found = bought_of(self.inputs, least(self.wanted, self.grade_terms), policy, self.inputs.tag)
        self.axioms.extend(found.axioms())
        self.unknowns["bought"] = found
        return found

    @cached_property
    def constraints(self) -> Constraints:
        policy = self.policy.limit
        return Constraints(
            need=self.inputs.name("need", need_of(self.inputs, self.bought, policy.need)),
            capacity=self.inputs.name("capacity", capacity_of(self.inputs, policy.capacity)),
            policy_cap=exact(policy.caps.customer),
            concentration=concentration_of(self.inputs, policy.caps),
            temporary=self.temporary,
        )

    @cached_property
    def limit(self) -> Limit:
        said = self.said_up_to(Stage.LIMITS)
        factors = factors_of(self.policy.master_scale)
        amount = amount_before_rounding(self.inputs, self.constraints, self.limit_grade, factors, said)
        found = limit_of(
            amount,
            rated=self.rated,
            shut=disj((frozen(said), self.in_default)),
            steps=self.policy.limit.rounding,
            tag=self.inputs.tag,
            axioms=self.axioms,
        )
        self.unknowns["limit"] = found
        return found

    @cached_property
    def terms(self) -> Plain:
        policy, said = self.policy.terms, self.said_up_to(Stage.TERMS)
        days, no_credit = grant_terms(self.inputs, self.wanted, self.grade_terms, self.limit, said=said, policy=policy)
        return Plain(disj((self.grade.present, no_credit)), days)

    @cached_property
    def severity(self) -> Levels:
        said = self.said_up_to(Stage.WARNINGS)
        return Levels({int(level): warned(said, int(level)) for level in Severity})

    def calls_for(self, action: Action) -> Bool:
        """`_add_actions`: default freezes by itself, and a person reviews whoever is referred."""
        called = calls_for(self.said_up_to(Stage.WARNINGS), action)
        if action is Action.FREEZE_CREDIT:
            return disj((called, self.in_default))
        return disj((called, self.referred)) if action is Action.MANUAL_REVIEW else called

    def _quotient(self, name: str) -> Value:
        part, whole = (self._amount(of) for of in _QUOTIENTS[name])
        present = conj((part.present, whole.present, whole.term > 0))
        made = Quotient(f"{name}{self.inputs.tag}", present, part.term, whole.term, self.axioms)
        found = self.quotients.setdefault(name, made)
        return Capped(found, 1.0) if name == "ctx_exposure_share" else found

    def _amount(self, name: str) -> Plain:
        if name == "limit":
            return Plain(self.limit.present, self.limit.term)
        found = self.inputs.number(name)
        return Plain(found.present, largest(found.term, z3.RealVal(0))) if name == "cus_exposure" else found

    @cached_property
    def room(self) -> Room:
        found = room_of(self.inputs, self.limit, self.policy.limit.available)
        self.axioms.extend(found.bounds())
        self.unknowns["room"] = found
        return found

    def _available(self, name: str) -> Plain:
        shut = disj((frozen(self.said_up_to(Stage.LIMITS)), self.in_default))
        return available_of(self.inputs, self.limit, self.room, shut, beyond=name == AVAILABLE_BEYOND_SECURED)
