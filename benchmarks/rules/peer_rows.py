"""The peers for one customer at a time: zen-engine, rule-engine, json-logic, and durable_rules through its own host.

None of them knows "unknown": they say hit or not. Every comparison is therefore guarded against a missing value (`not`
is pushed to the leaves first), which is how their users write it; they do less than our engines do.

Each peer is a function from rules to a function from a record (a mapping, missing facts None) to the ids that hit.
"""

import json
from collections.abc import Callable, Mapping

import rule_engine
import zen
from durable.engine import Host, MessageNotHandledException
from json_logic import jsonLogic

from riskengine.policy.condition import AllOf, AnyOf, Comparison, Condition, IsMissing, Not, Op
from riskengine.policy.normal_form import alternatives, pushed
from riskengine.policy.rule import Rule

Record = Mapping[str, float | str | None]
Decide = Callable[[Record], set[str]]


def load_zen(rules: tuple[Rule, ...]) -> Decide:
    """A decision with an expression for each rule, which is how rules come out of its editor."""
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode"},
        {"id": "rules", "name": "rules", "type": "expressionNode", "content": {"expressions": _zen_expressions(rules)}},
        {"id": "out", "name": "out", "type": "outputNode"},
    ]
    edges = [
        {"id": f"{a}-{b}", "sourceId": a, "targetId": b, "type": "edge"} for a, b in (("in", "rules"), ("rules", "out"))
    ]
    decision = zen.ZenEngine().create_decision(json.dumps({"nodes": nodes, "edges": edges}))
    return lambda record: {rule_id for rule_id, said in decision.evaluate(record)["result"].items() if said}


def _zen_expressions(rules: tuple[Rule, ...]) -> list[dict[str, str]]:
    return [{"id": rule.id, "key": rule.id, "value": _text(pushed(rule.when))} for rule in rules]


def load_zen_expression(rules: tuple[Rule, ...]) -> Decide:
    """Its expression language alone: all rules as one compiled list. The fastest we found."""
    expression = zen.compile_expression(f"[{', '.join(_text(pushed(rule.when)) for rule in rules)}]")
    ids = [rule.id for rule in rules]
    return lambda record: {rule_id for rule_id, said in zip(ids, expression.evaluate(record), strict=True) if said}


def load_rule_engine(rules: tuple[Rule, ...]) -> Decide:
    context = rule_engine.Context(default_value=None)
    made = [(rule.id, rule_engine.Rule(_text(pushed(rule.when)), context=context)) for rule in rules]
    return lambda record: {rule_id for rule_id, rule in made if rule.matches(record)}


def load_json_logic(rules: tuple[Rule, ...]) -> Decide:
    made = [(rule.id, _tree(pushed(rule.when))) for rule in rules]
    return lambda record: {rule_id for rule_id, tree in made if jsonLogic(tree, record)}


def load_durable_host(rules: tuple[Rule, ...]) -> Decide:
    """Flat alternatives, because native `$or` fires twice; missing facts left out, with a flag where a rule asks."""

    class QuietHost(Host):
        def _run(self) -> None:
            """No timer threads."""

    fired: set[str] = set()
    flags = {
        leaf.fact for rule in rules for way in _ways(rule) for leaf in map(_inner, way) if isinstance(leaf, IsMissing)
    }

    def note(rule_id: str) -> Callable[[object], None]:
        return lambda _context: fired.add(rule_id)

    host = QuietHost()
    made = {
        f"{rule.id}#{place}": {"all": [{"m": {"$and": [_condition(leaf) for leaf in way]}}], "run": note(rule.id)}
        for rule in rules
        for place, way in enumerate(_ways(rule))
    }
    host.set_rulesets({"peer": made})

    def decide(record: Record) -> set[str]:
        fired.clear()
        fact = {name: value for name, value in record.items() if value is not None}
        fact.update((f"no_{name}", int(record.get(name) is None)) for name in flags)
        fact["id"] = "1"
        try:
            host.assert_fact("peer", fact)
        except MessageNotHandledException:
            return set()
        host.retract_fact("peer", {"id": "1"})
        return set(fired)

    return decide


PEERS: Mapping[str, Callable[[tuple[Rule, ...]], Decide]] = {
    "zen-engine": load_zen,
    "zen-engine, one expression": load_zen_expression,
    "rule-engine": load_rule_engine,
    "json-logic": load_json_logic,
    "durable_rules, its own host": load_durable_host,
}


def _text(when: Condition) -> str:
    """As zen-engine and rule-engine both read it."""
    match when:
        case AllOf(arms):
            return f"({' and '.join(map(_text, arms))})"
        case AnyOf(arms):
            return f"({' or '.join(map(_text, arms))})"
        case IsMissing(fact):
            return f"({fact} == null)"
        case Not(IsMissing(fact)):
            return f"({fact} != null)"
        case Comparison(fact, Op.NOT_IN, operand):
            return f"({fact} != null and not ({fact} in {json.dumps(operand, ensure_ascii=False)}))"
        case Comparison(fact, op, operand):
            return f"({fact} != null and {fact} {op.value} {json.dumps(operand, ensure_ascii=False)})"
    raise TypeError(when)


def _tree(when: Condition) -> dict[str, object]:
    match when:
        case AllOf(arms):
            return {"and": [_tree(arm) for arm in arms]}
        case AnyOf(arms):
            return {"or": [_tree(arm) for arm in arms]}
        case IsMissing(fact):
            return {"===": [{"var": fact}, None]}
        case Not(IsMissing(fact)):
            return {"!==": [{"var": fact}, None]}
        case Comparison(fact, op, operand):
            return {"and": [{"!==": [{"var": fact}, None]}, _test(fact, op, operand)]}
    raise TypeError(when)


def _test(fact: str, op: Op, operand: object) -> dict[str, object]:
    if op is Op.NOT_IN:
        return {"!": [_test(fact, Op.IN, operand)]}
    name = {Op.EQ: "===", Op.NE: "!=="}.get(op, op.value)
    return {name: [{"var": fact}, list(operand) if isinstance(operand, tuple) else operand]}


def _ways(rule: Rule) -> tuple[tuple[Condition, ...], ...]:
    return alternatives(_without_lists(pushed(rule.when)))


def _without_lists(when: Condition) -> Condition:
    match when:
        case AllOf(arms):
            return AllOf(tuple(map(_without_lists, arms)))
        case AnyOf(arms):
            return AnyOf(tuple(map(_without_lists, arms)))
        case Comparison(fact, Op.IN, operand):
            return AnyOf(tuple(Comparison(fact, Op.EQ, member) for member in operand))
        case Comparison(fact, Op.NOT_IN, operand):
            return AllOf(tuple(Comparison(fact, Op.NE, member) for member in operand))
    return when


def _inner(leaf: Condition) -> Condition:
    return leaf.arm if isinstance(leaf, Not) else leaf


def _condition(leaf: Condition) -> dict[str, object]:
    match leaf:
        case IsMissing(fact):
            return {f"no_{fact}": 1}
        case Not(IsMissing(fact)):
            return {f"no_{fact}": 0}
        case Comparison(fact, Op.EQ, operand):
            return {fact: operand}
        case Comparison(fact, op, operand):
            names = {Op.LT: "$lt", Op.LE: "$lte", Op.GT: "$gt", Op.GE: "$gte", Op.NE: "$neq"}
            return {names[op]: {fact: operand}}
    raise TypeError(leaf)
