"""Need, capacity and concentration as formulas: `decision.limit` over the reals.

Only one product of two unknowns occurs: purchases times days. It is a variable of its own, of which is said that it
grows with both; see docs/explanation/proofs.md.
"""

from dataclasses import dataclass

import z3

from riskengine.policy.limit_policy import CapacityPolicy, CapPolicy, NeedPolicy
from riskengine.proof.inputs import Inputs, or_else
from riskengine.proof.logic import Bool, Term, choose, conj, disj, exact, implies, largest, least, neg
from riskengine.proof.unknown import Model
from riskengine.proof.values import Plain


@dataclass(frozen=True, slots=True)
class Bought:
    """purchases x (1 + headroom) x days / 30 of one customer, as an unknown that grows with both."""

    amount: Term
    purchases: Plain
    days: Term  # terms + delay
    per_day: float  # (1 + headroom) / 30

    def axioms(self) -> list[Bool]:
        known = self.purchases.present
        return [
            self.amount >= 0,
            implies(conj((known, disj((self.purchases.term == 0, self.days == 0)))), self.amount == 0),
        ]

    def ordered_with(self, other: "Bought") -> list[Bool]:
        return [self._not_above(other), other._not_above(self)]

    def is_exact(self) -> Bool:
        return disj((neg(self.purchases.present), self.purchases.term == 0, self.days == 0))

    def pinned_in(self, model: Model) -> Bool:
        purchases = model(self.purchases.term)
        product = purchases * exact(self.per_day) * self.days
        return implies(conj((self.purchases.present, self.purchases.term == purchases)), self.amount == product)

    def _not_above(self, other: "Bought") -> Bool:
        both = conj((self.purchases.present, other.purchases.present))
        smaller = conj((both, self.purchases.term <= other.purchases.term, self.days <= other.days))
        return implies(smaller, self.amount <= other.amount)


def bought_of(inputs: Inputs, terms_days: Term, policy: NeedPolicy, tag: str) -> Bought:
    late = inputs.number("pay_late_days_wmean_365d")
    longest = exact(float(policy.longest_delay_days))
    delay = largest(least(or_else(late, 0.0), longest), z3.RealVal(0))
    purchases = inputs.number("pay_purchases_month_mean_365d")
    return Bought(z3.Real(f"bought{tag}"), purchases, terms_days + delay, (1.0 + policy.headroom) / 30.0)


def need_of(inputs: Inputs, bought: Bought, policy: NeedPolicy) -> Term:
    """`estimate_need`: the request, else purchases, else the limit agreed so far, else the policy's least."""
    lowest = exact(policy.least)
    invoice = inputs.number("pay_invoice_amount_max_365d")
    floor = z3.If(invoice.present, largest(invoice.term, lowest), lowest)
    usual = largest(bought.amount, floor) + or_else(inputs.number("ord_open_amount"), 0.0)
    requested, agreed = inputs.number("req_amount"), inputs.number("cus_current_limit")
    cases = (
        (requested.present, requested.term),
        (bought.purchases.present, usual),
        (conj((agreed.present, agreed.term > 0)), agreed.term),
    )
    return choose(cases, lowest)


def capacity_of(inputs: Inputs, policy: CapacityPolicy) -> Term:
    """`estimate_capacity`: a current statement, else paid history, else the starter limit."""
    shares = [
        _share(inputs.number("fin_equity"), policy.equity_share),
        _share(inputs.number("fin_working_capital"), policy.working_capital_share),
        _share(inputs.number("fin_revenue"), policy.revenue_share),
    ]
    stated = middle_known(shares)
    age = inputs.number("fin_statement_age_days")
    has_statement = conj((age.present, age.term <= policy.statement_oldest_days, stated.present))
    settled, paid = inputs.number("pay_settled_count_all"), inputs.number("pay_paid_amount_365d")
    has_history = conj((settled.present, settled.term >= policy.paid_least_count, paid.present))
    starter = exact(policy.starter)
    proven = largest(paid.term * exact(policy.paid_share), starter)
    return choose(((has_statement, stated.term), (has_history, proven)), starter)


def concentration_of(inputs: Inputs, policy: CapPolicy) -> Plain:
    """`cap_concentration`: what one group may owe, less what the sisters owe; unknown without a portfolio."""
    portfolio = inputs.number("ctx_portfolio_exposure")
    whole = largest(portfolio.term * exact(policy.portfolio_share), exact(policy.portfolio_share_least))
    group, own = or_else(inputs.number("grp_exposure"), 0.0), or_else(inputs.number("cus_exposure"), 0.0)
    sisters = largest(group - own, z3.RealVal(0))
    return Plain(portfolio.present, largest(whole - sisters, z3.RealVal(0)))


def middle_known(shares: list[Plain]) -> Plain:
    """As `decision.arrays.middle_known`: the middle one of three, of fewer the smallest."""
    first, second, third = shares
    low, high = least(first.term, second.term), largest(first.term, second.term)
    middle = largest(low, least(high, third.term))
    smallest = _smaller_known(_smaller_known(first, second), third)
    every = conj(share.present for share in shares)
    return Plain(smallest.present, z3.If(every, middle, smallest.term))


def _share(measure: Plain, share: float) -> Plain:
    return Plain(measure.present, largest(measure.term * exact(share), z3.RealVal(0)))


def _smaller_known(left: Plain, right: Plain) -> Plain:
    both = least(left.term, right.term)
    term = choose(((conj((left.present, right.present)), both), (left.present, left.term)), right.term)
    return Plain(disj((left.present, right.present)), term)
