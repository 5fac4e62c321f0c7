"""What follows from the rules together. Every effect joins in a way that ignores the order of rules.

A rule applies to a customer when it hit, or when it was unknown and its `on_missing` is `hit`; one without any effect,
such as a row of a table that says `none`, never does, and neither does one that warns of industries. An unknown rule
with `on_missing: refer` refers the customer to a person, with the rule as the reason. Because the joins are commutative
and associative, engines that agree on which rules hit agree on everything.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from riskengine.policy.rule import Effect, Rule
from riskengine.rules.outcomes import HIT, MISSING, Outcomes
from riskengine.terms.decision import Action, OnMissing, Subject

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_NOTHING = Effect()


@dataclass(frozen=True, slots=True)
class JoinedEffects:
    """The effects of all rules on each customer; arrays of shape (count,).

    Neutral values stand for "no rule said anything": grade_cap 1 (the best grade caps nothing), notch 0, limit_cap
    +inf, limit_factor 1, terms_cap_days +inf, terms_add_days 0, severity 0.
    """

    count: int
    grade_cap: IntArray
    notch: IntArray
    limit_cap: FloatArray
    limit_factor: FloatArray
    terms_cap_days: FloatArray
    terms_add_days: IntArray
    severity: IntArray
    freeze: BoolArray
    refer: BoolArray
    in_default: BoolArray
    actions: dict[Action, BoolArray]  # every action is present
    applied: dict[str, BoolArray]  # rule id -> it hit, or was unknown and counts as hit
    referred: dict[str, BoolArray]  # rule id -> it refers the customer because it was unknown

    def actions_of(self, row: int) -> tuple[Action, ...]:
        """One customer's actions in the order of the enum."""
        return tuple(action for action in Action if self.actions[action][row])

    def applied_to(self, row: int) -> tuple[str, ...]:
        """The rules that apply to one customer, sorted by id."""
        return tuple(sorted(rule_id for rule_id, mask in self.applied.items() if mask[row]))

    def referred_by(self, row: int) -> tuple[str, ...]:
        """The rules that refer one customer because something is missing, sorted by id."""
        return tuple(sorted(rule_id for rule_id, mask in self.referred.items() if mask[row]))


def no_effects(count: int) -> JoinedEffects:
    """The neutral element of the join."""
    return JoinedEffects(
        count=count,
        grade_cap=np.ones(count, np.int64),
        notch=np.zeros(count, np.int64),
        limit_cap=np.full(count, np.inf),
        limit_factor=np.ones(count),
        terms_cap_days=np.full(count, np.inf),
        terms_add_days=np.zeros(count, np.int64),
        severity=np.zeros(count, np.int64),
        freeze=np.zeros(count, np.bool_),
        refer=np.zeros(count, np.bool_),
        in_default=np.zeros(count, np.bool_),
        actions={action: np.zeros(count, np.bool_) for action in Action},
        applied={},
        referred={},
    )


def join_effects(rules: Sequence[Rule], outcomes: Outcomes) -> JoinedEffects:
    """Join the effects of `rules` by what `outcomes` says of them."""
    joined = no_effects(outcomes.count)
    for rule in rules:
        codes = outcomes.by_rule[rule.id]
        unknown = codes == MISSING
        applies = codes == HIT
        if rule.on_missing is OnMissing.HIT:
            applies |= unknown
        if rule.then == _NOTHING or rule.subject is not Subject.CUSTOMER:
            applies &= False
        joined.applied[rule.id] = applies
        joined.referred[rule.id] = unknown if rule.on_missing is OnMissing.REFER else np.zeros_like(unknown)
        np.logical_or(joined.refer, joined.referred[rule.id], out=joined.refer)
        if applies.any():
            _apply(rule, applies, joined)
    return joined


def combine(first: JoinedEffects, second: JoinedEffects) -> JoinedEffects:
    """The effects of two stages together; commutative and associative, with `no_effects` neutral."""
    return JoinedEffects(
        count=first.count,
        grade_cap=np.maximum(first.grade_cap, second.grade_cap),
        notch=first.notch + second.notch,
        limit_cap=np.minimum(first.limit_cap, second.limit_cap),
        limit_factor=np.minimum(first.limit_factor, second.limit_factor),
        terms_cap_days=np.minimum(first.terms_cap_days, second.terms_cap_days),
        terms_add_days=first.terms_add_days + second.terms_add_days,
        severity=np.maximum(first.severity, second.severity),
        freeze=first.freeze | second.freeze,
        refer=first.refer | second.refer,
        in_default=first.in_default | second.in_default,
        actions={action: first.actions[action] | second.actions[action] for action in Action},
        applied=dict(sorted({**first.applied, **second.applied}.items())),
        referred=dict(sorted({**first.referred, **second.referred}.items())),
    )


def _apply(rule: Rule, where: BoolArray, joined: JoinedEffects) -> None:
    """Write one rule's effect into the arrays of `joined`, for the customers in `where`."""
    then = rule.then
    if then.grade_cap is not None:
        np.maximum(joined.grade_cap, then.grade_cap, out=joined.grade_cap, where=where)
    if then.limit_cap is not None:
        np.minimum(joined.limit_cap, then.limit_cap, out=joined.limit_cap, where=where)
    if then.limit_factor is not None:
        np.minimum(joined.limit_factor, then.limit_factor, out=joined.limit_factor, where=where)
    if then.terms_cap_days is not None:
        np.minimum(joined.terms_cap_days, then.terms_cap_days, out=joined.terms_cap_days, where=where)
    if then.severity is not None:
        np.maximum(joined.severity, int(then.severity), out=joined.severity, where=where)
    np.add(joined.notch, then.notch, out=joined.notch, where=where)
    np.add(joined.terms_add_days, then.terms_add_days, out=joined.terms_add_days, where=where)
    for flag, mask in ((then.freeze, joined.freeze), (then.refer, joined.refer), (then.in_default, joined.in_default)):
        if flag:
            np.logical_or(mask, where, out=mask)
    actions = (*then.actions, Action.FREEZE_CREDIT) if then.freeze else then.actions
    for action in actions:
        np.logical_or(joined.actions[action], where, out=joined.actions[action])
