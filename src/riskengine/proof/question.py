"""An invariant as a question to the solver: is there a customer, or are there two, that break it?"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import z3

from riskengine.policy.bundle import Policy
from riskengine.policy.condition import Condition
from riskengine.policy.invariant import Always, Direction, Invariant, Measure, Missing, StandIn, Worse
from riskengine.policy.invariant_facts import end_vocabulary
from riskengine.policy.vocabulary import Vocabulary
from riskengine.proof.customer import Customer
from riskengine.proof.excuse import compare_leniently
from riskengine.proof.grading import STEPS
from riskengine.proof.inputs import Inputs, Knowledge, texts_named
from riskengine.proof.logic import Bool, conj, disj, implies, neg
from riskengine.proof.truth import truth_of
from riskengine.proof.unknown import Unknown
from riskengine.proof.values import Plain


@dataclass(slots=True)
class Question:
    """`broken` names the ways to break the invariant, `given` holds for those it is said of.

    The second of two customers is the one who must not be better: he whose fact is worse, or who knows less.
    """

    customers: Sequence[Customer]
    given: Bool
    premises: Sequence[Bool]  # what the customers are to each other
    broken: Sequence[Bool]  # any of them
    knowledge: Knowledge
    temporary: Plain
    unknowns: list[Unknown] = field(default_factory=list)

    @property
    def axioms(self) -> list[Bool]:
        return [*self.knowledge.axioms, *self.knowledge.definitions.values()]


Comparison = tuple[tuple[Customer, Customer], list[Bool], list[Bool]]  # with premises and ways to break it


def ask(invariant: Invariant, policy: Policy, vocabulary: Vocabulary) -> Question:
    """The question for one invariant and the policy of one date."""
    knowledge = _knowledge(invariant, policy, vocabulary)
    temporary = Plain(z3.Bool("temporary?"), z3.Real("temporary"))
    knowledge.axioms.append(temporary.term >= 0)
    premises: list[Bool] = []
    match invariant.says:
        case Always(condition):
            one = Customer(Inputs(knowledge), policy, temporary)
            customers: tuple[Customer, ...] = (one,)
            broken = [neg(truth_of(condition, one.end_fact).yes)]
        case Worse() as worse:
            customers, premises, broken = _two_values(worse, knowledge, policy, temporary)
        case Missing() as missing:
            customers, premises, broken = _two_states(missing, knowledge, policy, temporary)
    given = conj(_is_given(invariant.given, customer) for customer in customers)
    if len(customers) == 2:
        knowledge.axioms.extend(ordered(*customers))
    unknowns = [unknown for customer in customers for unknown in customer.unknowns.values()]
    return Question(customers, given, premises, broken, knowledge, temporary, unknowns)


def fingerprint(question: Question) -> str:
    """Equal for questions that are the same formulas."""
    solver = z3.Solver()
    solver.add(question.given, *question.premises, *question.broken, *question.axioms)
    return hashlib.sha256(solver.sexpr().encode()).hexdigest()


def _knowledge(invariant: Invariant, policy: Policy, vocabulary: Vocabulary) -> Knowledge:
    said = [] if invariant.given is None else [invariant.given]
    said += [invariant.says.condition] if isinstance(invariant.says, Always) else []
    return Knowledge(end_vocabulary(vocabulary), texts_named([*(rule.when for rule in policy.all_rules), *said]))


def _is_given(condition: Condition | None, customer: Customer) -> Bool:
    return conj(()) if condition is None else truth_of(condition, customer.end_fact).yes


def _two_values(worse: Worse, knowledge: Knowledge, policy: Policy, temporary: Plain) -> Comparison:
    """Two customers with different values of one fact and equal ones of all others."""
    own = frozenset({worse.fact})
    first, second = (
        Customer(Inputs(knowledge, tag, own, frozenset()), policy, temporary)
        for tag in (" of the first", " of the second")
    )
    one, other = (customer.inputs.number(worse.fact) for customer in (first, second))
    is_worse = one.term <= other.term if worse.when is Direction.HIGHER else one.term >= other.term
    return (first, second), [one.present, is_worse], _better(second, first, worse.never_better)


def _two_states(missing: Missing, knowledge: Knowledge, policy: Policy, temporary: Plain) -> Comparison:
    """Two customers with equal values, of whom the second knows less."""
    gaps = frozenset(missing.facts) or None
    knowing, unknowing = (
        Customer(Inputs(knowledge, tag, frozenset(), gaps), policy, temporary)
        for tag in (" of the first", " of the second")
    )
    compare_leniently(unknowing, knowing)
    better = _better(unknowing, knowing, missing.never_better)
    fair = [_not_stood_in(stand_in, knowing, unknowing) for stand_in in missing.stand_ins] if _pays(missing) else []
    names = sorted(set(knowing.inputs.made) & set(unknowing.inputs.made))
    less = [implies(unknowing.inputs.made[name].present, knowing.inputs.made[name].present) for name in names]
    return (knowing, unknowing), [neg(unknowing.referred), *fair, *less], better


def _pays(missing: Missing) -> bool:
    """Whether amounts matter at all."""
    return bool({Measure.LIMIT, Measure.TERMS_DAYS} & set(missing.never_better))


def _better(suspect: Customer, other: Customer, measures: Sequence[Measure]) -> list[Bool]:
    """Where the suspect is better off in any of the measures. Nothing is better or worse than what is not set."""
    found = []
    for measure in measures:
        match measure:
            case Measure.GRADE:
                both = (suspect.grade.present, other.grade.present)
                step = disj(conj((other.grade.reaches(n), neg(suspect.grade.reaches(n)))) for n in STEPS)
                found.append(conj((*both, step)))
            case Measure.LIMIT:
                both = (suspect.limit.present, other.limit.present)
                found.append(conj((*both, suspect.limit.term > other.limit.term)))
            case Measure.TERMS_DAYS:
                both = (suspect.terms.present, other.terms.present)
                found.append(conj((*both, suspect.terms.term > other.terms.term)))
    return found


def _not_stood_in(stand_in: StandIn, knowing: Customer, unknowing: Customer) -> Bool:
    """What the policy puts in the place of an unknown amount is not more than what is known."""
    there, here = knowing.constraints, unknowing.constraints
    match stand_in:
        case StandIn.NEED:
            return there.need >= here.need
        case StandIn.CAPACITY:
            return there.capacity >= here.capacity
        case StandIn.CONCENTRATION:
            larger = conj((here.concentration.present, there.concentration.term >= here.concentration.term))
            return disj((neg(there.concentration.present), larger, there.concentration.term >= there.policy_cap))
        case StandIn.TERMS:
            return knowing.wanted >= unknowing.wanted


def ordered(first: Customer, second: Customer) -> list[Bool]:
    """What is true of the two customers' unknowns together."""
    found = []
    for name in sorted(set(first.unknowns) & set(second.unknowns)):
        found += first.unknowns[name].ordered_with(second.unknowns[name])
    for name in sorted(set(first.quotients) & set(second.quotients)):
        found += first.quotients[name].ordered_with(second.quotients[name])
    return found
