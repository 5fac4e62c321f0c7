"""The moves worth trying: one for each range of values between which neither rules nor model see a difference."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from math import inf

from riskengine.decision.nearest.case import Case, Move, Moves
from riskengine.decision.nearest.facts import (
    DRIVERS,
    Freedom,
    driving_value,
    freedom_of,
    in_whole_days,
    is_model_input_to_move,
    may_move,
)
from riskengine.features.feature import Unit
from riskengine.policy.checks.stand_ins import Value
from riskengine.policy.condition import Comparison, Op, leaves
from riskengine.policy.difference.region import Bounds, Region, nearest_value, regions
from riskengine.policy.normal_form import TooManyAlternatives
from riskengine.policy.rule import Rule
from riskengine.policy.vocabulary import Fact

CENT = 0.01
Cut = tuple[float, bool]  # a value, and whether it belongs to what lies below


def single_moves(case: Case) -> tuple[Move, ...]:
    """Every move of one fact that could change an outcome or the PD, by fact and then by size.

    Of each range between two thresholds the value nearest to the customer's own stands for all.
    """
    record = case.record()
    cuts: dict[str, set[Cut]] = {name: set() for name in case.facts.numbers}
    for rule in case.policy.all_rules:
        for leaf in leaves(rule.when):
            if isinstance(leaf, Comparison) and leaf.fact in cuts:
                cuts[leaf.fact].update(_cuts(leaf))
    for name, thresholds in case.breakpoints.items():
        if name in cuts and is_model_input_to_move(name):
            cuts[name].update((threshold, True) for threshold in thresholds)
    for name, driver in DRIVERS.items():
        for value, _ in cuts.get(name, ()):
            driven = driving_value(name, value, record)
            if driven is not None and driver in cuts:
                cuts[driver].update(((driven, True), (driven - CENT, True)))
    movable = (name for name in sorted(cuts) if cuts[name] and freedom_of(name) is not Freedom.FIXED)
    return tuple(move for name in movable for move in _moves(case, name, record[name], sorted(cuts[name])))


def escapes(case: Case, rule: Rule, *, enter: bool = False) -> tuple[Moves, ...]:
    """The sets of moves that make a rule's condition false (or true, to `enter` it); fewest moves first.

    Empty if none of the customer's to make does; the set of no moves is never among them.
    """
    try:
        found = regions(rule.when, case.vocabulary, negate=not enter)
    except TooManyAlternatives:
        return ()
    record = case.record()
    sets = (_into(case, record, region) for region in found)
    ordered = sorted((moves for moves in sets if moves), key=lambda moves: (len(moves), sum(m.size for m in moves)))
    return tuple(dict.fromkeys(ordered))


def joined_moves(parts: Iterable[Moves]) -> Moves | None:
    """All moves together, the larger one where a fact occurs twice; None if they pull a fact both ways."""
    found: dict[str, Move] = {}
    for move in (move for part in parts for move in part):
        other = found.get(move.fact)
        if other is not None and (other.after - other.before) * (move.after - move.before) < 0:
            return None
        if other is None or move.size > other.size:
            found[move.fact] = move
    return tuple(found[name] for name in sorted(found))


def _into(case: Case, record: dict[str, Value], region: Region) -> Moves | None:
    moves = []
    for asked in region:
        if asked.accepts(record.get(asked.fact)):
            continue
        bounds = _of_driver(asked, record) if asked.fact in DRIVERS else asked
        if bounds is None:
            return None
        before = record.get(bounds.fact)
        if not isinstance(before, float) or bounds.must_be_missing or freedom_of(bounds.fact) is Freedom.FIXED:
            return None
        try:
            after = nearest_value(bounds, _fact(case, bounds.fact), before)
        except ValueError:
            return None
        if not isinstance(after, float) or not may_move(bounds.fact, before, after):
            return None
        moves.append(Move(bounds.fact, before, after, bounds))
    return tuple(moves)


def _of_driver(asked: Bounds, record: dict[str, Value]) -> Bounds | None:
    """What a share or flag must come down to, as a range of the amount that drives it."""
    high = 0.0 if asked.among == (0.0,) else asked.high
    driven = None if high == inf else driving_value(asked.fact, high, record)
    if driven is None:
        return None
    most = driven if asked.high_included or asked.among is not None else driven - CENT
    return Bounds(DRIVERS[asked.fact], high=most, high_included=True, must_be_known=True)


def _cuts(leaf: Comparison) -> Iterator[Cut]:
    operand = leaf.operand if isinstance(leaf.operand, tuple) else (leaf.operand,)
    for value in operand:
        if not isinstance(value, int | float):
            continue
        if leaf.op in (Op.LE, Op.GT, Op.EQ, Op.NE, Op.IN, Op.NOT_IN):
            yield float(value), True
        if leaf.op in (Op.LT, Op.GE, Op.EQ, Op.NE, Op.IN, Op.NOT_IN):
            yield float(value), False


def _moves(case: Case, name: str, before: Value, cuts: Sequence[Cut]) -> list[Move]:
    if not isinstance(before, float):
        return []
    found = []
    for bounds in _cells(name, cuts):
        if bounds.accepts(before):
            continue
        try:
            after = nearest_value(bounds, _fact(case, name), before)
        except ValueError:
            continue
        if isinstance(after, float) and may_move(name, before, after):
            found.append(Move(name, before, after, bounds))
    return sorted(found, key=lambda move: (move.size, move.after))


def _fact(case: Case, name: str) -> Fact:
    """The model's trees cut days at halves; days that are counted come to whole ones, as counts do."""
    fact = case.vocabulary[name]
    return replace(fact, unit=Unit.COUNT) if in_whole_days(name) else fact


def _cells(name: str, cuts: Sequence[Cut]) -> Iterator[Bounds]:
    ends: list[Cut] = [(-inf, True), *sorted(cuts), (inf, False)]
    for (low, low_is_below), (high, high_is_below) in pairwise(ends):
        yield Bounds(
            name,
            low=low,
            low_included=not low_is_below,
            high=high,
            high_included=high_is_below,
            must_be_known=True,
        )
