"""Rules of the kind credit policies hold, any number of them over the same 40 facts; seeded, so the same every time.

Of ten rules one is a single comparison, four compare two facts and two three, one has an `any` inside an `all`, one a
`not` and one a guard with `is missing`. Thresholds lie where between 2 and 60 % of the customers reach them.
"""

import datetime as dt
import random
from collections.abc import Callable

from customers import NUMBERS, TEXTS

from riskengine.policy.condition import AllOf, AnyOf, Comparison, Condition, IsMissing, Not, Op
from riskengine.policy.rule import Effect, Rule
from riskengine.terms.decision import OnMissing, Stage
from riskengine.terms.text import Text

ORDERINGS = (Op.GE, Op.GE, Op.GE, Op.GT, Op.LT, Op.LE)


def make_rules(count: int, seed: int = 7) -> tuple[Rule, ...]:
    chance = random.Random(f"{count} {seed}")
    shapes = [SHAPES[place % len(SHAPES)] for place in range(count)]
    return tuple(_rule(f"BEN-{place:03d}", shape(chance)) for place, shape in enumerate(shapes))


def _rule(rule_id: str, when: Condition) -> Rule:
    name = Text(rule_id, rule_id)
    start = dt.date(2020, 1, 1)
    return Rule(rule_id, name, Stage.WARNINGS, when, OnMissing.NO_HIT, Effect(), name, "bench", "bench", start)


def _number(chance: random.Random) -> Comparison:
    fact = chance.choice(NUMBERS)
    op = chance.choice(ORDERINGS)
    share = chance.uniform(0.02, 0.6)
    return Comparison(fact.name, op, fact.threshold(1.0 - share if op in (Op.GE, Op.GT) else share))


def _text(chance: random.Random) -> Comparison:
    fact = chance.choice(TEXTS)
    if chance.random() < 0.4:
        members = tuple(sorted(chance.sample(fact.values, 3)))
        return Comparison(fact.name, chance.choice((Op.IN, Op.NOT_IN)), members)
    return Comparison(fact.name, chance.choice((Op.EQ, Op.NE)), chance.choice(fact.values))


def _leaf(chance: random.Random) -> Comparison:
    return _text(chance) if chance.random() < 0.15 else _number(chance)


def _all_of(count: int) -> Callable[[random.Random], Condition]:
    return lambda chance: AllOf(tuple(_leaf(chance) for _ in range(count)))


def _any_inside(chance: random.Random) -> Condition:
    return AllOf((_leaf(chance), AnyOf((_leaf(chance), _leaf(chance)))))


def _not_inside(chance: random.Random) -> Condition:
    return AllOf((_leaf(chance), Not(AllOf((_number(chance), _number(chance))))))


def _guard(chance: random.Random) -> Condition:
    fact = _number(chance)
    return AllOf((AnyOf((IsMissing(fact.fact), fact)), _leaf(chance)))


SHAPES: tuple[Callable[[random.Random], Condition], ...] = (
    *(_number, _all_of(2), _all_of(3), _any_inside, _all_of(2)),
    *(_not_inside, _all_of(2), _guard, _all_of(3), _all_of(2)),
)
