"""`riskengine watch`: warnings opened, escalated and closed, and orders held, as events come."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from riskengine.early_warning.step import Step
    from riskengine.records.outbox import Posted
    from riskengine.workflows.watch.watch_events import Heard, Tally

INTERRUPTED = 130


class WatchInterrupted(SystemExit):
    """The end of a watch that has said itself what is kept."""


def watch(
    *,
    events: Annotated[str, typer.Option("--events", help="File of events, one JSON object a line; - for stdin.")],
    tables: Annotated[Path, typer.Option("--tables", help="Folder of tables, from intake or generate.")],
    workspace: Annotated[Path, typer.Option("--workspace", help="Folder of models and of the records.")] = Path(
        ".riskengine"
    ),
    rules: Annotated[Path, typer.Option("--rules", help="Folder of the policy, or of published ones.")] = Path("rules"),
    model: Annotated[Path | None, typer.Option("--model", help="A bundle instead of the champion.")] = None,
    runs: Annotated[
        Path | None,
        typer.Option("--runs", help="Folder of runs, for what was decided before each day."),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", help="First day to watch, when records begin; else the last one the tables tell of."),
    ] = None,
    today: Annotated[str | None, typer.Option("--today", help="Day to stand on, YYYY-MM-DD; else the clock's.")] = None,
    batch: Annotated[int, typer.Option("--batch", help="Most lines taken together.")] = 10_000,
    settle: Annotated[bool, typer.Option("--settle", help="The last day is over when the events end.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print every message as a line of JSON to stdout.")] = False,
) -> None:
    """Follow warnings event by event, keep them in the records of the workspace, and say what changes.

    Killed and started again it goes on where it was: nothing is lost and nothing is told twice.
    """
    import sys
    from datetime import date, datetime

    from rich.console import Console

    from riskengine.cli.progress import showing_progress
    from riskengine.terms.days import parse_day
    from riskengine.workflows.watch.watch_events import Tally, WatchRequest, watch_file, watch_stream
    from riskengine.workflows.watch.watch_records import WatchMeans

    people = Console(stderr=True)
    fixed = None if today is None else parse_day(today)
    first = None if since is None else parse_day(since)
    request = WatchRequest(tables, WatchMeans(workspace, rules, model, runs, first), batch, settle)
    tally = Tally()
    hear = _hear(people, as_json=as_json)
    try:
        with showing_progress(people) as progress:
            if events == "-":
                source = f"stdin {datetime.now().astimezone().isoformat()}"
                clock = date.today if fixed is None else lambda: fixed
                watch_stream(
                    request,
                    sys.stdin.fileno(),
                    clock,
                    source,
                    tally=tally,
                    heard=hear,
                    tell=people.print,
                    progress=progress,
                )
            else:
                watch_file(
                    request,
                    Path(events),
                    fixed or date.today(),
                    tally=tally,
                    heard=hear,
                    tell=people.print,
                    progress=progress,
                )
    except KeyboardInterrupt:
        people.print("interrupted; what was told is kept, the rest is taken next time")
        _show(tally, people)
        raise WatchInterrupted(INTERRUPTED) from None
    _show(tally, people)


def _hear(people: "Console", *, as_json: bool) -> "Heard":
    """Messages to stdout as they are posted, and to people in words; what was refused to people."""
    import json

    from riskengine.reports.watch_text import message_line, refusal_line

    def hear(step: "Step", posted: "tuple[Posted, ...]") -> None:
        for refusal in step.refusals:
            people.print(refusal_line(refusal), markup=False, highlight=False, soft_wrap=True)
        for one in posted:
            people.print(message_line(one.payload), markup=False, highlight=False, soft_wrap=True)
            if as_json:
                typer.echo(json.dumps(one.payload, ensure_ascii=False, sort_keys=True))

    return hear


def _show(tally: "Tally", people: "Console") -> None:
    told = ", ".join(f"{count:,} {what.replace('_', ' ')}" for what, count in sorted(tally.told.items()))
    people.print(
        f"{tally.events:,} events, {tally.repeated:,} repeated, {tally.refused:,} refused, "
        f"{tally.set_aside:,} set aside; {told or 'nothing to tell'}; "
        f"day {tally.day}, settled up to {tally.settled_on}",
        highlight=False,
        soft_wrap=True,
    )
