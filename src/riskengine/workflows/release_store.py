"""Writing among published policies: one person at a time, a bundle whole or not at all, a log that is only added to."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from riskengine.policy.published import LOG, read_store
from riskengine.policy.published_bundle import KIND, Bundle, manifest_content, policy_files, verified_bundle
from riskengine.policy.release_log import Entry, Note, Step, is_behind, next_entry
from riskengine.tables.publish import MANIFEST, explained_disk_errors, publishing, publishing_file, write_manifest
from riskengine.terms.errors import FindingsError, InputError


@contextmanager
def only_one(root: Path) -> Iterator[tuple[Entry, ...]]:
    """Nobody else changes the store while the block runs; gives the log as it stands then. Others wait.

    The lock is the system's on the folder itself: it ends with the process, however that ends.
    """
    import fcntl  # noqa: PLC0415 - systems without it can read what is published all the same
    import os  # noqa: PLC0415 - used here only, beside the above

    with explained_disk_errors(root):
        root.mkdir(parents=True, exist_ok=True)
    handle = os.open(root, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield read_log(root)
    finally:
        os.close(handle)


def read_log(root: Path) -> tuple[Entry, ...]:
    """The log, empty if nothing was recorded yet. Raises InputError if it was changed."""
    return read_store(root).log if (root / LOG).is_file() else ()


def record(root: Path, log: Sequence[Entry], note: Note) -> Entry:
    """Add a line; call it inside `only_one`. The file is replaced as a whole, so that no line can be half written.

    Raises InputError if the clock stands before the last line.
    """
    if log and is_behind(note, log[-1]):
        raise InputError(
            f"the clock says {note.at.isoformat()}, the last line is of {log[-1].note.at.isoformat()}",
            where=str(root / LOG),
            remedy="set the clock of this machine",
        )
    entry = next_entry(log, note)
    with publishing_file(root / LOG) as scratch:
        text = "".join(f"{line.line()}\n" for line in (*log, entry))
        scratch.write_bytes(text.encode())
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
