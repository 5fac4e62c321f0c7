"""Published policies, usable by date: a folder of bundles named by their hash, and the log of what was done to them.

```
rules/published/
  log.jsonl                 see `release_log`
  <hash>/manifest.json      see `published_bundle`
  <hash>/...                the files of the policy, byte for byte
```
Wherever a policy is read (`--rules`), the folder of a policy, this folder, or one bundle in it may be given.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from riskengine.policy.bundle import Policy
from riskengine.policy.findings import PolicyFindings
from riskengine.policy.release.log import Entry, Step, parse_log
from riskengine.policy.release.published_bundle import Bundle, verified_bundle
from riskengine.policy.release.timeline import Publication, in_force, timeline
from riskengine.policy.source import PolicySource, load_policy
from riskengine.policy.vocabulary import Vocabulary
from riskengine.tables.publish import MANIFEST
from riskengine.terms.errors import InputError, UsageError

PUBLISHED = "published"
LOG = "log.jsonl"


@dataclass(frozen=True, slots=True)
class Store:
    """A folder of published policies whose log was read and found whole."""

    root: Path
    log: tuple[Entry, ...]

    @property
    def publications(self) -> tuple[Publication, ...]:
        return timeline(self.log)

    @property
    def bundles(self) -> tuple[str, ...]:
        """Every bundle that was ever published, in the order of their first publication."""
        return tuple(dict.fromkeys(e.note.bundle for e in self.log if e.note.step is Step.PUBLISHED))

    def folder(self, bundle: str) -> Path:
        return self.root / bundle

    def bundle(self, bundle: str) -> Bundle:
        """Verified byte for byte. Raises InputError if it was changed or is not there."""
        return verified_bundle(self.folder(bundle))

    def source(self, bundle: str, vocabulary: Vocabulary | None = None) -> PolicySource:
        """A published policy, verified first. Raises InputError if it was changed or is read by a later version of
        riskengine that does not understand it any more."""
        said = self.bundle(bundle)
        try:
            return load_policy(self.folder(bundle), vocabulary)
        except PolicyFindings as error:
            raise InputError(
                f"this version cannot use a policy that version {said.software} published: {error.findings[0]}",
                where=str(self.folder(bundle)),
                remedy="use the version that published it, or publish a policy that this version reads",
            ) from None

    def on(self, day: dt.date) -> Publication:
        """The publication in force on a day. Raises UsageError if there is none."""
        found = in_force(self.publications, day)
        if found is None:
            raise _nothing_in_force(self.publications, day, self.root)
        return found


def is_store(path: Path) -> bool:
    return (path / LOG).is_file() or (path.name == PUBLISHED and path.is_dir() and not (path / MANIFEST).is_file())


def is_published(path: Path) -> bool:
    """Whether the folder holds published policies, or is one of them: nobody edits what is in it."""
    return is_store(path) or _is_bundle(path)


def read_store(path: Path) -> Store:
    """Raises InputError if nothing was ever recorded there, or the log was changed."""
    file = path / LOG
    if not file.is_file():
        raise InputError(
            "no policy was published here", where=str(path), remedy="give the folder of a policy, or publish one first"
        )
    log, findings = parse_log(file.read_bytes(), str(file))
    if findings:
        first = findings[0]
        raise InputError(first.what, where=first.place, remedy=first.remedy)
    return Store(path, log)


def open_policy(path: Path, as_of: dt.date, vocabulary: Vocabulary | None = None) -> Policy:
    """The policy in force on a date, from the folder of a policy or from published ones; these are verified first.

    Raises PolicyFindings if the policy is unsound, InputError if it is not there or was changed after it was
    published, UsageError if none is in force on the date.
    """
    return open_source(path, as_of, vocabulary).in_force(as_of)


def open_source(path: Path, as_of: dt.date | None = None, vocabulary: Vocabulary | None = None) -> PolicySource:
    """As `open_policy`, but with the policy of every date. Of published ones the one in force on `as_of`, by default
    the one that was published last."""
    if is_store(path):
        store = read_store(path)
        return store.source(_chosen(store, as_of), vocabulary)
    if _is_bundle(path):
        return Store(path.parent, ()).source(path.name, vocabulary)
    return load_policy(path, vocabulary)


def policies_of(path: Path, day: dt.date | None = None) -> Callable[[dt.date], Policy]:
    """The policy of any date, as `open_policy` gives it, each file read once.

    With a `day` it is the policy of that day for every date, as if it had held then: so a change that begins on a day
    to come is tried on the past. The function raises what `open_policy` raises.
    """
    if day is not None:
        fixed = open_policy(path, day)
        return lambda as_of: replace(fixed, as_of=as_of)
    if not is_store(path):
        return open_source(path).in_force
    store = read_store(path)
    source = cache(store.source)
    return lambda as_of: source(store.on(as_of).bundle).in_force(as_of)


def policy_folder(path: Path, as_of: dt.date | None = None) -> Path:
    """The folder `open_source` reads, verified: for those who need its files."""
    if is_store(path):
        store = read_store(path)
        path = store.folder(_chosen(store, as_of))
    if _is_bundle(path):
        verified_bundle(path)
    return path


def policy_of_content(path: Path, as_of: dt.date, content_hash: str) -> Policy:
    """The very policy that decided on a date, by the content hash its certificates carry.

    From the folder of a policy it is the one in force, whatever its hash. Raises InputError if no published policy has
    this content on that date.
    """
    if not is_store(path):
        return open_policy(path, as_of)
    store = read_store(path)
    held = in_force(store.publications, as_of)
    first = () if held is None else (held.bundle,)
    for bundle in dict.fromkeys((*first, *reversed(store.bundles))):
        if store.bundle(bundle).content_on(as_of) == content_hash:
            return store.source(bundle).in_force(as_of)
    raise InputError(
        f"no published policy has the content {content_hash[:8]} on {as_of}",
        where=str(path),
        remedy="give the folder of the policy that decided with --rules",
    )


def _chosen(store: Store, as_of: dt.date | None) -> str:
    if as_of is not None:
        return store.on(as_of).bundle
    if not store.publications:
        raise _nothing_in_force((), dt.date.max, store.root)
    return store.publications[-1].bundle


def _is_bundle(path: Path) -> bool:
    return (path / MANIFEST).is_file()


def _nothing_in_force(publications: Sequence[Publication], day: dt.date, root: Path) -> UsageError:
    where, begun = str(root), [publication for publication in publications if publication.start <= day]
    if not publications:
        return UsageError("no policy is published", where=where, remedy="publish one, or give the folder of a policy")
    if not begun:
        first = publications[0]
        return UsageError(
            f"no policy was published for {day}: the first, {first.bundle[:8]}, is in force from {first.start}",
            where=where,
            remedy=f"use a date from {first.start} on, or give the folder of a policy that says what held before",
        )
    last = begun[-1]
    return UsageError(
        f"no policy is in force on {day}: {last.bundle[:8]} was retired from {last.end}",
        where=where,
        remedy="publish another policy",
    )
