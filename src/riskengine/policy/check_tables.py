"""Checks of lookup tables: every value of their facts stands in exactly one row."""

from collections.abc import Iterator
from itertools import combinations

from riskengine.policy.condition import IsMissing
from riskengine.policy.draft import AuthoredTable, PolicyDraft
from riskengine.policy.finding_kind import FindingKind
from riskengine.policy.placed_rule import PlacedRule, RulesInForce, rules_by_date
from riskengine.policy.search import FALSE, TRUE, Example, Goal
from riskengine.tables.yaml_file import Finding


def check_tables(draft: PolicyDraft) -> Iterator[Finding]:
    """Values that no row holds, and rows that hold the same values; on every date and for every segment."""
    found: dict[tuple[str, str], Finding] = {}
    for in_force in rules_by_date(draft) if draft.tables else ():
        for table in draft.tables:
            rows = tuple(p for p in in_force.rules if p.authored.row is not None and p.authored in table.rows)
            if len({placed.authored.id for placed in rows}) == len(table.written.rows):
                for finding in (*_gaps(in_force, table, rows), *_overlaps(in_force, rows)):
                    found.setdefault((finding.place, finding.what), finding)
    yield from found.values()


def _gaps(in_force: RulesInForce, table: AuthoredTable, rows: tuple[PlacedRule, ...]) -> Iterator[Finding]:
    known = [Goal(IsMissing(name), FALSE) for name in table.written.over]
    example = in_force.customer(*known, *(Goal(row.when, FALSE) for row in rows))
    if example is not None:
        what = f"{table.id} has no row for {_shown(example, table)}"
        yield Finding(table.place(), what, "add a row; none means no effect", example, FindingKind.TABLE_GAP)


def _overlaps(in_force: RulesInForce, rows: tuple[PlacedRule, ...]) -> Iterator[Finding]:
    for one, other in combinations(rows, 2):
        if one.authored is other.authored:
            continue
        example = in_force.customer(Goal(one.when, TRUE), Goal(other.when, TRUE))
        if example is not None:
            early, late = sorted((one.authored, other.authored), key=lambda row: row.row.number if row.row else 0)
            what = f"{late.id} holds values that {early.id} ({early.place('when')}) holds as well"
            yield Finding(
                late.place("when"), what, "let each value stand in one row", example, FindingKind.TABLE_OVERLAP
            )


def _shown(example: Example, table: AuthoredTable) -> str:
    values = dict(example)
    named = (
        f"{name} {values[name]:g}" if isinstance(values[name], float) else f"{name} {values[name]!r}"
        for name in table.written.over
    )
    return " and ".join(named)
