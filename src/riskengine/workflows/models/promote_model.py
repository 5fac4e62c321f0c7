"""Making a model champion: its gates are asked, what they said is written down, and MLflow follows."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from riskengine.features.catalogue import CATALOGUE
from riskengine.scoring.bundle import load_bundle, read_metrics
from riskengine.scoring.candidacy import Candidacy, Gate, GateVerdict
from riskengine.scoring.gates import judge
from riskengine.scoring.matrix import model_features
from riskengine.scoring.promotion_log import ModelId, Note, Role, Step, trainer_of
from riskengine.scoring.registry import follow_roles
from riskengine.scoring.workspace import Workspace, instant
from riskengine.tables.store import TableSet
from riskengine.terms.errors import FindingsError, InputError, RiskEngineError
from riskengine.workflows.same_rows import compare_on_tables, features_of, read_model_spec

Progress = Callable[[str, int, int], None]
_VERIFIED = "every byte is what was written down at training, and this version can use it"


@dataclass(frozen=True, slots=True)
class Approval:
    """Who wants a model to be champion, when (ISO time) and why.

    `approver` is None where nobody but the trainer asks; `despite` is why it should be champion though it is not shown
    to be better than the present one.
    """

    by: str
    at: str
    reason: str
    approver: str | None
    despite: str = ""


def promote_model(
    workspace: Workspace,
    bundle: Path,
    approval: Approval,
    *,
    tables: TableSet | None = None,
    progress: Progress = lambda _what, _done, _total: None,
) -> tuple[GateVerdict, ...]:
    """Make a bundle champion if it passes its gates, and let MLflow's aliases follow; returns what the gates said.

    Raises FindingsError that names the gates it does not pass; then nothing is promoted and the refusal is in the log.
    Raises RiskEngineError if MLflow could not follow; the model is champion then all the same.
    """
    verdicts = try_promotion(workspace, bundle, approval, tables=tables, progress=progress)
    refuse(verdicts, f"{bundle.parent.name} {bundle.name}")
    follow_roles(workspace)
    return verdicts


def try_promotion(
    workspace: Workspace,
    bundle: Path,
    approval: Approval,
    *,
    tables: TableSet | None = None,
    progress: Progress = lambda _what, _done, _total: None,
) -> tuple[GateVerdict, ...]:
    """Ask the gates, then promote or write down the refusal. Says nothing to MLflow."""
    verdicts, evidence = ask_gates(workspace, bundle, approval, tables=tables, progress=progress)
    who, reason = approval.approver or approval.by, approval.reason
    if all(verdict.passed for verdict in verdicts):
        workspace.promote(bundle, by=who, at=approval.at, reason=reason, evidence=evidence)
    else:
        digest = next((n.id.digest for n in workspace.notes() if (n.id.model, n.id.version) == _name(bundle)), "")
        model = ModelId(*_name(bundle), digest)
        workspace.write_down(Note(Step.REFUSED, model, who, instant(approval.at), reason, evidence))
    return verdicts


def refuse(verdicts: tuple[GateVerdict, ...], model: str) -> None:
    """Raise FindingsError if a gate is not passed."""
    failed = [v for v in verdicts if not v.passed]
    if failed:
        said = "; ".join(f"{v.gate.value}: {v.found} (required: {v.required})" for v in failed)
        raise FindingsError(
            f"refused by {len(failed)} of {len(verdicts)} gates. {said}",
            where=f"model {model}",
            remedy="nothing was promoted; see docs/how-to/models.md",
        )


def ask_gates(
    workspace: Workspace,
    bundle: Path,
    approval: Approval,
    *,
    tables: TableSet | None = None,
    progress: Progress = lambda _what, _done, _total: None,
) -> tuple[tuple[GateVerdict, ...], dict[str, Any]]:
    """What each gate says of a bundle that is to be champion, and the same as evidence for the log."""
    notes = workspace.notes()
    verified = _verify(bundle, notes)
    if not verified.passed:
        return (verified,), {"gates": [verified.as_json()]}
    model, metrics, spec = load_bundle(bundle), read_metrics(bundle), read_model_spec(bundle)
    champion = workspace.holders().get(Role.CHAMPION)
    if champion is not None and champion.digest == model.digest:
        raise FindingsError(f"{champion.text} is the champion already", where=str(workspace.root))
    duel = None
    if champion is not None and tables is not None:
        place = workspace.bundle_folder(champion.model, champion.version)
        duel = compare_on_tables(tables, bundle, place, progress=progress)
    verdicts = judge(
        Candidacy(
            model=model,
            metrics=metrics,
            directions={f.name: f.risk for f in model_features(CATALOGUE, spec.features)},
            spec=spec,
            trainer=trainer_of(notes, model.digest),
            approver=approval.approver,
            champion=None if champion is None else champion.text,
            duel=duel,
            despite=approval.despite,
        )
    )
    evidence: dict[str, Any] = {"gates": [v.as_json() for v in (verified, *verdicts)]}
    if champion is not None:
        evidence["replaces"] = champion.as_json()
    if duel is not None:
        evidence["duel"] = duel.as_json()
    return (verified, *verdicts), evidence


def _verify(bundle: Path, notes: tuple[Note, ...]) -> GateVerdict:
    try:
        model = load_bundle(bundle)
        features_of(model)
        model_features(CATALOGUE, read_model_spec(bundle).features)
    except RiskEngineError as error:
        return GateVerdict(Gate.VERIFIED, passed=False, found=f"{error.where}: {error.what}", required=_VERIFIED)
    trained = [n.id.digest for n in notes if n.step is Step.TRAINED and (n.id.model, n.id.version) == _name(bundle)]
    if _name(bundle) != (model.name, model.version) or (trained and model.digest not in trained):
        found = f"{bundle}: this is not the bundle that was trained as {bundle.parent.name} {bundle.name}"
        return GateVerdict(Gate.VERIFIED, passed=False, found=found, required=_VERIFIED)
    return GateVerdict(Gate.VERIFIED, passed=True, found=f"digest {model.digest[:12]}", required=_VERIFIED)


def assign_role(workspace: Workspace, bundle: Path, role: Role | None, *, by: str, at: str, reason: str) -> Note:
    """Make a bundle challenger or shadow, or (None) neither any more; MLflow's aliases follow.

    Raises InputError if the bundle is not whole, UsageError if its features are not computed, FindingsError if it is
    the champion.
    """
    holder = workspace.holders().get(Role.CHAMPION)
    if holder is not None and (holder.model, holder.version) == _name(bundle):
        raise FindingsError(
            f"{holder.text} is the champion", where=str(workspace.root), remedy="promote another version first"
        )
    if role is Role.CHAMPION:
        raise InputError("a champion is promoted", where=str(bundle), remedy="riskengine models promote VERSION")
    model = load_bundle(bundle)
    if role is not None:
        features_of(model)
    step = Step.RELIEVED if role is None else Step(role.value)
    note = workspace.record(step, bundle, by=by, at=at, reason=reason)
    follow_roles(workspace)
    return note


def roll_back(workspace: Workspace, *, by: str, at: str, reason: str) -> Note:
    """The champion before becomes champion again; MLflow's aliases follow. Raises as `Workspace.roll_back`."""
    note = workspace.roll_back(by=by, at=at, reason=reason)
    follow_roles(workspace)
    return note


def _name(bundle: Path) -> tuple[str, str]:
    return bundle.parent.name, bundle.name
