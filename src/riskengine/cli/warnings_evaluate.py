"""`riskengine warnings evaluate`: what warnings found on past dates, how early, and how often in vain."""

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

    from riskengine.reports.warnings.view import EvaluationReport


def evaluate(
    *,
    tables: Annotated[Path, typer.Option("--tables", help="Folder of tables, from intake or generate.")],
    first: Annotated[str, typer.Option("--from", help="First day of the period, YYYY-MM-DD.")],
    last: Annotated[str, typer.Option("--to", help="Last day of the period.")],
    every: Annotated[str, typer.Option("--every", help="Look at month ends (month) or Sundays (week).")] = "month",
    rules: RulesOption = Path("rules"),
    policy_day: PolicyDayOption = None,
    workspace: WorkspaceOption = Path(".riskengine"),
    model: ModelOption = None,
    budget: Annotated[
        str | None, typer.Option("--budget", help='Cases that can be worked, such as "20 a week".')
    ] = None,
    cost: Annotated[Path | None, typer.Option("--cost", help="What losses, margins and work cost; YAML.")] = None,
    previous: PreviousOption = None,
    workers: WorkersOption = 1,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the report and its tables.")] = None,
    as_json: SummaryOption = False,
) -> None:
    """Judge the policy's warnings on past dates, each with what was known then, by what happened afterwards.

    Names the indicators without lift, and shows naive rules at the same volume beside. The same input gives the same
    bytes.
    """
    import json

    from rich.console import Console

    from riskengine.cli.progress import showing_progress
    from riskengine.terms.days import parse_day
    from riskengine.terms.errors import UsageError, nearest
    from riskengine.workflows.warnings.evaluate import Every
    from riskengine.workflows.warnings.evaluate_folder import EvaluateRequest, evaluate_folder

    if every not in list(Every):
        raise UsageError(f"'{every}' is no step", where="--every", remedy=nearest(every, list(Every)))
    people = Console(stderr=True)
    request = EvaluateRequest(
        tables=tables,
        first=parse_day(first),
        last=parse_day(last),
        every=Every(every),
        rules=rules,
        policy_day=None if policy_day is None else parse_day(policy_day),
        workspace=workspace,
        bundle=model,
        budget=budget,
        costs=cost,
        previous=previous,
        workers=workers,
        out=out,
    )
    with showing_progress(people) as progress:
        report, summary = evaluate_folder(request, progress=progress)
    if as_json:
        typer.echo(json.dumps(summary, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False))
    else:
        _print_indicators(report)
    _say(report, people)
    if out is not None:
        people.print(f"report: {out / 'report.html'}", highlight=False, soft_wrap=True, markup=False)


def _print_indicators(report: "EvaluationReport") -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    from riskengine.early_warning.quality.groups import Kind
    from riskengine.reports.numbers import decimal, whole
    from riskengine.reports.tuning.words import share_interval
    from riskengine.reports.warnings.words import LEVEL_TEXT, VERDICT_TEXT, lead_text, lift_text

    table = Table("", "new", "a month/100", "precision", "lift", "defaults", "lead days", "verdict", box=SIMPLE_HEAD)
    for column in table.columns[1:-1]:
        column.justify = "right"
    for column in table.columns:
        column.no_wrap = True
    found = report.evaluation
    rules = {figure.name: figure for figure in found.of_kind(Kind.RULE)}
    listed = []
    for indicator in found.of_kind(Kind.INDICATOR):
        own = found.rules.get(str(indicator.name), ())
        listed += [indicator, *(rules[rule] for rule in own if rule in rules)]
    for figure in (*listed, report.together, report.cases, *found.of_kind(Kind.CUSTOMER)):
        is_indicator = figure.kind in (Kind.INDICATOR, Kind.RULE)
        level = figure.level
        name = str(figure.name) if level is None else f"customers: {LEVEL_TEXT[level].en}"
        name = {Kind.RULE: f"- {name}", Kind.CASE: "cases, opened or worse"}.get(figure.kind, name)
        table.add_row(
            name,
            whole(figure.counts.new),
            decimal(figure.per_100_month, 2),
            share_interval(figure.precision),
            lift_text(figure.lift),
            f"{figure.defaults.stood}/{figure.defaults.count}",
            lead_text(figure.defaults.lead_days),
            VERDICT_TEXT[figure.verdict].en if is_indicator else "",
            style=None if is_indicator else "bold",
        )
    Console(width=140).print(table)


def _say(report: "EvaluationReport", people: "Console") -> None:
    from riskengine.reports.warnings.text import caution_texts, finding_texts

    texts = (*finding_texts(report), *caution_texts(report))
    for line in (*(text.en for text in texts), *(text.zh for text in texts)):
        people.print(line, highlight=False, soft_wrap=True, markup=False)
