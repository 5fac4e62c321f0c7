"""One decision step by step, so that two of them can be read side by side."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from riskengine.decision.arrays import NONE, Floats
from riskengine.decision.ratings import Ratings
from riskengine.decision.reasons import rule_text
from riskengine.portfolio.trial.side_by_side import Side
from riskengine.terms.decision import Action, Severity, Stage, Status
from riskengine.terms.limit import Binding
from riskengine.terms.text import Text


@dataclass(frozen=True, slots=True)
class TracedRule:
    id: str
    stage: Stage
    text: Text  # the rule's reason with the customer's own numbers
    severity: Severity | None


@dataclass(frozen=True, slots=True)
class DecisionTrace:
    """Amounts are units of the reporting currency; None is unknown, not set, or that no rule said so. Grade 9 is D."""

    status: Status
    pd_12m: float | None
    pd_grade: int | None
    grade_cap: int | None
    notch: int
    final_grade: int | None
    need: float | None
    capacity: float | None
    policy_cap: float | None
    concentration_cap: float | None
    grade_factor: float | None
    temporary_limit: float | None
    before_rules: float | None
    rule_factor: float | None
    rule_cap: float | None
    limit: float | None
    binding: Binding | None
    terms_days: int | None
    terms_longest_days: int | None
    frozen: bool
    refer: bool
    actions: tuple[Action, ...]
    rules: tuple[TracedRule, ...]  # those that applied, in the order of the stages


@dataclass(frozen=True, slots=True)
class Mover:
    """One customer on one date on whom two policies decide differently. `row` is its row of movers.parquet."""

    row: Mapping[str, Any]
    traces: Mapping[Side, DecisionTrace]


def trace_decision(ratings: Ratings, row: int) -> DecisionTrace:
    """Every step of one customer's decision."""
    grades, limits, terms = ratings.grades, ratings.limits, ratings.terms
    cap = int(grades.cap[row])
    factor = float(limits.rule_factor[row])
    binding = int(limits.binding[row])
    return DecisionTrace(
        status=ratings.status_of(row),
        pd_12m=_number(ratings.predictions.pd_12m, row),
        pd_grade=_whole(grades.pd, row),
        grade_cap=cap if cap > 1 else None,
        notch=int(grades.notch[row]),
        final_grade=_whole(grades.final, row),
        need=_number(limits.constraints.need, row),
        capacity=_number(limits.constraints.capacity, row),
        policy_cap=_number(limits.constraints.policy_cap, row),
        concentration_cap=_number(limits.constraints.concentration_cap, row),
        grade_factor=_number(limits.factor, row),
        temporary_limit=_number(limits.temporary, row),
        before_rules=_number(limits.before_rules, row),
        rule_factor=factor if factor < 1 else None,
        rule_cap=_number(limits.rule_cap, row),
        limit=_number(limits.limit, row),
        binding=None if binding == NONE else tuple(Binding)[binding],
        terms_days=_whole(terms.days, row),
        terms_longest_days=_whole(terms.longest, row),
        frozen=bool(ratings.frozen[row]),
        refer=bool(ratings.effects.refer[row]),
        actions=ratings.effects.actions_of(row),
        rules=tuple(
            TracedRule(rule.id, rule.stage, rule_text(rule, ratings, row), rule.then.severity)
            for rule in ratings.policy.all_rules
            if ratings.effects.applied[rule.id][row]
        ),
    )


def rules_apart(one: DecisionTrace, other: DecisionTrace) -> tuple[tuple[TracedRule, ...], tuple[TracedRule, ...]]:
    """The rules that applied in one trace and not in the other, each way round."""
    ids = ({rule.id for rule in one.rules}, {rule.id for rule in other.rules})
    return (
        tuple(rule for rule in one.rules if rule.id not in ids[1]),
        tuple(rule for rule in other.rules if rule.id not in ids[0]),
    )


def _number(values: Floats, row: int) -> float | None:
    value = float(values[row])
    return value if np.isfinite(value) else None


def _whole(values: Floats, row: int) -> int | None:
    value = _number(values, row)
    return None if value is None else int(value)
