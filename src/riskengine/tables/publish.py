"""Results appear whole or not at all.

Everything is written into a scratch folder beside the target, flushed to disk, and renamed as the last step. A reader
never sees half a run, and a run that fails or is interrupted leaves what was there before.
"""

import errno
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from polars.exceptions import PolarsError

from riskengine.terms.errors import InputError, RiskEngineError, UsageError

MANIFEST = "manifest.json"


@contextmanager
def publishing(out: Path, kind: str) -> Iterator[Path]:
    """A scratch folder that becomes `out` when the block ends without an error.

    The block must write `manifest.json` (see `write_manifest`). `out` may be absent, empty, or hold an earlier result
    of the same `kind`, which is then replaced; anything else in it is refused, so that nobody's files are lost.
    """
    out = out.absolute()
    with explained_disk_errors(out):
        refuse_foreign(out, kind)
        with _placed_in(out.parent):
            scratch = Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".part", dir=out.parent))
        scratch.chmod(0o755)  # mkdtemp makes it private
        try:
            yield scratch
            if not (scratch / MANIFEST).is_file():
                raise RiskEngineError("a result without a manifest cannot be published", where=str(out))
            _flush_tree(scratch)
            _swap(scratch, out)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


@contextmanager
def publishing_file(path: Path) -> Iterator[Path]:
    """A scratch file beside `path` that replaces it when the block ends without an error.

    Raises UsageError if `path` is a folder.
    """
    if path.is_dir():
        raise UsageError("is a folder, a file is needed", where=str(path), remedy="give the name of a file")
    with explained_disk_errors(path):
        with _placed_in(path.parent):
            handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
        os.close(handle)
        scratch = Path(name)
        scratch.chmod(0o644)  # mkstemp makes it private
        try:
            yield scratch
            _flush(scratch)
            scratch.replace(path)
            _flush(path.parent)
        finally:
            scratch.unlink(missing_ok=True)


def write_manifest(folder: Path, kind: str, content: Mapping[str, Any]) -> None:
    """Write the file that makes a folder a finished result. `content` must be JSON; keys are sorted."""
    text = json.dumps({"kind": kind, "format": 1, **content}, indent=2, sort_keys=True, ensure_ascii=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def read_manifest(folder: Path, kind: str) -> dict[str, Any]:
    """The manifest of a finished result of `kind`.

    Raises InputError if the folder is absent, unfinished, or holds something else.
    """
    path = folder / MANIFEST
    if not folder.is_dir():
        raise InputError("there is no such folder", where=str(folder), remedy=f"give a folder that holds {kind}")
    if not path.is_file():
        raise InputError(f"no {MANIFEST}, so this is not finished {kind}", where=str(folder), remedy="make it again")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise InputError(f"not readable as JSON ({error})", where=str(path), remedy="make it again") from None
    if not isinstance(content, dict) or content.get("kind") != kind:
        found = content.get("kind") if isinstance(content, dict) else type(content).__name__
        raise InputError(f"holds {found!r}, expected {kind!r}", where=str(path), remedy=f"give a folder of {kind}")
    return content


@contextmanager
def explained_disk_errors(place: Path) -> Iterator[None]:
    """Turn the operating system's refusals into errors that say what to do."""
    try:
        yield
    except (OSError, PolarsError) as error:
        number = _error_number(error)
        if number in _FULL:
            raise RiskEngineError(
                "the disk or a quota is full; nothing was published",
                where=str(place),
                remedy="free space or choose another --out, then run again",
            ) from error
        if number in _FORBIDDEN:
            raise RiskEngineError(
                f"no permission to write ({os.strerror(number)})",
                where=str(getattr(error, "filename", None) or place),
                remedy="choose a folder you may write to with --out",
            ) from error
        raise


@contextmanager
def _placed_in(folder: Path) -> Iterator[None]:
    """The folder exists, and whatever keeps the system from making something in it is told as that."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        if error.errno in (*_FULL, *_FORBIDDEN):
            raise
        raise RiskEngineError(
            f"nothing can be written there ({error.strerror})", where=str(folder), remedy="choose another folder"
        ) from error


_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)
# Polars passes on what the system said as text, with or without an errno.
_IN_TEXT = re.compile(r"os error (\d+)")


def _error_number(error: OSError | PolarsError) -> int | None:
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno
    found = _IN_TEXT.search(str(error))
    return int(found.group(1)) if found else None


def refuse_foreign(out: Path, kind: str) -> None:
    """Raise UsageError unless `out` is absent, empty or an earlier `kind`: long work asks before it begins."""
    if out.exists() and not out.is_dir():
        raise UsageError("is a file, a folder is needed", where=str(out), remedy="choose another --out")
    if out.is_dir() and any(out.iterdir()):
        try:
            read_manifest(out, kind)
        except InputError as error:
            raise UsageError(
                f"the folder is not empty and holds no earlier {kind} ({error.what})",
                where=str(out),
                remedy="choose an empty or a new folder",
            ) from None


def _swap(scratch: Path, out: Path) -> None:
    """Put `scratch` in the place of `out`; whatever fails, `out` is the old result or the new one."""
    retired = Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".old", dir=out.parent))
    old = retired / out.name
    try:
        if out.exists():
            out.replace(old)
        scratch.replace(out)
    except BaseException:  # an interrupt too must not leave the place empty
        if old.exists() and not out.exists():
            old.replace(out)
        raise
    finally:
        if out.exists():
            shutil.rmtree(retired, ignore_errors=True)
    _flush(out.parent)


def _flush_tree(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        _flush(path)
    _flush(folder)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
