"""Random customers for a policy: values near and on the thresholds of its rules, ranges of the facts, and gaps."""

import numpy as np

from riskengine.features.feature import Unit
from riskengine.policy.bundle import Policy
from riskengine.policy.condition import Comparison, leaves
from riskengine.policy.vocabulary import Fact, Vocabulary
from riskengine.rules.facts import FactColumns, FloatArray, TextArray

ODD_NUMBERS = (0.0, 1e-5, 5e-05, 0.1 + 0.2, 1e16, 1.0, 123456.785)
ODD_TEXTS = ("华东", "", "NO", "e\u0301", "不存在的行业")


def random_customers(policy: Policy, vocabulary: Vocabulary, count: int, seed: int) -> FactColumns:
    """`count` customers with every fact that a rule of the policy names; a third to a twentieth of each is missing."""
    chance = np.random.default_rng(seed)
    constants = _constants(policy)
    numbers: dict[str, FloatArray] = {}
    texts: dict[str, TextArray] = {}
    for name, found in sorted(constants.items()):
        gaps = chance.random(count) < chance.uniform(0.05, 0.35)
        if vocabulary[name].is_text:
            pool = np.array([*sorted(str(c) for c in found), *ODD_TEXTS], dtype=object)
            texts[name] = chance.choice(pool, count)
            texts[name][gaps] = None
        else:
            values = _numbers(chance, vocabulary[name], [float(c) for c in found], count)
            numbers[name] = np.where(gaps, np.nan, values)
    return FactColumns(count, numbers, texts)


def _constants(policy: Policy) -> dict[str, set[float | str]]:
    found: dict[str, set[float | str]] = {}
    for rule in policy.all_rules:
        for leaf in leaves(rule.when):
            known = found.setdefault(leaf.fact, set())
            if isinstance(leaf, Comparison):
                operand = leaf.operand if isinstance(leaf.operand, tuple) else (leaf.operand,)
                known.update(member for member in operand if isinstance(member, float | int | str))
    return found


def _numbers(chance: np.random.Generator, fact: Fact, constants: list[float], count: int) -> FloatArray:
    if fact.unit is Unit.FLAG:
        return chance.integers(0, 2, count).astype(np.float64)
    exact = np.array([*constants, *ODD_NUMBERS])
    near = np.concatenate([exact, np.nextafter(exact, np.inf), np.nextafter(exact, -np.inf)])
    spread = max((abs(c) for c in constants), default=1.0) or 1.0
    anywhere = chance.normal(0.0, 2.0 * spread, count)
    values = np.where(chance.random(count) < 0.5, chance.choice(near, count), anywhere)
    return np.clip(
        values, fact.low if fact.low is not None else -np.inf, fact.high if fact.high is not None else np.inf
    )
