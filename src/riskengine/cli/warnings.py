"""`riskengine warnings`: what early warnings were worth."""

import typer

from riskengine.cli.warnings_evaluate import evaluate

warnings = typer.Typer(no_args_is_help=True, help="Early warnings: how good they were.")
warnings.command("evaluate")(evaluate)


@warnings.callback()
def _group() -> None:
    """Keeps `evaluate` a command of its own while there is only one."""
