"""`riskengine rules explain`: one customer's rating, rule by rule, and what would make it better."""

from pathlib import Path
from typing import Annotated

import typer


def explain(
    *,
    customer: Annotated[str, typer.Argument(help="Id of the customer.")],
    tables: Annotated[Path, typer.Option("--tables", help="Folder of tables, from intake or generate.")],
    as_of: Annotated[str, typer.Option("--as-of", help="Rate by what was known on this day, YYYY-MM-DD.")],
    rules: Annotated[Path, typer.Option("--rules", help="Folder of the policy, or published ones.")] = Path("rules"),
    workspace: Annotated[Path, typer.Option("--workspace", help="Folder of models.")] = Path(".riskengine"),
    model: Annotated[Path | None, typer.Option("--model", help="A bundle instead of the champion.")] = None,
    previous: Annotated[
        Path | None, typer.Option("--previous", help="An earlier run, for rules about what was decided before.")
    ] = None,
    brief: Annotated[bool, typer.Option("--brief", help="Leave out the rules that did not hit.")] = False,
    language: Annotated[str, typer.Option("--language", help="en, zh or both.")] = "both",
    html: Annotated[Path | None, typer.Option("--html", help="Write a page in both languages too.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document, for machines.")] = False,
) -> None:
    """Explain a rating: every stage, every rule with the customer's values beside the thresholds, what is missing, and
    the nearest changes that would lead to a better grade or lift the freeze or a warning.
    """
    import json

    from riskengine.cli.speech import languages_of, print_lines
    from riskengine.tables.publish import publishing_file
    from riskengine.terms.days import parse_day
    from riskengine.workflows.explain.explain_customer import explain_from_folders
    from riskengine.workflows.explain.explanation_document import explanation_as_json, lines_of, page_of

    chosen, day = languages_of(language), parse_day(as_of)
    found = explain_from_folders(
        customer, day, tables=tables, rules=rules, workspace=workspace, bundle=model, previous=previous
    )
    if html is not None:
        with publishing_file(html) as scratch:
            scratch.write_text(page_of(found), encoding="utf-8")
        typer.echo(f"page: {html}", err=True)
    if as_json:
        typer.echo(json.dumps(explanation_as_json(found), ensure_ascii=False, indent=2, allow_nan=False))
        return
    for each in chosen:
        print_lines(lines_of(found, each, brief=brief))
