"""`riskengine warnings list`: the open cases, those to answer first on top."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from riskengine.cli.past_dates import RulesOption, WorkspaceOption

if TYPE_CHECKING:
    from riskengine.terms.text import Language
    from riskengine.workflows.desk.case_list import CaseList


def list_cases(
    *,
    workspace: WorkspaceOption = Path(".riskengine"),
    rules: RulesOption = Path("rules"),
    every: Annotated[bool, typer.Option("--all", help="Also those beyond the alert budget.")] = False,
    owner: Annotated[str | None, typer.Option("--owner", help="Only what this role answers.")] = None,
    csv: Annotated[Path | None, typer.Option("--csv", help="Write the cases as CSV for a spreadsheet.")] = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="Write cases and warnings as an Excel workbook.")] = None,
    language: Annotated[str, typer.Option("--language", help="en, zh or both.")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document, for machines.")] = False,
) -> None:
    """List the open cases in the records of a workspace by expected loss: PD x uncovered exposure x loss given default.

    Those within the alert budget of the policy are to be answered now; how many are left out, and with how much money,
    is said below. Files hold all of them.
    """
    import json

    from riskengine.cli.speech import languages_of
    from riskengine.workflows.desk.documents import cases_document
    from riskengine.workflows.desk.export import write_csv, write_xlsx
    from riskengine.workflows.desk.open_desk import open_desk
    from riskengine.workflows.desk.sheets import cases_sheet
    from riskengine.workflows.desk.standing_cases import case_list, warning_list

    languages = languages_of(language)
    with open_desk(workspace, rules) as desk:
        found = case_list(desk, owner=owner)
        if xlsx is not None:
            write_xlsx(found, warning_list(desk), xlsx)
            typer.echo(f"workbook: {xlsx}", err=True)
    if csv is not None:
        write_csv(cases_sheet(found), csv)
        typer.echo(f"table: {csv}", err=True)
    if as_json:
        typer.echo(json.dumps(cases_document(found), indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False))
    elif csv is None and xlsx is None:
        for each in languages:
            _print(found, each, every=every)


def _print(found: "CaseList", language: "Language", *, every: bool) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from riskengine.reports.numbers import whole
    from riskengine.reports.words import SEVERITY_TEXT
    from riskengine.workflows.desk.case_list import Place
    from riskengine.workflows.desk.list_text import HEADINGS, late_text, list_lines, what_text

    shown = found.cases if every else (*found.at(Place.INDUSTRY), *found.at(Place.NOW))
    table = Table(box=SIMPLE_HEAD)
    for heading in HEADINGS:
        is_amount = heading.en == "expected loss"
        table.add_column(heading.in_language(language), justify="right" if is_amount else "left", no_wrap=True)
    for place, one in enumerate(shown, start=1):
        who = one.customer_id if one.facts.name is None else f"{one.customer_id} {one.facts.name}"
        severity, owner = SEVERITY_TEXT[one.severity].in_language(language), one.owner_name.in_language(language)
        due = late_text(one.due_on).in_language(language) if one.due_on < found.day else str(one.due_on)
        loss, what = whole(one.expected_loss), what_text(one).in_language(language)
        cells = [Text(cell) for cell in (str(place), who, severity, str(one.opened_on), due, owner, loss, what)]
        for cell, widest in ((cells[1], 32), (cells[-1], 56)):
            cell.truncate(widest, overflow="ellipsis")  # by the width on the screen: Chinese takes two places
        table.add_row(*cells)
    console = Console(width=180)
    if shown:
        console.print(table)
    for line in list_lines(found):
        console.print(line.in_language(language), markup=False, highlight=False, soft_wrap=True)
