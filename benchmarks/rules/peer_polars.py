"""The peer for whole portfolios: one polars expression a rule, as a person would write it.

A comparison with null is null in polars, and `&`, `|` and `~` are Kleene's, so a nullable Boolean says the same three
things as our outcomes: true is hit, false is no_hit, null is missing.
"""

import operator
from functools import reduce

import numpy as np
import polars as pl

from riskengine.policy.condition import AllOf, AnyOf, Comparison, Condition, IsMissing, Not, Op
from riskengine.policy.rule import Rule
from riskengine.rules.outcomes import HIT, MISSING, NO_HIT, Int8Array

HOW = ("in memory", "streaming")  # streaming works in morsels that stay in the cache
COMPARE = {
    Op.LT: operator.lt,
    Op.LE: operator.le,
    Op.GT: operator.gt,
    Op.GE: operator.ge,
    Op.EQ: operator.eq,
    Op.NE: operator.ne,
    Op.IN: lambda fact, members: fact.is_in(list(members)),
    Op.NOT_IN: lambda fact, members: ~fact.is_in(list(members)),
}


def written(when: Condition) -> pl.Expr:
    match when:
        case AllOf(arms):
            return reduce(operator.and_, map(written, arms))
        case AnyOf(arms):
            return reduce(operator.or_, map(written, arms))
        case Not(arm):
            return ~written(arm)
        case IsMissing(fact):
            return pl.col(fact).is_null()
        case Comparison(fact, op, operand):
            return COMPARE[op](pl.col(fact), operand)


def write(rules: tuple[Rule, ...]) -> list[pl.Expr]:
    return [written(rule.when).alias(rule.id) for rule in rules]


def evaluate(customers: pl.DataFrame, expressions: list[pl.Expr], how: str) -> pl.DataFrame:
    """One nullable Boolean column a rule; the lazy plan computes what expressions share once."""
    engine = "streaming" if how == "streaming" else "in-memory"
    return customers.lazy().select(expressions).collect(engine=engine)


def as_codes(said: pl.Series) -> Int8Array:
    """In our codes, to compare; not part of the time."""
    values = said.cast(pl.Int8).fill_null(int(MISSING)).to_numpy()
    return np.where(values == MISSING, MISSING, np.where(values == 1, HIT, NO_HIT))
