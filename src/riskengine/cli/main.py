"""The `riskengine` command.

Exit codes: 0 done, 1 failed with a message, 2 wrong usage, 3 findings over a gate, 4 data invalid, 130 interrupted.
"""

import sys
from typing import Annotated

import typer

from riskengine.cli.assess import assess
from riskengine.cli.check_order import check_order
from riskengine.cli.doctor import doctor
from riskengine.cli.events import events
from riskengine.cli.features import features
from riskengine.cli.generate import generate
from riskengine.cli.intake import intake
from riskengine.cli.models import models
from riskengine.cli.monitor import monitor
from riskengine.cli.replay import replay
from riskengine.cli.rerate import rerate
from riskengine.cli.rules import rules
from riskengine.cli.train import train
from riskengine.cli.validate import validate
from riskengine.cli.warnings import warnings
from riskengine.cli.watch import WatchInterrupted, watch
from riskengine.terms.errors import RiskEngineError
from riskengine.terms.version import VERSION

INTERRUPTED = 130

app = typer.Typer(
    name="riskengine",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(assess)
app.command("check-order")(check_order)
app.command()(doctor)
app.add_typer(events, name="events")
app.add_typer(features, name="features")
app.command()(generate)
app.command()(intake)
app.add_typer(models, name="models")
app.command()(monitor)
app.command()(replay)
app.command()(rerate)
app.add_typer(rules, name="rules")
app.command()(train)
app.command()(validate)
app.add_typer(warnings, name="warnings")
app.command()(watch)


@app.callback(invoke_without_command=True)
def riskengine(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """How far to trust a business customer with open account credit, and when to stop."""
    if version:
        typer.echo(VERSION)
        raise typer.Exit


def main() -> None:
    """Run a command; errors become a message and an exit code a script can use."""
    try:
        app()
    except RiskEngineError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(error.exit_code)
    except SystemExit as stop:
        if stop.code == INTERRUPTED and not isinstance(stop, WatchInterrupted):
            typer.echo("interrupted; nothing was published", err=True)
        raise


if __name__ == "__main__":
    main()
