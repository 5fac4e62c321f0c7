"""A condition as alternatives of plain literals: `not` pushed to the leaves, then disjunctive normal form.

Used to reason about conditions (can it ever hold?) and by the engine that knows no nesting.
"""

from itertools import product
from typing import TypeAlias

from riskengine.policy.condition import AllOf, AnyOf, Comparison, Condition, IsMissing, Not

MAX_ALTERNATIVES = 256


class TooManyAlternatives(ValueError):  # noqa: N818 - says what happened, and is caught, never shown as it is
    """The condition has more than MAX_ALTERNATIVES alternatives."""


LiteralLeaf: TypeAlias = Comparison | IsMissing | Not  # Not only around IsMissing: "is present"
Alternative: TypeAlias = tuple[LiteralLeaf, ...]


def pushed(condition: Condition, *, negate: bool = False) -> Condition:
    """The same condition (or its negation) with `Not` only around `IsMissing`; equal under three-valued truth.

    >>> str(pushed(Not(AnyOf((IsMissing("a"), Not(IsMissing("b")))))))
    'all(not(a is missing), b is missing)'
    """
    match condition:
        case Not(arm):
            return pushed(arm, negate=not negate)
        case AllOf(arms) | AnyOf(arms):
            keep = isinstance(condition, AllOf) is not negate
            inner = tuple(pushed(arm, negate=negate) for arm in arms)
            return AllOf(inner) if keep else AnyOf(inner)
        case Comparison(fact, op, operand):
            return Comparison(fact, op.opposite, operand) if negate else condition
        case _:
            return Not(condition) if negate else condition


def alternatives(condition: Condition, *, negate: bool = False) -> tuple[Alternative, ...]:
    """The alternatives of which at least one is true exactly where the condition (or its negation) is true.

    Raises TooManyAlternatives.
    """
    return tuple(dict.fromkeys(_expand(pushed(condition, negate=negate))))


def _expand(condition: Condition) -> list[Alternative]:
    match condition:
        case AnyOf(arms):
            found = [alternative for arm in arms for alternative in _expand(arm)]
        case AllOf(arms):
            found = [()]
            for arm in arms:
                right = _expand(arm)
                _check(len(found) * len(right))
                found = [_joined(left, more) for left, more in product(found, right)]
        case Comparison() | IsMissing() | Not():
            found = [(condition,)]
    _check(len(found))
    return found


def _joined(left: Alternative, right: Alternative) -> Alternative:
    return tuple(dict.fromkeys(left + right))


def _check(count: int) -> None:
    if count > MAX_ALTERNATIVES:
        raise TooManyAlternatives(str(count))
