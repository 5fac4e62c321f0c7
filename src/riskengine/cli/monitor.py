"""`riskengine monitor`: does the model that rates still hold, and what is to be done."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from riskengine.workflows.models.monitoring.folder import Written


def monitor(
    *,
    tables: Annotated[Path, typer.Option("--tables", help="Folder of tables, from intake or generate.")],
    as_of: Annotated[str, typer.Option("--as-of", help="Watch by what was known on this day, YYYY-MM-DD.")],
    workspace: Annotated[Path, typer.Option("--workspace", help="Folder of models.")] = Path(".riskengine"),
    version: Annotated[
        str | None, typer.Option("--version", help="Which model of the workspace, instead of its champion.")
    ] = None,
    model: Annotated[Path | None, typer.Option("--model", help="A bundle instead of the workspace's.")] = None,
    since: Annotated[str | None, typer.Option("--since", help="First month end; by default after training.")] = None,
    rules: Annotated[Path, typer.Option("--rules", help="Folder of the policy, for its grades.")] = Path("rules"),
    runs: Annotated[Path | None, typer.Option("--runs", help="Folder of past runs of rerate, for rule shares.")] = None,
    thresholds: Annotated[
        Path | None, typer.Option("--thresholds", help="Such as models/monitoring.yaml, instead of the spec's.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for report.html and monitoring.json.")] = None,
    fail_on: Annotated[
        str | None, typer.Option("--fail-on", help="End with 3 from this verdict on, such as recalibrate.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print monitoring.json to stdout.")] = False,
) -> None:
    """Watch a model: drift, outcomes as they ripen, rules, age of the data, and a verdict with its rule.

    The verdict is nothing, too_few_outcomes, watch, recalibrate or redevelop. Exit code 0 whatever it is, unless
    --fail-on is given.
    """
    import json

    from rich.console import Console

    from riskengine.cli.progress import showing_progress
    from riskengine.scoring.monitoring.checks import Conclusion
    from riskengine.scoring.workspace import Workspace
    from riskengine.terms.days import parse_day
    from riskengine.terms.errors import FindingsError, UsageError, nearest
    from riskengine.workflows.models.monitoring.folder import monitor_folder
    from riskengine.workflows.models.monitoring.monitor import MonitorRequest

    if model is not None and version is not None:
        raise UsageError("--model and --version both name a model", remedy="give one of them")
    levels = [c.value for c in Conclusion if c is not Conclusion.NOTHING]
    if fail_on is not None and fail_on not in levels:
        raise UsageError(f"'{fail_on}' is no verdict to fail on", where="--fail-on", remedy=nearest(fail_on, levels))
    place = Workspace(workspace)
    bundle = model or (place.champion() if version is None else place.find(version))
    first = None if since is None else parse_day(since)
    request = MonitorRequest(tables, parse_day(as_of), bundle, rules, first, runs, thresholds)
    people = Console(stderr=True)
    with showing_progress(people) as progress:
        written = monitor_folder(request, out, progress=progress)
    _show(written, people if as_json else Console())
    if as_json:
        typer.echo(json.dumps(written.document, indent=2, ensure_ascii=False, sort_keys=True))
    found = written.done.monitoring
    if fail_on is not None and found.conclusion.reaches(Conclusion(fail_on)):
        raise FindingsError(
            f"the verdict is {found.conclusion.value}: {found.rule.en}",
            where=f"model {found.watch.model} {found.watch.version}",
            remedy="see docs/how-to/watch-a-model.md",
        )


def _show(written: "Written", console: "Console") -> None:
    from riskengine.scoring.monitoring.checks import CONCLUSION_TEXT, LIGHT_TEXT, NAMES
    from riskengine.scoring.monitoring.conclude import describe

    found = written.done.monitoring
    lines = []
    for one in found.findings:
        value = "-" if one.value is None else f"{one.value:.4g}"
        about = f" ({', '.join(one.about[:4])}{', ...' if len(one.about) > 4 else ''})" if one.about else ""
        note = f"; {one.note.en}" if one.note else ""
        lines.append(f"{LIGHT_TEXT[one.light].en:>16}  {NAMES[one.check].en}: {value}{about}{note}")
    lines += [note.en for note in written.done.notes]
    because = f" ({describe(found.because).en})" if found.because else ""
    lines.append(
        f"verdict on {found.watch.model} {found.watch.version} as of {found.watch.as_of}: "
        f"{CONCLUSION_TEXT[found.conclusion].en} - {found.rule.en}{because}"
    )
    if found.first is not None:
        lines.append(found.first.en)
    if written.out is not None:
        lines.append(f"report: {written.out / 'report.html'}")
    for line in lines:
        console.print(line, highlight=False, soft_wrap=True, markup=False)
