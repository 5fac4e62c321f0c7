"""`riskengine rules diff`: what changed between two policies, in words."""

from typing import Annotated

import typer


def diff(
    first: Annotated[str, typer.Argument(help="Folder of the one policy, or FOLDER@YYYY-MM-DD for one date of it.")],
    second: Annotated[str, typer.Argument(help="Folder of the other policy, or FOLDER@YYYY-MM-DD.")],
    as_of: Annotated[str | None, typer.Option("--as-of", help="Compare on this day alone, YYYY-MM-DD.")] = None,
    language: Annotated[str, typer.Option("--language", help="en, zh or both.")] = "both",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document, for machines.")] = False,
) -> None:
    """Say what changed between two policies: parameters, rules, scale, limits, terms, exceptions, and whom it concerns.

    Exit code 0 whether they differ or not.
    """
    import json

    from riskengine.cli.speech import languages_of, print_lines
    from riskengine.terms.days import parse_day
    from riskengine.workflows.rules.diff_policies import comparison_as_json, diff_policies

    chosen = languages_of(language)
    found = diff_policies(first, second, as_of=None if as_of is None else parse_day(as_of))
    if as_json:
        typer.echo(json.dumps(comparison_as_json(found), ensure_ascii=False, indent=2, allow_nan=False))
        return
    for each in chosen:
        print_lines(found.lines(each))
