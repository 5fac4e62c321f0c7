"""Is every model still what it was? And a model as files to take away."""

import shutil
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from riskengine.scoring.bundle import MODEL, load_bundle, read_identity
from riskengine.scoring.promotion_log import ModelId, Note, Role, parse_log, roles
from riskengine.scoring.registry import read_aliases
from riskengine.scoring.workspace import Workspace
from riskengine.tables.chained_log import changes_since, end_findings
from riskengine.tables.publish import MANIFEST, publishing, publishing_file
from riskengine.tables.yaml_file import Finding
from riskengine.terms.errors import InputError, RiskEngineError, UsageError
from riskengine.workflows.models.validation_papers import VALIDATION, kept_validations, verify_papers, whole_papers

_RESTORE = "restore the bundle from a backup; do not rate with it"


def verify_workspace(workspace: Workspace, *, mlflow: bool = True, earlier: Path | None = None) -> tuple[Finding, ...]:
    """Everything by which a workspace is not what was written down.

    That is: bundles and their validations, log, champion, and MLflow's aliases.

    `earlier` is an older copy of the workspace: what stands in its log and its bundles must still stand, so that a log
    cut or written anew together with all that speaks of it is found too. Raises InputError if there is no workspace.
    """
    if not workspace.root.is_dir():
        raise InputError("there is no such workspace", where=str(workspace.root), remedy="run riskengine train first")
    data = workspace.log.read_bytes() if workspace.log.is_file() else b""
    lines, notes, faults = parse_log(data, str(workspace.log))
    faults = (*faults, *end_findings(workspace.log, lines))
    found = [*faults, *_bundles(workspace, notes), *_champion(workspace, notes)]
    if earlier is not None:
        found.extend(_since(workspace, data, earlier))
    if mlflow and not faults:
        found.extend(_aliases(workspace, roles(notes)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Exported:
    """`papers`: the folders (in a zip: the names in it) of the validations that came along."""

    digest: str
    papers: tuple[str, ...]


def export_bundle(workspace: Workspace, bundle: Path, out: Path) -> Exported:
    """Copy a verified bundle to `out`, a folder or a file that ends in .zip, with its validations beside it.

    Card and report lie in `<out>-validation/<first>_<last>/`, apart from the bundle, in which nothing but the model
    may lie. A zip is the same bytes for the same bundle and papers. Raises InputError if either is not whole,
    UsageError if `out` holds something else.
    """
    _, _, digest = read_identity(bundle)
    papers = whole_papers(workspace, bundle, digest)
    if out.suffix == ".zip":
        if out.exists():
            raise UsageError("is there already", where=str(out), remedy="choose another --out")
        name = f"{bundle.parent.name}-{bundle.name}"
        folders = {name: bundle, **{f"{name}-validation/{p.name}": p for p in papers}}
        with publishing_file(out) as scratch:
            _zip(folders, scratch)
        return Exported(digest, tuple(folders)[1:])
    _copy(bundle, out, MODEL)
    load_bundle(out)
    beside = {out.parent / f"{out.name}-validation" / p.name: p for p in papers}
    for place, folder in beside.items():
        _copy(folder, place, VALIDATION)
    return Exported(digest, tuple(map(str, beside)))


def _copy(folder: Path, out: Path, kind: str) -> None:
    names = sorted(p.name for p in folder.iterdir() if p.name != MANIFEST)
    with publishing(out, kind) as scratch:
        for name in (*names, MANIFEST):
            shutil.copyfile(folder / name, scratch / name)


def _zip(folders: Mapping[str, Path], out: Path) -> None:
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, folder in folders.items():
            for path in sorted(folder.iterdir()):
                entry = zipfile.ZipInfo(f"{name}/{path.name}")  # of 1980: no clock in it
                entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
                archive.writestr(entry, path.read_bytes())


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
        for folder in kept_validations(workspace, workspace.bundle_folder(model, version)):
            yield from verify_papers(folder, found.digest)
        written = known.pop((model, version), None)
        if (found.model, found.version) != (model, version) or (written and written.digest not in ("", found.digest)):
            yield Finding(str(folder), f"is {found.text}, not the bundle the log names", _RESTORE)
    for one in known.values():
        if not workspace.bundle_folder(one.model, one.version).is_dir():
            yield Finding(str(workspace.bundle_folder(one.model, one.version)), "the bundle is missing", _RESTORE)


def _since(workspace: Workspace, log: bytes, earlier: Path) -> Iterator[Finding]:
    """What stood in an older copy of the workspace and does not stand any more."""
    old = Workspace(earlier)
    if not old.log.is_file():
        raise InputError("is no copy of a workspace: it has no log", where=str(earlier), remedy="name its folder")
    yield from changes_since(log, old.log.read_bytes(), str(workspace.log), earlier)
    for model, version in old.versions():
        before, now = old.bundle_folder(model, version), workspace.bundle_folder(model, version)
        for path in sorted(before.iterdir()):
            same = now / path.name
            if not same.is_file() or same.read_bytes() != path.read_bytes():
                yield Finding(str(same), f"is not what it was in {earlier}", _RESTORE)


def _champion(workspace: Workspace, notes: tuple[Note, ...]) -> Iterator[Finding]:
    said = roles(notes).get(Role.CHAMPION)
    record = workspace.champion_record
    if not record.is_file():  # the log says who is champion
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
