"""What is put into a rating, for all customers at once: every fact a variable in its range, and whether it is known.

Two customers that are compared share the variables of the facts that are equal for both.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import z3

from riskengine.policy.condition import Comparison, Condition, leaves
from riskengine.policy.vocabulary import Fact, Vocabulary
from riskengine.proof.logic import TRUE, Bool, Term, conj, exact, neg
from riskengine.proof.values import Number, Plain, Value, Whole, Words

WINDOWS = ("60d", "90d", "365d", "all")  # of counts: each lies inside the next


@dataclass(slots=True)
class Knowledge:
    """The variables made so far and what is true of them. `named` holds the texts the policy names, by fact.

    `definitions`: of every step of a calculation that has a name, that it is what it is calculated from.
    """

    vocabulary: Vocabulary
    named: Mapping[str, tuple[str, ...]]
    axioms: list[Bool] = field(default_factory=list)
    definitions: dict[str, Bool] = field(default_factory=dict)
    known: dict[str, Bool] = field(default_factory=dict)
    terms: dict[str, Value] = field(default_factory=dict)


@dataclass(slots=True)
class Inputs:
    """The facts of one customer.

    `own_values`: facts whose value he does not share with the one he is compared with. `own_gaps`: whether he may not
    know what the other knows. `always_known`: facts that are never missing here.
    """

    knowledge: Knowledge
    tag: str = ""
    own_values: frozenset[str] = frozenset()
    own_gaps: frozenset[str] | None = frozenset()  # None: of every fact
    made: dict[str, Value] = field(default_factory=dict)
    steps: dict[str, Term] = field(default_factory=dict)  # of the calculation, in its order

    def value(self, name: str) -> Value:
        """A fact of the vocabulary."""
        found = self.made.get(name)
        if found is None:
            found = self.made[name] = self._make(self.knowledge.vocabulary[name])
            self.knowledge.axioms.extend(_nested(name, self))
        return found

    def name(self, step: str, term: Term) -> Term:
        """A variable of the customer's own in the place of a term."""
        variable = z3.Real(f"{step}{self.tag}")
        self.knowledge.definitions[str(variable)] = variable == term
        self.steps[step] = variable
        return variable

    def number(self, name: str) -> Plain:
        """A fact that is a number, as a term."""
        found = self.value(name)
        if isinstance(found, Whole):
            return Plain(found.present, found.term)
        if not isinstance(found, Plain):
            raise TypeError(f"'{name}' is no number")
        return found

    def _make(self, fact: Fact) -> Value:
        name = f"{fact.name}{self.tag}" if fact.name in self.own_values else fact.name
        known = self._known(fact)
        base = self.knowledge.terms.get(name)
        if base is None:
            base = self.knowledge.terms[name] = self._variable(name, fact)
        match base:
            case Whole(_, integer):
                return Whole(known, integer)
            case Words(_, code, named):
                return Words(known, code, named)
            case _:
                return Plain(known, getattr(base, "term"))  # noqa: B009 - the only kind left has it

    def _known(self, fact: Fact) -> Bool:
        if not fact.can_be_missing:
            return TRUE
        has_own = self.own_gaps is None or fact.name in self.own_gaps
        name = f"{fact.name}{self.tag}?" if has_own else f"{fact.name}?"
        found: Bool = self.knowledge.known.setdefault(name, z3.Bool(name))
        return found

    def _variable(self, name: str, fact: Fact) -> Value:
        """A new variable, held in the range of the fact."""
        axioms = self.knowledge.axioms
        if fact.is_text:
            texts = self.knowledge.named.get(fact.name, ())
            code = z3.Int(name)
            axioms.append(z3.And(code >= 0, code <= len(texts)))
            return Words(TRUE, code, texts)
        made: Number = Whole(TRUE, z3.Int(name)) if fact.is_whole else Plain(TRUE, z3.Real(name))
        if fact.low is not None:
            axioms.append(made.at_least(fact.low))
        if fact.high is not None:
            axioms.append(neg(made.above(fact.high)))
        return made


def texts_named(conditions: Iterable[Condition]) -> dict[str, tuple[str, ...]]:
    """Every text that some condition compares a fact with."""
    found: dict[str, set[str]] = {}
    for condition in conditions:
        for leaf in leaves(condition):
            if isinstance(leaf, Comparison):
                operand = leaf.operand if isinstance(leaf.operand, tuple) else (leaf.operand,)
                found.setdefault(leaf.fact, set()).update(o for o in operand if isinstance(o, str))
    return {name: tuple(sorted(texts)) for name, texts in found.items()}


def or_else(value: Plain, instead: float) -> z3.ArithRef:
    """The number where it is known, else a constant."""
    return z3.If(value.present, value.term, exact(instead))


def _nested(name: str, inputs: Inputs) -> Iterator[Bool]:
    """Counts of signals over a longer window are not smaller, and they are known together."""
    stem, _, window = name.rpartition("_count_")
    if not stem.startswith("sig") or window not in WINDOWS:
        return
    mine = inputs.number(name)
    for other_window in WINDOWS:
        other_name = f"{stem}_count_{other_window}"
        if other_window == window or other_name not in inputs.made:
            continue
        other = inputs.number(other_name)
        is_inner = WINDOWS.index(window) < WINDOWS.index(other_window)
        yield mine.term <= other.term if is_inner else other.term <= mine.term
        yield conj((mine.present == other.present,))
