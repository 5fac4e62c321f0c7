"""Is every model still what it was? And a model as files to take away."""

import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

from riskengine.scoring.bundle import MODEL, load_bundle, read_identity
from riskengine.scoring.promotion_log import ModelId, Note, Role, parse_log, roles
from riskengine.scoring.registry import read_aliases
from riskengine.scoring.workspace import Workspace
from riskengine.tables.publish import MANIFEST, publishing, publishing_file
from riskengine.tables.yaml_file import Finding
from riskengine.terms.errors import InputError, RiskEngineError, UsageError

_RESTORE = "restore the bundle from a backup; do not rate with it"


def verify_workspace(workspace: Workspace, *, mlflow: bool = True) -> tuple[Finding, ...]:
    """Everything by which a workspace is not what was written down: bundles, log, champion, and MLflow's aliases.

    Raises InputError if there is no workspace.
    """
    if not workspace.root.is_dir():
        raise InputError("there is no such workspace", where=str(workspace.root), remedy="run riskengine train first")
    data = workspace.log.read_bytes() if workspace.log.is_file() else b""
    _, notes, faults = parse_log(data, str(workspace.log))
    found = [*faults, *_bundles(workspace, notes), *_champion(workspace, notes)]
    if mlflow and not faults:
        found.extend(_aliases(workspace, roles(notes)))
    return tuple(found)


def export_bundle(bundle: Path, out: Path) -> str:
    """Copy a verified bundle to `out`, a folder or a file that ends in .zip, and return its digest.

    A zip is the same bytes for the same bundle. Raises InputError if the bundle is not whole, UsageError if `out` holds
    something else.
    """
    _, _, digest = read_identity(bundle)
    names = sorted(p.name for p in bundle.iterdir())
    if out.suffix == ".zip":
        if out.exists():
            raise UsageError("is there already", where=str(out), remedy="choose another --out")
        with publishing_file(out) as scratch, zipfile.ZipFile(scratch, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in names:
                entry = zipfile.ZipInfo(f"{bundle.parent.name}-{bundle.name}/{name}")  # of 1980: no clock in it
                entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
                archive.writestr(entry, (bundle / name).read_bytes())
        return digest
    with publishing(out, MODEL) as scratch:
        for name in (*(n for n in names if n != MANIFEST), MANIFEST):
            shutil.copyfile(bundle / name, scratch / name)
    load_bundle(out)
    return digest


def _bundles(workspace: Workspace, notes: tuple[Note, ...]) -> Iterator[Finding]:
    known = {(n.id.model, n.id.version): n.id for n in notes}
    for model, version in workspace.versions():
        folder = workspace.bundle_folder(model, version)
        try:
            load_bundle(folder)
            found = ModelId(*read_identity(folder))
        except RiskEngineError as error:
            yield Finding(error.where or str(folder), error.what, _RESTORE)
            continue
        written = known.pop((model, version), None)
        if (found.model, found.version) != (model, version) or (written and written.digest not in ("", found.digest)):
            yield Finding(str(folder), f"is {found.text}, not the bundle the log names", _RESTORE)
    for one in known.values():
        if not workspace.bundle_folder(one.model, one.version).is_dir():
            yield Finding(str(workspace.bundle_folder(one.model, one.version)), "the bundle is missing", _RESTORE)


def _champion(workspace: Workspace, notes: tuple[Note, ...]) -> Iterator[Finding]:
    said = roles(notes).get(Role.CHAMPION)
    record = workspace.root / "champion.json"
    if not workspace.has_champion():
        if said is not None:
            yield Finding(str(record), f"there is no record, the log names {said.text}", "promote it again")
        return
    try:
        champion = ModelId(*read_identity(workspace.champion()))
    except InputError as error:
        yield Finding(error.where or str(record), error.what, error.remedy)
        return
    if champion != said:
        named = "nobody" if said is None else said.text
        yield Finding(str(record), f"names {champion.text}, the log names {named}", "restore both from one backup")


def _aliases(workspace: Workspace, held: dict[Role, ModelId]) -> Iterator[Finding]:
    try:
        found = read_aliases(workspace)
    except RiskEngineError as error:
        yield Finding(error.where or str(workspace.root), error.what, error.remedy)
        return
    expected = {f"{one.model}@{role.value}": one for role, one in held.items()}
    for name in sorted(found.keys() | expected.keys()):
        one = expected.get(name)
        if one is None:
            what = f"MLflow has the alias {name}, the log says nobody has this role"
            yield Finding(workspace.mlflow_uri, what, "riskengine models register VERSION sets all aliases")
        elif found.get(name) != one.digest:
            what = f"MLflow's alias {name} is not {one.text}"
            yield Finding(workspace.mlflow_uri, what, f"riskengine models register {one.model}/{one.version}")
