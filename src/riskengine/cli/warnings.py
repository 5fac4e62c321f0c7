"""`riskengine warnings`: what warns, and what early warnings were worth."""

import typer

from riskengine.cli.warnings_evaluate import evaluate
from riskengine.cli.warnings_show import show

warnings = typer.Typer(no_args_is_help=True, help="Early warnings: what they say of a customer, how good they were.")
warnings.command("evaluate")(evaluate)
warnings.command("show")(show)
