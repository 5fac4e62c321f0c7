"""What happened to an episode on a day: one row of the outbox."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from riskengine.early_warning.finding import Evidence, Key
from riskengine.terms.decision import Severity


class ChangeKind(StrEnum):
    OPENED = "opened"
    ESCALATED = "escalated"
    SNOOZED = "snoozed"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Change:
    """(customer_id, indicator, opened_on, kind, day) is unique. `before` is None of what opens."""

    kind: ChangeKind
    customer_id: str
    indicator: str
    opened_on: date
    day: date
    before: Severity | None
    after: Severity
    evidence: tuple[Evidence, ...] = ()

    @property
    def key(self) -> Key:
        return Key(self.customer_id, self.indicator)
