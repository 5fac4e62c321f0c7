"""The life of a policy: draft, checked, proved, simulated, approved by someone else, published from a date, retired.

Every step is a line in the log of `rules/published` about the bundle that the folder of the policy is at that moment.
An edit makes another bundle, which begins as a draft. Names are stated, not proved: whoever can write to the folder can
state any. Whoever lets a version control system record who committed what has that beside it.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from riskengine.policy.draft import PolicyDraft
from riskengine.policy.release.changelog import unsaid
from riskengine.policy.release.draft import Draft, check_approval, check_approver, check_evidence, files_of, open_draft
from riskengine.policy.release.log import Entry, Note, Step
from riskengine.policy.release.past import Rewritten, check_tried, find_rewritten, impacted_days, shortened
from riskengine.policy.release.published import PUBLISHED, Store
from riskengine.policy.release.published_bundle import (
    CHANGELOG,
    Bundle,
    bundle_hash,
    changed_files,
    contents_of,
    file_hashes,
)
from riskengine.policy.release.timeline import last_published, timeline
from riskengine.policy.source import load_policy
from riskengine.terms.errors import FindingsError, UsageError, nearest
from riskengine.terms.version import VERSION
from riskengine.workflows.release.store import only_one, read_log, record, write_bundle

Evidence = Mapping[str, Any]
Gather = Callable[[Draft, Sequence[Entry]], Evidence]


@dataclass(frozen=True, slots=True)
class Place:
    """The folder of the policy people edit, and that of what was published of it."""

    rules: Path
    store: Path


@dataclass(frozen=True, slots=True)
class Person:
    """Who does a step, by a stated name, and when (with the time zone)."""

    name: str
    at: dt.datetime

    @property
    def today(self) -> dt.date:
        return self.at.date()


def place_of(rules: Path, store: Path | None = None) -> Place:
    """What was published lies in `rules/published` unless another folder is given."""
    return Place(rules, rules / PUBLISHED if store is None else store)


def person(name: str, at: dt.datetime) -> Person:
    """Raises UsageError for a name nobody could read in a log."""
    return Person(_readable(name, "the name"), at)


def start(place: Place, author: Person, note: str) -> Entry:
    """Begin a draft of the policy as it stands in the folder.

    Raises UsageError if this very policy is a draft already, or is what was published last.
    """
    hashes = file_hashes(place.rules)
    bundle = bundle_hash(hashes)
    with only_one(place.store) as log:
        under_way = open_draft(log, bundle)
        if under_way is not None:
            raise UsageError(
                f"{under_way.started.note.by} started a draft of this very policy in line {under_way.started.number}",
                remedy=f"go on with it: {under_way.next_command}",
            )
        published = last_published(log)
        if published is not None and published.bundle == bundle and not published.retired:
            raise UsageError(
                f"this very policy is published already, from {published.start}", remedy="change something first"
            )
        replaces = None if published is None else published.bundle
        evidence = {"files": hashes, "replaces": replaces}
        reason = _readable(note, "the note")
        return record(place.store, log, Note(Step.STARTED, bundle, author.name, author.at, reason, evidence=evidence))


def add_evidence(place: Place, step: Step, gather: Gather, *, by: str | None, at: dt.datetime) -> Entry:
    """Look at the draft that the folder is and record what was found; by default it is its author who looks.

    Raises FindingsError if `gather` does, or if the folder was edited meanwhile.
    """
    log = read_log(place.store)
    draft = draft_in(place.rules, log)
    who = person(by or draft.started.note.by, at)
    evidence = gather(draft, log)
    with only_one(place.store) as log:
        if draft_in(place.rules, log).bundle != draft.bundle:
            raise FindingsError(f"the policy was edited while it was {step.value}", remedy="start again as a draft")
        return record(place.store, log, Note(step, draft.bundle, who.name, who.at, evidence=evidence))


def approve(place: Place, by: Person, reason: str = "") -> Entry:
    """Raises FindingsError if the approver wrote part of it, or evidence is missing."""
    with only_one(place.store) as log:
        draft = draft_in(place.rules, log)
        check_approver(draft, by.name)
        check_evidence(draft, log)
        said = _readable(reason, "the reason") if reason else ""
        return record(place.store, log, Note(Step.APPROVED, draft.bundle, by.name, by.at, said))


def refuse(place: Place, by: Person, reason: str) -> Entry:
    """End a draft that is not to be released."""
    with only_one(place.store) as log:
        draft = draft_in(place.rules, log)
        said = _readable(reason, "the reason")
        return record(place.store, log, Note(Step.REFUSED, draft.bundle, by.name, by.at, said))


def publish(place: Place, by: Person, first_day: dt.date) -> Entry:
    """Put the approved policy in force from a day on.

    Raises FindingsError naming the gate: a step is missing, the approver is an author, the day has passed or comes
    before a day already published, a past day would be decided otherwise, what it changes was not tried, the changelog
    is silent.
    """
    with only_one(place.store) as log:
        draft = draft_in(place.rules, log)
        check_evidence(draft, log)
        check_approval(draft)
        check_approver(draft, draft.steps[Step.APPROVED].note.by)
        _check_day(log, first_day, by.today)
        source = load_policy(place.rules)
        bundle = Bundle(draft.bundle, file_hashes(place.rules), contents_of(source), VERSION)
        store = Store(place.store, log)
        _check_past(find_rewritten(store, bundle, source, first_day), first_day)
        replaced = last_published(log)
        baseline = None if replaced is None else store.bundle(replaced.bundle)
        trial = draft.steps[Step.SIMULATED].note.evidence
        check_tried(trial.get("tried", ()), trial.get("against", ()), bundle, baseline, first_day)
        impacted = impacted_days(bundle, first_day, baseline)
        check_changelog(place.rules, impacted - _agreed_days(source.draft))
        evidence = {
            "manifest_sha256": write_bundle(place.store, place.rules, bundle, log),
            "replaces": None if replaced is None else replaced.bundle,
            "impacted": [day.isoformat() for day in sorted(impacted)],
        }
        note = Note(Step.PUBLISHED, draft.bundle, by.name, by.at, start=first_day, evidence=evidence)
        return record(place.store, log, note)


def retire(place: Place, bundle: str, by: Person, first_day: dt.date, reason: str) -> Entry:
    """Take a published policy out of force from a day on, without another in its place.

    `bundle` may be shortened to what tells it apart. Raises UsageError for an unknown one, FindingsError if the day has
    passed or it ends earlier anyway.
    """
    with only_one(place.store) as log:
        found = published_bundle(log, bundle)
        if first_day < by.today:
            raise _passed(first_day, by.today)
        live = [one for one in timeline(log) if one.bundle == found and (one.end is None or one.end > first_day)]
        if not live:
            raise FindingsError(
                f"policy {found[:8]} is not in force on {first_day} or later",
                remedy="see riskengine rules release log for what is",
            )
        note = Note(Step.RETIRED, found, by.name, by.at, _readable(reason, "the reason"), first_day)
        return record(place.store, log, note)


def draft_in(rules: Path, log: Sequence[Entry]) -> Draft:
    """The draft that the folder is. Raises FindingsError if the folder was edited since, or none was started."""
    hashes = file_hashes(rules)
    draft = open_draft(log, bundle_hash(hashes))
    if draft is not None:
        return draft
    again = "riskengine rules release start --author NAME --note TEXT"
    last = open_draft(log)
    if last is None:
        raise FindingsError("no draft of this policy is under way", where=str(rules), remedy=again)
    changed = shortened(changed_files(files_of(last), hashes))
    raise FindingsError(
        f"the policy was edited since {last.started.note.by} started its draft: {changed}",
        where=str(rules),
        remedy=f"what was checked and approved was another policy; begin with {again}",
    )


def published_bundle(log: Sequence[Entry], text: str) -> str:
    """The published bundle a text of at least four digits begins. Raises UsageError if it is none or several."""
    known = dict.fromkeys(entry.note.bundle for entry in log if entry.note.step is Step.PUBLISHED)
    found = [bundle for bundle in known if bundle.startswith(text) and len(text) >= 4]
    if len(found) != 1:
        what = "several published policies begin" if found else "no published policy begins"
        raise UsageError(f"{what} with '{text}'", remedy=nearest(text, (bundle[:8] for bundle in known)))
    return found[0]


def check_changelog(rules: Path, days: set[dt.date]) -> None:
    """Raises FindingsError if the changelog says nothing about a day from which the policy decides otherwise."""
    path = rules / CHANGELOG
    silent = unsaid(path.read_text(encoding="utf-8") if path.is_file() else "", days)
    if silent:
        raise FindingsError(
            f"nothing is said about {shortened(day.isoformat() for day in silent)}",
            where=str(path),
            remedy=f"add '## {silent[0]}' with what changes for whom and on whose word; that makes it a new draft",
        )


def _agreed_days(draft: PolicyDraft) -> set[dt.date]:
    """Days on which only what was agreed for single customers comes or goes: it says itself why, and on whose word."""
    return set(draft.all_dates()) - set(draft.dates())


def _check_day(log: Sequence[Entry], first_day: dt.date, today: dt.date) -> None:
    if first_day < today:
        raise _passed(first_day, today)
    last = last_published(log)
    if last is not None and first_day < last.start:
        raise FindingsError(
            f"policy {last.bundle[:8]} is published from {last.start}, later than {first_day}",
            remedy=f"publish from {last.start} or later, or retire {last.bundle[:8]} first",
        )


def _check_past(rewritten: Rewritten | None, first_day: dt.date) -> None:
    if rewritten is not None:
        raise FindingsError(
            f"on {rewritten.day} policy {rewritten.published[:8]} was in force, and this one would decide otherwise: "
            f"{shortened(rewritten.parts)}",
            remedy=f"leave what held before {first_day} as it was and add the change with a `from` of {first_day} "
            "or later",
        )


def _passed(day: dt.date, today: dt.date) -> FindingsError:
    return FindingsError(
        f"{day} has passed", remedy=f"give --from {today} or later; what was decided before stays as it was"
    )


def _readable(text: str, what: str) -> str:
    plain = " ".join(text.split())
    if not plain or not plain.isprintable():
        raise UsageError(f"{what} must be one line that people can read", remedy="write it in plain words")
    return plain
