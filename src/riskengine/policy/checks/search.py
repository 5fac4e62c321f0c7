"""Find a customer of whom conditions say what is wanted, or know that there can be none.

The values that stand for all (see `stand_ins`) make the question finite. What conditions can still say is computed with
sets of truth values, which rules out most values before any is tried; only what is left open is tried one by one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from riskengine.policy.checks.stand_ins import Value, constants_of, stand_ins
from riskengine.policy.condition import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    IsMissing,
    Leaf,
    Not,
    facts_of,
    leaves,
    truth,
)
from riskengine.policy.vocabulary import Fact

MAX_STEPS = 200_000  # looks at a leaf; a fraction of a second

# Sets of truth values, as bits.
TRUE, FALSE, UNKNOWN = 1, 2, 4
ANY = TRUE | FALSE | UNKNOWN
_BIT = {True: TRUE, False: FALSE, None: UNKNOWN}

Domains = dict[str, tuple[Value, ...]]
Example = tuple[tuple[str, Value], ...]


class Undecided(ValueError):  # noqa: N818 - says what happened, and is caught, never shown as it is
    """The search was given up after MAX_STEPS steps."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What a condition must say: a set of truth values."""

    condition: Condition
    wanted: int


class World:
    """What can be known of a customer, and what is false of none (`always`)."""

    def __init__(self, facts: Mapping[str, Fact], always: Sequence[Condition] = ()) -> None:
        self._facts = facts
        self._constants = constants_of(always)
        asked = {leaf.fact for condition in always for leaf in leaves(condition) if isinstance(leaf, IsMissing)}
        self._silent = {name for name in self._constants if facts[name].can_be_missing and name not in asked}
        self._always = tuple((Goal(c, TRUE | UNKNOWN), self._silent & _excuses(c)) for c in always)

    def find(self, goals: Sequence[Goal]) -> dict[str, Value] | None:
        """A customer who meets every goal; None if there can be none. What is not named is missing or does not matter.

        A missing fact makes no condition false that a known one would not, unless it is asked whether it is missing. So
        facts that only `always` names need not be known, and conditions that a missing fact excuses need not be asked.

        Raises Undecided.
        """
        constants = constants_of(goal.condition for goal in goals)
        own = set(constants)
        binding = [goal for goal, excuses in self._always if excuses <= own]
        for name in {leaf.fact for goal in binding for leaf in leaves(goal.condition)} | own:
            constants[name] = constants.get(name, frozenset()) | self._constants.get(name, frozenset())
        domains: Domains = {
            name: (None,) if name in self._silent and name not in own else stand_ins(self._facts[name], named)
            for name, named in sorted(constants.items())
        }
        if binding and _Search().run(goals, domains) is None:  # most are ruled out without what follows from what
            return None
        found = _Search().run((*goals, *binding), domains)
        if found is None:
            return None
        return {name: value for name, value in found.items() if name in own or value is not None}


def _excuses(condition: Condition) -> set[str]:
    """Facts without any one of which a condition is not false."""
    match condition:
        case AnyOf(arms):
            return {name for arm in arms for name in _excuses(arm)}
        case Comparison(fact):
            return {fact}
        case _:
            return set()


def find_customer(goals: Sequence[Goal], facts: Mapping[str, Fact]) -> dict[str, Value] | None:
    """A customer for whom every goal holds; None if there can be none. Raises Undecided.

    >>> from riskengine.policy.leaf import parse_leaf
    >>> from riskengine.policy.vocabulary import standard_vocabulary
    >>> late, early = parse_leaf("pay_dpd_max >= 60"), parse_leaf("pay_dpd_max < 15")
    >>> find_customer([Goal(late, TRUE), Goal(early, FALSE)], standard_vocabulary())
    {'pay_dpd_max': 60.0}
    >>> find_customer([Goal(late, TRUE), Goal(early, TRUE)], standard_vocabulary()) is None
    True
    """
    return World(facts).find(goals)


def said_of(condition: Condition, customer: Mapping[str, Value]) -> int:
    """What a condition says of one customer, as a set of one truth value."""
    return _BIT[truth(condition, customer)]


