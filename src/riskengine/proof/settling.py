"""Terms and available credit as formulas, once grade and limit stand."""

from collections.abc import Sequence
from dataclasses import dataclass

import z3

from riskengine.policy.limit_policy import AvailablePolicy
from riskengine.policy.terms_policy import TermsPolicy
from riskengine.proof.inputs import Inputs, or_else
from riskengine.proof.limiting import HALF_CENT, SLACK, Limit
from riskengine.proof.logic import Bool, Term, choose, conj, exact, implies, largest, least, neg, number_of
from riskengine.proof.rules import Said, days_added, smallest
from riskengine.proof.unknown import Model
from riskengine.proof.values import Plain


def wanted_terms(inputs: Inputs, policy: TermsPolicy) -> Term:
    """`choose_wanted`: the terms asked for, else those agreed, else the standard."""
    agreed = or_else(inputs.number("cus_current_terms_days"), float(policy.standard_days))
    asked = inputs.number("req_terms_days")
    return least(z3.If(asked.present, asked.term, agreed), exact(float(policy.longest_days)))


def grant_terms(
    inputs: Inputs, wanted: Term, grade_terms: Term, limit: Limit, *, said: Sequence[Said], policy: TermsPolicy
) -> tuple[Term, Bool]:
    """`settle_terms`: the days, and where there is no credit."""
    zero = z3.RealVal(0)
    no_credit = conj((limit.present, neg(limit.above(0.0))))
    extension = least(days_added(said), exact(float(policy.longest_extension_days)))
    extended = inputs.name("extended", grade_terms + z3.If(grade_terms > 0, extension, zero))
    allowed = inputs.name("allowed", least(largest(extended, zero), exact(float(policy.longest_days))))
    rule_cap = smallest(((s.rule.then.terms_cap_days, s.takes) for s in said), allowed)
    capped = inputs.name("capped", z3.If(no_credit, zero, least(allowed, rule_cap)))
    longest = inputs.name("longest", _step_down(capped, policy.steps_days))
    return inputs.name("days", least(wanted, longest)), no_credit


@dataclass(frozen=True, slots=True)
class Room:
    """`available_credit` before it is shut: limit less exposure plus what is secured, rounded to hundredths.

    The rounded amount is a variable that lies no further from the amount than rounding can move it.
    """

    amount: Term
    size: Term  # what the amount is added up from, all taken as positive: floats are that much off, times SLACK
    rounded: Term

    def bounds(self) -> list[Bool]:
        slack = self.size * exact(SLACK) + exact(HALF_CENT)
        return [self.rounded <= self.amount + slack, self.rounded >= self.amount - slack]

    def is_exact(self) -> Bool:
        """So near to a whole number of hundredths that floats are rounded to the same."""
        return conj((*self._is_near(z3.ToReal(z3.Int(f"{self.rounded}/0.01")) / 100), self.size <= _SAFE))

    def pinned_in(self, model: Model) -> Bool:
        """What amounts near that of the model are rounded to."""
        hundredths = z3.RealVal(round(number_of(model(self.amount)) * 100)) / 100
        *near, rounded = self._is_near(hundredths)
        return implies(conj((*near, self.size <= _SAFE)), rounded)

    def ordered_with(self, other: "Room") -> list[Bool]:  # noqa: ARG002 - the protocol of unknowns has it
        """Nothing: amounts of two customers are added up from different floats."""
        return []

    def _is_near(self, hundredths: Term) -> tuple[Bool, Bool, Bool]:
        near = exact(0.9 * HALF_CENT)
        return self.amount <= hundredths + near, self.amount >= hundredths - near, self.rounded == hundredths


_SAFE = 1e8  # floats this large are off by less than a tenth of HALF_CENT


def room_of(inputs: Inputs, limit: Limit, policy: AvailablePolicy) -> Room:
    """Limit - open invoices and orders + secured parts."""
    guaranteed, insured = _secured(inputs)
    secured = guaranteed * exact(policy.guaranteed_share) + insured * exact(policy.insured_share)
    exposure = or_else(inputs.number("cus_exposure"), 0.0)
    size = limit.term + z3.If(exposure < 0, -exposure, exposure) + secured
    return Room(limit.term - exposure + secured, size, z3.Real(f"available{inputs.tag}"))


def available_of(inputs: Inputs, limit: Limit, room: Room, shut: Bool, *, beyond: bool) -> Plain:
    """`available_credit`, or what it is beyond limit, guarantees and insurance."""
    available = z3.If(shut, least(room.rounded, z3.RealVal(0)), room.rounded)
    guaranteed, insured = _secured(inputs)
    return Plain(limit.present, available - limit.term - guaranteed - insured if beyond else available)


def _secured(inputs: Inputs) -> tuple[Term, Term]:
    guaranteed, insured = (or_else(inputs.number(n), 0.0) for n in ("cus_guarantee_amount", "cus_insured_amount"))
    return guaranteed, insured


def _step_down(days: Term, steps: tuple[int, ...]) -> Term:
    """The longest step that is not longer."""
    return choose(((days >= step, z3.RealVal(step)) for step in sorted(steps, reverse=True)), z3.RealVal(0))
