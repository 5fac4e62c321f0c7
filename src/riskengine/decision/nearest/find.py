"""The nearest changes that would lead a customer to a goal, found by search and each proved by rating again.

A change of one fact is tried for every range of its values; so if one fact suffices, the smallest change of it is
found. Where one does not suffice, the ways out of each rule that stands against the goal are joined with the moves that
lower the PD most, fewest facts first; then every move is made as small as it can be. What cannot be told to be the
smallest for more than one fact is still what it says: rated again with these facts, the goal is reached.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np

from riskengine.decision.nearest.case import Case, Move, Moves
from riskengine.decision.nearest.goal import Goal, goals_of
from riskengine.decision.nearest.moves import escapes, joined_moves, single_moves
from riskengine.decision.ratings import Ratings
from riskengine.policy.condition import facts_of
from riskengine.policy.rule import Rule

MOST_WAYS = 3
_MOST_TRIED = 6_000
_BATCH = 1_000
_SHRUNK = 8
_MOST_STEPS = 8
_BY_PD = {1: 25, 2: 12, 3: 8, 4: 6}  # how many facts, of those that lower the PD most, are tried so many at a time


@dataclass(frozen=True, slots=True)
class Way:
    """Moves that lead to a goal, and the rating they lead to (one row)."""

    moves: Moves
    ratings: Ratings

    @property
    def rank(self) -> tuple[int, float, tuple[str, ...]]:
        """Fewest facts first, then the smallest relative change."""
        return len(self.moves), sum(m.size for m in self.moves), tuple(m.fact for m in self.moves)


@dataclass(frozen=True, slots=True)
class PaidWay:
    """Paying the oldest `count` of `overdue` invoices today, `amount` together, leads to the goal (one row)."""

    goal: Goal
    count: int
    overdue: int
    amount: float  # units of the reporting currency
    ratings: Ratings


@dataclass(frozen=True, slots=True)
class Nearest:
    """The ways to one goal, nearest first; none if no change of what the customer can change was found."""

    goal: Goal
    ways: tuple[Way, ...]
    blockers: tuple[Rule, ...]  # rules that stand against it


def find_nearest(case: Case, goals: Sequence[Goal] | None = None) -> tuple[Nearest, ...]:
    """For each goal (by default those of `goals_of`) the nearest ways, each verified with model and policy.

    Deterministic; the rating is that of `Case.rated` but for the moves.
    """
    rated = case.rated()
    singles = single_moves(case)
    alone = case.rate_moves([(move,) for move in singles]) if singles else None
    search = _Search(case, rated, singles, alone)
    wanted = goals_of(rated) if goals is None else goals
    return tuple(Nearest(goal, search.ways(goal), goal.blockers(rated)) for goal in wanted)


@dataclass(frozen=True, slots=True)
class _Search:
    case: Case
    rated: Ratings
    singles: Moves
    alone: Ratings | None  # the singles, rated

    def ways(self, goal: Goal) -> tuple[Way, ...]:
        found = self._by_one(goal) or self._by_several(goal)
        if not found:
            return ()
        ratings = self.case.rate_moves(found)
        proved = np.flatnonzero(goal.met(ratings, self.rated))
        ways = [Way(found[row], self.case.rate_moves([found[row]])) for row in proved.tolist()]
        return tuple(sorted(ways, key=lambda way: way.rank)[:MOST_WAYS])

    def _by_one(self, goal: Goal) -> Sequence[Moves]:
        """The smallest sufficient move of each fact; they come by size."""
        if self.alone is None:
            return []
        best: dict[str, Move] = {}
        for row in np.flatnonzero(goal.met(self.alone, self.rated)).tolist():
            best.setdefault(self.singles[row].fact, self.singles[row])
        nearest = sorted(best.values(), key=lambda move: (move.size, move.fact))[:MOST_WAYS]
        return [(move,) for move in nearest]

    def _by_several(self, goal: Goal) -> Sequence[Moves]:
        tried = self._candidates(goal)
        for size in sorted({len(moves) for moves in tried}):
            same = [moves for moves in tried if len(moves) == size]
            met = list(self._met(goal, same))
            if met:
                shrunk = dict.fromkeys(self._shrunk(goal, moves) for moves in met[:_SHRUNK])
                fewest = min(len(moves) for moves in shrunk)
                return [moves for moves in shrunk if len(moves) == fewest]
        return []

    def _met(self, goal: Goal, variants: Sequence[Moves]) -> Iterator[Moves]:
        for start in range(0, len(variants), _BATCH):
            batch = variants[start : start + _BATCH]
            yield from (
                batch[row] for row in np.flatnonzero(goal.met(self.case.rate_moves(batch), self.rated)).tolist()
            )

    def _candidates(self, goal: Goal) -> list[Moves]:
        """Ways out of every blocker, joined with moves of the PD; two facts at least, by number and size."""
        parts = [self._ways_out(rule) for rule in goal.blockers(self.rated)]
        if any(not ways for ways in parts):
            return []
        found: dict[Moves, None] = {}
        for chosen in product(*parts, self._by_pd(goal)):
            moves = joined_moves(chosen)
            if moves is not None and len(moves) > 1:
                found[moves] = None
            if len(found) >= 10 * _MOST_TRIED:
                break
        ordered = sorted(found, key=lambda moves: (len(moves), sum(m.size for m in moves), str(moves)))
        return ordered[:_MOST_TRIED]

    def _ways_out(self, rule: Rule) -> list[Moves]:
        """Of a rule; where it asks for what the rating itself concludes, other moves may do as well: none."""
        found = list(escapes(self.case, rule))
        return [*found, ()] if asks_for_conclusions(rule, self.case) else found

    def _by_pd(self, goal: Goal) -> list[Moves]:
        """No move, the moves that lower the PD most, and the ways out of (or into) rules that move the grade."""
        options: list[Moves] = [()]
        options += self._falls()
        if goal.grade is not None:
            applied = self.rated.effects.applied
            for rule in self.case.policy.all_rules:
                if rule.then.notch > 0 and applied[rule.id][0]:
                    options += escapes(self.case, rule)
                if rule.then.notch < 0 and not applied[rule.id][0]:
                    options += escapes(self.case, rule, enter=True)
        return options

    def _falls(self) -> list[Moves]:
        """Up to four facts at a time, each at the value of its lowest PD."""
        if self.alone is None or not self.rated.predictions.rated[0]:
            return []
        lowest: dict[str, tuple[float, Move]] = {}
        for move, pd in zip(self.singles, self.alone.predictions.pd_12m.tolist(), strict=True):
            if pd < self.rated.predictions.pd_12m[0] and (move.fact not in lowest or pd < lowest[move.fact][0]):
                lowest[move.fact] = (pd, move)
        ordered = [move for _, move in sorted(lowest.values(), key=lambda found: (found[0], found[1].fact))]
        together = (chosen for size, most in _BY_PD.items() for chosen in combinations(ordered[:most], size))
        return [_in_order(chosen) for chosen in (*together, *self._steps(ordered[: _BY_PD[2]]))]

    def _steps(self, moves: Sequence[Move]) -> Iterator[Moves]:
        """More and more moves, each time the one that lowers the PD most beside those before."""
        chosen: Moves = ()
        left = list(moves)
        while left and len(chosen) < _MOST_STEPS:
            variants = [_in_order((*chosen, move)) for move in left]
            best = int(np.argmin(self.case.rate_moves(variants).predictions.pd_12m))
            chosen = variants[best]
            left.pop(best)
            if len(chosen) > max(_BY_PD):
                yield chosen

    def _shrunk(self, goal: Goal, moves: Moves) -> Moves:
        """The same way with every move that is not needed left out and every other as small as it can be."""
        for move in sorted(moves, key=lambda move: (-move.size, move.fact)):
            others = tuple(m for m in moves if m.fact != move.fact)
            smaller = [m for m in self.singles if m.fact == move.fact and m.size < move.size and _same_way(m, move)]
            variants = [others, *(_with(others, m) for m in smaller)]
            met = np.flatnonzero(goal.met(self.case.rate_moves(variants), self.rated))
            if len(met):
                moves = variants[int(met[0])]
        return moves


def asks_for_conclusions(rule: Rule, case: Case) -> bool:
    """Whether a rule compares what the rating concludes, such as the grade or the PD."""
    given = {*case.facts.numbers, *case.facts.texts}
    return any(name not in given for name in facts_of(rule.when))


def _with(others: Moves, move: Move) -> Moves:
    return _in_order((*others, move))


def _in_order(moves: Sequence[Move]) -> Moves:
    return tuple(sorted(moves, key=lambda move: move.fact))


def _same_way(one: Move, other: Move) -> bool:
    return (one.after - one.before) * (other.after - other.before) > 0
