"""Terms and available credit as formulas, once grade and limit stand."""

from collections.abc import Sequence

import z3

from riskengine.policy.limit_policy import AvailablePolicy
from riskengine.policy.terms_policy import TermsPolicy
from riskengine.proof.inputs import Inputs, or_else
from riskengine.proof.limiting import HALF_CENT, SLACK, Limit
from riskengine.proof.logic import Bool, Term, choose, conj, exact, largest, least, neg
from riskengine.proof.rules import Said, days_added, smallest
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


def available_of(inputs: Inputs, limit: Limit, shut: Bool, policy: AvailablePolicy, *, beyond: bool) -> Plain:
    """`available_credit`, or what it is beyond limit, guarantees and insurance; rounded to hundredths."""
    guaranteed, insured = (or_else(inputs.number(n), 0.0) for n in ("cus_guarantee_amount", "cus_insured_amount"))
    secured = guaranteed * exact(policy.guaranteed_share) + insured * exact(policy.insured_share)
    exposure = or_else(inputs.number("cus_exposure"), 0.0)
    room = z3.Real(f"available{inputs.tag}")
    size = limit.term + z3.If(exposure < 0, -exposure, exposure) + secured
    slack = size * exact(SLACK) + exact(HALF_CENT)
    amount = limit.term - exposure + secured
    inputs.knowledge.axioms += [room <= amount + slack, room >= amount - slack]
    available = z3.If(shut, least(room, z3.RealVal(0)), room)
    return Plain(limit.present, available - limit.term - guaranteed - insured if beyond else available)


def _step_down(days: Term, steps: tuple[int, ...]) -> Term:
    """The longest step that is not longer."""
    return choose(((days >= step, z3.RealVal(step)) for step in sorted(steps, reverse=True)), z3.RealVal(0))
