"""The records of a workspace, and the policy that gives things in them their names."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from riskengine.policy.bundle import Policy
from riskengine.policy.release.published import open_policy
from riskengine.records.database import RECORDS
from riskengine.records.records import Records, open_records
from riskengine.terms.errors import UsageError, nearest


@dataclass(frozen=True, slots=True)
class Desk:
    """`day` is the day the records stand on, whatever the clock says: what people say counts from there."""

    records: Records
    policy: Policy
    day: date

    def check_customer(self, customer_id: str) -> None:
        """Raises UsageError with the nearest right one if nobody of that name was ever rated or warned of."""
        known = self.records.customer_ids()
        if customer_id not in known:
            raise UsageError(
                f"there is no customer '{customer_id}' in the records",
                where=str(self.records.path),
                remedy=nearest(customer_id, known),
            )


@contextmanager
def open_desk(workspace: Path, rules: Path) -> Iterator[Desk]:
    """Raises UsageError if the workspace has no records yet; errors of the policy as in `open_policy`."""
    records = open_records(workspace / RECORDS)
    try:
        day, _ = records.days()
        if day is None:
            raise UsageError(
                "nothing was recorded yet", where=str(records.path), remedy="run rerate or watch with this workspace"
            )
        yield Desk(records, open_policy(rules, day), day)
    finally:
        records.close()
