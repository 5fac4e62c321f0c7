"""Facts as small whole numbers that compare exactly as the facts themselves do.

durable_rules misreads many numbers (an exponent without a fraction, whole numbers beyond 2**63, decimal commas). Yet
all a rule can ask is how a value lies to the constants in the rules. With the constants of a fact sorted, c0 < c1 < ..,
a value becomes

    2i + 1   if it equals ci
    2i       if it lies between c(i-1) and ci

so every comparison of a value with a constant has the same answer as the comparison of their codes, for every float.
A text becomes 1 + its place among the texts the rules name, 0 if they do not name it. What else the library is told of
a fact (whether a list holds it, whether it is known) follows from its code. Cents, parts per million and text escapes
are not needed on this path.
"""

import math
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from riskengine.policy.condition import IsMissing, Leaf, ParameterName

Value: TypeAlias = float | str | None
MISSING_CODE = -1


@dataclass(frozen=True, slots=True)
class NumberCoding:
    """`constants` are ascending and distinct; nothing a fact can be reaches the infinity behind them.

    >>> coding = NumberCoding.of({0.3, 1e-05})
    >>> [coding.code(value) for value in (0.0, 1e-05, 0.1 + 0.2, None)]
    [0, 1, 4, -1]
    """

    constants: tuple[float, ...]

    @classmethod
    def of(cls, constants: Iterable[float]) -> "NumberCoding":
        return cls((*sorted(set(constants)), math.inf))

    @property
    def size(self) -> int:
        """Codes are below it."""
        return 2 * len(self.constants) - 1

    def code(self, value: Value) -> int:
        if value is None:
            return MISSING_CODE
        place = bisect_left(self.constants, value)
        return 2 * place + (self.constants[place] == value)


@dataclass(frozen=True, slots=True)
class TextCoding:
    """`places` begin at 1.

    >>> coding = TextCoding.of({"华东", "NO"})
    >>> [coding.code(value) for value in ("NO", "华东", "no", None)]
    [1, 2, 0, -1]
    """

    places: dict[Value, int] = field(hash=False)

    @classmethod
    def of(cls, constants: Iterable[str]) -> "TextCoding":
        places: dict[Value, int] = {text: place for place, text in enumerate(sorted(set(constants)), start=1)}
        return cls({**places, None: MISSING_CODE})

    @property
    def size(self) -> int:
        return len(self.places)

    def code(self, value: Value) -> int:
        return self.places.get(value, 0)


@dataclass(frozen=True, slots=True)
class PresenceCoding:
    """Of a fact of which rules only ask whether it is missing, number or text."""

    size: int = 1

    def code(self, value: Value) -> int:
        return MISSING_CODE if value is None else 0


Coding: TypeAlias = NumberCoding | TextCoding | PresenceCoding


def codings_of(leaves: Iterable[Leaf]) -> dict[str, Coding]:
    """One coding for each fact, over all constants the leaves hold. The rules must be checked (see `check_rules`)."""
    constants: dict[str, list[float | str]] = {}
    for leaf in leaves:
        constants.setdefault(leaf.fact, []).extend(constants_of(leaf))
    return {fact: _coding(known) for fact, known in constants.items()}


def constants_of(leaf: Leaf) -> tuple[float | str, ...]:
    """What a leaf compares its fact with."""
    if isinstance(leaf, IsMissing) or isinstance(leaf.operand, ParameterName):
        return ()
    return leaf.operand if isinstance(leaf.operand, tuple) else (leaf.operand,)


def _coding(constants: Iterable[float | str]) -> Coding:
    numbers = [constant for constant in constants if not isinstance(constant, str)]
    texts = [constant for constant in constants if isinstance(constant, str)]
    if numbers:
        return NumberCoding.of(numbers)
    return TextCoding.of(texts) if texts else PresenceCoding()
