"""`riskengine warnings delivered`: how far the messages of the outbox are delivered."""

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from riskengine.cli.past_dates import WorkspaceOption


def delivered(
    *,
    number: Annotated[int, typer.Argument(min=1, help="The number of the last message that was delivered.")],
    workspace: WorkspaceOption = Path(".riskengine"),
    as_json: Annotated[bool, typer.Option("--json", help="How many were marked, for machines.")] = False,
) -> None:
    """Mark all messages of the outbox up to a number as delivered, now. Said again it changes nothing.

    A watch need not stop for it.
    """
    from riskengine.cli.speech import tell
    from riskengine.records.database import RECORDS
    from riskengine.records.records import open_records

    at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    records = open_records(workspace / RECORDS)
    try:
        marked = records.mark_delivered(number, at=at)
    finally:
        records.close()
    said = f"messages up to {number} are delivered; {marked:,} of them were not before"
    tell({"delivered_up_to": number, "marked": marked}, [said], as_json=as_json)
