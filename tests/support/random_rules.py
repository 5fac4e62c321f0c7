"""Seeded random rules and hostile facts, for tests that compare the engines."""

import datetime as dt
import random

import numpy as np

from riskengine.policy.condition import AllOf, AnyOf, Comparison, Condition, IsMissing, Not, Op
from riskengine.policy.rule import Effect, Rule
from riskengine.rules.facts import FactColumns
from riskengine.terms.decision import OnMissing, Stage
from riskengine.terms.text import Text

HOSTILE_NUMBERS = (
    *(0.0, -0.0, 1.0, 2.0, -1.0, 90.0, 1e-5, 5e-05, 9.999e-6, 0.1 + 0.2, 0.3, 1e16, 1e16 + 2, -1e16, 1e308, -1e308),
    *(5e-324, 2.0**53, 2.0**53 - 1, 2.0**63, 2.0**64, 1 / 3, 0.1, 123456789.125, 1e-300, 0.9999999999999999),
)
HOSTILE_TEXTS = (
    *("NO", "no", "CN", "", " ", "华东", "华东地区有限公司", "é", "e\u0301", '"', "\\", "a\nb", "\x00"),
    *("1", "true", "null", "f0", "$and", "😀", "x" * 1000),
)
NUMBER_FACTS = tuple(f"number_{place}" for place in range(12))
TEXT_FACTS = tuple(f"text_{place}" for place in range(4))
FLAG_FACTS = ("flag_0", "flag_1")


def random_rules(seed: int, count: int, *, depth: int = 3) -> tuple[Rule, ...]:
    chance = random.Random(seed)
    return tuple(rule(f"RND-{place:04d}", _condition(chance, depth), chance) for place in range(count))


def rule(rule_id: str, when: Condition, chance: random.Random | None = None, then: Effect | None = None) -> Rule:
    on_missing = OnMissing.NO_HIT if chance is None else chance.choice(list(OnMissing))
    name = Text(rule_id, rule_id)
    start = dt.date(2020, 1, 1)
    return Rule(rule_id, name, Stage.WARNINGS, when, on_missing, then or Effect(), name, "random", "tests", start)


def hostile_facts(seed: int, count: int, *, missing: float = 0.25) -> FactColumns:
    chance = np.random.default_rng(seed)
    numbers = {name: chance.choice(np.array(HOSTILE_NUMBERS), count) for name in NUMBER_FACTS}
    numbers |= {name: chance.integers(0, 2, count).astype(np.float64) for name in FLAG_FACTS}
    texts = {name: chance.choice(np.array(HOSTILE_TEXTS, dtype=object), count) for name in TEXT_FACTS}
    for values in numbers.values():
        values[chance.random(count) < missing] = np.nan
    for values in texts.values():
        values[chance.random(count) < missing] = None
    return FactColumns(count, numbers, texts)


def _condition(chance: random.Random, depth: int) -> Condition:
    kind = chance.random()
    if depth == 0 or kind < 0.35:
        return _leaf(chance)
    if kind < 0.5:
        return Not(_condition(chance, depth - 1))
    arms = tuple(_condition(chance, depth - 1) for _ in range(chance.randint(1, 3)))
    return AllOf(arms) if kind < 0.75 else AnyOf(arms)


def _leaf(chance: random.Random) -> Condition:
    kind = chance.random()
    if kind < 0.15:
        return IsMissing(chance.choice((*NUMBER_FACTS, *TEXT_FACTS, *FLAG_FACTS)))
    if kind < 0.3:
        return Comparison(chance.choice(TEXT_FACTS), chance.choice((Op.EQ, Op.NE)), chance.choice(HOSTILE_TEXTS))
    if kind < 0.4:
        texts = tuple(chance.sample(HOSTILE_TEXTS, chance.randint(1, 5)))
        return Comparison(chance.choice(TEXT_FACTS), chance.choice((Op.IN, Op.NOT_IN)), texts)
    if kind < 0.5:
        numbers = tuple(chance.sample(HOSTILE_NUMBERS, chance.randint(1, 5)))
        return Comparison(chance.choice(NUMBER_FACTS), chance.choice((Op.IN, Op.NOT_IN)), numbers)
    if kind < 0.55:
        return Comparison(chance.choice(FLAG_FACTS), Op.EQ, float(chance.randint(0, 1)))
    op = chance.choice((Op.LT, Op.LE, Op.GT, Op.GE, Op.EQ, Op.NE))
    return Comparison(chance.choice(NUMBER_FACTS), op, chance.choice(HOSTILE_NUMBERS))
