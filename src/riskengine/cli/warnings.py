"""`riskengine warnings`: what warns, and what early warnings were worth."""

import typer

from riskengine.cli.warnings_answer import answer
from riskengine.cli.warnings_delivered import delivered
from riskengine.cli.warnings_evaluate import evaluate
from riskengine.cli.warnings_indicators import indicators
from riskengine.cli.warnings_list import list_cases
from riskengine.cli.warnings_outbox import outbox
from riskengine.cli.warnings_show import show
from riskengine.cli.warnings_snooze import snooze

warnings = typer.Typer(no_args_is_help=True, help="Early warnings: what they say of a customer, how good they were.")
warnings.command("evaluate")(evaluate)
warnings.command("show")(show)
warnings.command("list")(list_cases)
warnings.command("answer")(answer)
warnings.command("snooze")(snooze)
warnings.command("outbox")(outbox)
warnings.command("delivered")(delivered)
warnings.command("indicators")(indicators)
