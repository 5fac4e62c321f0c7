"""The policy in force as plain data, which is all the peer gets of it: parameters resolved, nothing computed."""

from dataclasses import asdict
from typing import Any

from riskengine.policy.bundle import Policy
from riskengine.policy.condition import AllOf, AnyOf, Comparison, Condition, IsMissing, Not
from riskengine.policy.rule import Rule
from riskengine.terms.decision import RATING_STAGES, Action, Stage, Subject


def policy_as_data(policy: Policy) -> dict[str, Any]:
    """Rules by stage, the master scale, the limit and terms policies, and the patterns of events as JSON."""
    return {
        "rules": {stage.value: [_rule(rule) for rule in _of_customers(policy, stage)] for stage in RATING_STAGES},
        "grades": [asdict(grade) for grade in (*policy.master_scale.grades, policy.master_scale.default)],
        "limit": policy.limit.model_dump(mode="json"),
        "terms": policy.terms.model_dump(mode="json"),
        "actions": [action.value for action in Action],
        "windows": [asdict(window) for window in policy.windows],
    }


def _of_customers(policy: Policy, stage: Stage) -> list[Rule]:
    """What is said of whole industries decides nothing of a customer."""
    return [rule for rule in policy.rules[stage] if rule.subject is Subject.CUSTOMER]


def _rule(rule: Rule) -> dict[str, Any]:
    then = asdict(rule.then)
    del then["order"]  # no part of a rating
    then["actions"] = [action.value for action in rule.then.actions]
    then["severity"] = 0 if rule.then.severity is None else int(rule.then.severity)
    return {
        "id": rule.id,
        "name": asdict(rule.name),
        "when": _condition(rule.when),
        "on_missing": rule.on_missing.value,
        "then": then,
    }


def _condition(condition: Condition) -> Any:
    match condition:
        case AllOf(arms):
            return {"all": [_condition(arm) for arm in arms]}
        case AnyOf(arms):
            return {"any": [_condition(arm) for arm in arms]}
        case Not(arm):
            return {"not": _condition(arm)}
        case IsMissing(fact):
            return [fact, "missing", None]
        case Comparison(fact, op, operand):
            return [fact, op.value, operand]
