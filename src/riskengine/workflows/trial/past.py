"""What a command that looks at past dates opens first: tables, model, and the history."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from riskengine.scoring.bundle import load_bundle, read_metrics
from riskengine.scoring.pd_model import PdModel
from riskengine.scoring.spec import load_spec
from riskengine.scoring.workspace import Workspace
from riskengine.tables.store import TableSet
from riskengine.terms.days import day_number
from riskengine.workflows.trial.history import History, build_history

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Past:
    history: History
    model: PdModel


def open_past(
    tables: TableSet, dates: Sequence[date], *, workspace: Path, bundle: Path | None, workers: int, progress: Progress
) -> Past:
    """The history of `dates` under a bundle, or the champion of the workspace; defaults are as its spec says.

    Raises what `build_history` raises; InputError if there is no champion or a bundle was changed.
    """
    place = Workspace(workspace).champion() if bundle is None else bundle
    model = load_bundle(place)
    history = build_history(
        tables,
        dates,
        model=model,
        outcome=load_spec(place / "spec.yaml").outcome,
        model_metrics=read_metrics(place),
        workers=workers,
        progress=progress,
    )
    return Past(history, model)


def customer_names(tables: TableSet, last: date) -> pl.DataFrame:
    """customer_id and the newest name known by the last date."""
    known = tables["customers"].filter(pl.col("known_at") <= day_number(last)).sort("customer_id", "known_at", "name")
    return known.group_by("customer_id", maintain_order=True).agg(pl.col("name").last()).collect()
