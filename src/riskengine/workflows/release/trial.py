"""Was a draft tried on history, and was it this very draft?

A simulation (`riskengine rules simulate`) or, where nothing is published yet to compare with, a run (`riskengine
rerate`) names the policies that decided in it by their content hashes. These must be contents of the draft, and of what
is published; and what the draft says on the first day on which it matters must be among them: a simulation of what it
repeats from before shows nothing.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from riskengine.decision.canonical import sha256_of
from riskengine.policy.release.draft import Draft, files_of
from riskengine.policy.release.log import Entry
from riskengine.policy.release.past import check_tried, first_impact, how_to_try
from riskengine.policy.release.published import Store
from riskengine.policy.release.published_bundle import Bundle, contents_of
from riskengine.policy.release.timeline import last_published
from riskengine.policy.source import load_policy
from riskengine.tables.publish import MANIFEST, read_manifest
from riskengine.terms.errors import FindingsError, InputError, UsageError
from riskengine.terms.version import VERSION
from riskengine.workflows.json_document import load_json
from riskengine.workflows.release.policy import Place

SIMULATION, SIMULATED = "riskengine simulation", "summary.json"
RUN, RAN = "riskengine run", "run.json"


@dataclass(frozen=True, slots=True)
class Trial:
    """A folder of results: the content hashes that decided in it, of the draft and of what it is compared with."""

    kind: str
    content_hash: str  # of all it found
    tried: tuple[str, ...]
    against: tuple[str, ...]
    figures: dict[str, Any]


def simulated_evidence(
    place: Place, folder: Path | None, draft: Draft, log: Sequence[Entry], today: dt.date
) -> dict[str, Any]:
    """What is recorded about a trial.

    Without a folder the draft must decide as what is published on every day from today on: nothing can be simulated.
    Raises FindingsError if the trial is one of other policies, InputError if it was changed, UsageError if a folder is
    needed and none is given.
    """
    source = load_policy(place.rules)
    new = Bundle(draft.bundle, files_of(draft), contents_of(source), VERSION)
    published = last_published(log)
    store = Store(place.store, tuple(log))
    baseline = None if published is None else store.bundle(published.bundle)
    named = {"baseline": None if baseline is None else baseline.hash}
    day = first_impact(new, today, baseline)
    if folder is None:
        if day is not None:
            raise UsageError(f"the draft changes what is decided from {day} on", remedy=how_to_try(day, baseline))
        return {**named, "kind": "decides as what is published", "tried": [], "against": []}
    trial = read_trial(folder)
    _check_fit(trial, new, baseline, folder)
    check_tried(trial.tried, trial.against, new, baseline, today)
    return {
        **named,
        "kind": trial.kind,
        "folder": folder.as_posix(),
        "content_hash": trial.content_hash,
        "tried": sorted(set(trial.tried)),
        "against": sorted(set(trial.against)),
        **trial.figures,
    }


def read_trial(folder: Path) -> Trial:
    """A simulation or a run, its summary compared with its manifest.

    Raises InputError if it is neither or was changed.
    """
    try:
        return _read(folder, SIMULATION, SIMULATED)
    except InputError as error:
        if (folder / MANIFEST).is_file() and "expected" in error.what:
            return _read(folder, RUN, RAN)
        raise


def _check_fit(trial: Trial, new: Bundle, baseline: Bundle | None, folder: Path) -> None:
    foreign = set(trial.tried) - {content.content_hash for content in new.contents}
    if foreign:
        raise FindingsError(
            f"another policy was tried there: its content {min(foreign)[:8]} is not one of this draft",
            where=str(folder),
            remedy="try the policy as it stands in the folder now",
        )
    if baseline is None:
        return
    other = set(trial.against) - {content.content_hash for content in baseline.contents}
    if other or not trial.against:
        what = "it is compared with nothing" if not other else "it is compared with another policy"
        raise FindingsError(
            f"{what} than {baseline.hash[:8]}, which is published" if other else f"{what}, but a policy is published",
            where=str(folder),
            remedy="simulate with --policy rules/published",
        )


def _read(folder: Path, kind: str, name: str) -> Trial:
    manifest = read_manifest(folder, kind)
    summary = load_json(folder / name).mapping()
    rest = {part: value for part, value in summary.items() if part not in ("content_hash", "timings")}
    if not summary.get("content_hash") == manifest.get("content_hash") == sha256_of(rest):
        raise InputError("was changed after it was made", where=str(folder / name), remedy="make it again")
    try:
        if kind == RUN:
            figures = {"dates": 1, "customers": rest["counts"]["customers"], "warnings": rest["counts"]["warnings"]}
            return Trial("run", summary["content_hash"], (rest["policy"]["content_hash"],), (), figures)
        tried, against = (
            tuple(str(one["content_hash"]) for one in rest["policies"][side]["versions"])
            for side in ("challenger", "policy")
        )
        figures = {"dates": len(rest["dates"]), "decisions": rest["total"]["rows"], "moved": rest["total"]["moved"]}
        return Trial("simulation", summary["content_hash"], tried, against, figures)
    except (AttributeError, KeyError, TypeError) as error:
        raise InputError(f"is incomplete ({error!r})", where=str(folder / name), remedy="make it again") from None
