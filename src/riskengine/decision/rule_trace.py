"""What every rule said about one customer, leaf by leaf: the value beside the threshold, and how far apart they are."""

from collections.abc import Mapping
from dataclasses import dataclass

from riskengine.decision.agreed_reasons import exclusions_for
from riskengine.decision.ratings import Ratings
from riskengine.decision.reasons import made_a_difference, rule_text
from riskengine.policy.checks.stand_ins import Value
from riskengine.policy.condition import Comparison, Leaf, leaves, truth
from riskengine.policy.exception import Exclusion
from riskengine.policy.rule import Rule
from riskengine.terms.decision import Outcome
from riskengine.terms.text import Text

ParameterNames = Mapping[tuple[str, Leaf], str]  # (rule id, leaf) -> the parameter its threshold is


@dataclass(frozen=True, slots=True)
class LeafTrace:
    """`holds` None: the fact is missing. `distance`: value less threshold, in the unit of the fact; None where the
    leaf compares no numbers or the value is missing.
    """

    leaf: Leaf
    value: Value
    holds: bool | None
    distance: float | None
    parameter: str | None


@dataclass(frozen=True, slots=True)
class RuleTrace:
    """`applied`: the effects count. `referred`: a person decides because facts are missing. `missing`: the facts for
    want of which the condition is unknown. `exclusion`: why it is snoozed.
    """

    rule: Rule
    outcome: Outcome
    applied: bool
    referred: bool
    made_a_difference: bool
    leaves: tuple[LeafTrace, ...]
    missing: tuple[str, ...]
    exclusion: Exclusion | None
    text: Text


def trace_rules(ratings: Ratings, row: int, parameters: ParameterNames | None = None) -> tuple[RuleTrace, ...]:
    """Every rule in force, stage by stage. `parameters` names the thresholds that are parameters."""
    record = ratings.facts.record(row)
    names = {} if parameters is None else parameters
    return tuple(_trace(rule, ratings, row, record, names) for rule in ratings.policy.all_rules)


def _trace(
    rule: Rule, ratings: Ratings, row: int, record: Mapping[str, Value], parameters: ParameterNames
) -> RuleTrace:
    outcome = ratings.outcomes.of(rule.id, row)
    applied = bool(ratings.effects.applied[rule.id][row])
    found = tuple(_leaf(rule, leaf, record, parameters) for leaf in dict.fromkeys(leaves(rule.when)))
    unknown = (leaf.leaf.fact for leaf in found if leaf.holds is None)
    return RuleTrace(
        rule=rule,
        outcome=outcome,
        applied=applied,
        referred=bool(ratings.effects.referred[rule.id][row]),
        made_a_difference=applied and made_a_difference(rule, ratings, row),
        leaves=found,
        missing=tuple(dict.fromkeys(unknown)) if truth(rule.when, record) is None else (),
        exclusion=_exclusion(rule, ratings, row) if outcome is Outcome.SNOOZED else None,
        text=rule_text(rule, ratings, row),
    )


def _leaf(rule: Rule, leaf: Leaf, record: Mapping[str, Value], parameters: ParameterNames) -> LeafTrace:
    value = record.get(leaf.fact)
    distance = None
    if isinstance(leaf, Comparison) and isinstance(value, float) and isinstance(leaf.operand, float | int):
        distance = value - float(leaf.operand)
    return LeafTrace(leaf, value, truth(leaf, record), distance, parameters.get((rule.id, leaf)))


def _exclusion(rule: Rule, ratings: Ratings, row: int) -> Exclusion | None:
    return next((one for one in exclusions_for(ratings, row) if one.rule_id == rule.base_id), None)
