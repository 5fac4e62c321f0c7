"""The value of a fact as a formula: whether it is known, and how it lies to a constant.

All a condition can ask of a number is whether it is at least a constant or above it, so that is what every kind of
number answers.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import z3

from riskengine.policy.condition import Literal, Op, ParameterName
from riskengine.proof.logic import FALSE, TRUE, Bool, Term, conj, disj, exact, implies, neg


class Number(Protocol):
    """A number that may be unknown."""

    @property
    def present(self) -> Bool: ...
    def at_least(self, constant: float) -> Bool: ...
    def above(self, constant: float) -> Bool: ...


@dataclass(frozen=True, slots=True)
class Plain:
    """A real number."""

    present: Bool
    term: Term

    def at_least(self, constant: float) -> Bool:
        return self.term >= exact(constant)

    def above(self, constant: float) -> Bool:
        return self.term > exact(constant)


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number."""

    present: Bool
    integer: Term

    @property
    def term(self) -> Term:
        return z3.ToReal(self.integer)

    def at_least(self, constant: float) -> Bool:
        return self.integer >= math.ceil(constant)

    def above(self, constant: float) -> Bool:
        return self.integer >= math.floor(constant) + 1


@dataclass(frozen=True, slots=True)
class Flag:
    """1 or 0, always known."""

    is_set: Bool
    present: Bool = TRUE

    def at_least(self, constant: float) -> Bool:
        return TRUE if constant <= 0 else self.is_set if constant <= 1 else FALSE

    def above(self, constant: float) -> Bool:
        return TRUE if constant < 0 else self.is_set if constant < 1 else FALSE


@dataclass(frozen=True, slots=True)
class Ladder:
    """A whole number from 1 on: for every step from 2 on, whether it is reached."""

    present: Bool
    steps: Mapping[int, Bool]

    @property
    def term(self) -> Term:
        return z3.Sum([z3.RealVal(1), *(z3.If(step, z3.RealVal(1), z3.RealVal(0)) for step in self.steps.values())])

    def reaches(self, number: int) -> Bool:
        return TRUE if number <= 1 else self.steps.get(number, FALSE)

    def at_least(self, constant: float) -> Bool:
        return self.reaches(math.ceil(constant))

    def above(self, constant: float) -> Bool:
        return self.reaches(math.floor(constant) + 1)


@dataclass(frozen=True, slots=True)
class Levels:
    """A whole number from 0 on, always known: for every level from 1 on, whether it is reached."""

    steps: Mapping[int, Bool]
    present: Bool = TRUE

    def at_least(self, constant: float) -> Bool:
        return TRUE if constant <= 0 else self.steps.get(math.ceil(constant), FALSE)

    def above(self, constant: float) -> Bool:
        return TRUE if constant < 0 else self.steps.get(math.floor(constant) + 1, FALSE)


# Division rounds, so a quotient beside a constant may compare either way. Far wider than one rounding of a float.
_ROUNDING = 2.0**-48
_CLEARLY = 2.0**-20


@dataclass(frozen=True, slots=True)
class Quotient:
    """`part` / `whole` with a positive whole, both not negative, known only by how it lies to constants.

    `axioms` takes what is true of the answers given; `asked` keeps the answers, so that equal questions get equal ones
    and two customers' can be set side by side (`ordered_with`).
    """

    name: str
    present: Bool
    part: Term
    whole: Term
    axioms: list[Bool]
    asked: dict[tuple[float, bool], Bool] = field(default_factory=dict)

    def at_least(self, constant: float) -> Bool:
        return self._ask(constant, strict=False)

    def above(self, constant: float) -> Bool:
        return self._ask(constant, strict=True)

    def not_above(self, other: "Quotient") -> Bool:
        """Where this one cannot be larger than the other: its part is not larger and its whole not smaller."""
        return conj((self.present, other.present, self.part <= other.part, self.whole >= other.whole))

    def ordered_with(self, other: "Quotient") -> list[Bool]:
        """A larger quotient passes every constant that a smaller one passes."""
        found = []
        for constant, strict in sorted({*self.asked, *other.asked}):
            mine, theirs = self._ask(constant, strict=strict), other._ask(constant, strict=strict)
            found.append(implies(self.not_above(other), implies(mine, theirs)))
            found.append(implies(other.not_above(self), implies(theirs, mine)))
        return found

    def is_clear(self) -> Bool:
        """Where it lies so far from every constant that rounding makes no difference."""
        found = []
        for (constant, _), answer in self.asked.items():
            slack = constant * _CLEARLY
            found.append(implies(answer, self.part >= exact(constant + slack) * self.whole))
            found.append(disj((answer, self.part <= exact(constant - slack) * self.whole)))
        return disj((neg(self.present), conj(found)))

    def _ask(self, constant: float, *, strict: bool) -> Bool:
        if constant < 0 or (constant == 0 and not strict):
            return TRUE
        if constant == 0:
            return self.part > 0
        known = self.asked.get((constant, strict))
        if known is None:
            known = z3.Bool(f"{self.name} {'>' if strict else '>='} {constant!r}")
            slack = constant * _ROUNDING
            self.axioms.append(implies(conj((self.present, known)), self.part >= exact(constant - slack) * self.whole))
            self.axioms.append(
                implies(conj((self.present, neg(known))), self.part <= exact(constant + slack) * self.whole)
            )
            for (beside, beside_strict), answer in self.asked.items():
                first_is_lower = (constant, strict) < (beside, beside_strict)
                self.axioms.append(implies(answer, known) if first_is_lower else implies(known, answer))
            self.asked[constant, strict] = known
        return known


@dataclass(frozen=True, slots=True)
class Capped:
    """A number that is never above a constant."""

    inner: Number
    most: float

    @property
    def present(self) -> Bool:
        return self.inner.present

    def at_least(self, constant: float) -> Bool:
        return FALSE if constant > self.most else self.inner.at_least(constant)

    def above(self, constant: float) -> Bool:
        return FALSE if constant >= self.most else self.inner.above(constant)


@dataclass(frozen=True, slots=True)
class Words:
    """A text: one of those the policy names, by its place from 1, or another one, 0."""

    present: Bool
    code: Term
    named: tuple[str, ...]

    def equals(self, text: str) -> Bool:
        return self.code == self.named.index(text) + 1


Value = Number | Words


def holds(value: Value, op: Op, operand: Literal | ParameterName) -> Bool:
    """Where a present value compares so with a literal."""
    if isinstance(operand, ParameterName):
        raise TypeError(f"{operand} has no value")
    if isinstance(operand, tuple):
        inside = disj(_equals(value, member) for member in operand)
        return inside if op is Op.IN else neg(inside)
    if op in (Op.EQ, Op.NE):
        same = _equals(value, operand)
        return same if op is Op.EQ else neg(same)
    if isinstance(value, Words) or isinstance(operand, str):
        raise TypeError(f"'{op.value}' compares numbers")
    return {
        Op.GE: lambda: value.at_least(operand),
        Op.GT: lambda: value.above(operand),
        Op.LT: lambda: neg(value.at_least(operand)),
        Op.LE: lambda: neg(value.above(operand)),
    }[op]()


def nothing() -> Plain:
    """A fact nobody knows."""
    return Plain(FALSE, z3.RealVal(0))


def _equals(value: Value, operand: float | str) -> Bool:
    if isinstance(value, Words):
        return value.equals(str(operand))
    if isinstance(operand, str):
        return FALSE
    return conj((value.at_least(operand), neg(value.above(operand))))
