"""The conditions of many rules as one list of array operations, each leaf and each shared part once.

Of a condition only one side has to be exact. An `all` is false where an arm is false, which for `x >= 5` is the single
comparison `x < 5`, itself false where x is missing; elsewhere it is unknown if a fact is missing, or else true. So a
condition is asked "where are you false?" (an `any`: "where are you true?") and answers with two values:

    settled  flags: exactly where it is so
    known    bytes: -2 where a fact it turns on is missing, -1 elsewhere; -2 may stand where it is settled, never where
             it is neither settled nor unknown. Two of them join by `bitwise_and`, and -2 and -1 times "settled - 1" are
             the codes of `missing` and `hit`.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from riskengine.policy.condition import AllOf, AnyOf, Comparison, Condition, IsMissing, Literal, Not, Op, ParameterName
from riskengine.rules.texts import CodedTexts
from riskengine.terms.errors import UsageError

AnyArray: TypeAlias = npt.NDArray[np.generic]
Operation: TypeAlias = Callable[[AnyArray, AnyArray, AnyArray], object]  # left, right, where the result goes

FALSE, NOT = np.array(False), np.array(True)  # noqa: FBT003 - arrays of one flag
ONE, TWO, UNKNOWN = np.array(1, np.int8), np.array(2, np.int8), np.array(-2, np.int8)
FEW = 8  # members of a list that are compared one by one; more are looked up together

_ORDERINGS: Mapping[Op, Operation] = {
    Op.LT: np.less,
    Op.LE: np.less_equal,
    Op.GT: np.greater,
    Op.GE: np.greater_equal,
}


@dataclass(frozen=True, slots=True)
class Column:
    """A fact as the program reads it: its numbers, or the codes of its texts."""

    fact: str


@dataclass(frozen=True, slots=True)
class Step:
    """`operation(left, right, out)`; operands are places among the program's values. The result of a step is flags
    (bool) or bytes (int8), and a step that makes bytes sees flags as bytes too."""

    operation: Operation
    left: int
    right: int
    makes_flags: bool


Value: TypeAlias = Column | Step | AnyArray  # an array: a constant


@dataclass(frozen=True, slots=True)
class Program:
    """Values in the order of their making, and for each condition the place of its outcome codes."""

    values: tuple[Value, ...]
    answers: tuple[int, ...]


def compile_conditions(
    conditions: Iterable[Condition], texts: Mapping[str, CodedTexts], absent: Collection[str]
) -> Program:
    """One program for all conditions, which must be resolved. `absent` are the facts that nobody gave."""
    compiler = _Compiler(texts, absent)
    answers = tuple(compiler.codes(condition) for condition in conditions)
    return Program(tuple(compiler.values), answers)


_Answer: TypeAlias = tuple[int, int | None]  # settled, known (None: nothing it turns on can be missing)


@dataclass(slots=True)
class _Compiler:
    texts: Mapping[str, CodedTexts]
    absent: Collection[str]
    values: list[Value] = field(default_factory=list)
    places: dict[Hashable, int] = field(default_factory=dict)

    def codes(self, condition: Condition) -> int:
        """The place of the outcome codes: no_hit 0, hit 1, missing 2."""
        if isinstance(condition, AnyOf):
            true, known = self.ask(condition, where=True)
            if known is None:
                return true
            unknown = self.bytes(np.subtract, self.constant(np.array(-1, np.int8)), known)
            unknown = self.bytes(np.add, unknown, unknown)
            return self.bytes(np.bitwise_or, self.bytes(np.bitwise_and, unknown, self._unsettled(true)), true)
        false, known = self.ask(condition, where=False)
        return self._negate(false) if known is None else self.bytes(np.multiply, known, self._unsettled(false))

    def ask(self, condition: Condition, *, where: bool) -> _Answer:
        """Where the condition is true, or where it is false."""
        match condition:
            case Comparison(fact, op, operand):
                return self._test(fact, op if where else op.opposite, operand), self._known(fact)
            case IsMissing(fact):
                present = self._present(fact)
                return (self._negate(present) if where else present), None
            case Not(arm):
                return self.ask(arm, where=not where)
            case AllOf(arms) | AnyOf(arms):
                easy = isinstance(condition, AnyOf)
                answer = self._join([self.ask(arm, where=easy) for arm in arms])
                return answer if easy is where else self._turn(answer)

    def flags(self, operation: Operation, left: int, right: int) -> int:
        return self._place((operation, left, right), Step(operation, left, right, makes_flags=True))

    def bytes(self, operation: Operation, left: int, right: int) -> int:
        return self._place((operation, left, right), Step(operation, left, right, makes_flags=False))

    def constant(self, value: AnyArray) -> int:
        return self._place((value.dtype.str, value.shape, value.tobytes()), value)

    def _place(self, key: Hashable, value: Value) -> int:
        found = self.places.get(key)
        if found is None:
            found = self.places[key] = len(self.values)
            self.values.append(value)
        return found

    def _join(self, answers: Iterable[_Answer]) -> _Answer:
        settled, known = self.constant(FALSE), None
        for place, (flags, bytes_) in enumerate(answers):
            settled = self.flags(np.logical_or, settled, flags) if place else flags
            if bytes_ is not None and bytes_ != known:
                known = bytes_ if known is None else self.bytes(np.bitwise_and, known, bytes_)
        return settled, known

    def _turn(self, answer: _Answer) -> _Answer:
        """From where it is true to where it is false, or back."""
        settled, known = answer
        if known is None:
            return self._negate(settled), None
        codes = self.bytes(np.multiply, known, self._unsettled(settled))  # 0 settled, 1 the opposite, 2 unknown
        unknown = self.flags(np.greater, codes, self.constant(ONE))
        known = self.bytes(np.subtract, self.constant(np.array(-1, np.int8)), unknown)
        return self.flags(np.equal, codes, self.constant(ONE)), known

    def _unsettled(self, settled: int) -> int:
        """0 where settled, -1 (all bits) elsewhere."""
        return self.bytes(np.subtract, settled, self.constant(ONE))

    def _negate(self, flags: int) -> int:
        return self.flags(np.logical_xor, flags, self.constant(NOT))

    def _column(self, fact: str) -> int:
        return self._place(fact, Column(fact))

    def _present(self, fact: str) -> int:
        if fact in self.absent:
            return self.constant(FALSE)
        column = self._column(fact)
        if fact in self.texts:
            return self.flags(np.greater, column, self.constant(self.texts[fact].missing))
        return self.flags(np.equal, column, column)  # NaN does not equal itself

    def _known(self, fact: str) -> int:
        if fact in self.absent:
            return self.constant(UNKNOWN)
        return self.bytes(np.subtract, self._present(fact), self.constant(TWO))

    def _test(self, fact: str, op: Op, operand: Literal | ParameterName) -> int:
        """Exactly where `fact op operand` is true, so nowhere where the fact is missing."""
        if fact in self.absent:
            return self.constant(FALSE)
        if op in (Op.NE, Op.NOT_IN):
            return self.flags(np.logical_xor, self._test(fact, op.opposite, operand), self._present(fact))
        if op in _ORDERINGS:
            return self.flags(_ORDERINGS[op], self._column(fact), self.constant(self._array(fact, operand)))
        return self._test_list(fact, self._array(fact, operand))

    def _test_list(self, fact: str, members: AnyArray) -> int:
        column = self._column(fact)
        members = np.atleast_1d(members)
        if len(members) > FEW:
            return self.flags(_is_in, column, self.constant(members))
        equal = [(self.flags(np.equal, column, self.constant(np.array(member))), None) for member in members]
        return self._join(equal)[0]

    def _array(self, fact: str, operand: Literal | ParameterName) -> AnyArray:
        """The operand as numbers, or as the codes of its texts; texts that no customer has are left out."""
        if isinstance(operand, ParameterName):
            raise UsageError(f"{operand} has no value")
        if fact in self.texts:
            return self.texts[fact].find(operand if isinstance(operand, tuple) else (operand,))
        return np.array(operand, dtype=np.float64)


def _is_in(values: AnyArray, members: AnyArray, out: AnyArray) -> None:
    out[...] = np.isin(values, members)
