"""What became of an invariant on a date."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from riskengine.policy.invariant import Invariant
from riskengine.proof.breach import Breach


class Finding(StrEnum):
    PROVED = "proved"
    REFUTED = "refuted"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`breach` shows the customer who breaks a refuted invariant; `reason` says why one is undecided, or that a proved
    one is said of nobody. `seconds` is the time it took, for people.
    """

    invariant: Invariant
    as_of: date
    finding: Finding
    seconds: float
    breach: Breach | None = None
    reason: str | None = None

    @property
    def is_good(self) -> bool:
        return self.finding is Finding.PROVED and self.reason is None
