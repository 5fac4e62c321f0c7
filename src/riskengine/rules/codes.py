"""Facts as small whole numbers that compare exactly as the facts themselves do.

durable_rules misreads many numbers (an exponent without a fraction, whole numbers beyond 2**63, decimal commas). Yet
all a rule can ask is how a value lies to the constants in the rules. With the constants of a fact sorted, c0 < c1 < ..,
a value becomes

    2i + 1   if it equals ci
    2i       if it lies between c(i-1) and ci

so every comparison of a value with a constant has the same answer as the comparison of their codes, for every float.
A text becomes 1 + its place among the texts the rules name, 0 if they do not name it. A fact compared with a list also
becomes 1 if the list holds it and 0 if not. Cents, parts per million and text escapes are not needed on this path.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from riskengine.policy.condition import Comparison, Op
from riskengine.rules.facts import FactColumns
from riskengine.rules.kinds import compares_text

CodeArray = npt.NDArray[np.int64]
MISSING_CODE = -1


@dataclass(frozen=True, slots=True)
class NumberCoding:
    fact: str
    constants: tuple[float, ...]  # ascending, distinct

    @property
    def size(self) -> int:
        """Codes are below it."""
        return 2 * len(self.constants) + 1

    def codes(self, facts: FactColumns) -> CodeArray:
        """Shape (count,); -1 where missing.

        >>> coding = NumberCoding("pd", (1e-05, 0.3))
        >>> coding.codes(FactColumns(4, {"pd": np.array([0.0, 1e-05, 0.1 + 0.2, np.nan])}, {})).tolist()
        [0, 1, 4, -1]
        """
        values = facts.numbers.get(self.fact)
        if values is None:
            return np.full(facts.count, MISSING_CODE, np.int64)
        constants = np.array(self.constants, dtype=np.float64)
        below = np.searchsorted(constants, values, side="left")
        up_to = np.searchsorted(constants, values, side="right")
        return np.where(np.isnan(values), MISSING_CODE, below + up_to)

    def code(self, constant: float | str) -> int:
        return 2 * self.constants.index(float(constant)) + 1


@dataclass(frozen=True, slots=True)
class TextCoding:
    fact: str
    constants: tuple[str, ...]

    @property
    def size(self) -> int:
        return len(self.constants) + 1

    def codes(self, facts: FactColumns) -> CodeArray:
        texts = facts.texts.get(self.fact)
        if texts is None:
            return np.full(facts.count, MISSING_CODE, np.int64)
        places: dict[str | None, int] = {text: place for place, text in enumerate(self.constants, start=1)}
        places[None] = MISSING_CODE
        return np.array([places.get(text, 0) for text in texts.tolist()], dtype=np.int64)

    def code(self, constant: float | str) -> int:
        return self.constants.index(str(constant)) + 1


Coding = NumberCoding | TextCoding


@dataclass(frozen=True, slots=True)
class ListCoding:
    """Whether a fact is in one list: 1 or 0, -1 where missing."""

    base: Coding
    members: tuple[float, ...] | tuple[str, ...]

    @property
    def size(self) -> int:
        return 2

    def codes_from(self, base: CodeArray) -> CodeArray:
        """From the codes of `base`."""
        inside = np.isin(base, [self.base.code(member) for member in self.members])
        return np.where(base == MISSING_CODE, MISSING_CODE, inside.astype(np.int64))


def codings_of(comparisons: Iterable[Comparison]) -> dict[str, Coding]:
    """One coding for each fact, over all constants the comparisons hold. Operands must be resolved."""
    numbers: dict[str, set[float]] = {}
    texts: dict[str, set[str]] = {}
    for leaf in comparisons:
        operand = leaf.operand if isinstance(leaf.operand, tuple) else (leaf.operand,)
        if compares_text(leaf):
            texts.setdefault(leaf.fact, set()).update(str(o) for o in operand)
        else:
            numbers.setdefault(leaf.fact, set()).update(float(o) for o in operand if isinstance(o, int | float))
    found: dict[str, Coding] = {name: NumberCoding(name, tuple(sorted(c))) for name, c in numbers.items()}
    found.update({name: TextCoding(name, tuple(sorted(c))) for name, c in texts.items()})
    return found


def is_list(leaf: Comparison) -> bool:
    return leaf.op in (Op.IN, Op.NOT_IN)
