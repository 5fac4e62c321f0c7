"""Formulas: conjunction, disjunction and exact numbers, kept small where a part is already decided."""

from collections.abc import Iterable
from fractions import Fraction
from typing import TypeAlias

import z3

Bool: TypeAlias = z3.BoolRef
Term: TypeAlias = z3.ArithRef

TRUE: Bool = z3.BoolVal(val=True)
FALSE: Bool = z3.BoolVal(val=False)


def boolean(value: object) -> Bool:
    return TRUE if value else FALSE


def conj(parts: Iterable[Bool]) -> Bool:
    """All of them; true if there are none."""
    kept = _distinct(parts, TRUE)
    if any(part.eq(FALSE) for part in kept):
        return FALSE
    return TRUE if not kept else kept[0] if len(kept) == 1 else z3.And(*kept)


def disj(parts: Iterable[Bool]) -> Bool:
    """Any of them; false if there are none."""
    kept = _distinct(parts, FALSE)
    if any(part.eq(TRUE) for part in kept):
        return TRUE
    return FALSE if not kept else kept[0] if len(kept) == 1 else z3.Or(*kept)


def neg(part: Bool) -> Bool:
    if part.eq(TRUE):
        return FALSE
    if part.eq(FALSE):
        return TRUE
    return part.arg(0) if z3.is_not(part) else z3.Not(part)


def implies(left: Bool, right: Bool) -> Bool:
    return disj((neg(left), right))


def iff(left: Bool, right: Bool) -> Bool:
    return conj((implies(left, right), implies(right, left)))


def choose(cases: Iterable[tuple[Bool, Term]], otherwise: Term) -> Term:
    """The term of the first case that holds."""
    found = otherwise
    for condition, term in reversed(list(cases)):
        if condition.eq(TRUE):
            found = term
        elif not condition.eq(FALSE):
            found = z3.If(condition, term, found)
    return found


def least(left: Term, right: Term) -> Term:
    return z3.If(left <= right, left, right)


def largest(left: Term, right: Term) -> Term:
    return z3.If(left >= right, left, right)


def exact(value: float) -> Term:
    """The number a float stands for, to the last bit."""
    return z3.RealVal(str(Fraction(value)))


def number_of(term: Term) -> float:
    """The float nearest to the number a term is."""
    if z3.is_int_value(term):
        return float(term.as_long())
    if z3.is_rational_value(term):
        return float(Fraction(term.numerator_as_long(), term.denominator_as_long()))
    raise TypeError(f"{term} is no number")


def _distinct(parts: Iterable[Bool], neutral: Bool) -> list[Bool]:
    found = {part.get_id(): part for part in parts if not part.eq(neutral)}
    return list(found.values())
