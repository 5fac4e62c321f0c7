"""A policy folder as a bundle: its files byte for byte, and one hash that stands for all of them.

The hash of a bundle is the SHA-256 of the listing `sha256sum` prints for its files in the order of their names, so
that anybody can compute it without this program.
"""

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from riskengine.policy.reading import BESIDE
from riskengine.policy.source import PolicySource
from riskengine.tables.publish import MANIFEST, read_manifest
from riskengine.tables.yaml_file import Finding
from riskengine.terms.errors import InputError

KIND = "riskengine published policy"
CHANGELOG = "CHANGELOG.md"
RESTORE = "restore the folder from version control or a backup; what was published is never edited"


@dataclass(frozen=True, slots=True)
class DatedContent:
    """From `start` on, until the next one, the policy decides as the one of this content hash."""

    start: dt.date
    content_hash: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """What the manifest of a published policy says."""

    hash: str
    files: Mapping[str, str]  # name -> SHA-256 of its bytes
    contents: tuple[DatedContent, ...]  # ascending by start
    software: str  # the version of riskengine that published it

    def content_on(self, day: dt.date) -> str | None:
        """The hash of what was in force in it on a day; None before it begins."""
        found = [content.content_hash for content in self.contents if content.start <= day]
        return found[-1] if found else None


def policy_files(root: Path) -> dict[str, Path]:
    """The files of a policy, by their names in the folder: all its YAML, and its changelog.

    Raises InputError if there is no such folder.
    """
    if not root.is_dir():
        raise InputError("there is no such folder", where=str(root), remedy="give the folder of the policy")
    found = {}
    for path in (*root.rglob("*.yaml"), *root.rglob("*.yml"), root / CHANGELOG):
        inside = path.relative_to(root).parts
        if inside[0] not in BESIDE and not any(part.startswith(".") for part in inside) and path.is_file():
            found["/".join(inside)] = path
    return dict(sorted(found.items()))


def file_hashes(root: Path) -> dict[str, str]:
    """SHA-256 of the bytes of every file of a policy, by name, in the order of the names."""
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in policy_files(root).items()}


def bundle_hash(hashes: Mapping[str, str]) -> str:
    """The hash of a bundle from those of its files, whatever their order.

    >>> bundle_hash({"terms.yaml": "22", "limits.yaml": "11"}) == bundle_hash({"limits.yaml": "11", "terms.yaml": "22"})
    True
    """
    listing = "".join(f"{digest}  {name}\n" for name, digest in sorted(hashes.items()))
    return hashlib.sha256(listing.encode()).hexdigest()


def changed_files(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """In words, which files are other than they were.

    >>> changed_files({"a.yaml": "1", "b.yaml": "2"}, {"b.yaml": "3", "c.yaml": "4"})
    ('a.yaml removed', 'b.yaml changed', 'c.yaml added')
    """
    said = []
    for name in sorted(before.keys() | now.keys()):
        if name not in now:
            said.append(f"{name} removed")
        elif name not in before:
            said.append(f"{name} added")
        elif before[name] != now[name]:
            said.append(f"{name} changed")
    return tuple(said)


def contents_of(source: PolicySource) -> tuple[DatedContent, ...]:
    """What a policy holds, by the dates on which that changes."""
    draft = source.draft
    begins = max(draft.scales[0].version.start, draft.limits[0].start, draft.terms[0].start)
    days = sorted({begins, *(day for day in draft.all_dates() if day > begins)})
    dated = [DatedContent(day, source.in_force(day).content_hash) for day in days]
    return tuple(next(same) for _, same in groupby(dated, key=lambda content: content.content_hash))


def manifest_content(bundle: Bundle) -> dict[str, Any]:
    """What `tables.publish.write_manifest` writes beside the files of a bundle."""
    return {
        "bundle": bundle.hash,
        "files": dict(bundle.files),
        "contents": [{"from": c.start.isoformat(), "content_hash": c.content_hash} for c in bundle.contents],
        "software": bundle.software,
    }


def read_bundle(folder: Path) -> Bundle:
    """What the manifest says, not yet compared with the files. Raises InputError if it cannot be read."""
    content = read_manifest(folder, KIND)
    try:
        contents = tuple(
            DatedContent(dt.date.fromisoformat(one["from"]), str(one["content_hash"])) for one in content["contents"]
        )
        files = {str(name): str(digest) for name, digest in content["files"].items()}
        return Bundle(str(content["bundle"]), files, contents, str(content["software"]))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InputError(f"is incomplete ({error!r})", where=str(folder / MANIFEST), remedy=RESTORE) from None


def bundle_findings(folder: Path) -> Iterator[Finding]:
    """Everything by which a published folder is not what its name and its manifest promise."""
    try:
        bundle = read_bundle(folder)
    except InputError as error:
        yield Finding(error.where or str(folder), error.what, RESTORE)
        return
    if bundle.hash != folder.name or bundle_hash(bundle.files) != folder.name:
        yield Finding(str(folder / MANIFEST), "the manifest does not belong to this folder", RESTORE)
    for name, digest in bundle.files.items():
        path = folder / name
        if not path.is_file():
            yield Finding(str(path), "a published file is missing", RESTORE)
        elif hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            yield Finding(str(path), "a published file was edited", RESTORE)
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in bundle.files and name != MANIFEST:
            yield Finding(str(path), "this file was not published", "take it away; a new policy is a new publication")


def verified_bundle(folder: Path) -> Bundle:
    """The bundle in a folder, every byte compared with its hash. Raises InputError at the first difference."""
    for finding in bundle_findings(folder):
        raise InputError(finding.what, where=finding.place, remedy=finding.remedy)
    return read_bundle(folder)
