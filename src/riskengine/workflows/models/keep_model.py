"""What becomes of a model once it is trained: a bundle, a line in the log, perhaps a role, a version in MLflow."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from riskengine.features.feature import Feature
from riskengine.policy.bundle import Policy
from riskengine.policy.release.published import policies_of
from riskengine.reports.validation.card import CardSource
from riskengine.scoring.bundle import Trained, write_bundle
from riskengine.scoring.candidacy import GateVerdict
from riskengine.scoring.promotion_log import Step
from riskengine.scoring.spec import ModelSpec
from riskengine.scoring.validation.validate import Validation
from riskengine.scoring.workspace import Workspace
from riskengine.tables.store import TableSet
from riskengine.terms.errors import RiskEngineError
from riskengine.workflows.models.promote_model import Approval, try_promotion
from riskengine.workflows.models.register_model import register_model
from riskengine.workflows.models.validation_papers import keep_papers, write_papers
from riskengine.workflows.models.what_moved import Moved, moved_papers


@dataclass(frozen=True, slots=True)
class Author:
    """Who trains, and when (ISO time), for the log of the workspace; and who approves of a promotion, if anybody."""

    name: str
    at: str
    approver: str | None = None
    despite: str = ""  # why it should be champion though it is not shown to be better


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found of a model at its training, before it had a version. `features`: with their directions;
    `moved`: since an earlier version, if it was trained like one."""

    validation: Validation
    spec: ModelSpec
    features: tuple[Feature, ...]
    moved: Moved | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """`papers`: the folder of its validation. `verdicts`: what the gates of a promotion said, if they were asked."""

    bundle: Path
    version: str
    digest: str
    promoted: bool
    papers: Path
    verdicts: tuple[GateVerdict, ...]
    moved: Moved | None = None


def keep_model(
    trained: Trained,
    judged: Judged,
    workspace: Workspace,
    author: Author,
    tables: TableSet,
    *,
    accepted: bool,
    promote: bool,
    evidence: Mapping[str, Any],
) -> Kept:
    """Publish a trained model and write down who trained it; an accepted one gets a role.

    It becomes champion if it is the first of the workspace or if `promote` asks for it, and if it passes the gates of
    a promotion; otherwise challenger. The first one needs no approver: there is nothing to protect, and the log says
    so. Report, figures, pictures and card of its validation are kept beside it and in MLflow.

    Raises RiskEngineError if the report could not be written or MLflow not be told; bundle, log and role stand all the
    same.
    """
    version = workspace.next_version(trained.name)
    bundle = workspace.bundle_folder(trained.name, version)
    digest = write_bundle(trained, bundle, version=version)
    workspace.record(Step.TRAINED, bundle, by=author.name, at=author.at, evidence={**evidence, "accepted": accepted})
    first = not workspace.has_champion()
    verdicts: tuple[GateVerdict, ...] = ()
    if accepted and (promote or first):
        reason = "first model of the workspace; nobody approved it" if first else "asked for at training"
        approval = Approval(author.name, author.at, reason, None if first else author.approver, author.despite)
        verdicts = try_promotion(workspace, bundle, approval, tables=tables)
    promoted = bool(verdicts) and all(v.passed for v in verdicts)
    if accepted and not promoted:
        workspace.record(Step.CHALLENGER, bundle, by=author.name, at=author.at, reason="passed the gates of its spec")
    moved = None if judged.moved is None else judged.moved.named(f"{trained.name} {version}")
    told = f"the model was trained and is kept in {bundle}{', where it is champion' if promoted else ''}, but"
    try:
        papers = _keep_papers(trained, replace(judged, moved=moved), workspace, version, digest)
    except RiskEngineError as error:
        again = f"riskengine validate --version {trained.name}/{version} --keep writes its report and tells MLflow"
        raise RiskEngineError(f"{told} {error.what}", where=error.where, remedy=again) from error
    try:
        register_model(workspace, bundle)
    except RiskEngineError as error:
        again = f"riskengine models register {trained.name}/{version}, when MLflow can be written to"
        raise RiskEngineError(f"{told} {error.what}", where=error.where, remedy=again) from error
    return Kept(bundle, version, digest, promoted, papers, verdicts, moved)


def _keep_papers(trained: Trained, judged: Judged, workspace: Workspace, version: str, digest: str) -> Path:
    named = replace(judged.validation.figures, model=trained.name, version=version, digest=digest)
    life = tuple(n for n in workspace.notes() if n.id.digest == digest)
    data = trained.metrics.get("data") or {}
    source = CardSource(judged.spec, judged.features, trained.provenance, data, life)
    papers = write_papers(replace(judged.validation, figures=named), source)
    if judged.moved is not None:
        papers = replace(papers, texts={**papers.texts, **moved_papers(judged.moved)})
    return keep_papers(papers, workspace)


def policies_beside(rules: Path | None) -> Callable[[date], Policy] | None:
    """The policy of any date, read now so that an unsound one is known before hours of training; None without."""
    return None if rules is None else policies_of(rules)


def policy_evidence(policies: Callable[[date], Policy] | None, day: date) -> dict[str, Any]:
    """Which policy was in force when the model was tested, as evidence for the log."""
    if policies is None:
        return {}
    policy = policies(day)
    return {
        "policy": {"version": policy.version, "content_hash": policy.content_hash, "as_of": day.isoformat()},
    }
