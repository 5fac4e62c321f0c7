"""The outbox from Python: `riskengine.outbox`."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from riskengine.records.database import RECORDS
from riskengine.records.records import Records, open_records
from riskengine.scoring.workspace import DEFAULT_ROOT
from riskengine.terms.errors import UsageError
from riskengine.workflows.desk.documents import posted_document

Message = dict[str, Any]


class Outbox:
    """The outbox of a workspace. Messages are plain values, as `riskengine warnings outbox --json` prints them."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def messages(self, *, after: int = 0, limit: int | None = None) -> list[Message]:
        """All of them behind the number `after`, in order; at most `limit`."""
        return [posted_document(one) for one in self._records.outbox(after=after, limit=limit)]

    def undelivered(self, *, limit: int | None = None) -> list[Message]:
        """Those that nobody has marked as delivered, in order; at most `limit`."""
        return [posted_document(one) for one in self._records.undelivered(limit=limit)]

    def mark_delivered(self, number: int, *, at: dt.datetime) -> int:
        """Mark all messages up to a number as delivered; how many were not before. Said again it changes nothing.

        `at` is the moment, with its time zone. Raises UsageError if it has none, or if no message has the number.
        """
        if at.tzinfo is None:
            raise UsageError(f"the moment {at} has no time zone", remedy="give datetime.now(timezone.utc)")
        return self._records.mark_delivered(number, at=at.astimezone(dt.UTC).isoformat(timespec="seconds"))


@contextmanager
def outbox(workspace: Path | str = DEFAULT_ROOT) -> Iterator[Outbox]:
    """What is to be told to others, for whoever sends it. A watch need not stop for it.

    Raises UsageError if the workspace has no records yet.
    """
    records = open_records(Path(workspace) / RECORDS)
    try:
        yield Outbox(records)
    finally:
        records.close()
