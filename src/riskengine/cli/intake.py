"""`riskengine intake`: a company's own files become tables, every row accounted for."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from riskengine.terms.days import parse_day
from riskengine.terms.errors import UsageError

if TYPE_CHECKING:
    from rich.table import Table

    from riskengine.workflows.intake import IntakeSummary


def intake(
    sources: Annotated[list[str], typer.Argument(help="Files, database URLs, or NAME=FILE for a source by name.")],
    *,
    mapping: Annotated[Path | None, typer.Option("--mapping", help="The mapping file (YAML).")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the tables; with --suggest, a file.")] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="Day (YYYY-MM-DD) after which dates lie in the future.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 4 if any row is quarantined.")] = False,
    suggest: Annotated[bool, typer.Option("--suggest", help="Draft a mapping for one source and stop.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Read ledgers into tables; every row is accepted, merged as an exact duplicate, or quarantined with a reason."""
    if suggest:
        _suggest(sources, mapping, out)
        return
    if mapping is None or out is None:
        absent = "--mapping" if mapping is None else "--out"
        raise UsageError(f"{absent} is missing", remedy="give --mapping FILE and --out DIR, or --suggest for a draft")
    from riskengine.workflows.intake import intake as run

    day = None if as_of is None else parse_day(as_of)
    summary = run(mapping, sources, out, as_of=day, strict=strict, progress=_progress)
    if as_json:
        typer.echo(summary.as_json(), nl=False)
        _print_summary(summary, out, err=True)
    else:
        _print_summary(summary, out, err=False)


def _suggest(sources: list[str], mapping: Path | None, out: Path | None) -> None:
    if mapping is not None or len(sources) != 1:
        raise UsageError("--suggest takes one source and no mapping", remedy="riskengine intake --suggest FILE")
    from riskengine.workflows.suggest_mapping import suggest_mapping, write_suggestion

    text = suggest_mapping(sources[0])
    if out is None:
        typer.echo(text, nl=False)
        return
    write_suggestion(text, out)
    typer.echo(f"draft written to {out}; check the lines marked CHECK before using it", err=True)


def _progress(step: str) -> None:
    typer.echo(f"{step} ...", err=True)


def _print_summary(summary: "IntakeSummary", out: Path, *, err: bool) -> None:
    from rich.console import Console

    console = Console(stderr=err, soft_wrap=True)
    console.print(_rows_table(summary))
    for title, counted in (("reasons for quarantine", summary.reasons), ("repaired rows", summary.repairs)):
        if counted:
            shown = ", ".join(f"{name} {count:,}" for name, count in counted.items())
            console.print(f"{title}: {shown}", markup=False, highlight=False)
    tables = ", ".join(f"{name} {count:,}" for name, count in summary.tables.items())
    console.print(f"tables in {out}: {tables}", markup=False, highlight=False)
    if summary.total.quarantined:
        console.print(f"rows set aside, with reasons: {out / 'quarantine.csv'}", markup=False, highlight=False)


def _rows_table(summary: "IntakeSummary") -> "Table":
    from rich.markup import escape
    from rich.table import Table

    table = Table()
    for heading in ("source", "file"):
        table.add_column(heading, overflow="fold")
    for heading in ("read", "accepted", "merged", "quarantined", "repaired"):
        table.add_column(heading, justify="right", no_wrap=True)
    for c in summary.sources:
        numbers = (c.read, c.accepted, c.merged, c.quarantined, c.repaired)
        table.add_row(escape(c.source), escape(c.file), *(f"{n:,}" for n in numbers))
    table.add_section()
    c = summary.total
    table.add_row("total", "", *(f"{n:,}" for n in (c.read, c.accepted, c.merged, c.quarantined, c.repaired)))
    return table
