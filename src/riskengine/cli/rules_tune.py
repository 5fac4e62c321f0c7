"""`riskengine rules tune`: what a threshold would have hit at each value, and the value a budget or money calls for."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from riskengine.cli.past_dates import (
    ModelOption,
    PolicyDayOption,
    PreviousOption,
    RulesOption,
    SummaryOption,
    WorkersOption,
    WorkspaceOption,
)

if TYPE_CHECKING:
    from rich.console import Console

    from riskengine.reports.tuning.view import TuningReport


def tune(
    *,
    parameter: Annotated[str, typer.Option("--parameter", help="Name of the parameter, without @.")],
    start: Annotated[float, typer.Option("--from", help="First value to try.")],
    end: Annotated[float, typer.Option("--to", help="Last value to try.")],
    steps: Annotated[int, typer.Option("--steps", help="How many values, both ends among them.")] = 21,
    tables: Annotated[Path, typer.Option("--tables", help="Folder of tables, from intake or generate.")],
    as_of: Annotated[
        list[str] | None, typer.Option("--as-of", help="A past date, YYYY-MM-DD; may be given several times.")
    ] = None,
    first: Annotated[str | None, typer.Option("--first", help="Every month end from this day on ...")] = None,
    last: Annotated[str | None, typer.Option("--last", help="... to this day.")] = None,
    segment: Annotated[str | None, typer.Option("--segment", help="Tune the value of this segment.")] = None,
    budget: Annotated[
        str | None,
        typer.Option("--budget", help='Find the value within "20 warnings a week" (hits, all warnings, reviews).'),
    ] = None,
    cost: Annotated[Path | None, typer.Option("--cost", help="Find the value that earns most; YAML of costs.")] = None,
    rules: RulesOption = Path("rules"),
    policy_day: PolicyDayOption = None,
    workspace: WorkspaceOption = Path(".riskengine"),
    model: ModelOption = None,
    previous: PreviousOption = None,
    workers: WorkersOption = 1,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for report, curve.csv and summary.json.")] = None,
    as_json: SummaryOption = False,
) -> None:
    """Try a parameter at many values on past dates, each with what was known then, and see what then happened.

    Prints the curve of hits, volume, precision, lead and money; with --budget or --cost the value to take, and how sure
    that is. The same input gives the same bytes.
    """
    import json

    from rich.console import Console

    from riskengine.cli.past_dates import past_dates
    from riskengine.cli.progress import showing_progress
    from riskengine.terms.days import parse_day
    from riskengine.workflows.trial.tune_folder import TuneRequest, tune_folder

    people = Console(stderr=True)
    request = TuneRequest(
        parameter=parameter.removeprefix("@"),
        first=start,
        last=end,
        steps=steps,
        tables=tables,
        dates=past_dates(as_of or [], first, last, options=("--first", "--last")),
        out=out,
        segment=segment,
        rules=rules,
        workspace=workspace,
        bundle=model,
        budget=budget,
        costs=cost,
        previous=previous,
        policy_day=None if policy_day is None else parse_day(policy_day),
        workers=workers,
    )
    with showing_progress(people) as progress:
        report, summary = tune_folder(request, progress=progress)
    if as_json:
        typer.echo(json.dumps(summary, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False))
    else:
        _print_curve(report)
    _say(report, people)
    if out is not None:
        people.print(f"report: {out / 'report.html'}", highlight=False, soft_wrap=True, markup=False)


def _print_curve(report: "TuningReport") -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    from riskengine.reports.numbers import MISSING, decimal, whole
    from riskengine.reports.tuning.words import number_text, share_interval

    volume = report.volume
    heads = (
        "value",
        "hits",
        f"new {volume.value} a week",
        "precision",
        "caught",
        "lead days",
        "good hit",
        "gain",
        "95 %",
    )
    table = Table(*heads, box=SIMPLE_HEAD)
    for column in table.columns:
        column.justify = "right"
        column.no_wrap = True
    chosen, now = (None if report.choice is None else report.choice.value), report.marks.current
    for point in report.points:
        week, gain = point.per_week.get(volume), point.gain_cents
        known = bool(report.ripe_dates)
        table.add_row(
            number_text(point.value) + (" (now)" if point.value == now else ""),
            whole(point.counts["hits"]),
            MISSING if week is None else decimal(week.value, 1),
            share_interval(point.precision),
            f"{point.counts['caught']}/{report.defaults}" if known else MISSING,
            MISSING if point.lead_days is None else whole(point.lead_days),
            whole(point.counts["good_hits"]) if known else MISSING,
            f"{gain.value / 100:+,.0f}" if known else MISSING,
            f"{gain.low / 100:+,.0f} .. {gain.high / 100:+,.0f}" if known else MISSING,
            style="bold" if point.value == chosen else None,
        )
    Console(width=140).print(table)


def _say(report: "TuningReport", people: "Console") -> None:
    from riskengine.reports.tuning.text import caution_texts, choice_texts

    texts = (*choice_texts(report), *caution_texts(report))
    for line in (*(text.en for text in texts), *(text.zh for text in texts)):
        people.print(line, highlight=False, soft_wrap=True, markup=False)
