"""`riskengine warnings indicators`: what a policy watches, and by which rules."""

from pathlib import Path
from typing import Annotated

import typer

from riskengine.cli.past_dates import RulesOption


def indicators(
    *,
    rules: RulesOption = Path("rules"),
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="YYYY-MM-DD; by default the day of the last change.")
    ] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the page of the reference.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document, for machines.")] = False,
) -> None:
    """List what a policy warns of, and by which rules: those that ask how high a figure is, how it stands among peers,
    how it moved.
    """
    import json

    from rich.console import Console
    from rich.table import Table

    from riskengine.early_warning.aspects import Aspect, indicator_aspects
    from riskengine.policy.release.published import open_source
    from riskengine.reports.warnings.indicator_table import indicator_document, indicator_page
    from riskengine.terms.days import parse_day

    day = None if as_of is None else parse_day(as_of)
    source = open_source(rules, day)
    found = indicator_aspects(source.in_force(day or source.draft.dates()[-1]))
    if markdown:
        typer.echo(indicator_page(found), nl=False)
    elif as_json:
        typer.echo(json.dumps(indicator_document(found), ensure_ascii=False, indent=2))
    else:
        table = Table("indicator", "up to", *(aspect.value for aspect in Aspect))
        for one in found:
            table.add_row(one.name.en, one.worst.word, *(", ".join(one.rules[aspect]) for aspect in Aspect))
        Console().print(table)
