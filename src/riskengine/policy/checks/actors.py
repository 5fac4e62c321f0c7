"""Checks of who acts: a warning needs an action and somebody who answers it, a rule set an owner."""

from collections.abc import Iterator

from riskengine.policy.checks.placed_rule import rules_by_date
from riskengine.policy.draft import PolicyDraft
from riskengine.policy.finding_kind import FindingKind
from riskengine.tables.yaml_file import Finding

_LEVELS = ("watch", "amber", "red")
_NOBODY = frozenset({"", "-", "?", "x", "n/a", "na", "nobody", "none", "null", "tbd", "tba", "todo", "unknown", "xxx"})


def check_actors(draft: PolicyDraft) -> Iterator[Finding]:
    """Warnings that ask nobody to do anything, and rule sets and levels of warnings that nobody answers for."""
    yield from _idle_warnings(draft)
    seen: set[str] = set()
    for rule in draft.rules:
        where = rule.document.where
        if where not in seen and is_nobody(rule.owner):
            what = f"nobody answers for {rule.ruleset}: its owner is '{rule.owner}'"
            yield Finding(rule.document.place("owner"), what, "name a role or a person", (), FindingKind.NOBODY_OWNS)
        seen.add(where)
    yield from _unanswered_levels(draft)


def _idle_warnings(draft: PolicyDraft) -> Iterator[Finding]:
    seen: set[str] = set()
    for in_force in rules_by_date(draft):
        for placed in in_force.rules:
            rule = placed.rule
            place = placed.authored.place("then")
            if rule.then.severity is None or rule.then.actions or place in seen:
                continue
            seen.add(place)
            what = f"nobody can act on {rule.id}: its warning names no action"
            remedy = "add `actions`, such as watch_list or manual_review"
            yield Finding(place, what, remedy, in_force.customer(placed.applies) or (), FindingKind.NOBODY_ACTS)


def _unanswered_levels(draft: PolicyDraft) -> Iterator[Finding]:
    for version in draft.terms:
        written = version.document.mapping()["versions"][int(version.path[1])]["policy"]
        follow_up = written.get("follow_up") if isinstance(written, dict) else None
        for level in _LEVELS:
            answer = follow_up.get(level) if isinstance(follow_up, dict) else None
            owner = answer.get("owner") if isinstance(answer, dict) else None
            if isinstance(owner, str) and is_nobody(owner):
                place = version.document.place(*version.path, "follow_up", level, "owner")
                what = f"nobody answers {level} warnings: their owner is '{owner}'"
                yield Finding(place, what, "name a role or a person", (), FindingKind.NOBODY_OWNS)


def is_nobody(owner: str) -> bool:
    """Whether a name stands for nobody."""
    return owner.strip().casefold() in _NOBODY
