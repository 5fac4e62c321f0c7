"""`riskengine doctor`: is this machine fit, and what mends it if not."""

import json
from pathlib import Path
from typing import Annotated

import typer


def doctor(as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False) -> None:
    """Check Python, compiler, write access, fonts and the lock; print the command that mends each finding."""
    from riskengine.workflows.doctor import examine, show

    findings = examine(Path.cwd())
    text = json.dumps([f._asdict() for f in findings], indent=2, ensure_ascii=False) if as_json else show(findings)
    typer.echo(text)
    if any(finding.level == "problem" for finding in findings):
        raise typer.Exit(1)
