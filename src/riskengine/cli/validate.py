"""`riskengine validate`: is a trained model good enough, and where is it not."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from riskengine.workflows.models.validate_folder import Written


def validate(
    *,
    tables: Annotated[Path, typer.Option("--tables", help="Folder of tables, from intake or generate.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for report.html, validation.json, points.csv.")],
    workspace: Annotated[Path, typer.Option("--workspace", help="Folder of models.")] = Path(".riskengine"),
    version: Annotated[
        str | None, typer.Option("--version", help="Which model of the workspace, instead of its champion.")
    ] = None,
    model: Annotated[Path | None, typer.Option("--model", help="A bundle instead of the workspace's.")] = None,
    rules: Annotated[Path, typer.Option("--rules", help="Folder of the policy, for its grades.")] = Path("rules"),
    first: Annotated[str | None, typer.Option("--from", help="First month end of another test window.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Its last month end.")] = None,
    card: Annotated[
        Path | None, typer.Option("--card", help="Write the card as MODEL.md here too, such as models/cards.")
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep it with the version: in the workspace, and in its run in MLflow.")
    ] = False,
    mlflow_uri: Annotated[
        str | None,
        typer.Option("--mlflow-uri", envvar="MLFLOW_TRACKING_URI", help="MLflow server, instead of the workspace."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the validation as JSON to stdout.")] = False,
) -> None:
    """Validate a trained model: report, figures, scorecard points and model card.

    Exit code 3 if a verdict is red; the report is written all the same.
    """
    import json

    from rich.console import Console

    from riskengine.cli.progress import showing_progress
    from riskengine.scoring.validation.verdict_rules import Level
    from riskengine.scoring.workspace import Workspace
    from riskengine.terms.days import parse_day
    from riskengine.terms.errors import FindingsError, UsageError
    from riskengine.workflows.models.validate_folder import validate_folder
    from riskengine.workflows.models.validate_model import ValidationRequest

    if model is not None and version is not None:
        raise UsageError("--model and --version both name a model", remedy="give one of them")
    place = Workspace(workspace, mlflow_uri or None)
    bundle = model or (place.champion() if version is None else place.find(version))
    window = tuple(None if day is None else parse_day(day) for day in (first, last))
    request = ValidationRequest(tables, bundle, place, rules, *window)
    people = Console(stderr=True)
    with showing_progress(people) as progress:
        written = validate_folder(request, out, card=card, keep=keep, progress=progress)
    _show(written, people if as_json else Console())
    if as_json:
        typer.echo(json.dumps(written.document, indent=2, ensure_ascii=False, sort_keys=True))
    red = [v.check.value for v in written.verdicts if v.level is Level.RED]
    if red:
        raise FindingsError(f"red: {', '.join(red)}", where=str(out / "report.html"), remedy="read the report")


def _show(written: "Written", console: "Console") -> None:
    from riskengine.scoring.validation.verdict_rules import LEVEL_TEXT, NAMES

    for verdict in written.verdicts:
        value = "-" if verdict.value is None else f"{verdict.value:.4g}"
        about = f" ({', '.join(verdict.about[:4])}{', ...' if len(verdict.about) > 4 else ''})" if verdict.about else ""
        line = f"{LEVEL_TEXT[verdict.level].en:>19}  {NAMES[verdict.check].en}: {value}{about}"
        console.print(line, highlight=False, soft_wrap=True, markup=False)
    kept = [] if written.kept is None else [f"kept with the version, and in MLflow: {written.kept}"]
    for note in (*(n.en for n in written.notes), *kept, f"report: {written.out / 'report.html'}"):
        console.print(note, highlight=False, soft_wrap=True, markup=False)
