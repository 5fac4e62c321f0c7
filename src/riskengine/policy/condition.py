"""The condition of a rule: a small tree that cannot be misread and always ends.

A leaf compares one fact with one operand, or asks whether a fact is missing; `AllOf`, `AnyOf` and `Not` nest. Truth has
three values (Kleene): a comparison of a missing fact is unknown; `all` with a false arm is false and `any` with a true
arm is true whatever else is unknown; `not` of unknown is unknown. `truth` below is the definition both engines are
tested against.
"""

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

Literal: TypeAlias = float | str | tuple[float, ...] | tuple[str, ...]


class Op(StrEnum):
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
    EQ = "=="
    NE = "!="
    IN = "in"
    NOT_IN = "not in"

    @property
    def opposite(self) -> "Op":
        """The operator that is true exactly where this one is false."""
        return _OPPOSITES[self]


_OPPOSITES = {
    Op.LT: Op.GE,
    Op.GE: Op.LT,
    Op.GT: Op.LE,
    Op.LE: Op.GT,
    Op.EQ: Op.NE,
    Op.NE: Op.EQ,
    Op.IN: Op.NOT_IN,
    Op.NOT_IN: Op.IN,
}

ORDERINGS: Mapping[Op, Callable[[float, float], bool]] = {
    Op.LT: operator.lt,
    Op.LE: operator.le,
    Op.GT: operator.gt,
    Op.GE: operator.ge,
}


@dataclass(frozen=True, slots=True)
class ParameterName:
    """`@name` in a rule: stands for the parameter's value on the as-of date."""

    name: str

    def __str__(self) -> str:
        return f"@{self.name}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """`fact op operand`. In a resolved policy the operand is a literal, never a ParameterName."""

    fact: str
    op: Op
    operand: Literal | ParameterName

    def __str__(self) -> str:
        return f"{self.fact} {self.op.value} {_written(self.operand)}"


@dataclass(frozen=True, slots=True)
class IsMissing:
    fact: str

    def __str__(self) -> str:
        return f"{self.fact} is missing"


@dataclass(frozen=True, slots=True)
class AllOf:
    arms: tuple["Condition", ...]

    def __str__(self) -> str:
        return f"all({', '.join(str(a) for a in self.arms)})"


@dataclass(frozen=True, slots=True)
class AnyOf:
    arms: tuple["Condition", ...]

    def __str__(self) -> str:
        return f"any({', '.join(str(a) for a in self.arms)})"


@dataclass(frozen=True, slots=True)
class Not:
    arm: "Condition"

    def __str__(self) -> str:
        return f"not({self.arm})"


Leaf: TypeAlias = Comparison | IsMissing
Condition: TypeAlias = Leaf | AllOf | AnyOf | Not


def leaves(condition: Condition) -> Iterator[Leaf]:
    """Every leaf, left to right, repeats included."""
    match condition:
        case AllOf(arms) | AnyOf(arms):
            for arm in arms:
                yield from leaves(arm)
        case Not(arm):
            yield from leaves(arm)
        case leaf:
            yield leaf


def facts_of(condition: Condition) -> tuple[str, ...]:
    """The facts a condition names, each once, in the order of their first use.

    >>> facts_of(AllOf((Comparison("a", Op.GT, 1.0), IsMissing("b"), Comparison("a", Op.LT, 9.0))))
    ('a', 'b')
    """
    return tuple(dict.fromkeys(leaf.fact for leaf in leaves(condition)))


def truth(condition: Condition, record: Mapping[str, float | str | None]) -> bool | None:
    """True, False, or None for unknown. A fact that `record` lacks or holds as None is missing.

    >>> late = AnyOf((Comparison("dpd", Op.GE, 90.0), Comparison("country", Op.EQ, "NO")))
    >>> truth(late, {"dpd": 120.0}), truth(late, {"dpd": 10.0}), truth(late, {"dpd": 10.0, "country": "SE"})
    (True, None, False)
    """
    match condition:
        case IsMissing(fact):
            return record.get(fact) is None
        case Comparison(fact, op, operand):
            value = record.get(fact)
            return None if value is None else holds(value, op, operand)
        case Not(arm):
            inner = truth(arm, record)
            return None if inner is None else not inner
        case AllOf(arms):
            found = [truth(arm, record) for arm in arms]
            return False if False in found else None if None in found else True
        case AnyOf(arms):
            found = [truth(arm, record) for arm in arms]
            return True if True in found else None if None in found else False


def holds(value: float | str, op: Op, operand: Literal | ParameterName) -> bool:
    """Compare a present value with a literal operand."""
    if isinstance(operand, tuple):
        return (value in operand) is (op is Op.IN)
    if op in (Op.EQ, Op.NE):
        return (value == operand) is (op is Op.EQ)
    if isinstance(value, str) or not isinstance(operand, float | int):
        raise TypeError(f"'{op.value}' compares numbers, not {value!r} with {operand!r}")
    return ORDERINGS[op](value, operand)


def _written(operand: Literal | ParameterName) -> str:
    match operand:
        case str():
            doubled = operand.replace("'", "''")
            return f"'{doubled}'"
        case tuple():
            return f"[{', '.join(_written(o) for o in operand)}]"
        case float():
            return repr(int(operand)) if operand.is_integer() and abs(operand) < 1e15 else repr(operand)
        case _:
            return str(operand)
