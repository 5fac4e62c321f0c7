"""An explanation for people and for machines."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from riskengine.decision.canonical import number_or_null
from riskengine.decision.nearest.case import Move
from riskengine.decision.nearest.find import Nearest, PaidWay, Way
from riskengine.decision.ratings import Ratings
from riskengine.decision.rule_trace import LeafTrace, RuleTrace
from riskengine.decision.words import write_grade
from riskengine.policy.difference.rule import effect_parts
from riskengine.policy.vocabulary import Vocabulary
from riskengine.policy.window_reader import known_in
from riskengine.reports.explanation.page import explanation_page
from riskengine.reports.explanation.text import explanation_lines
from riskengine.terms.text import LANGUAGES, Language
from riskengine.workflows.explain.explain_customer import Explanation


def lines_of(
    explanation: Explanation, language: Language, *, brief: bool = False, vocabulary: Vocabulary | None = None
) -> Iterator[str]:
    """Plain lines; a line that begins with `# ` heads what follows."""
    return explanation_lines(
        explanation.certificate,
        explanation.ratings,
        explanation.traces,
        explanation.nearest,
        explanation.payments,
        name=explanation.name,
        currency=explanation.reporting_currency,
        inputs=explanation.model_inputs,
        vocabulary=known_in(explanation.ratings.policy) if vocabulary is None else vocabulary,
        language=language,
        brief=brief,
    )


def page_of(explanation: Explanation) -> str:
    """One HTML document in both languages."""
    return explanation_page({language: lines_of(explanation, language) for language in LANGUAGES})


def explanation_as_json(explanation: Explanation) -> dict[str, Any]:
    """The certificate, every rule leaf by leaf, and the nearest changes."""
    return {
        "name": explanation.name,
        "reporting_currency": explanation.reporting_currency,
        "certificate": dict(explanation.certificate),
        "trace": [_trace(trace) for trace in explanation.traces],
        "nearest": [_nearest(found, explanation) for found in explanation.nearest],
    }


def _trace(trace: RuleTrace) -> dict[str, Any]:
    rule = trace.rule
    return {
        "rule": rule.id,
        "stage": rule.stage.value,
        "name": asdict(rule.name),
        "part": None if rule.part is None else asdict(rule.part),
        "outcome": trace.outcome.value,
        "applied": trace.applied,
        "referred": trace.referred,
        "made_a_difference": trace.made_a_difference,
        "on_missing": rule.on_missing.value,
        "missing": list(trace.missing),
        "when": str(rule.when),
        "leaves": [_leaf(leaf) for leaf in trace.leaves],
        "then": {name: _plain(value) for name, value in effect_parts(rule.then).items()},
        "snoozed": None if trace.exclusion is None else _dated(asdict(trace.exclusion)),
    }


def _leaf(trace: LeafTrace) -> dict[str, Any]:
    return {
        "leaf": str(trace.leaf),
        "fact": trace.leaf.fact,
        "value": trace.value,
        "holds": trace.holds,
        "distance": trace.distance,
        "parameter": trace.parameter,
    }


def _nearest(found: Nearest, explanation: Explanation) -> dict[str, Any]:
    goal = found.goal
    return {
        "goal": goal.kind.value,
        "grade": None if goal.grade is None else write_grade(goal.grade),
        "rule": None if goal.rule is None else goal.rule.id,
        "blockers": [rule.id for rule in found.blockers],
        "payments": [_paid(way, explanation) for way in explanation.payments if way.goal == goal],
        "ways": [_way(way, explanation) for way in found.ways],
    }


def _paid(way: PaidWay, explanation: Explanation) -> dict[str, Any]:
    return {
        "invoices": way.count,
        "overdue": way.overdue,
        "amount": way.amount,
        **_result(way.ratings, explanation, frozenset()),
    }


def _way(way: Way, explanation: Explanation) -> dict[str, Any]:
    moved = frozenset(move.fact for move in way.moves)
    return {"moves": [_move(move) for move in way.moves], **_result(way.ratings, explanation, moved)}


def _move(move: Move) -> dict[str, Any]:
    low, high = move.bounds.low, move.bounds.high
    return {
        "fact": move.fact,
        "from": move.before,
        "to": move.after,
        "range": {
            "low": None if low == float("-inf") else low,
            "low_included": move.bounds.low_included,
            "high": None if high == float("inf") else high,
            "high_included": move.bounds.high_included,
        },
    }


def _result(ratings: Ratings, explanation: Explanation, moved: frozenset[str]) -> dict[str, Any]:
    before, after = explanation.ratings.facts.record(0), ratings.facts.record(0)
    follows = {name: [old, after[name]] for name, old in before.items() if name not in moved and old != after.get(name)}
    changed = [name for name in explanation.model_inputs if before.get(name) != after.get(name)]
    grade, applied = ratings.grades.final[0], ratings.effects.applied
    return {
        "follows": follows,
        "model_asked_again": bool(changed),
        "pd_12m": number_or_null(ratings.predictions.pd_12m[0]),
        "grade": None if number_or_null(grade) is None else write_grade(float(grade)),
        "limit": number_or_null(ratings.limits.limit[0]),
        "terms_days": number_or_null(ratings.terms.days[0]),
        "frozen": bool(ratings.frozen[0]),
        "lifts": [r for r, mask in explanation.ratings.effects.applied.items() if mask[0] and not applied[r][0]],
    }


def _plain(value: Any) -> Any:  # noqa: ANN401 - a part of an effect
    if isinstance(value, tuple):
        return [_plain(member) for member in value]
    return getattr(value, "word", value)


def _dated(parts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: v.isoformat() if isinstance(v, date) else v for name, v in parts.items()}
