"""What rules together say, as formulas: the effects of all stages up to one, joined as `rules.effects` joins them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import z3

from riskengine.policy.rule import Rule
from riskengine.policy.vocabulary import DEFAULT_GRADE
from riskengine.proof.logic import FALSE, TRUE, Bool, Term, choose, conj, disj, exact, neg
from riskengine.proof.truth import Lookup, Truth, truth_of
from riskengine.terms.decision import Action, OnMissing, Subject


@dataclass(frozen=True, slots=True)
class Said:
    """What one rule says: its outcome, whether it applies, and whether what it takes and what it gives count.

    The last two differ from `applies` only where two customers are compared and the policy excuses a difference.
    """

    rule: Rule
    truth: Truth
    applies: Bool
    takes: Bool
    gives: Bool

    @property
    def refers(self) -> Bool:
        """A person decides: the rule says so, or does not know."""
        by_effect = self.applies if self.rule.then.refer else FALSE
        by_gap = self.truth.unknown if self.rule.on_missing is OnMissing.REFER else FALSE
        return disj((by_effect, by_gap))


class Heard(NamedTuple):
    truth: Truth
    applies: Bool


Lean = Callable[[Rule], tuple[Bool, Bool]]  # whether what a rule takes and what it gives counts


def hear(rule: Rule, fact: Lookup) -> Heard:
    """One rule, asked with what is known."""
    truth = truth_of(rule.when, fact)
    if rule.subject is not Subject.CUSTOMER:
        return Heard(truth, FALSE)
    unknown_hits = rule.on_missing is OnMissing.HIT
    return Heard(truth, disj((truth.yes, truth.unknown)) if unknown_hits else truth.yes)


def in_default(said: Iterable[Said]) -> Bool:
    return disj(s.takes for s in said if s.rule.then.in_default)


def frozen(said: Iterable[Said]) -> Bool:
    """By a rule that freezes; default freezes too, which is for the caller to add."""
    return disj(s.takes for s in said if s.rule.then.freeze)


def referred(said: Iterable[Said]) -> Bool:
    return disj(s.refers for s in said)


def grade_caps(said: Sequence[Said]) -> dict[int, Bool]:
    """For every grade from 2 on, whether a cap says "this one or worse"."""
    capped = [(s.rule.then.grade_cap, s.takes) for s in said if s.rule.then.grade_cap is not None]
    return {n: disj(takes for cap, takes in capped if cap >= n) for n in range(2, DEFAULT_GRADE + 1)}


def notch_sums(said: Iterable[Said]) -> dict[int, Bool]:
    """For every sum the notches can have, where they have it."""
    sums: dict[int, Bool] = {0: TRUE}
    for s in said:
        notch = s.rule.then.notch
        if notch:
            applies = s.takes if notch > 0 else s.gives
            sums = _added(sums, notch, applies)
    return sums


def smallest(values: Iterable[tuple[float | None, Bool]], otherwise: Term) -> Term:
    """The smallest of the values whose rule applies."""
    said = sorted(((value, applies) for value, applies in values if value is not None), key=lambda pair: pair[0])
    return choose(((applies, exact(value)) for value, applies in said), otherwise)


def warned(said: Sequence[Said], level: int) -> Bool:
    """Whether a warning of this level or a worse one is given."""
    return disj(s.applies for s in said if s.rule.then.severity is not None and int(s.rule.then.severity) >= level)


def days_added(said: Iterable[Said]) -> Term:
    parts = [z3.RealVal(0)]
    for s in said:
        days = s.rule.then.terms_add_days
        if days:
            parts.append(z3.If(s.takes if days < 0 else s.gives, exact(days), z3.RealVal(0)))
    return z3.Sum(parts)


def calls_for(said: Iterable[Said], action: Action) -> Bool:
    return disj(s.applies for s in said if action in _actions(s.rule))


def _actions(rule: Rule) -> tuple[Action, ...]:
    return (*rule.then.actions, Action.FREEZE_CREDIT) if rule.then.freeze else rule.then.actions


def _added(sums: Mapping[int, Bool], notch: int, applies: Bool) -> dict[int, Bool]:
    found: dict[int, list[Bool]] = {}
    for total, holds in sums.items():
        found.setdefault(total, []).append(conj((holds, neg(applies))))
        found.setdefault(total + notch, []).append(conj((holds, applies)))
    return {total: disj(ways) for total, ways in found.items()}
