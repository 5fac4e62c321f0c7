"""`riskengine warnings show`: the case of one customer, as a page and in a few lines."""

from pathlib import Path
from typing import Annotated

import typer

from riskengine.cli.past_dates import RulesOption, WorkspaceOption


def show(
    *,
    customer: Annotated[str, typer.Argument(help="Id of the customer.")],
    tables: Annotated[Path, typer.Option("--tables", help="Folder of tables, from intake or generate.")],
    workspace: WorkspaceOption = Path(".riskengine"),
    rules: RulesOption = Path("rules"),
    runs: Annotated[
        Path | None, typer.Option("--runs", help="Folder of runs; without it `runs` in or beside the workspace.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write a page in both languages.")] = None,
    language: Annotated[str, typer.Option("--language", help="en, zh or both.")] = "both",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document, for machines.")] = False,
) -> None:
    """Show what warns of a customer, since when, with the numbers and events behind it; who answers by when, what it
    calls for and what ends it. From the records of a watcher if there are any, else from the newest run.
    """
    import json

    from riskengine.cli.speech import languages_of, print_lines
    from riskengine.reports.cases.page import case_page
    from riskengine.reports.cases.text import case_lines
    from riskengine.tables.publish import publishing_file
    from riskengine.workflows.case_pages import CaseRequest, view_case
    from riskengine.workflows.warnings.case_json import case_document

    chosen = languages_of(language)
    view = view_case(CaseRequest(customer, tables, workspace, rules, runs, pictures=out is not None))
    if out is not None:
        with publishing_file(out) as scratch:
            scratch.write_text(case_page(view), encoding="utf-8")
        typer.echo(f"page: {out}", err=True)
    if as_json:
        typer.echo(json.dumps(case_document(view), ensure_ascii=False, indent=2, allow_nan=False))
        return
    for each in chosen:
        print_lines(case_lines(view, each))
