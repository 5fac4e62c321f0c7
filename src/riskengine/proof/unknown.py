"""What the proof leaves open: a variable with bounds in the place of a calculation."""

from collections.abc import Callable
from typing import Protocol, Self

from riskengine.proof.logic import Bool, Term

Model = Callable[[Term], Term]  # the value of a term in a model


class Unknown(Protocol):
    """A calculation that z3 is told only the course of. Every unknown can be made exact for one value at a time."""

    def is_exact(self) -> Bool:
        """Where nothing is left open."""
        ...

    def pinned_in(self, model: Model) -> Bool:
        """What is true, exactly, at the values a model has given."""
        ...

    def ordered_with(self, other: Self) -> list[Bool]:
        """What is true of two customers' calculations together."""
        ...
