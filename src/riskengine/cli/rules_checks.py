"""`riskengine rules checks`: what `rules check` looks for."""

import typer


def checks() -> None:
    """Print every kind of finding as Markdown: a part of docs/reference/checks.md."""
    from riskengine.workflows.rules.checks_page import checks_reference

    typer.echo(checks_reference(), nl=False)
