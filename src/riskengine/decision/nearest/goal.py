"""What a customer could reach: no freeze, a better grade, one warning less."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from riskengine.decision.arrays import Flags
from riskengine.decision.ratings import Ratings
from riskengine.policy.rule import Rule
from riskengine.terms.decision import Severity

BEST_GRADE = 1


class GoalKind(StrEnum):
    NO_FREEZE = "no_freeze"
    BETTER_GRADE = "better_grade"
    NO_WARNING = "no_warning"


@dataclass(frozen=True, slots=True)
class Goal:
    """`grade`: the number to reach or better, of BETTER_GRADE; `rule`: the one that warns, of NO_WARNING."""

    kind: GoalKind
    grade: int | None = None
    rule: Rule | None = None

    def met(self, ratings: Ratings, before: Ratings) -> Flags:
        """Row by row, shape (n,): reached, and nothing else got worse than in the one row of `before`."""
        return self._reached(ratings) & _unharmed(ratings, before)

    def _reached(self, ratings: Ratings) -> Flags:
        if self.rule is not None:
            lifted: Flags = ~ratings.effects.applied[self.rule.id]
            return lifted
        if self.grade is not None:
            found: Flags = ratings.grades.final <= self.grade  # false for NaN, no grade
            return found
        return ~ratings.frozen

    def blockers(self, ratings: Ratings) -> tuple[Rule, ...]:
        """The rules that applied to the one customer and stand against the goal, whatever the model says."""
        applied = [r for r in ratings.policy.all_rules if ratings.effects.applied[r.id][0]]
        if self.rule is not None:
            return (self.rule,)
        if self.grade is None:
            return tuple(r for r in applied if r.then.freeze or r.then.in_default)
        return tuple(r for r in applied if r.then.in_default or (r.then.grade_cap or 0) > self.grade)


def _unharmed(ratings: Ratings, before: Ratings) -> Flags:
    """No worse grade, no lower limit, no new freeze, and no rule that warns, stops or refers which did not before."""
    fine: Flags = ~(ratings.grades.final > before.grades.final[0]) & ~(ratings.limits.limit < before.limits.limit[0])
    if not before.frozen[0]:
        fine &= ~ratings.frozen
    for rule in ratings.policy.all_rules:
        then = rule.then
        if then.severity is not None or then.freeze or then.in_default or then.refer:
            fine &= ~ratings.effects.applied[rule.id] | before.effects.applied[rule.id][0]
    return fine


def goals_of(ratings: Ratings) -> tuple[Goal, ...]:
    """What is worth asking for the one customer of a rating: the freeze first, then the grade, then warnings by
    severity.
    """
    return tuple(_goals(ratings))


def _goals(ratings: Ratings) -> Iterator[Goal]:
    if ratings.frozen[0]:
        yield Goal(GoalKind.NO_FREEZE)
    grade = ratings.grades.final[0]
    if not np.isnan(grade) and grade > BEST_GRADE:
        yield Goal(GoalKind.BETTER_GRADE, grade=int(grade) - 1)
    warning = [r for r in ratings.policy.all_rules if r.then.severity is not None and ratings.effects.applied[r.id][0]]
    for rule in sorted(warning, key=lambda r: (-int(r.then.severity or Severity.WATCH), r.id)):
        yield Goal(GoalKind.NO_WARNING, rule=rule)
