"""Is everything that was published still what it was? Every line of the log, every byte of every bundle."""

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from riskengine.policy.release.draft import check_approval, check_approver, check_evidence, open_draft
from riskengine.policy.release.log import Entry, Step, parse_log
from riskengine.policy.release.published import LOG, PUBLISHED, Store
from riskengine.policy.release.published_bundle import bundle_findings, contents_of, read_bundle
from riskengine.tables.chained_log import changes_since
from riskengine.tables.publish import MANIFEST
from riskengine.tables.yaml_file import Finding
from riskengine.terms.errors import FindingsError, InputError


def verify_releases(root: Path, earlier: Path | None = None) -> tuple[Finding, ...]:
    """Everything by which a folder of published policies is not what was written there; empty if nothing.

    `earlier` is an older copy of the folder, from a backup or version control: what stands there must still stand, so
    that a log rewritten from its end is found too. Where there is no such folder nothing was published, and nothing can
    have been changed. Raises InputError if the folder has no log.
    """
    file = root / LOG
    if not root.exists():
        return tuple(_since(root, earlier)) if earlier is not None else ()
    if not file.is_file():
        raise InputError("there is no log", where=str(file), remedy=f"restore it, or give the folder {PUBLISHED}")
    log, findings = parse_log(file.read_bytes(), str(file))
    found = [*findings, *_gates(log, str(file)), *_folders(Store(root, log))]
    if earlier is not None:
        found.extend(_since(root, earlier))
    return tuple(found)


def _gates(log: Sequence[Entry], where: str) -> Iterator[Finding]:
    """Lines that no gate would have let through."""
    for place, entry in enumerate(log):
        before = log[:place]
        note = entry.note
        if note.step in (Step.STARTED, Step.RETIRED):
            continue
        draft = open_draft(before, note.bundle)
        if draft is None:
            yield Finding(f"{where}:{place + 1}", f"{note.step.value} without a draft")
            continue
        try:
            if note.step in (Step.APPROVED, Step.PUBLISHED):
                check_evidence(draft, before)
            if note.step is Step.APPROVED:
                check_approver(draft, note.by)
            if note.step is Step.PUBLISHED:
                check_approval(draft)
                _check_day(note.start, note.at.date())
        except FindingsError as error:
            yield Finding(f"{where}:{place + 1}", f"{note.step.value}, but {error.what}")


def _check_day(start: dt.date | None, day: dt.date) -> None:
    if start is None or start < day:
        raise FindingsError(f"from {start}, which had passed")


def _folders(store: Store) -> Iterator[Finding]:
    """Bundles that were edited, are missing, or stand there without a line of the log."""
    manifests = {
        entry.note.bundle: entry.note.evidence.get("manifest_sha256")
        for entry in store.log
        if entry.note.step is Step.PUBLISHED
    }
    for bundle, manifest in manifests.items():
        faults = tuple(bundle_findings(store.folder(bundle)))
        yield from faults
        if not faults:
            if hashlib.sha256((store.folder(bundle) / MANIFEST).read_bytes()).hexdigest() != manifest:
                yield Finding(str(store.folder(bundle) / MANIFEST), "the manifest is not the one the log names")
            else:
                yield from _reading(store, bundle)
    for path in sorted(store.root.iterdir()):
        if path.name.endswith((".part", ".old")):
            yield Finding(str(path), "left over from a publication that was interrupted", "delete it")
        elif path.name not in manifests and path.name != LOG:
            what = "nothing in the log says that this was published"
            yield Finding(str(path), what, "delete it; if the log was cut short, restore the log")


def _reading(store: Store, bundle: str) -> Iterator[Finding]:
    """A bundle whose bytes are right, but which this version of riskengine reads as another policy."""
    folder = store.folder(bundle)
    said = read_bundle(folder)
    try:
        now = contents_of(store.source(bundle))
    except InputError as error:
        yield Finding(str(folder), error.what, error.remedy)
        return
    if now != said.contents:
        day = min(one.start for one in set(now) ^ set(said.contents))
        yield Finding(
            str(folder),
            f"version {said.software} published it; this version reads another policy in it, first on {day}",
            "a content hash is for ever: parts added to a policy later must not count where they say nothing",
        )


def _since(root: Path, earlier: Path) -> Iterator[Finding]:
    """What stood in an older copy and does not stand any more."""
    old = (earlier / LOG).read_bytes() if (earlier / LOG).is_file() else b""
    now = (root / LOG).read_bytes() if (root / LOG).is_file() else b""
    yield from changes_since(now, old, str(root / LOG), earlier)
    for path in sorted(earlier.rglob("*")) if earlier.is_dir() else ():
        same = root / path.relative_to(earlier)
        if path.is_file() and path != earlier / LOG and not _equal(path, same):
            yield Finding(str(same), f"is not what it was in {earlier}")


def _equal(one: Path, other: Path) -> bool:
    return other.is_file() and one.read_bytes() == other.read_bytes()
