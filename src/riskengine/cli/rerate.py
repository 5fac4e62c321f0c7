"""`riskengine rerate`: grade, limit, terms and warnings of every customer as of a date."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console


def rerate(
    *,
    tables: Annotated[Path, typer.Option("--tables", help="Folder of tables, from intake or generate.")],
    as_of: Annotated[str, typer.Option("--as-of", help="Rate by what was known on this day, YYYY-MM-DD.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for the run.")],
    rules: Annotated[Path, typer.Option("--rules", help="Folder of the policy.")] = Path("rules"),
    workspace: Annotated[Path, typer.Option("--workspace", help="Folder of models.")] = Path(".riskengine"),
    model: Annotated[Path | None, typer.Option("--model", help="A bundle instead of the champion.")] = None,
    shadow: Annotated[
        str,
        typer.Option("--shadow", help="Version to rate beside the champion; auto: the workspace's shadow; none."),
    ] = "auto",
    previous: Annotated[
        str, typer.Option("--previous", help="Run to compare with; auto: the newest earlier one beside --out; none.")
    ] = "auto",
    workers: Annotated[int, typer.Option("--workers", help="How many chunks at once; no effect on the result.")] = 1,
    chunk_size: Annotated[int, typer.Option("--chunk-size", help="Customers in a chunk; no effect either.")] = 20_000,
    reasons: Annotated[bool, typer.Option("--reasons/--no-reasons", help="Say why, customer by customer.")] = True,
    certificates: Annotated[
        str | None, typer.Option("--certificates", help="Customers to certify, ids separated by commas.")
    ] = None,
    case_pages: Annotated[
        int,
        typer.Option("--case-pages", min=0, max=25, help="Pages of the first so many cases, linked from the report."),
    ] = 0,
    records: Annotated[
        bool,
        typer.Option("--records/--no-records", help="Write a run of the champion into the workspace's records."),
    ] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print run.json to stdout.")] = False,
) -> None:
    """Rate every customer known by a date and publish ratings, warnings, movements and a report.

    Customers who cannot be rated are listed with the reason. The same input gives the same bytes.
    """
    import json
    from time import perf_counter

    from rich.console import Console

    from riskengine.cli.progress import showing_progress
    from riskengine.terms.days import parse_day
    from riskengine.workflows.rerate import RerateOptions
    from riskengine.workflows.rerate_folder import RerateRequest, rerate_folder

    people = Console(stderr=True)
    request = RerateRequest(
        tables=tables,
        as_of=parse_day(as_of),
        out=out,
        rules=rules,
        workspace=workspace,
        bundle=model,
        previous=previous,
        shadow=shadow,
        case_pages=case_pages,
        records=records,
        certified=tuple(c.strip() for c in (certificates or "").split(",") if c.strip()),
        options=RerateOptions(reasons=reasons, workers=workers, chunk_size=chunk_size),
    )
    with showing_progress(people) as progress:
        summary = rerate_folder(request, clock=perf_counter, progress=progress, tell=people.print)
    _show(summary, out, people)
    if as_json:
        typer.echo(json.dumps(summary, indent=2, sort_keys=True, ensure_ascii=False))


def _show(summary: dict[str, Any], out: Path, people: "Console") -> None:
    counts = summary["counts"]
    grades = ", ".join(f"{grade}: {n:,}" for grade, n in counts["by_grade"].items())
    people.print(
        f"{counts['customers']:,} customers as of {summary['as_of']}; {grades}", highlight=False, soft_wrap=True
    )
    unrated = counts["by_status"].get("unrated", 0)
    if unrated:
        why = ", ".join(f"{n:,} {word.replace('_', ' ')}" for word, n in counts["unrated"].items())
        people.print(f"not rated: {unrated:,} ({why}); listed in the report", highlight=False, soft_wrap=True)
    for agreed in summary["exceptions"]["of_nobody"]:
        people.print(f"nobody is meant by the {agreed}; see exceptions.yaml", highlight=False, soft_wrap=True)
    severities = ", ".join(f"{n:,} {word}" for word, n in counts["warnings_by_severity"].items())
    people.print(
        f"warnings: {counts['warnings']:,}" + (f" ({severities})" if severities else ""),
        highlight=False,
        soft_wrap=True,
    )
    people.print(f"report: {out / 'report.html'}", highlight=False, soft_wrap=True)
