"""The open warnings, each with what it is and why, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from riskengine.early_warning.episode import Episode, Phase
from riskengine.early_warning.reason_text import ReasonTexts
from riskengine.policy.bundle import Policy
from riskengine.policy.names import indicator_name, indicator_names
from riskengine.terms.decision import Severity
from riskengine.terms.text import Text


@dataclass(frozen=True, slots=True)
class ListedWarning:
    """`reasons`: as they were when it last got worse."""

    customer_id: str
    name: str | None
    indicator: str
    indicator_name: Text
    severity: Severity
    opened_on: date
    escalated_on: date | None
    phase: Phase
    last_entry_on: date
    quiet_since: date | None
    snoozed_until: date | None
    reasons: tuple[tuple[str, Text], ...]


def list_warnings(
    episodes: Iterable[Episode], policy: Policy, names: Mapping[str, str | None]
) -> tuple[ListedWarning, ...]:
    """Those that are open, the most severe first, then by customer and indicator. `names` of the customers."""
    texts, indicators = ReasonTexts(policy), indicator_names(policy)
    found = [
        ListedWarning(
            customer_id=one.customer_id,
            name=names.get(one.customer_id),
            indicator=one.indicator,
            indicator_name=indicator_name(one.indicator, indicators),
            severity=one.severity,
            opened_on=one.opened_on,
            escalated_on=one.escalated_on,
            phase=one.phase,
            last_entry_on=one.last_entry_on,
            quiet_since=one.quiet_since,
            snoozed_until=one.snoozed_until,
            reasons=texts.of(one.evidence),
        )
        for one in episodes
        if one.is_open
    ]
    found.sort(key=lambda one: (-int(one.severity), one.customer_id, one.indicator))
    return tuple(found)
