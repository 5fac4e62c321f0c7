"""How far a policy has come, and what is in force."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from riskengine.policy.bundle import Policy
from riskengine.policy.release.draft import Draft, files_of, open_draft
from riskengine.policy.release.log import Entry, Step
from riskengine.policy.release.published import Store, read_store
from riskengine.policy.release.published_bundle import bundle_hash, changed_files, file_hashes
from riskengine.policy.release.timeline import Publication, in_force, timeline
from riskengine.workflows.release.policy import Place
from riskengine.workflows.release.store import read_log


@dataclass(frozen=True, slots=True)
class ReleaseStatus:
    """`draft` is that of the folder, None if none was started; `edited` says what differs from the last one started."""

    bundle: str
    draft: Draft | None
    last: Draft | None
    edited: tuple[str, ...]
    publications: tuple[Publication, ...]
    today: Publication | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A publication on one of its days, with the lines of the log that led to it."""

    publication: Publication
    policy: Policy
    folder: Path
    steps: tuple[Entry, ...]


def status_of(place: Place, today: dt.date) -> ReleaseStatus:
    """Raises InputError if there is no such folder or the log was changed."""
    log = read_log(place.store)
    hashes = file_hashes(place.rules)
    bundle = bundle_hash(hashes)
    last = open_draft(log)
    publications = timeline(log)
    return ReleaseStatus(
        bundle=bundle,
        draft=open_draft(log, bundle),
        last=last,
        edited=() if last is None else changed_files(files_of(last), hashes),
        publications=publications,
        today=in_force(publications, today),
    )


def show_day(root: Path, day: dt.date) -> Shown:
    """Raises UsageError if no policy is in force on the day, InputError if it was changed."""
    store = read_store(root)
    found = store.on(day)
    policy = store.source(found.bundle).in_force(day)
    return Shown(found, policy, store.folder(found.bundle), _way(store, found))


def status_as_json(status: ReleaseStatus) -> dict[str, Any]:
    draft = status.draft
    return {
        "bundle": status.bundle,
        "state": None if draft is None else draft.state.value,
        "authors": [] if draft is None else list(draft.authors),
        "missing": [] if draft is None else [step.value for step in draft.missing],
        "edited": list(status.edited),
        "in_force": None if status.today is None else publication_as_json(status.today),
        "publications": [publication_as_json(one) for one in status.publications],
    }


def shown_as_json(shown: Shown) -> dict[str, Any]:
    return {
        **publication_as_json(shown.publication),
        "content_hash": shown.policy.content_hash,
        "version": shown.policy.version,
        "folder": str(shown.folder),
        "steps": [
            {"step": e.note.step.value, "by": e.note.by, "at": e.note.at.isoformat(), "reason": e.note.reason}
            for e in shown.steps
        ],
    }


def publication_as_json(publication: Publication) -> dict[str, Any]:
    return {
        "bundle": publication.bundle,
        "from": publication.start.isoformat(),
        "until": None if publication.end is None else publication.end.isoformat(),
        "retired": publication.retired,
    }


def _way(store: Store, publication: Publication) -> tuple[Entry, ...]:
    """The last draft's start, its steps and the publication itself."""
    lines: Sequence[Entry] = store.log[: publication.number]
    draft = open_draft(lines[:-1], publication.bundle)
    steps = () if draft is None else (draft.started, *(draft.steps[step] for step in Step if step in draft.steps))
    return (*steps, lines[-1])
