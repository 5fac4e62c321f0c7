"""The engine for many customers: every leaf one array operation, the tree compiled to array expressions.

A condition becomes two masks, where it is true and where it is false; it is unknown where it is neither. Leaves and
whole conditions that rules share are computed once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from riskengine.policy.condition import AllOf, AnyOf, Comparison, Condition, IsMissing, Not, Op
from riskengine.policy.rule import Rule
from riskengine.rules.facts import FactColumns
from riskengine.rules.kinds import check_rules, compares_text
from riskengine.rules.outcomes import HIT, MISSING, NO_HIT, Int8Array, Outcomes

BoolArray = npt.NDArray[np.bool_]
CodeArray = npt.NDArray[np.int64]
CHUNK = 32_768  # rows at a time: the masks of a chunk stay in the processor's cache

_ORDERINGS: dict[Op, np.ufunc] = {
    Op.LT: np.less,
    Op.LE: np.less_equal,
    Op.GT: np.greater,
    Op.GE: np.greater_equal,
    Op.EQ: np.equal,
}


@dataclass(frozen=True, slots=True)
class ColumnsEngine:
    """`evaluate` as an object, for whoever takes an `Engine`."""

    def evaluate(self, rules: Sequence[Rule], facts: FactColumns) -> Outcomes:
        return evaluate(rules, facts)


def evaluate(rules: Sequence[Rule], facts: FactColumns) -> Outcomes:
    """What every rule says about every customer; equal to `policy.condition.truth` row by row.

    Raises UsageError and InputError as `check_rules`.
    """
    check_rules(rules, facts)
    by_rule: dict[str, Int8Array] = {rule.id: np.empty(facts.count, np.int8) for rule in rules}
    for start in range(0, facts.count, CHUNK):
        rows = slice(start, min(start + CHUNK, facts.count))
        chunk = _Chunk(facts, rows)
        for rule in rules:
            is_true, is_false = chunk.masks(rule.when)
            codes = by_rule[rule.id][rows]
            codes.fill(MISSING)
            codes[is_false] = NO_HIT
            codes[is_true] = HIT
    return Outcomes(facts.count, by_rule)


Masks = tuple[BoolArray, BoolArray]  # true, false


@dataclass(slots=True)
class _Chunk:
    """Some rows, and what was already computed for them."""

    facts: FactColumns
    rows: slice
    known: dict[Condition, Masks] = field(default_factory=dict)
    present: dict[str, BoolArray] = field(default_factory=dict)
    codes: dict[str, tuple[CodeArray, dict[str, int]]] = field(default_factory=dict)

    def masks(self, condition: Condition) -> Masks:
        found = self.known.get(condition)
        if found is None:
            found = self.known[condition] = self._compute(condition)
        return found

    def _compute(self, condition: Condition) -> Masks:
        match condition:
            case Comparison():
                return self._compare(condition)
            case IsMissing(fact):
                present = self._present(fact)
                return ~present, present
            case Not(arm):
                is_true, is_false = self.masks(arm)
                return is_false, is_true
            case AllOf(arms):
                found = [self.masks(arm) for arm in arms]
                return _all([true for true, _ in found]), _any([false for _, false in found])
            case AnyOf(arms):
                found = [self.masks(arm) for arm in arms]
                return _any([true for true, _ in found]), _all([false for _, false in found])

    def _compare(self, leaf: Comparison) -> Masks:
        present = self._present(leaf.fact)
        if not present.any():
            return present, present
        is_true = self._compare_texts(leaf) if compares_text(leaf) else self._compare_numbers(leaf)
        return is_true & present, ~is_true & present

    def _compare_numbers(self, leaf: Comparison) -> BoolArray:
        """Values of missing facts may come out either way."""
        values = self.facts.numbers[leaf.fact][self.rows]
        if leaf.op in (Op.IN, Op.NOT_IN):
            found: BoolArray = np.isin(values, np.array(leaf.operand, dtype=np.float64))
        else:
            found = _ORDERINGS.get(leaf.op, np.not_equal)(values, leaf.operand)
        return ~found if leaf.op is Op.NOT_IN else found

    def _compare_texts(self, leaf: Comparison) -> BoolArray:
        """As `_compare_numbers`, over the codes of the texts of this chunk."""
        codes, known = self._codes(leaf.fact)
        wanted = leaf.operand if isinstance(leaf.operand, tuple) else (leaf.operand,)
        found: BoolArray = np.isin(codes, [known[str(text)] for text in wanted if text in known])
        return ~found if leaf.op in (Op.NE, Op.NOT_IN) else found

    def _present(self, fact: str) -> BoolArray:
        found = self.present.get(fact)
        if found is None:
            found = self.present[fact] = self._compute_present(fact)
        return found

    def _compute_present(self, fact: str) -> BoolArray:
        if fact in self.facts.numbers:
            present: BoolArray = ~np.isnan(self.facts.numbers[fact][self.rows])
            return present
        if fact in self.facts.texts:
            return self._codes(fact)[0] >= 0
        return np.zeros(self.rows.stop - self.rows.start, np.bool_)

    def _codes(self, fact: str) -> tuple[CodeArray, dict[str, int]]:
        """A number for each different text; -1 where missing."""
        found = self.codes.get(fact)
        if found is None:
            known: dict[str, int] = {}
            texts = self.facts.texts[fact][self.rows].tolist()
            codes = [-1 if text is None else known.setdefault(text, len(known)) for text in texts]
            found = self.codes[fact] = (np.array(codes, dtype=np.int64), known)
        return found


def _all(masks: Sequence[BoolArray]) -> BoolArray:
    found: BoolArray = np.logical_and.reduce(masks)
    return found


def _any(masks: Sequence[BoolArray]) -> BoolArray:
    found: BoolArray = np.logical_or.reduce(masks)
    return found
