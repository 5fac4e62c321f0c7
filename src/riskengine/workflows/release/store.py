"""Writing among published policies: one person at a time, a bundle whole or not at all, a log that is only added to."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from riskengine.policy.release.log import Entry, Note, Step, next_entry
from riskengine.policy.release.published import LOG, read_store
from riskengine.policy.release.published_bundle import KIND, Bundle, manifest_content, policy_files, verified_bundle
from riskengine.tables.chained_log import add_line, only_one_writes
from riskengine.tables.publish import MANIFEST, publishing, write_manifest
from riskengine.terms.errors import FindingsError


@contextmanager
def only_one(root: Path) -> Iterator[tuple[Entry, ...]]:
    """Nobody else changes the store while the block runs; gives the log as it stands then. Others wait."""
    with only_one_writes(root):
        yield read_log(root)


def read_log(root: Path) -> tuple[Entry, ...]:
    """The log, empty if nothing was recorded yet. Raises InputError if it was changed."""
    return read_store(root).log if (root / LOG).is_file() else ()


def record(root: Path, log: Sequence[Entry], note: Note) -> Entry:
    """Add a line; call it inside `only_one`. Raises InputError if the clock stands before the last line."""
    entry = next_entry(log, note)
    add_line(root / LOG, [line.chained for line in log], entry.chained)
    return entry


def write_bundle(root: Path, rules: Path, bundle: Bundle, log: Sequence[Entry]) -> str:
    """Copy the files of a policy into the store, byte for byte, and return the SHA-256 of their manifest.

    A bundle that was published before is verified and left as it is. Raises FindingsError if a file was changed since
    it was hashed.
    """
    folder = root / bundle.hash
    if any(entry.note.step is Step.PUBLISHED and entry.note.bundle == bundle.hash for entry in log):
        verified_bundle(folder)
    else:
        with publishing(folder, KIND) as scratch:
            for name, path in policy_files(rules).items():
                data = path.read_bytes()
                if hashlib.sha256(data).hexdigest() != bundle.files.get(name):
                    raise FindingsError("was changed just now", where=str(path), remedy="start again as a draft")
                (scratch / name).parent.mkdir(parents=True, exist_ok=True)
                (scratch / name).write_bytes(data)
            write_manifest(scratch, KIND, manifest_content(bundle))
        verified_bundle(folder)
    return hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()
