"""The three-valued truth of a condition as two formulas; where neither holds it is unknown."""

from collections.abc import Callable
from dataclasses import dataclass

from riskengine.policy.condition import AllOf, AnyOf, Comparison, Condition, IsMissing, Not
from riskengine.proof.logic import Bool, conj, disj, neg
from riskengine.proof.values import Value, holds

Lookup = Callable[[str], Value]


@dataclass(frozen=True, slots=True)
class Truth:
    yes: Bool
    no: Bool

    @property
    def unknown(self) -> Bool:
        return conj((neg(self.yes), neg(self.no)))


def truth_of(condition: Condition, fact: Lookup) -> Truth:
    """As `policy.condition.truth`, over all values at once."""
    match condition:
        case IsMissing(name):
            present = fact(name).present
            return Truth(neg(present), present)
        case Comparison(name, op, operand):
            value = fact(name)
            answer = holds(value, op, operand)
            return Truth(conj((value.present, answer)), conj((value.present, neg(answer))))
        case Not(arm):
            inner = truth_of(arm, fact)
            return Truth(inner.no, inner.yes)
        case AllOf(arms):
            found = [truth_of(arm, fact) for arm in arms]
            return Truth(conj(t.yes for t in found), disj(t.no for t in found))
        case AnyOf(arms):
            found = [truth_of(arm, fact) for arm in arms]
            return Truth(disj(t.yes for t in found), conj(t.no for t in found))
