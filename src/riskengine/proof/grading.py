"""Grades as formulas: the master scale, caps and notches, as `decision.grade` applies them."""

from collections.abc import Mapping

from riskengine.policy.master_scale import MasterScale
from riskengine.policy.vocabulary import DEFAULT_GRADE
from riskengine.proof.logic import FALSE, TRUE, Bool, Term, choose, conj, disj, exact
from riskengine.proof.values import Ladder, Plain

STEPS = range(2, DEFAULT_GRADE + 1)

Steps = Mapping[int, Bool]  # from 2 on: whether the grade is this one or worse


def scale_steps(pd_12m: Plain, scale: MasterScale) -> dict[int, Bool]:
    """The grade of a PD: a PD on a boundary belongs to the worse band."""
    return {grade.number: pd_12m.at_least(grade.pd_from or 0.0) for grade in scale.grades[1:]}


def settle_grade(start: Steps, caps: Steps, notches: Mapping[int, Bool], in_default: Bool, rated: Bool) -> Ladder:
    """Hard stop -> cap -> notch -> cap; 'D' whatever the PD."""
    capped = {n: disj((start.get(n, FALSE), caps.get(n, FALSE))) for n in STEPS}
    steps = {}
    for n in range(2, DEFAULT_GRADE):
        notched = disj(conj((holds, _reaches(capped, n - notch))) for notch, holds in notches.items())
        steps[n] = disj((in_default, notched, caps.get(n, FALSE)))
    steps[DEFAULT_GRADE] = in_default
    return Ladder(disj((in_default, rated)), steps)


def look_up(grade: Ladder, values: Mapping[int, Term]) -> Term:
    """What the master scale says of a grade."""
    numbers = sorted(values, reverse=True)
    return choose(((grade.reaches(n), values[n]) for n in numbers[:-1]), values[numbers[-1]])


def factors_of(scale: MasterScale) -> dict[int, float]:
    return {grade.number: grade.limit_factor for grade in (*scale.grades, scale.default)}


def terms_of(scale: MasterScale) -> dict[int, Term]:
    return {grade.number: exact(grade.terms_cap_days) for grade in (*scale.grades, scale.default)}


def _reaches(steps: Steps, number: int) -> Bool:
    return TRUE if number <= 1 else steps.get(number, FALSE)
