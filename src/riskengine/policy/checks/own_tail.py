"""A warning must not live on what warnings did: a case that freezes credit would keep itself open."""

from collections.abc import Iterator

from riskengine.policy.draft import PolicyDraft
from riskengine.policy.finding_kind import FindingKind
from riskengine.tables.yaml_file import Finding
from riskengine.terms.decision import Stage

WARNED_OF = "ews_"  # facts that warnings of earlier days made


def check_own_tail(draft: PolicyDraft) -> Iterator[Finding]:
    """Rules that warn, and name what earlier warnings led to."""
    for rule in draft.rules:
        if rule.stage is not Stage.WARNINGS:
            continue
        for placed in rule.leaves:
            if placed.leaf.fact.startswith(WARNED_OF):
                what = f"{rule.id} warns because of '{placed.leaf.fact}', which is itself what a warning led to"
                remedy = "name what the warning was about; what follows from an open case stands in an earlier stage"
                yield Finding(placed.place, what, remedy, (), FindingKind.OWN_TAIL)
