"""What must hold for every customer, whatever the rules say: invariants, as they stand on a date."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from riskengine.policy.condition import Condition
from riskengine.terms.text import Text


class Measure(StrEnum):
    """What one decision can have better than another."""

    GRADE = "grade"
    LIMIT = "limit"
    TERMS_DAYS = "terms_days"


class Direction(StrEnum):
    """Which values of a fact are the worse ones."""

    HIGHER = "higher"
    LOWER = "lower"


class StandIn(StrEnum):
    """What limits.yaml and terms.yaml compute from other facts, or take as given, where a fact is unknown."""

    NEED = "need"  # purchases for a request, the agreed limit for purchases, `least` for all of them
    CAPACITY = "capacity"  # other items of the statement, paid history for the statement, `starter` for both
    CONCENTRATION = "concentration"  # no portfolio: no cap; no group: no sisters
    TERMS = "terms"  # agreed terms for requested ones, `standard_days` for both


@dataclass(frozen=True, slots=True)
class Always:
    """The condition is true of every customer. Unknown is not true."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class Worse:
    """A worse value of one fact, all else equal, never improves any of the measures."""

    fact: str
    when: Direction
    never_better: tuple[Measure, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """Not knowing facts never improves a measure over any value they could have had.

    The policy may say otherwise, and says so by `on_missing: no_hit`, by naming the fact in an `is missing` leaf, and
    through `stand_ins`; to be referred to a person is not better. `facts` empty: every fact that is put in.
    """

    facts: tuple[str, ...]
    never_better: tuple[Measure, ...]
    stand_ins: tuple[StandIn, ...]


Statement: TypeAlias = Always | Worse | Missing


@dataclass(frozen=True, slots=True)
class Invariant:
    """`given` narrows the customers it is said of (of two customers that are compared: both); None: all."""

    id: str
    name: Text
    why: Text
    given: Condition | None
    says: Statement
    place: str  # file:line
