"""The models of a workspace as people and machines read them: listed, one in full, two beside each other, by date."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from riskengine.scoring.bundle import read_card, read_identity, read_metrics, read_spec
from riskengine.scoring.gates import calibration_level
from riskengine.scoring.promotion_log import Note, Step, reigns
from riskengine.scoring.workspace import Workspace
from riskengine.tables.publish import read_manifest
from riskengine.terms.errors import InputError, UsageError
from riskengine.workflows.models.validation_papers import list_papers
from riskengine.workflows.previous_run import RUN, read_run

_FIGURES = ("auc", "auc_low", "auc_high", "gini", "ks", "pr_auc", "brier")


def list_models(workspace: Workspace) -> list[dict[str, Any]]:
    """Every version of a workspace with its role and how it did; a damaged bundle is listed with what is wrong.

    Raises InputError if the log was changed.
    """
    notes, held = workspace.notes(), workspace.holders()
    found = []
    for model, version in workspace.versions():
        trained = _trained(notes, model, version)
        roles = [role.value for role, one in held.items() if (one.model, one.version) == (model, version)]
        row: dict[str, Any] = {
            "model": model,
            "version": version,
            "role": roles[0] if roles else None,
            "trained_at": None if trained is None else trained.at.isoformat(),
            "trained_by": None if trained is None else trained.by,
        }
        try:
            found.append(row | _summary(workspace.bundle_folder(model, version)))
        except InputError as error:
            found.append(row | {"fault": f"{error.where}: {error.what}"})
    return found


def show_model(workspace: Workspace, wanted: str) -> dict[str, Any]:
    """Everything known of one version: spec, data, windows, metrics, who trained it beside which policy, and its life.

    Raises UsageError if there is no such version, InputError if its bundle or the log was changed.
    """
    bundle = workspace.find(wanted)
    model, version, digest = read_identity(bundle)
    card, metrics, notes = read_card(bundle), read_metrics(bundle), workspace.notes()
    trained = _trained(notes, model, version)
    held = [r.value for r, one in workspace.holders().items() if (one.model, one.version) == (model, version)]
    return {
        "model": model,
        "version": version,
        "digest": digest,
        "bundle": str(bundle),
        "role": held[0] if held else None,
        "trained_at": None if trained is None else trained.at.isoformat(),
        "trained_by": None if trained is None else trained.by,
        "policy": None if trained is None else trained.evidence.get("policy"),
        "features": card["features"],
        "horizon_days": card["horizon_days"],
        "calibration": card["calibration"],
        "provenance": card["provenance"],
        "metrics": metrics,
        "spec": read_spec(bundle),
        "validations": list_papers(workspace, bundle, digest),
        "life": [n.as_json() for n in notes if (n.id.model, n.id.version) == (model, version)],
    }


def compare_listed(workspace: Workspace, first: str, second: str) -> dict[str, Any]:
    """Two versions by what their bundles say. Each was measured on its own test window; `same_window` says whether
    these are the same rows. Errors as in `show_model`.
    """
    sides = {"first": show_model(workspace, first), "second": show_model(workspace, second)}
    windows = [(s["metrics"].get("data") or {}).get("test") for s in sides.values()]
    prints = [s["provenance"].get("data_fingerprint") for s in sides.values()]
    known = None not in (*windows, *prints)
    one, other = (set(side["features"]) for side in sides.values())
    return {
        **{name: {"model": s["model"], "version": s["version"], **_figures(s["metrics"])} for name, s in sides.items()},
        "same_window": windows[0] == windows[1] and prints[0] == prints[1] if known else None,
        "features_only_first": sorted(one - other),
        "features_only_second": sorted(other - one),
        "spec": list(_differences(sides["first"]["spec"], sides["second"]["spec"])),
    }


def read_history(workspace: Workspace, on: date | None = None) -> dict[str, Any]:
    """The log of the workspace, and who was champion when; with `on` only who was champion on that day, in UTC.

    Raises InputError if the log was changed, UsageError if nobody was champion on the day.
    """
    notes = workspace.notes()
    found = [reign for reign in reigns(notes) if on is None or reign.covers(on)]
    if on is not None and not found:
        raise UsageError(
            f"no model was champion on {on}", where=str(workspace.root), remedy="riskengine models history"
        )
    return {
        "champions": [
            {
                **reign.id.as_json(),
                "from": reign.since.isoformat(),
                "until": None if reign.until is None else reign.until.isoformat(),
                "by": reign.by,
                "reason": reign.reason,
            }
            for reign in found
        ],
        "log": [note.as_json() for note in notes] if on is None else [],
    }


def read_ratings_of(customer: str, runs: Path, on: date | None = None) -> list[dict[str, Any]]:
    """Which model rated a customer, by the runs in a folder (or by one run): what was used, whoever was champion.

    Raises InputError if a run was changed, UsageError if none rates the customer (as of `on`).
    """
    folders = [runs, *sorted(runs.iterdir())] if runs.is_dir() else []
    found: list[dict[str, Any]] = []
    for folder in folders:
        if not _is_run(folder):
            continue
        run = read_run(folder)
        if on is not None and run.as_of != on:
            continue
        columns = ["model_name", "model_version", "status", "pd_12m", "final_grade", "limit"]
        own = run.ratings.filter(pl.col("customer_id") == customer)
        rows = own.select(columns).iter_rows(named=True)
        found.extend({"as_of": run.as_of.isoformat(), "run": str(folder), **row} for row in rows)
    if not found:
        when = "" if on is None else f" as of {on}"
        raise UsageError(
            f"no run{when} rates customer {customer!r}", where=str(runs), remedy="give the folder of the runs"
        )
    return sorted(found, key=lambda row: (row["as_of"], row["run"]))


def _is_run(folder: Path) -> bool:
    try:
        read_manifest(folder, RUN)
    except InputError:
        return False
    return True


def _trained(notes: Sequence[Note], model: str, version: str) -> Note | None:
    return next((n for n in notes if n.step is Step.TRAINED and (n.id.model, n.id.version) == (model, version)), None)


def _summary(bundle: Path) -> dict[str, Any]:
    metrics, (_, _, digest) = read_metrics(bundle), read_identity(bundle)
    return {"digest": digest, **_figures(metrics)}


def _figures(metrics: dict[str, Any]) -> dict[str, Any]:
    contenders, fit = metrics.get("contenders") or [{}], metrics.get("calibration")
    test = (metrics.get("data") or {}).get("test") or {}
    return {
        **{name: contenders[0].get(name) for name in _FIGURES},
        "test_rows": test.get("rows"),
        "test_bad": test.get("bad"),
        "calibration": _calibration(metrics) or (calibration_level(fit) if fit else None),
        "accepted": all(g["passed"] for g in metrics["gates"]) if "gates" in metrics else None,
    }


def _calibration(metrics: dict[str, Any]) -> str | None:
    """The worst verdict on calibration of a validation report, if the bundle holds one."""
    verdicts = (metrics.get("validation") or {}).get("verdicts") or ()
    levels = {v["level"] for v in verdicts if "calibration" in v["check"]}
    return next((level for level in ("red", "amber", "green", "not_enough") if level in levels), None)


def _differences(first: Any, second: Any, path: str = "") -> Iterator[dict[str, Any]]:  # noqa: ANN401 - any part of a YAML file
    if isinstance(first, dict) and isinstance(second, dict):
        for key in sorted(first.keys() | second.keys()):
            yield from _differences(first.get(key), second.get(key), f"{path}.{key}" if path else str(key))
    elif first != second:
        yield {"where": path, "first": _plain(first), "second": _plain(second)}


def _plain(value: Any) -> Any:  # noqa: ANN401 - any part of a YAML file
    if isinstance(value, date):
        return value.isoformat()
    return [_plain(v) for v in value] if isinstance(value, list | tuple) else value
