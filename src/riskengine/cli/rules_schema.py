"""`riskengine rules schema`: JSON Schemas of the policy's files, for editors."""

import json
from pathlib import Path
from typing import Annotated

import typer

FileOption = Annotated[str | None, typer.Option("--file", help="One kind of file only, such as ruleset or cases.")]
OutOption = Annotated[Path | None, typer.Option("--out", help="Folder to write KIND.schema.json to.")]


def schema(file: FileOption = None, out: OutOption = None) -> None:
    """Write the JSON Schemas of the policy's files: editors complete names with them and underline what is wrong."""
    from riskengine.workflows.rules.policy_schema import policy_schemas, write_schemas

    schemas = policy_schemas(None if file is None else (file,))
    if out is not None:
        for path in write_schemas(schemas, out):
            typer.echo(str(path), err=True)
        return
    shown = schemas if file is None else schemas[file]
    typer.echo(json.dumps(shown, ensure_ascii=False, indent=2))
