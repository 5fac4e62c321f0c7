"""Payment terms: what is wanted, within what grade and rules allow. Days, shape (n,); 0 is prepayment, NaN none set."""

from dataclasses import dataclass

import numpy as np

from riskengine.decision.arrays import Flags, Floats, or_else
from riskengine.policy.terms_policy import DiscountPolicy, TermsPolicy
from riskengine.rules.effects import JoinedEffects


@dataclass(frozen=True, slots=True)
class TermsPath:
    wanted: Floats
    grade_longest: Floats
    extension: Floats  # days that rules added or took
    rule_cap: Floats  # inf: none
    longest: Floats  # what could be given, a standard step
    days: Floats  # what is given
    discount: Flags


def choose_wanted(requested: Floats, current: Floats, policy: TermsPolicy) -> Floats:
    """The terms asked for, else those agreed, else the standard."""
    return np.minimum(or_else(requested, or_else(current, float(policy.standard_days))), float(policy.longest_days))


def settle_terms(
    wanted: Floats,
    grade: Floats,
    grade_longest: Floats,
    effects: JoinedEffects,
    *,
    no_credit: Flags,
    policy: TermsPolicy,
) -> TermsPath:
    """The wanted days, at most the longest standard step within what is allowed: who asks for more never gets less.

    Rules lengthen what a grade allows (never by more than the policy's extension) but give nobody more than he wants,
    so that terms do not creep from one rating to the next. A grade that allows no credit is not extended.
    """
    most = float(policy.longest_extension_days)
    extension = np.where(grade_longest > 0, np.minimum(effects.terms_add_days.astype(np.float64), most), 0.0)
    allowed = np.clip(grade_longest + extension, 0.0, float(policy.longest_days))
    capped = np.where(no_credit, 0.0, np.minimum(allowed, effects.terms_cap_days))
    longest = step_down(capped, policy.steps_days)
    days = np.minimum(wanted, longest)
    return TermsPath(
        wanted=wanted,
        grade_longest=grade_longest,
        extension=extension,
        rule_cap=effects.terms_cap_days,
        longest=longest,
        days=days,
        discount=offer_discount(days, grade, policy.discount),
    )


def step_down(days: Floats, steps: tuple[int, ...]) -> Floats:
    """The longest step that is not longer; 0, prepayment, where even the first is too long.

    >>> step_down(np.array([5.0, 37.0, 90.0]), (7, 30, 60))
    array([ 0., 30., 60.])
    """
    ladder = np.array([0, *steps], dtype=np.float64)
    return np.where(np.isnan(days), np.nan, ladder[np.searchsorted(ladder, or_else(days, 0.0), side="right") - 1])


def offer_discount(days: Floats, grade: Floats, policy: DiscountPolicy | None) -> Flags:
    """Who is offered a discount for paying early."""
    if policy is None:
        return np.zeros(len(days), np.bool_)
    in_grade = (grade >= policy.best_grade) & (grade <= policy.worst_grade)
    return in_grade & (days >= policy.shortest_terms_days)
