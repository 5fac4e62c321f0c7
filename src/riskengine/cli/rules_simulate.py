"""`riskengine rules simulate`: two policies on the past, before one of them goes live."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from riskengine.cli.past_dates import (
    ModelOption,
    PolicyDayOption,
    PreviousOption,
    SummaryOption,
    WorkersOption,
    WorkspaceOption,
)

if TYPE_CHECKING:
    from rich.console import Console


def simulate(
    *,
    policy: Annotated[Path, typer.Option("--policy", help="The policy you have: a folder, or published ones.")] = Path(
        "rules"
    ),
    challenger: Annotated[Path, typer.Option("--challenger", help="The policy to try: a folder, or a published one.")],
    tables: Annotated[Path, typer.Option("--tables", help="Folder of tables, from intake or generate.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for the result.")],
    as_of: Annotated[
        list[str] | None, typer.Option("--as-of", help="A past date, YYYY-MM-DD; may be given several times.")
    ] = None,
    first: Annotated[str | None, typer.Option("--from", help="Every month end from this day on ...")] = None,
    last: Annotated[str | None, typer.Option("--to", help="... to this day.")] = None,
    policy_day: PolicyDayOption = None,
    challenger_day: Annotated[
        str | None, typer.Option("--challenger-day", help="The same for the challenger: to try what begins later.")
    ] = None,
    workspace: WorkspaceOption = Path(".riskengine"),
    model: ModelOption = None,
    cost: Annotated[Path | None, typer.Option("--cost", help="What losses, margins and work cost; YAML.")] = None,
    previous: PreviousOption = None,
    workers: WorkersOption = 1,
    as_json: SummaryOption = False,
) -> None:
    """Rate past dates under two policies, each with what was known then, and show what would have come of it.

    The same input gives the same bytes. Nothing that became known after a date is used to rate it.
    """
    import json
    from time import perf_counter

    from rich.console import Console

    from riskengine.cli.past_dates import past_dates
    from riskengine.cli.progress import showing_progress
    from riskengine.terms.days import parse_day
    from riskengine.workflows.trial.simulate_folder import SimulateRequest, simulate_folder

    people = Console(stderr=True)
    request = SimulateRequest(
        tables=tables,
        policy=policy,
        challenger=challenger,
        dates=past_dates(as_of or [], first, last, options=("--from", "--to")),
        out=out,
        workspace=workspace,
        bundle=model,
        costs=cost,
        previous=previous,
        workers=workers,
        policy_day=None if policy_day is None else parse_day(policy_day),
        challenger_day=None if challenger_day is None else parse_day(challenger_day),
    )
    with showing_progress(people) as progress:
        summary = simulate_folder(request, clock=perf_counter, progress=progress)
    _show(summary, out, people)
    if as_json:
        typer.echo(json.dumps(summary, indent=2, sort_keys=True, ensure_ascii=False))


def _show(summary: dict[str, Any], out: Path, people: "Console") -> None:
    """The main figures and every caution, for people."""
    lines = [
        f"{len(summary['dates'])} dates, {summary['dates'][0]} to {summary['dates'][-1]}; "
        f"{summary['total']['moved']:,} of {summary['total']['rows']:,} decisions differ",
        *_cautions(summary),
        *_outcomes(summary),
        f"report: {out / 'report.html'}",
    ]
    for line in lines:
        people.print(line, highlight=False, soft_wrap=True, markup=False)


def _cautions(summary: dict[str, Any]) -> list[str]:
    saw, found = summary["model_saw"], []
    if saw is None:
        found.append("caution: the model does not say what it was trained on; its PDs may know of what came later")
    elif saw:
        found.append(
            f"caution: on {len(saw)} of {len(summary['dates'])} dates, up to {saw[-1]}, the model had been trained on "
            "outcomes that came later; its PDs there are better than they would have been"
        )
    unripe = len(summary["dates"]) - len(summary["ripe_dates"])
    if unripe:
        horizon = summary["outcome"]["horizon_days"]
        found.append(
            f"caution: {unripe} of {len(summary['dates'])} dates have no outcome yet ({horizon} days from them "
            "run past "
            f"the end of the data, {summary['last_day']})"
        )
    if summary["same_dates"]:
        found.append(f"on {len(summary['same_dates'])} dates the two policies say the same")
    if summary["costs"]["reference"] is None:
        found.append("costs are the program's own assumptions; state yours with --cost")
    return found


def _outcomes(summary: dict[str, Any]) -> list[str]:
    differences = summary["differences"]
    if not differences:
        return []
    one, other = (summary["detection"][side] for side in ("policy", "challenger"))
    currency = summary["reporting_currency"]
    lines = [
        f"{text}: {currency} {found['value']:+,.0f} (95 %: {found['low']:+,.0f} to {found['high']:+,.0f})"
        for text, found in (
            ("loss avoided", differences["loss_avoided"]),
            ("margin lost", differences["margin_lost"]),
            ("work added", differences["work_added"]),
            ("result of the change", differences["gain"]),
        )
    ]
    counts = [
        f"{text} {one[name]:,} -> {other[name]:,}"
        for text, name in (("refused in time", "refused"), ("only warned of", "warned"), ("missed", "missed"))
    ]
    return [
        *lines,
        f"defaults: {one['defaults']:,}; {', '.join(counts)}",
        f"good customers hurt: {one['hurt_customers']:,} -> {other['hurt_customers']:,} of {one['good_customers']:,}",
    ]
