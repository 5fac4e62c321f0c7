"""Random policies: the shipped one with rules of every stage and effect, over the facts known there."""

import datetime as dt
import random
from dataclasses import replace

from riskengine.features.feature import Unit
from riskengine.policy.condition import AllOf, AnyOf, Comparison, IsMissing, Not, Op
from riskengine.policy.rule import LAST_STAGE, Effect, Rule
from riskengine.policy.vocabulary import STAGES, standard_vocabulary
from riskengine.terms.decision import Action, OnMissing, Severity, Stage
from riskengine.terms.text import Text

# Facts of every kind, with constants near which something happens.
FACTS = {
    "pay_dpd_max": (10.0, 60.0, 90.0),
    "pay_overdue_ratio": (0.0, 0.25, 1.0),
    "pay_settled_count_all": (0.0, 6.0, 24.0),
    "sig_enforcement_count_365d": (1.0, 2.0),
    "fin_statement_age_days": (400.0, 730.0),
    "fin_equity": (-1.0, 0.0, 1e6),
    "fin_qualified_flag": (1.0,),
    "cus_exposure": (0.0, 50_000.0),
    "req_amount": (0.0, 100_000.0),
    "pd_12m": (0.005, 0.05),
    "pd_grade": (3.0, 5.0),
    "pd_to_prev": (1.0, 2.0),
    "ctx_exposure_share": (0.001, 1.0),
    "prev_grade": (4.0,),
    "in_default": (1.0,),
    "frozen": (1.0,),
    "refer": (1.0,),
    "grade": (2.0, 5.0, 8.0, 9.0),
    "grade_change": (-1.0, 2.0),
    "limit": (0.0, 20_000.0, 150_000.0),
    "limit_to_prev": (0.5, 1.0),
    "limit_to_current": (0.5, 1.0),
    "exposure_to_limit": (0.4, 1.1),
    "req_to_limit": (1.0,),
    "terms_days": (0.0, 30.0),
    "cus_country": ("DE", "IT"),
}
NUMBERS = (Op.LT, Op.LE, Op.GT, Op.GE, Op.EQ, Op.NE)


def random_policy(policy, seed, count=14):
    """`policy` with a random half of its rules, and `count` random ones."""
    chance = random.Random(seed)
    rules = {stage: [rule for rule in found if chance.random() < 0.5] for stage, found in policy.rules.items()}
    for place in range(count):
        stage = chance.choice(list(STAGES))
        rules[stage].append(_rule(f"RND-{stage.name[:3]}-{place:03d}", stage, chance))
    return replace(policy, rules={stage: tuple(sorted(found, key=lambda r: r.id)) for stage, found in rules.items()})


def _rule(rule_id, stage, chance):
    name = Text(rule_id, rule_id)
    when = _condition(stage, chance, 2)
    then = _effect(stage, chance)
    on_missing = chance.choice(list(OnMissing))
    return Rule(rule_id, name, stage, when, on_missing, then, name, "random", "tests", dt.date(2020, 1, 1))


def _condition(stage, chance, depth):
    kind = chance.random()
    if depth == 0 or kind < 0.4:
        return _leaf(stage, chance)
    if kind < 0.55:
        return Not(_condition(stage, chance, depth - 1))
    arms = tuple(_condition(stage, chance, depth - 1) for _ in range(chance.randint(2, 3)))
    return AllOf(arms) if kind < 0.8 else AnyOf(arms)


def _leaf(stage, chance):
    known = [n for n in FACTS if standard_vocabulary()[n].is_known_in(stage)]
    name = chance.choice(known)
    if chance.random() < 0.15:
        return IsMissing(name)
    if standard_vocabulary()[name].unit is Unit.CATEGORY:
        if chance.random() < 0.5:
            return Comparison(name, chance.choice((Op.IN, Op.NOT_IN)), tuple(FACTS[name]))
        return Comparison(name, chance.choice((Op.EQ, Op.NE)), chance.choice(FACTS[name]))
    if chance.random() < 0.1:
        return Comparison(name, chance.choice((Op.IN, Op.NOT_IN)), tuple(FACTS[name]))
    return Comparison(name, chance.choice(NUMBERS), chance.choice(FACTS[name]))


def _effect(stage, chance):
    parts = {
        "grade_cap": chance.randint(2, 9),
        "notch": chance.choice((-2, -1, 1, 2)),
        "limit_cap": chance.choice((0.0, 12_345.0, 40_000.0, 150_000.0)),
        "limit_factor": chance.choice((0.0, 0.3, 0.7)),
        "terms_cap_days": chance.choice((0, 5, 14, 31)),
        "terms_add_days": chance.choice((-10, 5, 20)),
        "severity": chance.choice(list(Severity)),
        "actions": (chance.choice(list(Action)),),
        "freeze": True,
        "refer": True,
        "in_default": True,
    }
    allowed = [p for p in parts if STAGES.index(stage) <= STAGES.index(LAST_STAGE.get(p, Stage.WARNINGS))]
    weights = [0.2 if p in ("freeze", "in_default") else 1.0 for p in allowed]
    chosen = chance.choices(allowed, weights, k=chance.randint(1, 2))
    return Effect(**{part: parts[part] for part in chosen})
