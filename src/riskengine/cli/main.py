"""The `riskengine` command.

Exit codes: 0 done, 1 failed with a message, 2 wrong usage, 3 findings over a gate, 4 data invalid, 130 interrupted.
"""

import sys

import typer

from riskengine.cli.doctor import doctor
from riskengine.terms.errors import RiskEngineError

INTERRUPTED = 130

app = typer.Typer(
    name="riskengine",
    help="How far to trust a business customer with open account credit, and when to stop.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(doctor)


def main() -> None:
    """Run a command; errors become a message and an exit code a script can use."""
    try:
        app()
    except RiskEngineError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(error.exit_code)
    except SystemExit as stop:
        if stop.code == INTERRUPTED:
            typer.echo("interrupted; nothing was published", err=True)
        raise


if __name__ == "__main__":
    main()
