"""What people agreed for one customer or one group, for a time, in deviation from the policy."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A customer, or all companies of a group, is exempt from one rule: where it would say something its outcome is
    `snoozed`, and nothing follows from it. Exactly one of `customer_id` and `group_id` is given.
    """

    rule_id: str  # as written in the file: exempt from all segments and rows of it
    customer_id: str | None
    group_id: str | None
    start: date  # first day in force (YAML key `from`)
    until: date  # first day it is no longer in force
    reason: str
    requested_by: str
    approved_by: str

    @property
    def subject(self) -> tuple[str, str | None, str | None]:
        """What there is one of at a time."""
        return self.rule_id, self.customer_id, self.group_id

    @property
    def who(self) -> str:
        return f"group {self.group_id}" if self.customer_id is None else f"customer {self.customer_id}"

    def is_in_force(self, as_of: date) -> bool:
        return self.start <= as_of < self.until


@dataclass(frozen=True, slots=True)
class TemporaryLimit:
    """A limit granted to one customer for a time. It lifts the computed limit up to `limit`, never lowers it; rules
    that freeze, cap or cut, and the policy cap, hold against it.
    """

    customer_id: str
    limit: float  # units of the reporting currency
    start: date
    until: date
    reason: str
    requested_by: str
    approved_by: str

    @property
    def subject(self) -> str:
        """What there is one of at a time."""
        return self.customer_id

    @property
    def who(self) -> str:
        return f"customer {self.customer_id}"

    def is_in_force(self, as_of: date) -> bool:
        return self.start <= as_of < self.until
