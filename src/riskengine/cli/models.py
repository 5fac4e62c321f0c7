"""`riskengine models`: which models there are, which one rates, and how another takes its place."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from riskengine.cli.models_recalibrate import recalibrate

if TYPE_CHECKING:
    from riskengine.scoring.workspace import Workspace

models = typer.Typer(
    no_args_is_help=True,
    help="The models of a workspace: list, show, compare, promote, roll back, verify. Names are stated, not proved.",
)

WorkspaceOption = Annotated[Path, typer.Option("--workspace", help="Folder of models.")]
UriOption = Annotated[
    str | None,
    typer.Option("--mlflow-uri", envvar="MLFLOW_TRACKING_URI", help="MLflow server, instead of the workspace."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document, for machines.")]
ByOption = Annotated[str, typer.Option("--by", help="Your name.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why, in one line.")]
VersionArgument = Annotated[str, typer.Argument(help="VERSION, MODEL/VERSION, or the role it has.")]
HOME = Path(".riskengine")
FINDINGS = 3


@models.command("list")
def list_(*, workspace: WorkspaceOption = HOME, as_json: JsonOption = False) -> None:
    """Every version: role, date, author, AUC, Gini and KS on its test window, calibration, accepted."""
    from riskengine.cli.models_text import list_lines
    from riskengine.cli.speech import tell
    from riskengine.workflows.models.listing import list_models

    found = list_models(_place(workspace))
    tell(found, list_lines(found) if found else ["no model was trained in this workspace"], as_json=as_json)


@models.command()
def show(version: VersionArgument, *, workspace: WorkspaceOption = HOME, as_json: JsonOption = False) -> None:
    """One version in full: spec, data, windows, figures, policy beside it, and what was done to it."""
    from riskengine.cli.models_text import show_lines
    from riskengine.cli.speech import tell
    from riskengine.workflows.models.listing import show_model

    found = show_model(_place(workspace), version)
    tell(found, show_lines(found), as_json=as_json)


@models.command()
def compare(
    first: VersionArgument,
    second: VersionArgument,
    *,
    workspace: WorkspaceOption = HOME,
    tables: Annotated[
        Path | None, typer.Option("--tables", help="Tables to score both on: the first's test months.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Two versions by what their bundles say; with --tables also on the same rows, out of time for both.

    Then it says who orders them better (DeLong), and what moved from SECOND to FIRST: calibration, features, PD by
    grade, grades.
    """
    from rich.console import Console

    from riskengine.cli.models_text import compare_lines
    from riskengine.cli.progress import showing_progress
    from riskengine.cli.speech import tell
    from riskengine.tables.store import open_tables
    from riskengine.workflows.models.listing import compare_listed
    from riskengine.workflows.models.what_moved import compare_and_move

    place = _place(workspace)
    found = compare_listed(place, first, second)
    lines = compare_lines(found)
    if tables is not None:
        with showing_progress(Console(stderr=True)) as progress:
            duel, moved = compare_and_move(
                open_tables(tables), place.find(first), place.find(second), progress=progress
            )
        found |= {"same_rows": duel.as_json(), "moved": moved.as_json()}
        lines = [*compare_lines(found), "", *moved.text().splitlines()]
    tell(found, lines, as_json=as_json)


