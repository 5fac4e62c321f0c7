"""The condition under `when:` in a file, with the line of every leaf."""

from collections.abc import Sequence
from dataclasses import dataclass

from riskengine.policy.condition import AllOf, AnyOf, Condition, Leaf, Not
from riskengine.policy.leaf import LeafError, parse_leaf
from riskengine.tables.yaml_file import Finding, YamlDocument
from riskengine.terms.errors import nearest

_NESTS = ("all", "any", "not")


@dataclass(frozen=True, slots=True)
class PlacedLeaf:
    leaf: Leaf
    place: str  # file:line


@dataclass(slots=True)
class ConditionReader:
    """Reads one condition; collects its leaves and all that is wrong with it."""

    document: YamlDocument
    leaves: list[PlacedLeaf]
    findings: list[Finding]

    def read(self, value: object, path: tuple[object, ...]) -> Condition | None:
        """The condition in `value`, which stands at `path`; None if anything in it cannot be read."""
        place = self.document.place(*path)
        match value:
            case str():
                return self._leaf(value, place)
            case {**nest} if len(nest) == 1:
                (key, inner), *_ = nest.items()
                return self._nest(str(key), inner, (*path, key))
            case dict():
                return self._fail(
                    place, f"one of {', '.join(_NESTS)} is needed here, found {len(value)} keys", "nest them"
                )
            case list():
                return self._fail(place, "a list says neither all nor any", "write {all: [..]} or {any: [..]}")
            case _:
                return self._fail(place, f"{value!r} is not a condition", "write `fact op operand`")

    def _leaf(self, text: str, place: str) -> Leaf | None:
        try:
            leaf = parse_leaf(text)
        except LeafError as error:
            return self._fail(place, error.what, error.remedy)
        self.leaves.append(PlacedLeaf(leaf, place))
        return leaf

    def _nest(self, key: str, inner: object, path: tuple[object, ...]) -> Condition | None:
        place = self.document.place(*path)
        if key == "not":
            arm = self.read(inner, path)
            return None if arm is None else Not(arm)
        if key not in _NESTS:
            hint = {"and": "write all", "or": "write any", "none": "write not: {any: [..]}"}.get(key)
            return self._fail(place, f"unknown key '{key}' in a condition", hint or nearest(key, _NESTS))
        if not isinstance(inner, list) or not inner:
            return self._fail(place, f"'{key}' needs a list of conditions", f"write {key}: [...]")
        arms = [self.read(arm, (*path, position)) for position, arm in enumerate(inner)]
        return _joined(key, arms)

    def _fail(self, place: str, what: str, remedy: str | None) -> Leaf | None:
        """Note what is wrong; the None stands for a condition that cannot be read."""
        self.findings.append(Finding(place, what, remedy))
        return None


def _joined(key: str, arms: Sequence[Condition | None]) -> Condition | None:
    known = tuple(arm for arm in arms if arm is not None)
    if len(known) < len(arms):
        return None
    return AllOf(known) if key == "all" else AnyOf(known)
