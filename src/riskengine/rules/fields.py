"""What durable_rules is told of one fact: fields of small whole numbers, all of which follow from the fact's code."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from riskengine.policy.condition import Comparison, IsMissing, Leaf
from riskengine.rules.codes import Coding
from riskengine.rules.names import NameSource


@dataclass(frozen=True, slots=True)
class FactFields:
    """`own` holds the code, each of `lists` whether that list holds the fact, `presence` whether it is known: 1 or 0.

    `pieces` is the JSON of all fields for each code, the last one for a missing fact: a field without a value is left
    out. A field that no rule reads does not exist.
    """

    coding: Coding
    own: str | None
    lists: Mapping[tuple[float, ...] | tuple[str, ...], str]
    presence: str | None
    pieces: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name in (self.own, *self.lists.values(), self.presence) if name is not None)


def name_fields(leaves: Iterable[Leaf], coding: Coding, source: NameSource) -> FactFields:
    """The fields that the leaves, all of one fact, read."""
    asked = list(leaves)
    comparisons = [leaf for leaf in asked if isinstance(leaf, Comparison)]
    operands = dict.fromkeys(leaf.operand for leaf in comparisons if isinstance(leaf.operand, tuple))
    lists = {operand: source.next("f") for operand in operands}
    own = source.next("f") if any(not isinstance(leaf.operand, tuple) for leaf in comparisons) else None
    presence = source.next("f") if any(isinstance(leaf, IsMissing) for leaf in asked) else None
    members = {name: {coding.code(member) for member in operand} for operand, name in lists.items()}
    pieces = tuple(_piece(code, own, members, presence) for code in range(coding.size))
    return FactFields(coding, own, lists, presence, (*pieces, f'"{presence}":0,' if presence else ""))


def _piece(code: int, own: str | None, members: Mapping[str, set[int]], presence: str | None) -> str:
    known = [(own, code), (presence, 1), *((name, int(code in inside)) for name, inside in members.items())]
    return "".join(f'"{name}":{value},' for name, value in known if name is not None)


def count_fields(leaves: Iterable[Leaf]) -> set[tuple[object, ...]]:
    """As many things as fields are needed for all the leaves."""
    return {
        (leaf.fact, IsMissing)
        if isinstance(leaf, IsMissing)
        else (leaf.fact, leaf.operand if isinstance(leaf.operand, tuple) else Comparison)
        for leaf in leaves
    }
