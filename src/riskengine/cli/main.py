"""The `riskengine` command.

Exit codes: 0 done, 1 failed with a message, 2 wrong usage, 3 findings over a gate, 4 data invalid, 130 interrupted.
"""

import sys

import typer

from riskengine.terms.errors import RiskEngineError

app = typer.Typer(
    name="riskengine",
    help="How far to trust a business customer with open account credit, and when to stop.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def main() -> None:
    """Run a command; errors become a message and an exit code a script can use."""
    try:
        app()
    except RiskEngineError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        typer.echo("interrupted; nothing was published", err=True)
        sys.exit(130)


if __name__ == "__main__":
    main()
