"""`riskengine assess`: one customer who asks for credit."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from riskengine.workflows.assessment import Assessment


def assess(
    *,
    case: Annotated[Path, typer.Argument(help="The case, a JSON file; see examples/cases.")],
    as_of: Annotated[str | None, typer.Option("--as-of", help="If the case does not say, YYYY-MM-DD.")] = None,
    rules: Annotated[Path, typer.Option("--rules", help="Folder of the policy.")] = Path("rules"),
    workspace: Annotated[Path, typer.Option("--workspace", help="Folder of models.")] = Path(".riskengine"),
    model: Annotated[Path | None, typer.Option("--model", help="A bundle instead of the champion.")] = None,
    tables: Annotated[
        Path | None, typer.Option("--tables", help="Our tables: the customer's group, industry and currencies.")
    ] = None,
    run: Annotated[
        Path | None,
        typer.Option("--run", help="A rerate's folder: the portfolio, and what missing facts would change."),
    ] = None,
    certificate: Annotated[Path | None, typer.Option("--certificate", help="File for the certificate.")] = None,
    language: Annotated[str, typer.Option("--language", help="en, zh or both.")] = "both",
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON to stdout.")] = False,
) -> None:
    """Assess a case: PD, grade, limit, terms, conditions, reasons, and what is missing."""
    import json

    from riskengine.terms.days import parse_day
    from riskengine.terms.errors import UsageError, nearest
    from riskengine.workflows.assess import assess_file
    from riskengine.workflows.assessment import assessment_as_json, write_certificate
    from riskengine.workflows.rating_means import find_means

    if language not in ("en", "zh", "both"):
        raise UsageError(f"there is no language '{language}'", remedy=nearest(language, ("en", "zh", "both")))
    found = assess_file(
        case,
        lambda day: find_means(day, rules=rules, workspace=workspace, bundle=model),
        as_of=None if as_of is None else parse_day(as_of),
        tables=tables,
        run=run,
        workspace=workspace,
    )
    if certificate is not None:
        write_certificate(found, certificate)
        typer.echo(f"certificate: {certificate}", err=True)
    if as_json:
        typer.echo(json.dumps(assessment_as_json(found), indent=2, sort_keys=True, ensure_ascii=False))
    else:
        _show(found, language)


def _show(found: "Assessment", language: str) -> None:
    from rich.console import Console
    from rich.text import Text

    from riskengine.reports.assessment_text import assessment_lines
    from riskengine.terms.text import LANGUAGES

    console = Console(highlight=False)
    for each in LANGUAGES:
        if language not in (each, "both"):
            continue
        for line in assessment_lines(
            found.certificate,
            found.missing,
            name=found.name,
            currency=found.reporting_currency,
            requested=found.requested,
            requested_days=found.requested_days,
            trade_references=found.trade_references,
            has_donors=found.has_donors,
            language=each,
        ):
            is_heading = line.startswith("# ")
            console.print(Text(line.removeprefix("# "), style="bold" if is_heading else ""), soft_wrap=True)
        console.print()
