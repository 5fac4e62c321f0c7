"""How far a draft of the policy has come, and what keeps it from the next step."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from riskengine.policy.release.log import Entry, Step
from riskengine.policy.release.timeline import last_published
from riskengine.terms.errors import FindingsError

EVIDENCE = (Step.CHECKED, Step.PROVED, Step.SIMULATED)
_COMMANDS = {
    Step.CHECKED: "riskengine rules release check",
    Step.PROVED: "riskengine rules release prove",
    Step.SIMULATED: "riskengine rules release simulate FOLDER",
    Step.APPROVED: "riskengine rules release approve --by NAME, by someone who wrote none of it",
    Step.PUBLISHED: "riskengine rules release publish --from DATE --by NAME",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A bundle somebody wants released. `steps` holds the last line of each step since the draft was started."""

    started: Entry
    steps: Mapping[Step, Entry]
    authors: tuple[str, ...]  # everybody who started a draft since the last publication

    @property
    def bundle(self) -> str:
        return self.started.note.bundle

    @property
    def state(self) -> Step:
        """The furthest step it has come to, in the order of `Step`."""
        return [step for step in Step if step in self.steps][-1] if self.steps else Step.STARTED

    @property
    def missing(self) -> tuple[Step, ...]:
        """The steps before publication that were not done."""
        return tuple(step for step in (*EVIDENCE, Step.APPROVED) if step not in self.steps)

    @property
    def next_command(self) -> str:
        return _COMMANDS[self.missing[0] if self.missing else Step.PUBLISHED]


def open_draft(log: Sequence[Entry], bundle: str | None = None) -> Draft | None:
    """The draft of a bundle, by default the last started one; None if there is none that is still under way."""
    started: Entry | None = None
    steps: dict[Step, Entry] = {}
    for entry in log:
        step = entry.note.step
        if step is Step.STARTED and bundle in (None, entry.note.bundle):
            started, steps = entry, {}
        elif started is not None and entry.note.bundle == started.note.bundle:
            if step in (Step.REFUSED, Step.PUBLISHED):
                started, steps = None, {}
            elif step is not Step.RETIRED:
                steps[step] = entry
    return None if started is None else Draft(started, steps, authors(log))


def files_of(draft: Draft) -> Mapping[str, str]:
    """The files of a draft with their hashes, as they were when it was started."""
    found = draft.started.note.evidence.get("files", {})
    return found if isinstance(found, dict) else {}


def authors(log: Sequence[Entry]) -> tuple[str, ...]:
    """Who started a draft since the last publication: what they wrote is part of the next one."""
    found: dict[str, None] = {}
    for entry in log:
        if entry.note.step is Step.PUBLISHED:
            found = {}
        elif entry.note.step is Step.STARTED:
            found[entry.note.by] = None
    return tuple(found)


def is_same_person(one: str, other: str) -> bool:
    """Whether two stated names are one, however they are typed.

    >>> is_same_person("Li  Wei", "li wei "), is_same_person("ＬＩ Wei", "Li Wei"), is_same_person("Li Wei", "Wei Li")
    (True, True, False)
    """
    return _plain(one) == _plain(other)


def check_evidence(draft: Draft, log: Sequence[Entry]) -> None:
    """Raises FindingsError unless the draft was checked, proved and simulated against what is published now."""
    absent = [step for step in EVIDENCE if step not in draft.steps]
    if absent:
        said = " and ".join(step.value for step in absent)
        raise FindingsError(f"{_short(draft.bundle)} was not yet {said}", remedy=f"run {_COMMANDS[absent[0]]}")
    published = last_published(log)
    compared = draft.steps[Step.SIMULATED].note.evidence.get("baseline")
    if compared != (None if published is None else published.bundle):
        raise FindingsError(
            f"the simulation compared {_short(draft.bundle)} with what was published before line "
            f"{draft.steps[Step.SIMULATED].number} of the log; since then another policy was",
            remedy="simulate against the policy that is published now, then have it approved again",
        )


def check_approver(draft: Draft, by: str) -> None:
    """Raises FindingsError if the approver wrote part of what is approved."""
    for author in draft.authors:
        if is_same_person(author, by):
            raise FindingsError(
                f"{by} started a draft of this policy and cannot approve it",
                remedy="have it approved by someone who wrote none of it",
            )


def check_approval(draft: Draft) -> None:
    """Raises FindingsError unless somebody approved the draft after the last of its evidence."""
    approved = draft.steps.get(Step.APPROVED)
    if approved is None:
        raise FindingsError(f"{_short(draft.bundle)} was not yet approved", remedy=f"run {_COMMANDS[Step.APPROVED]}")
    newer = [step for step in EVIDENCE if draft.steps[step].number > approved.number]
    if newer:
        said = " and ".join(step.value for step in newer)
        raise FindingsError(
            f"{_short(draft.bundle)} was {said} again after {approved.note.by} approved it",
            remedy="have it approved again, on this evidence",
        )


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _short(bundle: str) -> str:
    return f"policy {bundle[:8]}"
