"""Stepping stones: what follows for two compared customers from step to step of the calculation.

Asked at once whether a limit can be larger, a solver loses itself in the cases of all steps together. So it is asked
step by step first, with the definition of that step alone: is this amount not negative, is that of the second customer
not larger? What could be shown is kept as a lemma for the steps that follow; what could not is left out. Lemmas follow
from what is said of the customers, so adding them changes nothing but the time it takes.
"""

from collections.abc import Sequence

import z3

from riskengine.proof.customer import Customer
from riskengine.proof.logic import Bool, Term, conj, implies
from riskengine.proof.question import Question
from riskengine.proof.solver import Solver
from riskengine.proof.values import Ladder

_STEPS = 30_000_000  # of the solver for one claim: some seconds; counted, so that it is the same on every machine


def lay_stones(question: Question, deadline: float) -> list[Bool]:
    """Lemmas about the two customers of a question, as far as time allows; none if there is only one."""
    if len(question.customers) != 2:
        return []
    first, second = question.customers
    known = [question.given, *question.premises, *question.knowledge.axioms]
    lemmas: list[Bool] = []
    for claim, own in _claims(first, second):
        definitions = [question.knowledge.definitions[str(term)] for term in own]
        if _follows(claim, [*known, *lemmas, *definitions], deadline):
            lemmas.append(claim)
    return lemmas


def _claims(first: Customer, second: Customer) -> list[tuple[Bool, Sequence[Term]]]:
    """What may be true, in the order of the calculation, with the steps whose definitions are needed."""
    found: list[tuple[Bool, Sequence[Term]]] = [
        (_not_better(getattr(second, name), getattr(first, name)), ())
        for name in ("grade", "limit_grade")
        if name in vars(first) and name in vars(second)
    ]
    for step in (step for step in first.inputs.steps if step in second.inputs.steps):
        one, other = first.inputs.steps[step], second.inputs.steps[step]
        found += [(one >= 0, (one,)), (other >= 0, (other,)), (other <= one, (one, other))]
        if step == "terms of the grade" and "bought" in first.unknowns and "bought" in second.unknowns:
            found += [(_bought(second) <= _bought(first), ())]
        if step == "amount":
            found += [(second.limit.rounded <= first.limit.rounded, ()), (second.limit.term <= first.limit.term, ())]
    return found


def _not_better(suspect: Ladder, other: Ladder) -> Bool:
    return conj(implies(other.reaches(n), suspect.reaches(n)) for n in other.steps)


def _bought(customer: Customer) -> Term:
    return customer.bought.amount


def _follows(claim: Bool, known: Sequence[Bool], deadline: float) -> bool:
    solver = Solver(deadline)
    solver.add(*known, z3.Not(claim))
    return solver.check(steps=_STEPS) is False
