"""From PD to grade: the model's grade, then hard stops, caps and notches. Grade numbers as floats, NaN for none."""

from dataclasses import dataclass

import numpy as np

from riskengine.decision.arrays import Flags, Floats
from riskengine.policy.master_scale import MasterScale
from riskengine.policy.vocabulary import DEFAULT_GRADE, WORST_GRADE
from riskengine.rules.effects import JoinedEffects


@dataclass(frozen=True, slots=True)
class GradePath:
    """The grades that are kept. `final` is `rule` until a person overrides it."""

    pd: Floats  # the model's
    rule: Floats  # after hard stops, caps and notches
    final: Floats
    cap: Floats  # 1: none
    notch: Floats


def assign_pd_grades(pd_12m: Floats, rated: Flags, scale: MasterScale) -> Floats:
    """The master scale's grade where a PD is known, NaN where there is none.

    Raises InputError for a rated customer whose PD is NaN or outside 0..1.
    """
    grades = np.full(len(pd_12m), np.nan)
    grades[rated] = scale.grade_of(pd_12m[rated])
    return grades


def apply_grade_rules(pd_grade: Floats, effects: JoinedEffects) -> Floats:
    """Hard stop -> cap -> notch.

    A cap holds against notches too: a rule that improves the grade cannot undo one that says "no better than".
    Default is 'D' whatever the PD, also for customers without one. Without default, 1 to 8.
    """
    cap = effects.grade_cap.astype(np.float64)
    capped = np.maximum(pd_grade, cap)
    notched = np.clip(capped + effects.notch, 1.0, float(WORST_GRADE))
    held = np.minimum(np.maximum(notched, cap), float(WORST_GRADE))
    return np.where(effects.in_default, float(DEFAULT_GRADE), held)


def trace_grades(pd_grade: Floats, effects: JoinedEffects) -> GradePath:
    rule = apply_grade_rules(pd_grade, effects)
    return GradePath(
        pd=pd_grade,
        rule=rule,
        final=rule,
        cap=effects.grade_cap.astype(np.float64),
        notch=effects.notch.astype(np.float64),
    )


@dataclass(frozen=True, slots=True)
class GradeTable:
    """What each grade allows, looked up for many grades at once; NaN for no grade."""

    factors: Floats
    terms: Floats
    review_months: Floats

    def factor_of(self, grades: Floats) -> Floats:
        return _look_up(self.factors, grades)

    def terms_of(self, grades: Floats) -> Floats:
        return _look_up(self.terms, grades)

    def review_of(self, grades: Floats) -> Floats:
        return _look_up(self.review_months, grades)


def tabulate(scale: MasterScale) -> GradeTable:
    ordered = sorted((*scale.grades, scale.default), key=lambda grade: grade.number)
    months = [np.nan if g.review_months is None else float(g.review_months) for g in ordered]
    return GradeTable(
        factors=np.array([g.limit_factor for g in ordered], dtype=np.float64),
        terms=np.array([g.terms_cap_days for g in ordered], dtype=np.float64),
        review_months=np.array(months, dtype=np.float64),
    )


def _look_up(values: Floats, grades: Floats) -> Floats:
    known = ~np.isnan(grades)
    found = np.full(len(grades), np.nan)
    found[known] = values[grades[known].astype(np.int64) - 1]
    return found
