"""An invariant as written, with its place, before anything is resolved or checked."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from riskengine.policy.condition import Comparison, Condition, ParameterName
from riskengine.policy.condition_reader import PlacedLeaf
from riskengine.policy.documents.invariant import InvariantDocument
from riskengine.tables.yaml_file import YamlDocument


@dataclass(frozen=True, slots=True)
class AuthoredInvariant:
    """An invariant with its parameters still by name. `path` is where it stands in its file."""

    written: InvariantDocument
    given: Condition | None
    always: Condition | None
    leaves: tuple[PlacedLeaf, ...]
    document: YamlDocument
    path: tuple[str, ...]

    @property
    def id(self) -> str:
        return self.written.id

    def place(self, *inner: str) -> str:
        """file:line of a part of the invariant, of the invariant itself if none is named."""
        return self.document.place(*self.path, *(inner or ("id",)))

    def is_in_force(self, as_of: dt.date) -> bool:
        period = self.written.in_force
        return period is None or period.holds_on(as_of)


def parameters_named(invariant: AuthoredInvariant) -> Iterator[tuple[str, str]]:
    """The parameters an invariant names, with the place."""
    for placed in invariant.leaves:
        if isinstance(placed.leaf, Comparison) and isinstance(placed.leaf.operand, ParameterName):
            yield placed.leaf.operand.name, placed.place
