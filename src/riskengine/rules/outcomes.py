"""What every rule said about every customer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from riskengine.policy.rule import Rule
from riskengine.rules.facts import FactColumns
from riskengine.terms.decision import Outcome

Int8Array = npt.NDArray[np.int8]

OUTCOMES: tuple[Outcome, ...] = (Outcome.NO_HIT, Outcome.HIT, Outcome.MISSING, Outcome.SNOOZED)
NO_HIT, HIT, MISSING, SNOOZED = (np.int8(code) for code in range(4))


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Rule id -> int8 array of shape (count,): indices into OUTCOMES.

    `missing` says the condition was unknown, whatever the rule's `on_missing` makes follow from that.
    """

    count: int
    by_rule: Mapping[str, Int8Array]

    def of(self, rule_id: str, row: int) -> Outcome:
        return OUTCOMES[int(self.by_rule[rule_id][row])]

    def record(self, row: int) -> dict[str, Outcome]:
        """What every rule said about one customer."""
        return {rule_id: OUTCOMES[int(codes[row])] for rule_id, codes in self.by_rule.items()}


class Engine(Protocol):
    """Both engines have this shape, and equal answers."""

    def evaluate(self, rules: Sequence[Rule], facts: FactColumns) -> Outcomes: ...
