"""Rate again from a certificate: the same answer bit for bit, or what differs."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from riskengine.decision.canonical import JsonValue, sha256_of
from riskengine.decision.replay import Difference
from riskengine.decision.replay import replay as decide_again
from riskengine.policy.release.published import policy_of_content
from riskengine.rules.durable_engine import DurableEngine
from riskengine.scoring.bundle import load_bundle, read_identity
from riskengine.scoring.pd_model import PdModel
from riskengine.scoring.workspace import DEFAULT_ROOT, Workspace
from riskengine.terms.errors import InputError
from riskengine.workflows.json_document import load_json
from riskengine.workflows.rating_means import DEFAULT_RULES

_HASHES = {"input_sha256": "what was known of the customer", "decision_sha256": "the record"}


@dataclass(frozen=True, slots=True)
class Replayed:
    """`differences` is empty if the decision is the same bit for bit."""

    customer_id: str
    as_of: date
    policy_version: str
    model: str | None  # None: the recorded PD was taken as it stands
    differences: tuple[Difference, ...]


def replay_file(
    path: Path,
    *,
    rules: Path = DEFAULT_RULES,
    workspace: Path = DEFAULT_ROOT,
    bundle: Path | None = None,
    with_model: bool = True,
) -> Replayed:
    """Verify a certificate and decide again, with the policy in force on its date and the model it names.

    Where `rules` is a folder of published policies, it is the very policy the certificate names. Raises InputError if
    the file is no certificate, was altered, or its model or its published policy cannot be found.
    """
    certificate = read_certificate(path)
    as_of = _day_of(certificate, path)
    policy = policy_of_content(rules, as_of, _content_of(certificate))
    model = find_model(certificate, workspace, bundle) if with_model else None
    with DurableEngine() as engine:
        differences = decide_again(certificate, model, policy, engine)
    named = None if model is None else f"{model.name} {model.version}"
    return Replayed(str(certificate["customer_id"]), as_of, policy.version, named, differences)


def read_certificate(path: Path) -> dict[str, JsonValue]:
    """A certificate whose hashes fit its content. Raises InputError if it is none or was altered."""
    certificate = load_json(path).mapping()
    missing = [
        part for part in ("schema", "as_of", "customer_id", "model", "input", *_HASHES) if part not in certificate
    ]
    if missing:
        raise InputError(
            f"is not a decision certificate ({', '.join(missing)} missing)",
            where=str(path),
            remedy="give a file that assess or rerate --certificates wrote",
        )
    rest = {name: part for name, part in certificate.items() if name != "decision_sha256"}
    found = {"input_sha256": sha256_of(certificate["input"]), "decision_sha256": sha256_of(rest)}
    for name, what in _HASHES.items():
        if certificate[name] != found[name]:
            raise InputError(
                f"{what} was changed after it was written ({name} does not fit)",
                where=str(path),
                remedy="take the certificate from where it was filed first",
            )
    return certificate


def _day_of(certificate: dict[str, JsonValue], path: Path) -> date:
    try:
        return date.fromisoformat(certificate["as_of"])
    except (TypeError, ValueError):
        raise InputError(f"as_of is {certificate['as_of']!r}, which is no day", where=str(path)) from None


def _content_of(certificate: dict[str, JsonValue]) -> str:
    said = certificate.get("policy")
    if not isinstance(said, dict) or "content_hash" not in said:
        raise InputError("does not say which policy it is of", where="certificate.policy", remedy="file it anew")
    return str(said["content_hash"])


def find_model(certificate: dict[str, JsonValue], workspace: Path, bundle: Path | None) -> PdModel:
    """The given bundle, whatever it is; else the very bundle the certificate names, from the workspace."""
    if bundle is not None:
        return load_bundle(bundle)
    said = certificate["model"]
    if not isinstance(said, dict) or not {"name", "version", "digest"} <= said.keys():
        raise InputError("does not say which model it is of", where="certificate.model", remedy="file it anew")
    place = Workspace(workspace).bundle_folder(str(said["name"]), str(said["version"]))
    if not place.is_dir() or read_identity(place)[2] != said["digest"]:
        raise InputError(
            f"the model {said['name']} {said['version']} of the certificate is not there",
            where=str(place),
            remedy="give its bundle with --model, or take its recorded answer with --without-model",
        )
    return load_bundle(place)


def replayed_as_json(replayed: Replayed) -> dict[str, Any]:
    return {
        "customer_id": replayed.customer_id,
        "as_of": replayed.as_of.isoformat(),
        "policy": replayed.policy_version,
        "model": replayed.model,
        "same": not replayed.differences,
        "differences": [{"path": d.path, "recorded": d.recorded, "found": d.found} for d in replayed.differences],
    }


def replayed_text(replayed: Replayed) -> str:
    """
    >>> replayed_text(Replayed("C1", date(2024, 6, 30), "v", "m 1", ()))
    'C1 as of 2024-06-30: the same answer, bit for bit (policy v, model m 1)'
    """
    model = f"model {replayed.model}" if replayed.model else "the recorded PD"
    head = f"{replayed.customer_id} as of {replayed.as_of}"
    if not replayed.differences:
        return f"{head}: the same answer, bit for bit (policy {replayed.policy_version}, {model})"
    lines = "\n".join(f"  {difference}" for difference in replayed.differences)
    return f"{head}: {len(replayed.differences)} parts differ (policy {replayed.policy_version}, {model})\n{lines}"
