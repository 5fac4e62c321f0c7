"""Checks of lookup tables: every value of their facts stands in exactly one row.

The values that stand for all (see `stand_ins`) make a grid. Each value of a fact is accepted by some of the rows, and
the rows of a cell of the grid are those that accept all its values.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from itertools import product
from operator import and_, or_

from riskengine.policy.checks.placed_rule import RulesInForce, rules_by_date
from riskengine.policy.checks.reach import is_comparable
from riskengine.policy.checks.search import TRUE, Example, Goal
from riskengine.policy.checks.stand_ins import Value, constants_of, stand_ins
from riskengine.policy.condition import AllOf, Comparison, Condition, Op, leaves, truth
from riskengine.policy.draft import AuthoredTable, PolicyDraft
from riskengine.policy.finding_kind import FindingKind
from riskengine.policy.parameters import values_on
from riskengine.policy.resolve import resolve_condition
from riskengine.policy.variant import variants_on
from riskengine.policy.vocabulary import Vocabulary
from riskengine.tables.yaml_file import Finding
from riskengine.terms.errors import UsageError

Cell = dict[str, Value]


def check_tables(draft: PolicyDraft) -> Iterator[Finding]:
    """Values that no row holds, and rows that hold the same values; on every date and for every segment."""
    found: dict[str, Finding] = {}
    for in_force in rules_by_date(draft) if draft.tables else ():
        for table in draft.tables:
            if len(table.rows) == len(table.written.rows) and table.is_in_force(in_force.as_of):
                for rows in _row_sets(draft, table, in_force):
                    for finding in _check(table, rows, in_force, draft.vocabulary):
                        found.setdefault(finding.what, finding)
    yield from found.values()


def _row_sets(draft: PolicyDraft, table: AuthoredTable, in_force: RulesInForce) -> Iterator[tuple[Condition, ...]]:
    """The conditions of all rows, once for each way in which segments decide their parameters."""
    general = values_on(draft.parameters, in_force.as_of)
    seen: set[tuple[Condition, ...]] = set()
    ways = {v.segments: v.own for row in table.rows for v in variants_on(draft, row, in_force.as_of, general)}
    for own in ways.values():
        try:
            rows = tuple(resolve_condition(row.when, {**general, **own}) for row in table.rows)
        except UsageError:
            continue
        is_sound = all(is_comparable(leaf, draft.vocabulary) for row in rows for leaf in leaves(row))
        if is_sound and rows not in seen:
            seen.add(rows)
            yield rows


def _check(
    table: AuthoredTable, rows: tuple[Condition, ...], in_force: RulesInForce, vocabulary: Vocabulary
) -> Iterator[Finding]:
    accepted = _accepted(table.written.over, rows, vocabulary)
    seen: set[int] = set()
    for cell in product(*(values.items() for values in accepted.values())):
        held = reduce(and_, (mask for _, mask in cell))
        if held.bit_count() == 1 or held in seen:
            continue
        example = _customer({name: value for name, (value, _) in zip(accepted, cell, strict=True)}, in_force)
        if example is not None:
            seen.add(held)
            yield _gap(table, example) if held == 0 else _overlap(table, held, example)


def _accepted(
    over: Sequence[str], rows: tuple[Condition, ...], vocabulary: Vocabulary
) -> Mapping[str, Mapping[Value, int]]:
    """For each fact, for each of its values, the rows that accept it; a bit for each row."""
    constants = constants_of(rows)
    found: dict[str, dict[Value, int]] = {}
    for name in over:
        values = [value for value in stand_ins(vocabulary[name], constants.get(name, ())) if value is not None]
        found[name] = {value: reduce(or_, _bits(name, value, rows), 0) for value in values}
    return found


def _bits(name: str, value: Value, rows: tuple[Condition, ...]) -> Iterator[int]:
    for place, row in enumerate(rows):
        arms = row.arms if isinstance(row, AllOf) else (row,)
        own = [arm for arm in arms if isinstance(arm, Comparison) and arm.fact == name]
        if all(truth(arm, {name: value}) for arm in own):
            yield 1 << place


def _customer(cell: Cell, in_force: RulesInForce) -> Example | None:
    """The cell as a customer, if there can be one."""
    return in_force.customer(*(Goal(Comparison(n, Op.EQ, v), TRUE) for n, v in cell.items() if v is not None))


def _gap(table: AuthoredTable, example: Example) -> Finding:
    values = dict(example)
    shown = " and ".join(f"{name} {_shown(values[name])}" for name in table.written.over)
    what = f"{table.id} has no row for {shown}"
    return Finding(table.place(), what, "add a row; none means no effect", example, FindingKind.TABLE_GAP)


def _overlap(table: AuthoredTable, held: int, example: Example) -> Finding:
    early, late, *_ = (row for place, row in enumerate(table.rows) if held >> place & 1)
    what = f"{late.id} holds values that {early.id} ({early.place('when')}) holds as well"
    return Finding(late.place("when"), what, "let each value stand in one row", example, FindingKind.TABLE_OVERLAP)


def _shown(value: Value) -> str:
    return f"{value:g}" if isinstance(value, float) else repr(value)
