"""`riskengine rules prove`: what must hold for every customer, proved or refuted."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from riskengine.workflows.rules.prove_policy import ProofReport

FINDINGS = 3


def prove(
    folder: Annotated[Path, typer.Option("--rules", help="Folder of the policy, or published ones.")] = Path("rules"),
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="YYYY-MM-DD; by default every date on which the policy changes.")
    ] = None,
    only: Annotated[str | None, typer.Option("--only", metavar="ID", help="One invariant, as INV-PD-001.")] = None,
    timeout: Annotated[float, typer.Option("--timeout", min=0.0, help="Seconds for one invariant on one date.")] = 30.0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document, for machines.")] = False,
) -> None:
    """Prove the invariants of a policy for all customers there can be, or show the customer who breaks one.

    Needs the extra `prove`. Exit code 3 if any is refuted or undecided.
    """
    import json

    from rich.console import Console

    from riskengine.cli.progress import showing_progress
    from riskengine.terms.days import parse_day
    from riskengine.workflows.rules.prove_policy import prove_policy

    people = Console(stderr=True)
    day = None if as_of is None else parse_day(as_of)
    with showing_progress(people) as progress:
        report = prove_policy(folder, as_of=day, only=only, timeout_seconds=timeout, progress=progress)
    if as_json:
        from riskengine.workflows.rules.proof_document import proof_document

        typer.echo(json.dumps(proof_document(report), ensure_ascii=False, indent=2, allow_nan=False))
    else:
        _show(report)
    people.print(_summary(report), highlight=False)
    if not report.is_good:
        raise typer.Exit(FINDINGS)


def _show(report: "ProofReport") -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from riskengine.workflows.rules.proof_lines import refutation_lines

    table = Table("invariant", "says", "on", "finding", "seconds", box=SIMPLE_HEAD)
    table.columns[-1].justify = "right"
    for column in (table.columns[0], table.columns[2], table.columns[3]):
        column.no_wrap = True
    colours = {"proved": "green", "refuted": "red", "undecided": "yellow"}
    for verdict in report.verdicts:
        finding = Text(verdict.finding.value, style=colours[verdict.finding.value])
        said = verdict.invariant.name.en + (f" ({verdict.reason})" if verdict.reason else "")
        day = verdict.as_of.isoformat()
        table.add_row(verdict.invariant.id, Text(said), day, finding, f"{verdict.seconds:.1f}")
    console = Console()
    console.print(table)
    for verdict in report.verdicts:
        for line in refutation_lines(verdict, report.vocabulary):
            console.print(Text(line), soft_wrap=True)


def _summary(report: "ProofReport") -> str:
    found = [verdict.finding.value for verdict in report.verdicts]
    counts = ", ".join(f"{found.count(word)} {word}" for word in ("proved", "refuted", "undecided"))
    seconds = sum(verdict.seconds for verdict in report.verdicts)
    days = len(report.policies)
    vacuous = sum(verdict.reason is not None and verdict.finding.value == "proved" for verdict in report.verdicts)
    said = f"; {vacuous} said of nobody" if vacuous else ""
    agreed = sum(len(p.exclusions) for p in report.policies)
    beside = f"; {agreed} exclusions agreed with named customers are not covered" if agreed else ""
    return f"{counts} on {days} date{'' if days == 1 else 's'} in {seconds:.0f} s{said}{beside}"
