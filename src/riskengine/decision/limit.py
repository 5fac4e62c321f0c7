"""The limit: need, capacity and caps, times the grade's factor, under the rules, rounded down.

All amounts are units of the reporting currency, shape (n,); NaN is unknown.
"""

from dataclasses import dataclass

import numpy as np

from riskengine.decision.arrays import NONE, Codes, Flags, Floats, middle_known, or_else
from riskengine.policy.limit_policy import AvailablePolicy, CapacityPolicy, CapPolicy, NeedPolicy, RoundingStep
from riskengine.rules.effects import JoinedEffects
from riskengine.terms.limit import Binding, CapacitySource, NeedSource

_NEED = {source: code for code, source in enumerate(NeedSource)}
_CAPACITY = {source: code for code, source in enumerate(CapacitySource)}
_BINDING = {binding: code for code, binding in enumerate(Binding)}


@dataclass(frozen=True, slots=True)
class Needs:
    """What the need is computed from."""

    requested: Floats
    purchases_per_month: Floats
    largest_invoice: Floats  # of twelve months
    open_orders: Floats
    current_limit: Floats
    terms_days: Floats
    late_days: Floats


@dataclass(frozen=True, slots=True)
class Strength:
    """What the capacity is computed from."""

    equity: Floats
    working_capital: Floats
    revenue: Floats
    statement_age_days: Floats
    paid: Floats  # paid in twelve months
    settled: Floats  # count of settled invoices


@dataclass(frozen=True, slots=True)
class Constraints:
    """The four amounts a limit is the least of; NaN is unknown and does not constrain."""

    need: Floats
    need_source: Codes
    capacity: Floats
    capacity_source: Codes
    policy_cap: Floats
    concentration_cap: Floats


@dataclass(frozen=True, slots=True)
class LimitPath:
    """Every step from need to limit. `limit` is NaN where none is set, 0 where there is no credit."""

    constraints: Constraints
    factor: Floats  # of the grade that the bounded PD has; NaN for the unrated
    computed: Floats  # what need, capacity, caps and grade give; NaN for the unrated
    temporary: Floats  # granted by people for a time; NaN: none
    before_rules: Floats  # the larger of the two where the grade allows credit; NaN for the unrated
    rule_cap: Floats  # inf: none
    rule_factor: Floats
    limit: Floats
    binding: Codes  # NONE where no limit is set


def trace_limit(
    constraints: Constraints,
    factor: Floats,
    effects: JoinedEffects,
    *,
    rated: Flags,
    temporary: Floats,
    steps: tuple[RoundingStep, ...],
) -> LimitPath:
    """min(need, capacity, policy cap, concentration cap) x factor, or what was granted for a time if that is more; the
    rules' factor and cap, rounded down."""
    computed, binding = hold_down(constraints, factor)
    before, binding = lift_limit(computed, binding, factor, temporary, constraints.policy_cap)
    limit, binding = settle_limit(before, binding, factor, effects, steps)
    limit, binding = close_limit(limit, binding, rated, effects.freeze, effects.in_default)
    return LimitPath(
        constraints=constraints,
        factor=factor,
        computed=computed,
        temporary=temporary,
        before_rules=before,
        rule_cap=effects.limit_cap,
        rule_factor=effects.limit_factor,
        limit=limit,
        binding=binding,
    )


def estimate_need(needs: Needs, policy: NeedPolicy) -> tuple[Floats, Codes]:
    """A request states the need. Otherwise monthly purchases x (terms + delay)/30, else the limit agreed so far.

    Who buys seldom needs his largest invoice at once, so the need is never below it. Open orders use up the limit
    before they are invoiced, so they are needed on top. Where nothing is known, and where nothing was bought for a
    year, it is the policy's least.
    """
    delay = np.clip(or_else(needs.late_days, 0.0), 0.0, float(policy.longest_delay_days))
    bought = needs.purchases_per_month * (1.0 + policy.headroom) * (needs.terms_days + delay) / 30.0
    usual = np.maximum(bought, np.fmax(needs.largest_invoice, policy.least)) + or_else(needs.open_orders, 0.0)
    sources = [~np.isnan(needs.requested), ~np.isnan(needs.purchases_per_month), needs.current_limit > 0]
    need = np.select(sources, [needs.requested, usual, needs.current_limit], policy.least)
    codes = [_NEED[NeedSource.REQUEST], _NEED[NeedSource.PURCHASES], _NEED[NeedSource.CURRENT_LIMIT]]
    return need, np.select(sources, codes, _NEED[NeedSource.LEAST]).astype(np.int8)


def estimate_capacity(strength: Strength, policy: CapacityPolicy) -> tuple[Floats, Codes]:
    """From a statement that is not too old; else from what was paid; else the starter limit.

    A negative measure of the statement is a share of nothing: 0. Paid history never gives less than the starter.
    """
    shares = (
        np.maximum(strength.equity * policy.equity_share, 0.0),
        np.maximum(strength.working_capital * policy.working_capital_share, 0.0),
        np.maximum(strength.revenue * policy.revenue_share, 0.0),
    )
    stated = middle_known(*shares)
    has_statement = (strength.statement_age_days <= policy.statement_oldest_days) & ~np.isnan(stated)
    has_history = (strength.settled >= policy.paid_least_count) & ~np.isnan(strength.paid)
    proven = np.maximum(strength.paid * policy.paid_share, policy.starter)
    capacity = np.select([has_statement, has_history], [stated, proven], policy.starter)
    codes = [_CAPACITY[CapacitySource.STATEMENT], _CAPACITY[CapacitySource.PAID_HISTORY]]
    starter = _CAPACITY[CapacitySource.STARTER]
    return capacity, np.select([has_statement, has_history], codes, starter).astype(np.int8)


