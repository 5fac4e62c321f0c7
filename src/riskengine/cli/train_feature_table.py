"""`riskengine train --feature-table`: a model of features somebody brings, judged on rows it has not seen."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from riskengine.terms.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table


@dataclass(frozen=True, slots=True)
class TableOptions:
    """The options of `train` that speak of a feature table."""

    file: Path | None
    label: str | None
    group: str | None
    dates: str | None
    folds: int | None
    no_model: bool


def check_options(options: TableOptions, tables: Path | None, spec: Path | None, *, promote: bool) -> None:
    """Raises UsageError if the options do not go together."""
    if options.file is None:
        given = [
            name
            for name, value in {
                "--label": options.label,
                "--group": options.group,
                "--dates": options.dates,
                "--folds": options.folds,
                "--no-model": options.no_model or None,
            }.items()
            if value is not None
        ]
        if given:
            raise UsageError(f"{given[0]} speaks of a feature table", where="train", remedy="give --feature-table")
        if tables is None or spec is None:
            raise UsageError(
                "there is nothing to train from", where="train", remedy="give --tables and --spec, or --feature-table"
            )
    elif tables is not None:
        raise UsageError("two kinds of data are given", where="train", remedy="give --tables or --feature-table")
    elif options.label is None:
        raise UsageError(
            "nobody says what bad is", where="train", remedy="give --label COLUMN, 1 for bad and 0 for good"
        )
    elif promote:
        raise UsageError(
            "a model of a feature table rates no portfolio and cannot be champion",
            where="train",
            remedy="leave out --promote",
        )


def run_feature_table(
    options: TableOptions, spec: Path | None, workspace: Path, *, seed: int | None, as_json: bool
) -> None:
    """Train, show the folds and their means; data to stdout with `as_json`, people's text to stderr then."""
    import json

    from rich.console import Console

    from riskengine.cli.progress import showing_progress
    from riskengine.scoring.workspace import Workspace
    from riskengine.workflows.models.feature_table_file import Roles
    from riskengine.workflows.models.train_feature_table import train_feature_table

    if options.file is None or options.label is None:  # check_options has refused it
        return
    people = Console(stderr=True)
    with showing_progress(people) as progress:
        made = train_feature_table(
            options.file,
            Roles(options.label, options.group, options.dates),
            spec_file=spec,
            folds=options.folds,
            seed=seed,
            workspace=None if options.no_model else Workspace(workspace),
            progress=progress,
        )
    console = people if as_json else Console()
    _show(made.report, console)
    bundle = None
    if made.bundle is not None:
        console.print(f"version {made.bundle.version}, no role: {made.bundle.folder}", soft_wrap=True)
        bundle = {"folder": str(made.bundle.folder), "version": made.bundle.version, "digest": made.bundle.digest}
    if as_json:
        typer.echo(json.dumps({**made.report, "bundle": bundle}, indent=2, ensure_ascii=False, sort_keys=True))


def _show(report: dict[str, Any], console: "Console") -> None:
    console.print(
        f"{report['rows']:,} rows, {report['bad']:,} bad ({report['bad_rate']:.2%}), {len(report['columns'])} columns; "
        f"folds by {report['split_by']}",
        soft_wrap=True,
    )
    for name, reason in report["left_out"].items():
        console.print(f"left out: {name}, {reason}", soft_wrap=True, markup=False)
    console.print(_folds(report))
    if not report["reproducible"]:
        console.print("The search had a time budget: another run may choose other settings.", soft_wrap=True)


def _folds(report: dict[str, Any]) -> "Table":
    from rich.table import Column, Table

    heads = ("fold", "rows", "bad", "AUC", "KS", "PR-AUC", "scorecard AUC", "crosses", "settings")
    table = Table(*(Column(head, no_wrap=head != "settings") for head in heads))
    for number, fold in enumerate(report["folds"], start=1):
        settings = ", ".join(f"{key} {value}" for key, value in fold["settings"].items())
        counts = (str(number), f"{fold['test_rows']:,}", f"{fold['test_bad']:,}")
        table.add_row(*counts, *_figures(fold), str(fold["crosses"]), settings)
    table.add_row("mean", "", "", *_figures(report["mean"]), "", "")
    table.add_row("deviation", "", "", *_figures(report["standard_deviation"]), "", "")
    return table


def _figures(of: dict[str, float]) -> tuple[str, ...]:
    return tuple(f"{of[name]:.3f}" for name in ("auc", "ks", "pr_auc", "scorecard_auc"))
