"""Train a PD model: snapshots, outcomes, fit, comparison on later months, bundle, registry, perhaps promotion."""

import math
import platform
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from riskengine.scoring.bundle import Trained
from riskengine.scoring.candidacy import GateVerdict
from riskengine.scoring.comparison import Comparison, compare
from riskengine.scoring.fit import Fitted, fit_model, model_in_memory
from riskengine.scoring.matrix import refuse_one_outcome
from riskengine.scoring.model_search import check_search, search_model
from riskengine.scoring.monitoring.development import describe_development
from riskengine.scoring.pd_model import PdModel
from riskengine.scoring.spec import ModelSpec, load_spec
from riskengine.scoring.validation.grades import SHIPPED
from riskengine.scoring.validation.slices import MONTH, Slice
from riskengine.scoring.validation.validate import Context, Validation, validate
from riskengine.scoring.workspace import Workspace
from riskengine.tables.store import TableSet, open_tables
from riskengine.terms.version import VERSION
from riskengine.workflows.models.keep_model import Author, Judged, keep_model, policies_beside, policy_evidence
from riskengine.workflows.models.training_data import Progress, TrainingData, describe_data, describe_window, prepare
from riskengine.workflows.models.what_moved import Moved, moved_since


@dataclass(frozen=True, slots=True)
class TrainingRun:
    """What a training left behind. `promoted`: it is champion now. `slices`: quality among some of the test rows, of
    its validation. `verdicts`: what the gates of a promotion said, if they were asked."""

    bundle: Path
    model: str
    version: str
    digest: str
    promoted: bool
    comparison: Comparison
    data: dict[str, Any]
    slices: tuple[Slice, ...]
    verdicts: tuple[GateVerdict, ...] = ()
    moved: Moved | None = None


def train(
    tables_folder: Path,
    spec_file: Path,
    workspace: Workspace,
    author: Author,
    *,
    seed: int | None = None,
    promote: bool = False,
    rules: Path | None = None,
    since: Path | None = None,
    workers: int = 2,
    progress: Progress = lambda _what, _done, _total: None,
) -> TrainingRun:
    """Train, publish the bundle, register it. A model that passes its gates becomes champion if it is the first one
    or if `promote` asks for it and the gates of a promotion let it (see `keep_model`), otherwise challenger; one that
    fails stays without a role. The policy in `rules` that was in force on the last test day is written down beside it.

    `since`: the bundle of an earlier version; what moved since is found on the new test rows and kept with the new one.

    The bundle depends on tables, spec, seed and version number alone, unless the spec's search has a time budget.
    Raises what its steps raise.
    """
    written = load_spec(spec_file)
    check_search(written)
    policies = policies_beside(rules)
    tables = open_tables(tables_folder)
    used_seed = written.seed if seed is None else seed
    data = prepare(tables, written, progress=progress)
    for window, matrix in (("train", data.train), ("test", data.test)):
        refuse_one_outcome(matrix, window)
    spec, search = search_model(
        data.train, data.features, written, used_seed, tick=lambda done, total: progress("search", done, total)
    )
    fitted, comparison = fit_and_compare(data, spec, used_seed, workers=workers, progress=progress)
    described = describe_data(data)
    progress("validation", 0, 1)
    validation = validate_trained(data, fitted, comparison, spec, used_seed)
    progress("validation", 1, 1)
    trained = Trained(
        name=spec.model,
        features=tuple(f.name for f in data.features),
        horizon_days=spec.outcome.horizon_days,
        booster_text=fitted.booster_text,
        calibration=fitted.calibration,
        seen_missing=fitted.seen_missing,
        spec_text=spec_file.read_text(encoding="utf-8"),
        metrics={
            "data": described,
            **comparison.as_json(),
            "validation": validation_as_json(validation),
            "search": None if search is None else search.as_json(),
        },
        provenance=_provenance(tables, used_seed),
        example=tuple(tuple(None if math.isnan(v) else v for v in row) for row in data.test.values[:3].tolist()),
        development=describe_development(model_in_memory(fitted, data.features, spec), data.train, fitted.unseen_raw),
    )
    moved = None if since is None else _moved(since, model_in_memory(fitted, data.features, spec), data, used_seed)
    progress("registering", 0, 1)
    kept = keep_model(
        trained,
        Judged(validation, spec, data.features, moved),
        workspace,
        author,
        tables,
        accepted=comparison.accepted,
        promote=promote,
        evidence=policy_evidence(policies, data.split.test[-1]),
    )
    progress("registering", 1, 1)
    return TrainingRun(
        kept.bundle,
        spec.model,
        kept.version,
        kept.digest,
        kept.promoted,
        comparison,
        described,
        tuple(s for s in validation.figures.slices if s.group != MONTH),
        kept.verdicts,
        kept.moved,
    )


def fit_and_compare(
    data: TrainingData,
    spec: ModelSpec,
    seed: int,
    *,
    workers: int = 2,
    progress: Progress = lambda _what, _done, _total: None,
) -> tuple[Fitted, Comparison]:
    """Fit on the training window, measure on the test window."""
    total, done = spec.calibration.folds + 2, 0

    def tick(_what: str) -> None:
        nonlocal done
        done += 1
        progress("fitting", done, total)

    progress("fitting", 0, total)
    fitted = fit_model(data.train, data.features, spec, seed, workers=workers, tick=tick)
    comparison = compare(
        model_in_memory(fitted, data.features, spec),
        fitted.scorecard,
        data.test,
        data.features,
        naive=data.naive,
        train_raw=fitted.unseen_raw,
        acceptance=spec.acceptance,
    )
    return fitted, comparison


def validate_trained(
    data: TrainingData, fitted: Fitted, comparison: Comparison, spec: ModelSpec, seed: int
) -> Validation:
    """A validation by what training has at hand; `riskengine validate` adds the champion and looks for the future."""
    reference = comparison.score_stability
    context = Context(
        SHIPPED,
        seed,
        gap_days=data.split.gap_days,
        segments=data.groups,
        scorecard=fitted.scorecard,
        naive=data.naive,
        score_reference=(np.array(reference["edges"]), np.array(reference["train_counts"], dtype=np.int64)),
        unbound=unbound(spec),
    )
    return validate(model_in_memory(fitted, data.features, spec), data.features, data.train, data.test, context)


def unbound(spec: ModelSpec) -> str:
    """Why a spec asks for no directions; empty if it asks for them, or does not say."""
    return "" if spec.booster.monotone else spec.booster.monotone_reason or ""


def validation_as_json(validation: Validation) -> dict[str, Any]:
    """Without the identity, which the bundle is only about to get."""
    return {k: v for k, v in validation.as_json().items() if k not in ("model", "version", "digest")}


def _moved(since: Path, now: PdModel, data: TrainingData, seed: int) -> Moved:
    return moved_since(since, now, data.test, data.features, describe_window(data.train), seed=seed)


def _provenance(tables: TableSet, seed: int) -> dict[str, Any]:
    from importlib.metadata import version as version_of  # noqa: PLC0415 - only here

    return {
        "data_fingerprint": tables.fingerprint,
        "tables": dict(tables.sha256),
        "reporting_currency": tables.reporting_currency,
        "seed": seed,
        "riskengine": VERSION,
        "lightgbm": version_of("lightgbm"),
        "numpy": version_of("numpy"),
        "python": platform.python_version(),
    }