@dataclass(slots=True)
class _Search:
    steps: int = 0
    _said: dict[tuple[Leaf, Value], int] = field(default_factory=dict)

    def run(self, goals: Sequence[Goal], domains: Domains) -> dict[str, Value] | None:
        narrowed = self._narrow(goals, domains)
        if narrowed is None:
            return None
        left = [goal for goal in goals if self._can_say(goal.condition, narrowed) & ~goal.wanted]
        if not left:
            return {fact: values[0] for fact, values in narrowed.items()}
        name = self._open_fact(left, narrowed)
        for value in narrowed[name]:
            found = self.run(left, {**narrowed, name: (value,)})
            if found is not None:
                return found
        return None

    def _narrow(self, goals: Sequence[Goal], domains: Domains) -> Domains | None:
        """Without values that no goal leaves possible; None if one goal cannot be met any more."""
        while True:
            narrowed = dict(domains)
            for goal in goals:
                if not self._force(goal.condition, goal.wanted, narrowed):
                    return None
            if narrowed == domains:
                return narrowed
            domains = narrowed

    def _open_fact(self, goals: Sequence[Goal], domains: Domains) -> str:
        """The fact to try next: of those on which it still depends whether goals are met, one with few values."""
        names = {n for goal in goals for n in facts_of(goal.condition) if len(domains[n]) > 1}
        return min(names, key=lambda name: (len(domains[name]), name))

    def _force(self, condition: Condition, wanted: int, domains: Domains) -> bool:
        """Drop values with which `condition` cannot say what is wanted. False if none are left."""
        can = self._can_say(condition, domains)
        if not can & wanted:
            return False
        if not can & ~wanted:
            return True
        match condition:
            case Not(arm):
                return self._force(arm, _swapped(wanted), domains)
            case AllOf(arms):
                return self._force_arms(arms, wanted, domains, weak=FALSE, strong=TRUE)
            case AnyOf(arms):
                return self._force_arms(arms, wanted, domains, weak=TRUE, strong=FALSE)
            case _:
                kept = tuple(value for value in domains[condition.fact] if self._says(condition, value) & wanted)
                domains[condition.fact] = kept
                return bool(kept)

    def _force_arms(
        self, arms: tuple[Condition, ...], wanted: int, domains: Domains, *, weak: int, strong: int
    ) -> bool:
        """One weak arm decides alone (a false one in `all`); so without it, no arm may be weak, and if only one arm can
        still be weak and that is wanted, it must."""
        if not wanted & weak:
            allowed = strong if not wanted & UNKNOWN else strong | UNKNOWN
            return all(self._force(arm, allowed, domains) for arm in arms)
        if wanted == weak:
            able = [arm for arm in arms if self._can_say(arm, domains) & weak]
            return self._force(able[0], weak, domains) if len(able) == 1 else True
        return True

    def _can_say(self, condition: Condition, domains: Domains) -> int:
        match condition:
            case Not(arm):
                return _swapped(self._can_say(arm, domains))
            case AllOf(arms):
                return _joined([self._can_say(arm, domains) for arm in arms], weak=FALSE, strong=TRUE)
            case AnyOf(arms):
                return _joined([self._can_say(arm, domains) for arm in arms], weak=TRUE, strong=FALSE)
            case _:
                self.steps += 1
                if self.steps > MAX_STEPS:
                    raise Undecided(str(MAX_STEPS))
                said = 0
                for value in domains[condition.fact]:
                    said |= self._says(condition, value)
                return said

    def _says(self, leaf: Leaf, value: Value) -> int:
        key = (leaf, value)
        found = self._said.get(key)
        if found is None:
            found = self._said[key] = _BIT[truth(leaf, {leaf.fact: value})]
        return found


def _swapped(said: int) -> int:
    return (said & UNKNOWN) | (TRUE if said & FALSE else 0) | (FALSE if said & TRUE else 0)


def _joined(arms: list[int], *, weak: int, strong: int) -> int:
    said = 0
    if any(arm & weak for arm in arms):
        said |= weak
    if all(arm & strong for arm in arms):
        said |= strong
    if all(arm & (strong | UNKNOWN) for arm in arms) and any(arm & UNKNOWN for arm in arms):
        said |= UNKNOWN
    return said
