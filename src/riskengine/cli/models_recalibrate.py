"""`riskengine models recalibrate`: the same trees with a calibration of what came since, as a version of its own."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from riskengine.workflows.models.recalibrate_model import Recalibrated


def recalibrate(
    version: Annotated[str, typer.Argument(help="VERSION, MODEL/VERSION, or the role it has.")],
    *,
    tables: Annotated[Path, typer.Option("--tables", help="Folder of tables with outcomes that came since.")],
    as_of: Annotated[str, typer.Option("--as-of", help="By what was known on this day, YYYY-MM-DD.")],
    by: Annotated[str, typer.Option("--by", help="Your name.")],
    reason: Annotated[str, typer.Option("--reason", help="Why, in one line.")],
    extent: Annotated[str, typer.Option("--extent", help="auto (by rule), level, or level_and_slope.")] = "auto",
    months: Annotated[
        int | None, typer.Option("--months", min=1, help="How many of the newest ripe month ends; by default 6.")
    ] = None,
    rules: Annotated[Path, typer.Option("--rules", help="Folder of the policy, for its grades.")] = Path("rules"),
    workspace: Annotated[Path, typer.Option("--workspace", help="Folder of models.")] = Path(".riskengine"),
    mlflow_uri: Annotated[
        str | None,
        typer.Option("--mlflow-uri", envvar="MLFLOW_TRACKING_URI", help="MLflow server, instead of the workspace."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document, for machines.")] = False,
) -> None:
    """Refit the calibration of a version on ripe outcomes it knew nothing of; trees and ranking stay.

    The result is a new version without a role: somebody else promotes it through the same gates. Exit code 3 if nothing
    is off beyond chance and no extent was asked for.
    """
    from datetime import UTC, datetime

    from rich.console import Console

    from riskengine.cli.progress import showing_progress
    from riskengine.cli.speech import tell
    from riskengine.scoring.recalibration import Extent
    from riskengine.scoring.workspace import Workspace
    from riskengine.terms.days import parse_day
    from riskengine.terms.errors import UsageError, nearest
    from riskengine.workflows.models.recalibrate_model import RecalibrationRequest, recalibrate_model

    known = ["auto", *(e.value for e in Extent)]
    if extent not in known:
        raise UsageError(f"'{extent}' is no extent", where="--extent", remedy=nearest(extent, known))
    place = Workspace(workspace, mlflow_uri or None)
    request = RecalibrationRequest(
        place,
        place.find(version),
        tables,
        parse_day(as_of),
        rules,
        by,
        datetime.now(UTC).isoformat(timespec="seconds"),
        reason,
        None if extent == "auto" else Extent(extent),
        months,
    )
    with showing_progress(Console(stderr=True)) as progress:
        done = recalibrate_model(request, progress)
    found = {"model": done.model, "version": done.version, "digest": done.digest, **done.record}
    tell(found, _lines(done), as_json=as_json)


def _lines(done: "Recalibrated") -> list[str]:
    record = done.record
    days, parent = record["month_ends"], record["parent"]
    moved = record["worse"] + record["better"]
    lines = [
        f"{record['extent'].replace('_', ' ')}: {record['reason']['en']}",
        f"fitted on {len(days)} month ends, {days[0]} to {days[-1]}: {record['bad_customers']:,} customers defaulted",
        f"mean PD {record['mean_pd_before']:.2%} before, {record['mean_pd_after']:.2%} after, observed "
        f"{record['observed']:.2%}",
        f"as of {record['as_of']} {moved:,} of {record['rated']:,} customers change grade "
        f"({record['worse']:,} worse, {record['better']:,} better)",
    ]
    lines += [
        f"  grade {g['grade']}: {g['customers_before']:,} customers before, {g['customers_after']:,} after; "
        f"mean PD of those in it before {_share(g['mean_pd_before'])}, now {_share(g['mean_pd_of_before_now'])}"
        for g in record["by_grade"]
        if g["customers_before"] or g["customers_after"]
    ]
    name = f"{done.model}/{done.version}"
    return [
        *lines,
        f"{name}, from {parent['model']}/{parent['version']}: the ranking is the same; digest {done.digest}",
        f"next, by somebody else: riskengine models promote {name} --by NAME --reason TEXT --despite TEXT",
    ]


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.2%}"
