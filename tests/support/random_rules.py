"""Seeded random rules and hostile facts, for tests that compare the engines."""

import datetime as dt
import random
from itertools import pairwise

import numpy as np

from riskengine.policy.condition import AllOf, AnyOf, Comparison, Condition, IsMissing, Not, Op, leaves
from riskengine.policy.normal_form import TooManyAlternatives, alternatives
from riskengine.policy.rule import Effect, Rule
from riskengine.rules.facts import FactColumns
from riskengine.terms.decision import OnMissing, Stage
from riskengine.terms.text import Text

HOSTILE_NUMBERS = (
    *(0.0, -0.0, 1.0, 2.0, -1.0, 90.0, 1e-5, 5e-05, 9.999e-6, 0.1 + 0.2, 0.3, 1e16, 1e16 + 2, -1e16, 1e308, -1e308),
    *(
        5e-324,
        -5e-324,
        2.2250738585072014e-308,
        1.7976931348623157e308,
        2.0**53,
        2.0**53 - 1,
        2.0**63,
        2.0**64,
        1 / 3,
        0.1,
        123456789.125,
        1e-300,
        0.9999999999999999,
    ),
)
HOSTILE_TEXTS = (
    *("NO", "no", "CN", "", " ", "华东", "华东地区有限公司", "é", "e\u0301", '"', "\\", "a\nb", "\x00"),
    *("1", "true", "null", "f0", "$and", "😀", "x" * 1000, "'", "it's", "NaN", "x" * 999 + "y", "长" * 1000, "\ud800"),
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


def random_policy(seed: int) -> tuple[Rule, ...]:
    """Rules of every form a policy resolves to: by hand, rows of lookup tables, variants for segments."""
    chance = random.Random(f"policy {seed}")
    loose = [one for one in random_rules(seed, chance.randint(5, 40), depth=chance.randint(1, 4)) if _is_small(one)]
    tables = [one for number in range(chance.randint(1, 3)) for one in _table(chance, f"TAB-{number:03d}")]
    variants = [one for number in range(chance.randint(1, 3)) for one in _variants(chance, f"SEG-{number:03d}")]
    return (*loose, *tables, *variants)


def _is_small(one: Rule) -> bool:
    """Whether durable_rules takes it; a rule with too many alternatives is refused by name."""
    try:
        return bool(alternatives(one.when))
    except TooManyAlternatives:
        return False


def _table(chance: random.Random, table_id: str) -> list[Rule]:
    """Rows that cover one number and one text: ranges that meet, each text by itself and all others together."""
    bounds = sorted(chance.sample(HOSTILE_NUMBERS, chance.randint(1, 6)))
    number, text = chance.choice(NUMBER_FACTS), chance.choice(TEXT_FACTS)
    ranges = [_between(number, low, high) for low, high in pairwise((None, *bounds, None))]
    named = chance.sample(HOSTILE_TEXTS, chance.randint(1, 4))
    cells: list[Condition] = [Comparison(text, Op.EQ, one) for one in named]
    cells.append(Comparison(text, Op.NOT_IN, tuple(named)))
    rows = [AllOf((*held, cell)) for held in ranges for cell in cells]
    if chance.random() < 0.5:  # on_missing: hit, every row that is not ruled out applies
        rows = [AllOf(tuple(AnyOf((IsMissing(leaf.fact), leaf)) for leaf in row.arms)) for row in rows]
    return [rule(f"{table_id}#{place}", row, chance) for place, row in enumerate(rows, start=1)]


def _between(fact: str, low: float | None, high: float | None) -> tuple[Comparison, ...]:
    lower = () if low is None else (Comparison(fact, Op.GE, low),)
    return lower if high is None else (*lower, Comparison(fact, Op.LT, high))


def _variants(chance: random.Random, rule_id: str) -> list[Rule]:
    """One rule for each of two segments and in general; a guard makes exactly one possible for any customer."""
    text, number = chance.choice(TEXT_FACTS), chance.choice(NUMBER_FACTS)
    inside: Condition = Comparison(text, Op.IN, tuple(chance.sample(HOSTILE_TEXTS, 3)))
    known = Not(IsMissing(text))
    inside = AnyOf((IsMissing(text), inside)) if chance.random() < 0.5 else AllOf((known, inside))
    narrow = AllOf((inside, Comparison(chance.choice(FLAG_FACTS), Op.EQ, 1.0)))
    guards = {"": Not(inside), "@wide": AllOf((inside, Not(narrow))), "@narrow": narrow}
    return [
        rule(f"{rule_id}{part}", AllOf((guard, Comparison(number, Op.GE, chance.choice(HOSTILE_NUMBERS)))), chance)
        for part, guard in guards.items()
    ]


def facts_near(rules: tuple[Rule, ...], seed: int, count: int) -> FactColumns:
    """Hostile facts, half of the numbers a rule's own threshold or the float next to one."""
    facts, chance = hostile_facts(seed, count, missing=(seed % 5) / 10), np.random.default_rng(seed + 1)
    numbers = dict(facts.numbers)
    for name, constants in _thresholds(rules).items():
        exact = np.array(constants)
        with np.errstate(over="ignore"):  # the float next to the largest one is infinite, and left out
            near = np.concatenate([exact, np.nextafter(exact, np.inf), np.nextafter(exact, -np.inf)])
        near = near[np.isfinite(near)]
        moved = (chance.random(count) < 0.5) & ~np.isnan(numbers[name])
        numbers[name] = np.where(moved, chance.choice(near, count), numbers[name])
    return FactColumns(count, numbers, facts.texts)


def _thresholds(rules: tuple[Rule, ...]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for leaf in (leaf for one in rules for leaf in leaves(one.when)):
        if isinstance(leaf, Comparison):
            operand = leaf.operand if isinstance(leaf.operand, tuple) else (leaf.operand,)
            found.setdefault(leaf.fact, []).extend(value for value in operand if isinstance(value, float))
    return {name: values for name, values in found.items() if values}


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