@models.command()
def promote(
    version: VersionArgument,
    *,
    by: ByOption,
    reason: ReasonOption,
    tables: Annotated[
        Path | None, typer.Option("--tables", help="Tables to compare it with the champion on, out of time.")
    ] = None,
    despite: Annotated[str, typer.Option("--despite", help="Why, if it is not shown to be better.")] = "",
    to: Annotated[str, typer.Option("--to", help="champion, challenger, shadow, or none to relieve it.")] = "champion",
    workspace: WorkspaceOption = HOME,
    mlflow_uri: UriOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a version champion if it passes every gate, or challenger or shadow. You approve: you did not train it.

    Exit code 3 if a gate refuses it: nothing is promoted, and the refusal is in the log.
    """
    from riskengine.cli.models_text import gate_lines, note_line
    from riskengine.cli.speech import tell
    from riskengine.scoring.promotion_log import Role
    from riskengine.tables.store import open_tables
    from riskengine.terms.errors import UsageError, nearest
    from riskengine.workflows.models.promote_model import Approval, assign_role, promote_model

    place, at = _place(workspace, mlflow_uri), _now()
    bundle = place.find(version)
    if to not in (*Role, "none"):
        raise UsageError(f"'{to}' is no role", where="--to", remedy=nearest(to, [*(r.value for r in Role), "none"]))
    if to == Role.CHAMPION.value:
        approval = Approval(by, at, reason, by, despite)
        found = promote_model(place, bundle, approval, tables=None if tables is None else open_tables(tables))
        lines = [*gate_lines(found), f"champion: {bundle.parent.name} {bundle.name}"]
        tell(
            {"champion": f"{bundle.parent.name}/{bundle.name}", "gates": [v.as_json() for v in found]},
            lines,
            as_json=as_json,
        )
        return
    note = assign_role(place, bundle, None if to == "none" else Role(to), by=by, at=at, reason=reason)
    tell(note.as_json(), [note_line(note.as_json())], as_json=as_json)


@models.command()
def rollback(
    *,
    by: ByOption,
    reason: ReasonOption,
    workspace: WorkspaceOption = HOME,
    mlflow_uri: UriOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make the champion before the present one champion again."""
    from riskengine.cli.models_text import note_line
    from riskengine.cli.speech import tell
    from riskengine.workflows.models.promote_model import roll_back

    note = roll_back(_place(workspace, mlflow_uri), by=by, at=_now(), reason=reason).as_json()
    tell(note, [note_line(note)], as_json=as_json)


@models.command()
def history(
    *,
    on: Annotated[str | None, typer.Option("--on", help="Who was champion on this day, YYYY-MM-DD (UTC).")] = None,
    customer: Annotated[str | None, typer.Option("--customer", help="Which model rated this customer.")] = None,
    runs: Annotated[Path | None, typer.Option("--runs", help="With --customer: folder of runs of rerate.")] = None,
    workspace: WorkspaceOption = HOME,
    as_json: JsonOption = False,
) -> None:
    """Who was champion when and by whose decision; with --customer and --runs, which model rated a customer."""
    from riskengine.cli.models_text import history_lines, rated_lines
    from riskengine.cli.speech import tell
    from riskengine.terms.days import parse_day
    from riskengine.terms.errors import UsageError
    from riskengine.workflows.models.listing import read_history, read_ratings_of

    day = None if on is None else parse_day(on)
    if (customer is None) != (runs is None):
        raise UsageError("--customer and --runs go together", remedy="give both, or neither")
    if customer is not None and runs is not None:
        rated = read_ratings_of(customer, runs, day)
        tell(rated, rated_lines(rated), as_json=as_json)
        return
    found = read_history(_place(workspace), day)
    tell(found, history_lines(found), as_json=as_json)


@models.command()
def export(
    version: VersionArgument,
    *,
    out: Annotated[Path, typer.Option("--out", help="A folder, or a file that ends in .zip.")],
    workspace: WorkspaceOption = HOME,
    as_json: JsonOption = False,
) -> None:
    """Copy a version, verified, and its card and report beside it: `rerate --model` rates with the copy."""
    from riskengine.cli.speech import tell
    from riskengine.workflows.models.keeping import export_bundle

    place = _place(workspace)
    found = export_bundle(place, place.find(version), out)
    lines = [f"{out}: digest {found.digest}", *(f"card and report: {name}" for name in found.papers)]
    tell({"out": str(out), "digest": found.digest, "validations": found.papers}, lines, as_json=as_json)


@models.command()
def verify(
    *,
    mlflow: Annotated[bool, typer.Option("--mlflow/--no-mlflow", help="Look at MLflow's aliases as well.")] = True,
    earlier: Annotated[
        Path | None,
        typer.Option("--earlier", help="An older copy of the workspace: what stands there must still stand."),
    ] = None,
    workspace: WorkspaceOption = HOME,
    mlflow_uri: UriOption = None,
    as_json: JsonOption = False,
) -> None:
    """Look at every byte of every bundle, every line of the log, the champion, and MLflow's aliases.

    Exit code 3 if something is not what was written down.
    """
    from dataclasses import asdict

    from riskengine.cli.speech import tell
    from riskengine.workflows.models.keeping import verify_workspace

    found = verify_workspace(_place(workspace, mlflow_uri), mlflow=mlflow, earlier=earlier)
    tell([asdict(f) for f in found], [*map(str, found)] or ["everything is what was written down"], as_json=as_json)
    if found:
        raise typer.Exit(FINDINGS)


@models.command()
def register(
    version: VersionArgument,
    *,
    workspace: WorkspaceOption = HOME,
    mlflow_uri: UriOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell MLflow of a version, where it was down or locked before, and set all aliases by the log. Repeat at will."""
    from riskengine.cli.speech import tell
    from riskengine.workflows.models.register_model import register_model

    place = _place(workspace, mlflow_uri)
    bundle = place.find(version)
    number = register_model(place, bundle)
    name = f"{bundle.parent.name}/{bundle.name}"
    tell({"model": name, "mlflow_version": number}, [f"{name} is version {number} in MLflow"], as_json=as_json)


models.command("recalibrate")(recalibrate)


def _place(workspace: Path, uri: str | None = None) -> "Workspace":
    from riskengine.scoring.workspace import Workspace

    return Workspace(workspace, uri or None)


def _now() -> str:
    from datetime import UTC, datetime

    return datetime.now(UTC).isoformat(timespec="seconds")
