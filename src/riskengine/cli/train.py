"""`riskengine train`: a PD model from tables and a spec, beside its rivals, registered and ready to rate."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from riskengine.scoring.comparison import Comparison
    from riskengine.scoring.workspace import Workspace
    from riskengine.workflows.models.train import TrainingRun


def train(
    *,
    tables: Annotated[Path | None, typer.Option("--tables", help="Folder of tables, from intake or generate.")] = None,
    spec: Annotated[Path | None, typer.Option("--spec", help="How to make the model, as models/pd_12m.yaml.")] = None,
    feature_table: Annotated[
        Path | None, typer.Option("--feature-table", help="Instead of --tables: your own features, CSV or Parquet.")
    ] = None,
    label: Annotated[str | None, typer.Option("--label", help="Its column that is 1 for bad, 0 for good.")] = None,
    group: Annotated[str | None, typer.Option("--group", help="Its column of firms: judged on firms not seen.")] = None,
    dates: Annotated[str | None, typer.Option("--dates", help="Its column of dates: judged on later ones.")] = None,
    folds: Annotated[
        int | None, typer.Option("--folds", help="Folds of a feature table, instead of the spec's.")
    ] = None,
    no_model: Annotated[bool, typer.Option("--no-model", help="Judge a feature table only; keep no model.")] = False,
    workspace: Annotated[Path, typer.Option("--workspace", help="Folder of models.")] = Path(".riskengine"),
    like: Annotated[
        str | None,
        typer.Option("--like", help="Instead of --spec: spec and seed of this VERSION (or champion); says what moved."),
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", help="Instead of the seed of the spec.")] = None,
    promote: Annotated[bool, typer.Option("--promote", help="Make it champion if it passes its gates.")] = False,
    approved_by: Annotated[
        str | None, typer.Option("--approved-by", help="With --promote: who approves; not the one who trains.")
    ] = None,
    despite: Annotated[
        str, typer.Option("--despite", help="With --promote: why, if it is not shown to be better than the champion.")
    ] = "",
    rules: Annotated[
        Path | None, typer.Option("--rules", help="Policy to note beside the model; by default rules, if it is there.")
    ] = None,
    mlflow_uri: Annotated[
        str | None,
        typer.Option("--mlflow-uri", envvar="MLFLOW_TRACKING_URI", help="MLflow server, instead of the workspace."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON to stdout.")] = False,
) -> None:
    """Train a PD model, compare it with a scorecard and the naive rule on later months, register it.

    With --like: retrain a version on newer tables with its own spec and seed, and say what moved: order, calibration,
    features, PD by grade, grades.

    With --feature-table: cross-validate a model of your own features instead, and keep one fitted to all rows as a
    bundle. It cannot rate a portfolio: the catalogue does not compute its features.

    Exit code 3 if the model fails an acceptance gate of its spec: it is kept, but it gets no role.
    """
    from riskengine.cli.train_feature_table import TableOptions, check_options, run_feature_table
    from riskengine.scoring.workspace import Workspace
    from riskengine.terms.errors import UsageError
    from riskengine.workflows.models.what_moved import recipe_of

    options = TableOptions(feature_table, label, group, dates, folds, no_model)
    if like is not None and (spec is not None or feature_table is not None):
        raise UsageError("--like brings the spec of a version", where="train", remedy="leave out --spec")
    recipe = None if like is None else recipe_of(Workspace(workspace).find(like))
    spec, since = (spec, None) if recipe is None else (recipe.spec, recipe.bundle)
    check_options(options, tables, spec, promote=promote)
    if feature_table is not None:
        run_feature_table(options, spec, workspace, seed=seed, as_json=as_json)
    elif tables is not None and spec is not None:
        default = Path("rules")
        chosen = rules if rules is not None else default if default.is_dir() else None
        place = Workspace(workspace, mlflow_uri or None)
        _train_tables(
            tables,
            spec,
            place,
            seed=recipe.seed if seed is None and recipe is not None else seed,
            since=since,
            promote=promote,
            approver=approved_by,
            despite=despite,
            rules=chosen,
            as_json=as_json,
        )


def _train_tables(
    tables: Path,
    spec: Path,
    workspace: "Workspace",
    *,
    seed: int | None,
    since: Path | None,
    promote: bool,
    approver: str | None,
    despite: str,
    rules: Path | None,
    as_json: bool,
) -> None:
    import getpass
    import json
    from dataclasses import asdict
    from datetime import UTC, datetime

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from riskengine.terms.errors import FindingsError
    from riskengine.workflows.models.keep_model import Author
    from riskengine.workflows.models.promote_model import refuse
    from riskengine.workflows.models.train import train as run

    people = Console(stderr=True)
    author = Author(getpass.getuser(), datetime.now(UTC).isoformat(timespec="seconds"), approver, despite)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=people) as bar:
        task = bar.add_task("outcomes", total=1)

        def progress(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done, total=total)

        made = run(
            tables, spec, workspace, author, seed=seed, promote=promote, rules=rules, since=since, progress=progress
        )
    _show(made, people if as_json else Console())
    if as_json:
        result = {
            "model": made.model,
            "version": made.version,
            "digest": made.digest,
            "bundle": str(made.bundle),
            "promoted": made.promoted,
            "accepted": made.comparison.accepted,
            "promotion_gates": [v.as_json() for v in made.verdicts],
            "data": made.data,
            "groups": [asdict(s) for s in made.slices],
            "comparison": asdict(made.comparison),
            "moved": None if made.moved is None else made.moved.as_json(),
        }
        typer.echo(json.dumps(result, indent=2, ensure_ascii=False, sort_keys=True))
    failed = [f"{g.name} is {g.found:.4g}, {g.required} is required" for g in made.comparison.gates if not g.passed]
    if failed:
        raise FindingsError("; ".join(failed), where=str(spec), remedy="the model was kept, but it rates nobody")
    refuse(made.verdicts, f"{made.model} {made.version}")


def _show(made: "TrainingRun", console: "Console") -> None:
    data = made.data
    for name in ("train", "test"):
        window = data[name]
        console.print(
            f"{name}: {window['rows']:,} rows, {window['bad']:,} bad ({window['bad_rate']:.2%}), "
            f"{window['snapshots'][0]} to {window['snapshots'][-1]}"
        )
    left_out = data["left_out"]
    console.print(
        f"left out: {left_out['censored']:,} censored, {left_out['in_default']:,} in default, "
        f"{left_out['not_eligible']:,} not eligible; gap between windows {data['gap_days']} days",
        soft_wrap=True,
    )
    _show_search(made, console)
    console.print(_table(made.comparison))
    console.print("p: DeLong's test of the booster against the rival", soft_wrap=True)
    console.print(made.comparison.verdict.en, soft_wrap=True)
    fit = made.comparison.calibration
    console.print(
        f"calibration on the test window: mean PD {fit['mean_pd']:.2%}, bad rate {fit['default_rate']:.2%}, "
        f"slope {fit['slope']:.2f}, Hosmer-Lemeshow p {fit['hosmer_lemeshow']['p_value']:.3g}",
        soft_wrap=True,
    )
    console.print(_groups(made))
    if made.moved is not None:
        console.print(made.moved.text(), markup=False, highlight=False, soft_wrap=True)
    role = "champion" if made.promoted else "challenger" if made.comparison.accepted else "no role (gates failed)"
    console.print(f"{made.model} version {made.version}, {role}: {made.bundle}", soft_wrap=True)


def _show_search(made: "TrainingRun", console: "Console") -> None:
    from riskengine.scoring.bundle import read_metrics

    search = read_metrics(made.bundle)["search"]
    if search is None:
        return
    best = ", ".join(f"{key} {value}" for key, value in search["best"].items())
    ended = "; its time was up: another run may choose other settings" if search["timed"] else ""
    console.print(f"search: {len(search['trials'])} settings tried{ended}", soft_wrap=True)
    console.print(f"best on its folds ({search['score']:.3f}): {best}", soft_wrap=True)


SMALL_GROUP = 4  # parts of a group that are all shown


def _groups(made: "TrainingRun") -> "Table":
    """The parts of small groups, and of others those with enough outcomes; the validation has all."""
    from collections import Counter

    from rich.table import Column, Table

    parts = Counter(s.group for s in made.slices)
    shown = [s for s in made.slices if s.order or parts[s.group] <= SMALL_GROUP]
    heads = ("rows", "bad", "bad rate", "mean PD", "AUC", "95 %")
    left = len(made.slices) - len(shown)
    table = Table(
        "test rows",
        *(Column(h, no_wrap=True) for h in heads),
        caption=f"{left} more have too few outcomes for an AUC; see the validation report" if left else None,
        caption_justify="left",
    )
    for s in shown:
        span = s.order.auc_interval if s.order else None
        area = (f"{s.order.auc:.3f}" if s.order else "-", f"{span.low:.3f}-{span.high:.3f}" if span else "")
        rates = ("-" if rate is None else f"{rate:.2%}" for rate in (s.bad_rate, s.mean_pd))
        table.add_row(f"{s.group}: {s.name}", f"{s.rows:,}", f"{s.bad:,}", *rates, *area)
    return table


def _table(comparison: "Comparison") -> "Table":
    from rich.table import Column, Table

    table = Table(*(Column(h, no_wrap=True) for h in ("", "AUC", "95 %", "Gini", "KS", "PR-AUC", "Brier", "p")))
    p_values = {d.rival: f"{d.p_value:.2g}" for d in comparison.differences}
    for c in comparison.contenders:
        table.add_row(
            c.name,
            f"{c.auc:.3f}",
            f"{c.auc_low:.3f}-{c.auc_high:.3f}",
            f"{c.gini:.3f}",
            f"{c.ks:.3f}",
            f"{c.pr_auc:.3f}",
            "-" if c.brier is None else f"{c.brier:.4f}",
            p_values.get(c.name, ""),
        )
    return table
