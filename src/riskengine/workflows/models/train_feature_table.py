"""Train on a table of features somebody brings: cross-validated, and perhaps a bundle of all rows."""

import platform
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from riskengine.scoring.bundle import Trained, write_bundle
from riskengine.scoring.calibration import Calibration
from riskengine.scoring.cross_validation import CrossValidated, cross_validate, search_table
from riskengine.scoring.fit import calibrate
from riskengine.scoring.one_thread import one_thread
from riskengine.scoring.search import Search
from riskengine.scoring.table_model import FeatureTable, TableModel, fit_table
from riskengine.scoring.table_spec import TableSpec, load_table_spec
from riskengine.scoring.workspace import Workspace
from riskengine.terms.errors import InputError, UsageError
from riskengine.terms.version import VERSION
from riskengine.workflows.models.feature_table_file import ReadTable, Roles, read_feature_table

Progress = Callable[[str, int, int], None]  # what, steps done, steps in all


@dataclass(frozen=True, slots=True)
class TableBundle:
    folder: Path
    version: str
    digest: str


@dataclass(frozen=True, slots=True)
class TableRun:
    """`report` is JSON: rows, columns, folds, means, search. `bundle` is None where none was asked for."""

    report: dict[str, Any]
    bundle: TableBundle | None


@one_thread()
def train_feature_table(
    file: Path,
    roles: Roles,
    *,
    spec_file: Path | None = None,
    folds: int | None = None,
    seed: int | None = None,
    workspace: Workspace | None = None,
    progress: Progress = lambda _what, _done, _total: None,
) -> TableRun:
    """Judge the spec on rows not seen, then, where there is a workspace, fit it to all rows and write a bundle.

    The same file, spec, folds and seed give the same report and the same bundle unless the spec has a time budget.
    Raises what reading and fitting raise; UsageError if the spec names a column the table has not.
    """
    written = TableSpec() if spec_file is None else load_table_spec(spec_file)
    spec = written if folds is None else _with_folds(written, folds)
    used_seed = spec.seed if seed is None else seed
    read = read_feature_table(file, roles, spec.features)
    _check_directions(spec, read)
    judged = cross_validate(read.table, spec, used_seed, tick=lambda done, total: progress("folds", done, total))
    report = _describe(read, roles, spec, used_seed) | judged.as_json()
    if workspace is None:
        return TableRun(report, None)
    chosen, search = search_table(read.table, spec, used_seed, tick=lambda done, total: progress("search", done, total))
    progress("model", 0, 1)
    model = fit_table(read.table, chosen, used_seed)
    calibration = _calibrate(read.table, judged, chosen)
    text = "{}\n" if spec_file is None else spec_file.read_text(encoding="utf-8")
    bundle = _write(
        model=model,
        calibration=calibration,
        spec=chosen,
        spec_text=text,
        report=report,
        search=search,
        workspace=workspace,
    )
    progress("model", 1, 1)
    return TableRun(report, bundle)


def _with_folds(spec: TableSpec, folds: int) -> TableSpec:
    try:
        return TableSpec.model_validate({**spec.model_dump(), "folds": folds})
    except ValidationError as error:
        said = error.errors()[0]["msg"].removeprefix("Input ")
        raise UsageError(f"{folds} folds {said}", where="--folds", remedy="give a number from 2 to 20") from None


def _check_directions(spec: TableSpec, read: ReadTable) -> None:
    for name in spec.directions:
        if name not in read.table.columns:
            raise InputError(
                f"a direction is stated for '{name}', which is no feature"
                + (f" ({read.left_out[name]})" if name in read.left_out else ""),
                where="directions",
                remedy="take it out of the spec, or bring the column",
            )


def _calibrate(table: FeatureTable, judged: CrossValidated, spec: TableSpec) -> Calibration:
    """From the scores of rows by models that did not see them."""
    rows = ~np.isnan(judged.raw)
    day = np.zeros(len(table), dtype=np.int32) if table.day is None else table.day
    return calibrate(judged.raw[rows], table.outcome[rows], day[rows], spec.calibration)


def _describe(read: ReadTable, roles: Roles, spec: TableSpec, seed: int) -> dict[str, Any]:
    table = read.table
    split = "groups" if table.group is not None else "dates" if table.day is not None else "chance"
    return {
        "rows": len(table),
        "bad": int(table.outcome.sum()),
        "bad_rate": float(table.outcome.mean()),
        "columns": list(table.columns),
        "left_out": dict(sorted(read.left_out.items())),
        "label": roles.label,
        "split_by": split,
        "seed": seed,
        "reproducible": spec.search is None or spec.search.seconds is None,
        "file_sha256": read.sha256,
    }


def _write(
    *,
    model: TableModel,
    calibration: Calibration,
    spec: TableSpec,
    spec_text: str,
    report: dict[str, Any],
    search: Search | None,
    workspace: Workspace,
) -> TableBundle:
    from importlib.metadata import version as version_of  # noqa: PLC0415 - only here

    trained = Trained(
        name=spec.model,
        features=model.names,
        horizon_days=spec.horizon_days,
        booster_text=model.booster_text,
        calibration=calibration,
        seen_missing=model.seen_missing,
        spec_text=spec_text,
        metrics=report | ({} if search is None else {"search": search.as_json()}),
        provenance={
            "data_fingerprint": report["file_sha256"],
            "columns": list(model.columns),
            "crosses": [cross.as_json() for cross in model.crosses],
            "spec": spec.model_dump(mode="json"),
            "seed": report["seed"],
            "riskengine": VERSION,
            "lightgbm": version_of("lightgbm"),
            "numpy": version_of("numpy"),
            "python": platform.python_version(),
        },
    )
    version = workspace.next_version(spec.model)
    folder = workspace.bundle_folder(spec.model, version)
    return TableBundle(folder, version, write_bundle(trained, folder, version=version))
