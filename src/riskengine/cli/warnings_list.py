"""`riskengine warnings list`: the open cases, those to answer first on top."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from riskengine.cli.past_dates import RulesOption, WorkspaceOption

if TYPE_CHECKING:
    from riskengine.workflows.desk.case_list import CaseList


def list_cases(
    *,
    workspace: WorkspaceOption = Path(".riskengine"),
    rules: RulesOption = Path("rules"),
    every: Annotated[bool, typer.Option("--all", help="Also those beyond the alert budget.")] = False,
    owner: Annotated[str | None, typer.Option("--owner", help="Only what this role answers.")] = None,
    csv: Annotated[Path | None, typer.Option("--csv", help="Write the cases as CSV for a spreadsheet.")] = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="Write cases and warnings as an Excel workbook.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document, for machines.")] = False,
) -> None:
    """List the open cases in the records of a workspace by expected loss: PD x uncovered exposure x loss given default.

    Those within the alert budget of the policy are to be answered now; how many are left out, and with how much money,
    is said below. Files hold all of them.
    """
    import json

    from riskengine.workflows.desk.documents import cases_document
    from riskengine.workflows.desk.export import write_csv, write_xlsx
    from riskengine.workflows.desk.open_desk import open_desk
    from riskengine.workflows.desk.sheets import cases_sheet
    from riskengine.workflows.desk.standing_cases import case_list, warning_list

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
        _print(found, every=every)


def _print(found: "CaseList", *, every: bool) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from riskengine.reports.numbers import whole
    from riskengine.workflows.desk.case_list import Place

    shown = found.cases if every else found.at(Place.NOW)
    table = Table(box=SIMPLE_HEAD)
    for heading in ("", "customer", "severity", "since", "due", "owner", f"loss {found.currency}", "what warns"):
        table.add_column(heading, justify="right" if heading.startswith("loss") else "left", no_wrap=True)
    for place, one in enumerate(shown, start=1):
        who = one.customer_id if one.facts.name is None else f"{one.customer_id} {_short(one.facts.name, 24)}"
        due = f"{one.due_on} late" if one.due_on < found.day else str(one.due_on)
        what = _short("; ".join(text.en for _, text in one.indicators), 56)
        cells = (str(place), who, one.severity.word, str(one.opened_on), due, one.owner_name.en)
        table.add_row(*(Text(cell) for cell in (*cells, whole(one.expected_loss), what)))
    console = Console(width=180)
    if shown:
        console.print(table)
    for line in _lines(found):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 3]}..."


def _lines(found: "CaseList") -> list[str]:
    """What there is, what is left out, and how much money that is."""
    from riskengine.reports.numbers import amount_text
    from riskengine.workflows.desk.case_list import Place

    said = {
        Place.NOW: "to answer now",
        Place.LEFT_OUT: "left out by the alert budget",
        Place.PUT_OFF: "put off",
        Place.IN_DEFAULT: "in default, with collection",
    }
    budget = "" if found.budget is None else f"; people can answer {found.budget.cases} in {found.budget.days} days"
    lines = [f"as of {found.day}: {len(found.cases)} open cases{budget}"]
    for place, words in said.items():
        own = found.at(place)
        if own or place is Place.NOW:
            loss = amount_text(found.loss(place), found.currency)
            lines.append(f"{words}: {len(own)}, expected loss {loss.en} / {loss.zh}")
    return lines