def cap_concentration(portfolio: Floats, group: Floats, own: Floats, policy: CapPolicy) -> Floats:
    """What one group may owe, less what the customer's sisters owe already. NaN where the portfolio is unknown."""
    whole = np.maximum(portfolio * policy.portfolio_share, policy.portfolio_share_least)
    sisters = np.maximum(or_else(group, 0.0) - or_else(own, 0.0), 0.0)
    left: Floats = np.maximum(whole - sisters, 0.0)
    return left


def round_down(amount: Floats, steps: tuple[RoundingStep, ...]) -> Floats:
    """To the step of the amount's size, after rounding to hundredths so that 79,999.99999 is 80,000.

    >>> round_down(np.array([999.0, 80499.999999, 123456.0]), (RoundingStep(above=0.0, step=500.0),))
    array([   500.,  80500., 123000.])
    """
    hundredths = np.round(amount, 2)
    step = np.select([hundredths >= s.above for s in reversed(steps)], [s.step for s in reversed(steps)], np.nan)
    rounded: Floats = np.floor(hundredths / step) * step
    return rounded


def hold_down(constraints: Constraints, factor: Floats) -> tuple[Floats, Codes]:
    """min(need, capacity, policy cap, concentration cap) x factor, and which of them held it down.

    The two caps hold after the factor too: a factor of 1.5 does not lift a customer over what policy allows.
    Unknown constraints (NaN) do not bind. Of equal ones the first binds.
    """
    caps = np.fmin(constraints.policy_cap, constraints.concentration_cap)
    columns = (constraints.need, constraints.capacity, constraints.policy_cap, constraints.concentration_cap)
    least = np.fmin(np.fmin(constraints.need, constraints.capacity), caps)
    before = np.where(np.isnan(factor), np.nan, np.fmin(least * factor, caps))
    binding = np.argmin(np.stack([or_else(c, np.inf) for c in columns]), axis=0)
    lifted = (least * factor > caps) & (factor > 1.0)
    by_policy = constraints.policy_cap <= or_else(constraints.concentration_cap, np.inf)
    cap_code = np.where(by_policy, _BINDING[Binding.POLICY_CAP], _BINDING[Binding.CONCENTRATION_CAP])
    return before, np.where(lifted, cap_code, binding).astype(np.int8)


def lift_limit(
    computed: Floats, binding: Codes, factor: Floats, temporary: Floats, policy_cap: Floats
) -> tuple[Floats, Codes]:
    """Up to what people granted for a time, never down to it. The policy's cap holds, and a grade without credit; what
    was granted is not multiplied by the grade's factor, and the concentration was looked at when it was granted.

    >>> amounts = lift_limit(
    ...     np.array([100.0, 900.0, 0.0, np.nan]), np.zeros(4, np.int8), np.array([0.5, 0.5, 0.0, np.nan]),
    ...     np.full(4, 500.0), np.full(4, 1000.0))
    >>> amounts[0]
    array([500., 900.,   0.,  nan])
    """
    granted = np.where(np.isnan(temporary), np.nan, np.minimum(temporary, policy_cap))
    lifted = (granted > computed) & (factor > 0.0)
    code = np.where(temporary > policy_cap, _BINDING[Binding.POLICY_CAP], _BINDING[Binding.TEMPORARY_LIMIT])
    return np.where(lifted, granted, computed), np.where(lifted, code, binding).astype(np.int8)


def settle_limit(
    before: Floats, binding: Codes, factor: Floats, effects: JoinedEffects, steps: tuple[RoundingStep, ...]
) -> tuple[Floats, Codes]:
    """Rules, then rounding. What brought the amount to nothing, or a rule's cap below it, is what binds."""
    rule_cap, rule_factor = effects.limit_cap, effects.limit_factor
    after = np.minimum(before * rule_factor, rule_cap)
    limit = round_down(after, steps)
    found = [factor == 0, rule_factor == 0, rule_cap < before * rule_factor, limit == 0]
    codes = [Binding.GRADE, Binding.RULE_FACTOR, Binding.RULE_CAP, Binding.SMALLEST_LIMIT]
    chosen = np.select(found, [_BINDING[c] for c in codes], binding).astype(np.int8)
    return limit, chosen


def close_limit(limit: Floats, binding: Codes, rated: Flags, frozen: Flags, in_default: Flags) -> tuple[Floats, Codes]:
    """No limit for whom nobody rated, and 0 for the frozen and those in default, rated or not."""
    shut = frozen | in_default
    closed = np.where(shut, 0.0, np.where(rated, limit, np.nan))
    why = np.where(in_default, _BINDING[Binding.IN_DEFAULT], _BINDING[Binding.FROZEN])
    return closed, np.where(shut, why, np.where(rated, binding, NONE)).astype(np.int8)


def secured_part(guaranteed: Floats, insured: Floats, policy: AvailablePolicy) -> Floats:
    """What guarantees and insurance count for; unknown ones count for nothing."""
    part: Floats = or_else(guaranteed, 0.0) * policy.guaranteed_share + or_else(insured, 0.0) * policy.insured_share
    return part


def available_credit(limit: Floats, exposure: Floats, secured: Floats, frozen: Flags) -> Floats:
    """Limit - open invoices - open orders + secured parts; below 0 when over the limit; never above 0 when frozen.

    NaN where no limit is set. A customer with no ledger has no exposure.
    """
    room = np.round(limit - or_else(exposure, 0.0) + secured, 2)
    return np.where(frozen, np.minimum(room, 0.0), room)
