"""`riskengine events`: what events look like, and the history of tables as events."""

from pathlib import Path
from typing import Annotated

import typer

events = typer.Typer(no_args_is_help=True, help="What events look like, and the history of tables as events.")


@events.command()
def export(
    tables: Annotated[Path, typer.Option("--tables", help="Folder of tables made by intake or generate.")],
    out: Annotated[Path, typer.Option("--out", help="File of JSON lines to write.")],
    until: Annotated[str | None, typer.Option("--until", help="Last day to tell of, YYYY-MM-DD.")] = None,
) -> None:
    """Write all rows as events in the order in which they became known, one JSON object a line."""
    from riskengine.terms.days import parse_day
    from riskengine.workflows.export_events import export_events

    count = export_events(tables, out, until=None if until is None else parse_day(until))
    typer.echo(f"{count:,} events: {out}", err=True)


@events.command()
def reference() -> None:
    """Print the reference page of events, as docs has it."""
    from riskengine.workflows.events_page import events_page

    typer.echo(events_page(), nl=False)
