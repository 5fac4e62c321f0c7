"""All checks of a policy, and the kind of mistake that each looks for."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from riskengine.policy.checks.actors import check_actors
from riskengine.policy.checks.cases import check_cases, check_coverage
from riskengine.policy.checks.contradictions import check_contradictions, check_hindrances
from riskengine.policy.checks.dead_rules import check_live, check_reach
from riskengine.policy.checks.effects import check_effects
from riskengine.policy.checks.exceptions import check_exceptions
from riskengine.policy.checks.exits import check_answerers, check_exits, check_indicators
from riskengine.policy.checks.ids import check_ids
from riskengine.policy.checks.invariants import check_invariants
from riskengine.policy.checks.leaves import check_leaves
from riskengine.policy.checks.names import check_names
from riskengine.policy.checks.orders import check_orders
from riskengine.policy.checks.overlap import check_overlap
from riskengine.policy.checks.own_tail import check_own_tail
from riskengine.policy.checks.parameters import check_parameters, check_unused
from riskengine.policy.checks.scale import check_scales
from riskengine.policy.checks.segments import check_segments, check_unused_segments
from riskengine.policy.checks.subjects import check_subjects
from riskengine.policy.checks.tables import check_tables
from riskengine.policy.checks.texts import check_texts
from riskengine.policy.checks.windows import check_unused_windows, check_windows
from riskengine.policy.draft import PolicyDraft
from riskengine.policy.finding_kind import FindingKind
from riskengine.policy.part import check_parts
from riskengine.policy.reading import PARAMETERS, SEGMENTS
from riskengine.tables.yaml_file import Finding

Check = Callable[[PolicyDraft], Iterator[Finding]]

# What makes a policy unusable.
SOUND: tuple[Check, ...] = (
    check_parameters,
    check_leaves,
    check_effects,
    check_texts,
    check_ids,
    check_reach,
    check_scales,
    check_parts,
    check_segments,
    check_tables,
    check_invariants,
    check_exceptions,
    check_indicators,
    check_subjects,
    check_windows,
    check_orders,
    check_own_tail,
)
# What a policy must also have before it is released.
COMPLETE: tuple[Check, ...] = (
    check_live,
    check_overlap,
    check_contradictions,
    check_hindrances,
    check_actors,
    check_exits,
    check_answerers,
    check_names,
    check_unused,
    check_unused_segments,
    check_unused_windows,
    check_cases,
    check_coverage,
)

# What only repeats that parameters.yaml cannot be read.
_OF_PARAMETERS: tuple[Check, ...] = (check_parameters, check_parts, check_invariants, check_windows)

# Of what a check finds without saying the kind itself.
_KINDS: Mapping[Check, FindingKind] = MappingProxyType(
    {
        check_parameters: FindingKind.PARAMETER_VALUE,
        check_effects: FindingKind.NO_EFFECT,
        check_texts: FindingKind.TEXT,
        check_ids: FindingKind.ID_TWICE,
        check_scales: FindingKind.SCALE,
        check_parts: FindingKind.DOCUMENT,
        check_segments: FindingKind.UNKNOWN_SEGMENT,
        check_invariants: FindingKind.INVARIANT,
        check_exceptions: FindingKind.EXCEPTION,
        check_unused: FindingKind.UNUSED,
        check_unused_segments: FindingKind.UNUSED,
        check_unused_windows: FindingKind.UNUSED,
        check_cases: FindingKind.CASE,
        check_coverage: FindingKind.NOT_COVERED,
    }
)


def findings_of(check: Check, draft: PolicyDraft) -> Iterator[Finding]:
    """What a check finds, each with its kind."""
    kind = _KINDS.get(check)
    for finding in check(draft):
        unsaid = finding.kind == FindingKind.UNREADABLE
        yield replace(finding, kind=kind) if unsaid and kind is not None else finding


def is_meaningful(check: Check, unread: Collection[str]) -> bool:
    """Whether a check says more than an echo, while nothing is known of some files (or rules and tables, by id)."""
    if not unread:
        return True
    if any(name.endswith(f"/{PARAMETERS}") for name in unread) and check in _OF_PARAMETERS:
        return False
    if any(name.endswith(f"/{SEGMENTS}") for name in unread) and check is check_segments:
        return False
    return check not in COMPLETE
