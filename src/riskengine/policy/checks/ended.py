"""What has ended by a date: not wrong, but somebody may believe that it still holds."""

import datetime as dt
from collections.abc import Iterator

from riskengine.policy.checks.exceptions import check_expired
from riskengine.policy.draft import PolicyDraft
from riskengine.policy.finding_kind import FindingKind
from riskengine.tables.yaml_file import Finding


def notes_on(draft: PolicyDraft, as_of: dt.date) -> Iterator[Finding]:
    """Rules and tables that ended without a version to follow them, and agreements that ran out."""
    last = {rule.base_id: rule for rule in draft.rules if rule.written.in_force.start <= as_of}
    in_force = {rule.base_id for rule in draft.rules if rule.is_in_force(as_of)}
    for rule_id, rule in last.items():
        if rule_id not in in_force:
            what = f"{rule_id} ended on {rule.written.in_force.until} and nothing follows it"
            yield Finding(rule.place("in_force"), what, "leave it for the past, or add a new version", (), _ENDED)
    for finding in check_expired(draft, as_of):
        yield Finding(finding.place, finding.what, finding.remedy, (), _ENDED)


_ENDED = FindingKind.EXPIRED
