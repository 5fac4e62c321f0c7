"""The bound of a PD while a customer is little known, as the grade it leads to.

The bound is not a formula z3 could reason about in reasonable time (a square root). Said of it is what
`decision.evidence.bound_pd` keeps: it is never below the PD, equal to it at a full file, rises with the PD and falls
with experience. Where the experience is one number it is exact: from which PD on each grade is reached.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import z3

from riskengine.decision.evidence import bound_pd
from riskengine.policy.limit_policy import EvidencePolicy
from riskengine.policy.master_scale import MasterScale
from riskengine.proof.grading import Steps
from riskengine.proof.inputs import Inputs, or_else
from riskengine.proof.logic import FALSE, Bool, Term, conj, exact, iff, implies, number_of
from riskengine.proof.unknown import Model
from riskengine.proof.values import Plain


@dataclass(frozen=True, slots=True)
class Bound:
    """`steps`: from grade 2 on, whether the bounded PD has this grade or a worse one."""

    pd_12m: Plain
    of_pd: Steps
    steps: Steps
    known: Term  # experiences
    policy: EvidencePolicy
    scale: MasterScale

    def axioms(self) -> list[Bool]:
        found = [implies(self.of_pd[n], self.steps[n]) for n in self.steps]
        found += [implies(self.steps[n + 1], self.steps[n]) for n in self.steps if n + 1 in self.steps]
        full = self._is_full()
        return found + [implies(conj((full, self.steps[n])), self.of_pd[n]) for n in self.steps]

    def ordered_with(self, other: "Bound") -> list[Bool]:
        return [self._not_above(other), other._not_above(self)]

    def is_exact(self) -> Bool:
        """No unknown: a full file, or no file, or only a statement."""
        single = {0, self.policy.statement_experiences}
        partly = [conj((self.known == count, self.pinned(count))) for count in sorted(single)]
        return z3.Or(self._is_full(), *partly)

    def pinned_in(self, model: Model) -> Bool:
        return self.pinned(number_of(model(self.known)))

    def pinned(self, experiences: float) -> Bool:
        """What is true if the experiences are this many."""
        found = []
        for n, step in self.steps.items():
            start = self.scale.grade(n).pd_from or 0.0
            first = least_pd(self.policy, experiences, start)
            found.append(iff(step, FALSE if first is None else self.pd_12m.at_least(first)))
        return implies(self.known == exact(experiences), conj(found))

    def _is_full(self) -> Bool:
        return self.known >= exact(float(self.policy.full_file_experiences))

    def _not_above(self, other: "Bound") -> Bool:
        ordered = conj((self.pd_12m.term <= other.pd_12m.term, self.known >= other.known))
        return implies(ordered, conj(implies(self.steps[n], other.steps[n]) for n in self.steps))


def bound_of(inputs: Inputs, of_pd: Steps, oldest_days: int, policy: EvidencePolicy, scale: MasterScale) -> Bound:
    """`count_experiences` and `bound_pd` of one customer."""
    pd_12m = inputs.number("pd_12m")
    age = inputs.number("fin_statement_age_days")
    is_current = conj((age.present, age.term <= oldest_days))
    worth = z3.If(is_current, z3.RealVal(policy.statement_experiences), z3.RealVal(0))
    known = or_else(inputs.number("pay_settled_count_all"), 0.0) + worth
    steps = {n: z3.Bool(f"bound>={n}{inputs.tag}") for n in of_pd}
    if policy.deviations == 0:
        steps = dict(of_pd)
    return Bound(pd_12m, of_pd, steps, known, policy, scale)


@cache
def least_pd(policy: EvidencePolicy, experiences: float, bound: float) -> float | None:
    """The smallest PD whose bound is at least `bound`; None if there is none. The bound rises with the PD."""

    def reaches(pd_12m: float) -> bool:
        return bool(bound_pd(np.array([pd_12m]), np.array([experiences]), policy)[0] >= bound)

    low, high = 0.0, 1.0
    if reaches(low):
        return low
    if not reaches(high):
        return None
    while np.nextafter(low, high) < high:
        middle = low + (high - low) / 2
        low, high = (low, middle) if reaches(middle) else (middle, high)
    return high
