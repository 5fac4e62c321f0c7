"""`riskengine replay`: decide again from a certificate."""

from pathlib import Path
from typing import Annotated

import typer


def replay(
    *,
    certificate: Annotated[Path, typer.Argument(help="A decision certificate, from assess or rerate.")],
    rules: Annotated[Path, typer.Option("--rules", help="Folder of the policy.")] = Path("rules"),
    workspace: Annotated[Path, typer.Option("--workspace", help="Folder of models.")] = Path(".riskengine"),
    model: Annotated[Path | None, typer.Option("--model", help="A bundle instead of the one it names.")] = None,
    with_model: Annotated[
        bool, typer.Option("--with-model/--without-model", help="Score again, or take the recorded PD.")
    ] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON to stdout.")] = False,
) -> None:
    """Decide again on the recorded facts: the same answer bit for bit, or what differs (exit code 3)."""
    import json

    from riskengine.workflows.replay import replay_file, replayed_as_json, replayed_text

    found = replay_file(certificate, rules=rules, workspace=workspace, bundle=model, with_model=with_model)
    if as_json:
        typer.echo(json.dumps(replayed_as_json(found), indent=2, sort_keys=True, ensure_ascii=False))
    typer.echo(replayed_text(found), err=as_json)
    if found.differences:
        raise typer.Exit(3)
