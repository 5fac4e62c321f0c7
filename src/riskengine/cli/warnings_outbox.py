"""`riskengine warnings outbox`: what is to be told to others."""

from pathlib import Path
from typing import Annotated

import typer

from riskengine.cli.past_dates import WorkspaceOption


def outbox(
    *,
    workspace: WorkspaceOption = Path(".riskengine"),
    after: Annotated[int, typer.Option("--after", min=0, help="Only what comes behind this number.")] = 0,
    undelivered: Annotated[
        bool, typer.Option("--undelivered", help="Only what nobody has marked as delivered.")
    ] = False,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="At most so many.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, complete.")] = False,
) -> None:
    """Read the outbox of a workspace: one message for each change, in order, with a number that rises.

    Whoever delivers them says how far with `riskengine warnings delivered`, or remembers the last number.
    """
    import json

    from riskengine.records.database import RECORDS
    from riskengine.records.records import open_records
    from riskengine.workflows.desk.documents import posted_document, posted_line

    records = open_records(workspace / RECORDS)
    try:
        read = records.undelivered if undelivered else records.outbox
        posted = read(after=after, limit=limit)
    finally:
        records.close()
    for one in posted:
        if as_json:
            typer.echo(json.dumps(posted_document(one), sort_keys=True, ensure_ascii=False, allow_nan=False))
        else:
            typer.echo(posted_line(one))
