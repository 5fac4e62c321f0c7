"""A person asks to be left alone with a warning for a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from riskengine.early_warning.finding import Finding
from riskengine.terms.decision import Severity
from riskengine.terms.errors import UsageError


@dataclass(frozen=True, slots=True)
class Snooze:
    """Nothing opens, escalates or closes while it lasts, unless a rule beyond `up_to` applies: who was asked to wait
    with an amber warning is still told of a red one.

    What is known goes on being noted; so an episode that was quiet all the time closes on the first day after it.
    """

    customer_id: str
    indicator: str | None  # None: every one of the customer
    start: date
    until: date  # first day on which it no longer holds
    reason: str
    by: str
    up_to: Severity

    def __post_init__(self) -> None:
        """Raises UsageError for a snooze without end, reason or person."""
        if self.until <= self.start:
            raise UsageError(f"a snooze from {self.start} cannot end on {self.until}", remedy="give a later end")
        for name, text in (("reason", self.reason), ("by", self.by)):
            if not text.strip():
                raise UsageError(f"a snooze needs '{name}'", remedy="say why, and who asks for it")

    def holds_back(self, finding: Finding) -> bool:
        """Whether nothing may come of a finding."""
        severity = finding.severity
        return (
            self.customer_id == finding.customer_id
            and self.indicator in (None, finding.indicator)
            and self.start <= finding.day < self.until
            and (severity is None or severity <= self.up_to)
        )


def snooze_of(snoozes: Iterable[Snooze], finding: Finding) -> Snooze | None:
    """The snooze that holds a finding back; of several the one that ends last."""
    found = [snooze for snooze in snoozes if snooze.holds_back(finding)]
    return max(found, key=lambda snooze: (snooze.until, snooze.start, snooze.by, snooze.reason), default=None)
