"""Releases in words."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from riskengine.policy.release.log import Entry
    from riskengine.policy.release.timeline import Publication
    from riskengine.workflows.release.status import ReleaseStatus, Shown

_COUNTS = ("rules", "parameters", "cases", "expectations", "invariants", "proofs", "dates", "customers", "moved")


def entry_text(entry: "Entry") -> str:
    """One step in one line."""
    note = entry.note
    parts = [
        f"{entry.number:>3}  {note.at:%Y-%m-%d %H:%M}  {note.step.value:<9}  {note.bundle[:8]}",
        f"by {note.by}" if note.start is None else f"by {note.by}, from {note.start}",
        *([note.reason] if note.reason else []),
        *([_counts(entry)] if _counts(entry) else []),
    ]
    return "  ".join(parts)


def status_text(status: "ReleaseStatus") -> str:
    """Where the folder stands, what is missing, and what is in force."""
    lines = list(_draft_lines(status))
    if status.today is None:
        lines.append("in force today: nothing that was published")
    else:
        lines.append(f"in force today: {_publication(status.today)}")
    later = [one for one in status.publications if status.today is None or one.start > status.today.start]
    lines.extend(f"published: {_publication(one)}" for one in later)
    return "\n".join(lines)


def shown_text(shown: "Shown") -> str:
    """A publication, and the steps that led to it."""
    policy = shown.policy
    lines = [
        f"{_publication(shown.publication)}",
        f"  on {policy.as_of} it is version {policy.version}, {len(policy.every_rule)} rules; files: {shown.folder}",
        *(f"  {entry_text(entry)}" for entry in shown.steps),
    ]
    return "\n".join(lines)


def _draft_lines(status: "ReleaseStatus") -> list[str]:
    short = status.bundle[:8]
    draft = status.draft
    if draft is not None:
        missing = ", ".join(step.value for step in draft.missing)
        return [
            f"policy {short} in the folder is {'a draft' if draft.state.value == 'started' else draft.state.value}:",
            *(f"  {entry_text(entry)}" for entry in (draft.started, *draft.steps.values())),
            f"  still to be {missing}" if missing else "  nothing is missing",
            f"  next: {draft.next_command}",
        ]
    if any(one.bundle == status.bundle for one in status.publications):
        return [f"policy {short} in the folder is published"]
    said = [f"policy {short} in the folder was never started as a draft"]
    if status.last is not None:
        said.append(
            f"  since {status.last.started.note.by} started {status.last.bundle[:8]}: {', '.join(status.edited)}"
        )
    return [*said, "  next: riskengine rules release start --author NAME --note TEXT"]


def _publication(publication: "Publication") -> str:
    end = "until further notice" if publication.end is None else f"until {publication.end}"
    return f"policy {publication.bundle[:8]} from {publication.start} {end}{', retired' if publication.retired else ''}"


def _counts(entry: "Entry") -> str:
    evidence = entry.note.evidence
    return ", ".join(f"{evidence[name]} {name}" for name in _COUNTS if name in evidence)
