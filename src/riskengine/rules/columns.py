"""The engine for many customers: all conditions as one program over columns, run on chunks that stay in the cache."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from riskengine.policy.condition import facts_of
from riskengine.policy.rule import Rule
from riskengine.rules.facts import FactColumns
from riskengine.rules.kinds import check_rules
from riskengine.rules.outcomes import Int8Array, Outcomes
from riskengine.rules.program import AnyArray, Column, Operation, Program, Step, compile_conditions

CHUNK = 32_768  # rows at a time


@dataclass(frozen=True, slots=True)
class ColumnsEngine:
    """`evaluate` as an object, for whoever takes an `Engine`."""

    threads: int = 1

    def evaluate(self, rules: Sequence[Rule], facts: FactColumns) -> Outcomes:
        return evaluate(rules, facts, threads=self.threads)


def evaluate(rules: Sequence[Rule], facts: FactColumns, *, threads: int = 1) -> Outcomes:
    """What every rule says about every customer; equal to `policy.condition.truth` row by row.

    Raises UsageError and InputError as `check_rules`.
    """
    check_rules(rules, facts)
    named = dict.fromkeys(name for rule in rules for name in facts_of(rule.when))
    coded = {name: facts.coded(name) for name in named if name in facts.texts}
    columns: dict[str, AnyArray] = {name: facts.numbers[name] for name in named if name in facts.numbers}
    columns |= {name: found.codes for name, found in coded.items()}
    program = compile_conditions([rule.when for rule in rules], coded, named.keys() - columns.keys())
    codes = np.empty((len(rules), facts.count), np.int8)
    parts = _parts(facts.count, threads)
    if len(parts) == 1:
        _run(program, columns, codes, parts[0])
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(lambda rows: _run(program, columns, codes, rows), parts))
    return Outcomes(facts.count, {rule.id: codes[place] for place, rule in enumerate(rules)})


def _parts(count: int, threads: int) -> list[range]:
    """Rows for each thread: whole chunks, none without rows."""
    size = max(-(-count // threads), CHUNK)
    return [range(start, min(start + size, count)) for start in range(0, count, size)] or [range(0)]


def _run(program: Program, columns: dict[str, AnyArray], codes: Int8Array, rows: range) -> None:
    """Fill `codes`, shape (conditions, count), for some rows."""
    machine = _Machine(program, min(CHUNK, len(rows)))
    for start in range(rows.start, rows.stop, CHUNK):
        chunk = slice(start, min(start + CHUNK, rows.stop))
        if chunk.stop - start != machine.rows:
            machine = _Machine(program, chunk.stop - start)
        machine.run({fact: values[chunk] for fact, values in columns.items()}, codes[:, chunk])


class _Machine:
    """A program ready to run on so many rows at a time. A result that nothing needs any more lends its memory on."""

    def __init__(self, program: Program, rows: int) -> None:
        self.rows = rows
        self._answers = program.answers
        self._columns: list[tuple[int, str]] = []
        self._calls: list[tuple[Operation, int, int, int]] = []
        self._places = len(program.values)
        self._seen: list[AnyArray] = [np.empty(0)] * (2 * self._places)  # every value as it is, and once more as bytes
        self._prepare(program)

    def run(self, columns: dict[str, AnyArray], codes: Int8Array) -> None:
        seen = self._seen
        for place, fact in self._columns:
            seen[place] = columns[fact]
        for operation, left, right, out in self._calls:
            operation(seen[left], seen[right], seen[out])
        for row, place in enumerate(self._answers):
            codes[row] = seen[place]

    def _prepare(self, program: Program) -> None:
        order = _order(program)
        last, free = _last_uses(program, order), list[AnyArray]()
        for place in order:
            match program.values[place]:
                case Column(fact):
                    self._columns.append((place, fact))
                case Step(operation, left, right, makes_flags):
                    memory = free.pop() if free else np.empty(self.rows, np.int8)
                    self._show(place, memory.view(np.bool_) if makes_flags else memory)
                    shift = 0 if makes_flags else self._places
                    self._calls.append((operation, left + shift, right + shift, place))
                    free.extend(
                        self._seen[used + self._places]
                        for used in {left, right}
                        if last[used] == place and isinstance(program.values[used], Step)
                    )
                case constant:
                    self._show(place, constant)

    def _show(self, place: int, value: AnyArray) -> None:
        self._seen[place] = value
        self._seen[place + self._places] = value.view(np.int8) if value.dtype == np.bool_ else value


def _order(program: Program) -> list[int]:
    """Places in the order of their making, except that what reads a column comes first, column by column: so every
    column passes through the cache once.
    """

    def reads(place: int) -> int:
        value = program.values[place]
        if not isinstance(value, Step):
            return -1
        return value.left if isinstance(program.values[value.left], Column) else len(program.values)

    return sorted(range(len(program.values)), key=reads)


def _last_uses(program: Program, order: Sequence[int]) -> dict[int, int]:
    """For each value the last step that reads it; for an answer none."""
    last: dict[int, int] = {}
    for place in order:
        value = program.values[place]
        if isinstance(value, Step):
            last[value.left] = last[value.right] = place
    return last | dict.fromkeys(program.answers, -1)
