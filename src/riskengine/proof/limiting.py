"""The limit as a formula: `decision.limit` from the constraints to the rounded amount."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import z3

from riskengine.decision.limit import round_down
from riskengine.policy.limit_policy import RoundingStep
from riskengine.proof.inputs import Inputs
from riskengine.proof.logic import FALSE, TRUE, Bool, Term, boolean, choose, conj, exact, iff, implies, least, number_of
from riskengine.proof.rounding import least_amount, least_rounded
from riskengine.proof.rules import Said, smallest
from riskengine.proof.unknown import Model
from riskengine.proof.values import Ladder, Plain

# A float next to an amount; rounding to hundredths may move an amount by half of one.
HALF_CENT = 0.005
SLACK = 2.0**-40


@dataclass(frozen=True, slots=True)
class Constraints:
    need: Term
    capacity: Term
    policy_cap: Term
    concentration: Plain
    temporary: Plain  # granted by people for a time

    @property
    def caps(self) -> Term:
        """The policy's cap and, where the portfolio is known, the concentration's."""
        both = least(self.policy_cap, self.concentration.term)
        return z3.If(self.concentration.present, both, self.policy_cap)


def amount_before_rounding(
    inputs: Inputs, constraints: Constraints, grade: Ladder, factors: dict[int, float], said: Sequence[Said]
) -> Term:
    """`hold_down`, `lift_limit` and the rules: what is rounded to the limit of somebody with a grade."""
    caps = inputs.name("caps", constraints.caps)
    lowest = inputs.name("lowest", least(least(constraints.need, constraints.capacity), caps))
    computed = lowest
    lifted = least(constraints.temporary.term, constraints.policy_cap)
    cases = []
    for number in sorted(factors, reverse=True):
        factor = factors[number]
        computed = least(lowest * exact(factor), caps)
        if factor > 0:
            is_lifted = conj((constraints.temporary.present, lifted > computed))
            computed = z3.If(is_lifted, lifted, computed)
        cases.append((grade.reaches(number), computed))
    before = inputs.name("before rules", choose(cases, computed))
    return _under_rules(inputs, before, said)


def _under_rules(inputs: Inputs, before: Term, said: Sequence[Said]) -> Term:
    """The smallest factor of the rules, then their smallest cap."""
    cut = sorted(
        ((s.rule.then.limit_factor, s.takes) for s in said if s.rule.then.limit_factor is not None),
        key=lambda pair: pair[0],
    )
    after = inputs.name("cut", choose(((takes, before * exact(factor)) for factor, takes in cut), before))
    capped = [(s.rule.then.limit_cap, s.takes) for s in said]
    none = z3.RealVal(-1)
    cap = smallest(capped, none)
    return inputs.name("amount", z3.If(conj((cap >= 0, cap < after)), cap, after))


@dataclass(frozen=True, slots=True)
class Limit:
    """The limit: 0 where credit is shut, else the amount rounded down; unknown for whom nobody rated.

    The rounded amount is a variable; for every constant it was compared with it is said from which amount on it is
    at least the constant, so comparisons are exact.
    """

    present: Bool
    shut: Bool
    amount: Term
    rounded: Term
    steps: tuple[RoundingStep, ...]
    axioms: list[Bool]
    asked: dict[tuple[float, bool], Bool] = field(default_factory=dict)

    @property
    def term(self) -> Term:
        return z3.If(self.shut, z3.RealVal(0), self.rounded)

    def at_least(self, constant: float) -> Bool:
        return self._ask(constant, strict=False)

    def above(self, constant: float) -> Bool:
        return self._ask(constant, strict=True)

    def bounds(self) -> list[Bool]:
        """The rounded amount is not above the amount, and less than a step below it."""
        found = [self.rounded >= 0, self.rounded <= self.amount * exact(1 + SLACK) + exact(HALF_CENT)]
        for place, step in enumerate(self.steps):
            upper = self.steps[place + 1].above if place + 1 < len(self.steps) else None
            inside = [self.amount >= exact(step.above)] + ([] if upper is None else [self.amount < exact(upper)])
            low = self.amount - exact(step.step * (1 + SLACK) + HALF_CENT) - self.amount * exact(SLACK)
            found.append(implies(conj(inside), self.rounded >= low))
        self.above(0.0)
        return found

    def is_exact(self) -> Bool:
        """The rounded amount is a whole number of steps, and the amount lies between it and the next."""
        ways = []
        for place, step in enumerate(self.steps):
            upper = self.steps[place + 1].above if place + 1 < len(self.steps) else None
            whole = z3.Int(f"{self.rounded}/{step.step:g}")
            inside = [self.amount >= exact(step.above)] + ([] if upper is None else [self.amount < exact(upper)])
            ways.append(
                conj((*inside, self.rounded == z3.ToReal(whole) * exact(step.step), self.rounded <= self.amount))
            )
        return z3.Or(*ways)

    def pinned_in(self, model: Model) -> Bool:
        """The limit of one amount."""
        amount = number_of(model(self.amount))
        limit = float(round_down(np.array([max(amount, 0.0)]), self.steps)[0])
        return TRUE if np.isnan(limit) else implies(self.amount == exact(amount), self.rounded == exact(limit))

    def ordered_with(self, other: "Limit") -> list[Bool]:
        """A larger amount is never rounded to a smaller limit."""
        return [
            implies(self.amount <= other.amount, self.rounded <= other.rounded),
            implies(other.amount <= self.amount, other.rounded <= self.rounded),
        ]

    def _ask(self, constant: float, *, strict: bool) -> Bool:
        found = self.asked.get((constant, strict))
        if found is None:
            wanted = exact(constant)
            compared = self.rounded > wanted if strict else self.rounded >= wanted
            start = least_amount(self.steps, constant, strict=strict)
            if constant > 0 or strict:
                self.axioms.append(iff(compared, FALSE if start is None else self.amount >= exact(start)))
            found = z3.If(self.shut, boolean(constant < 0 if strict else constant <= 0), compared)
            self.asked[constant, strict] = found
        return found


def limit_of(
    amount: Term, *, rated: Bool, shut: Bool, steps: tuple[RoundingStep, ...], tag: str, axioms: list[Bool]
) -> Limit:
    """`round_down` and `close_limit`."""
    start = least_rounded(steps)
    has_step = FALSE if start is None else amount >= exact(start)
    present = z3.Or(shut, conj((rated, has_step)))
    limit = Limit(present, shut, amount, z3.Real(f"limit{tag}"), steps, axioms)
    axioms.extend(limit.bounds())
    return limit
