"""What rules ask of the facts: which are compared as numbers and which as texts."""

from collections.abc import Sequence

from riskengine.policy.condition import Comparison, IsMissing, Op, ParameterName, leaves
from riskengine.policy.rule import Rule
from riskengine.rules.facts import FactColumns
from riskengine.terms.errors import InputError, UsageError


def check_rules(rules: Sequence[Rule], facts: FactColumns) -> None:
    """Both engines begin here, so that both refuse the same things in the same words.

    Raises UsageError if two rules have one id or an operand is unresolved, InputError if a fact is given as a number
    and compared as a text or the other way round.
    """
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            raise UsageError("two rules have this id", where=rule.id, remedy="evaluate the rules of one policy")
        seen.add(rule.id)
        for leaf in leaves(rule.when):
            _check_leaf(rule, leaf, facts)


def compares_text(leaf: Comparison) -> bool:
    """Whether the operand is a text or a list of texts. An empty list counts as numbers; it holds neither."""
    operand = leaf.operand
    return isinstance(operand, str) or (isinstance(operand, tuple) and any(isinstance(o, str) for o in operand))


def _check_leaf(rule: Rule, leaf: Comparison | IsMissing, facts: FactColumns) -> None:
    if isinstance(leaf, IsMissing):
        return
    if isinstance(leaf.operand, ParameterName):
        raise UsageError(
            f"{leaf.operand} has no value", where=f"rule {rule.id}", remedy="evaluate rules of PolicySource.in_force"
        )
    is_list = isinstance(leaf.operand, tuple)
    is_text = compares_text(leaf)
    if is_list is not (leaf.op in (Op.IN, Op.NOT_IN)) or (is_text and leaf.op in (Op.LT, Op.LE, Op.GT, Op.GE)):
        raise UsageError(f"'{leaf}' compares what cannot be compared", where=f"rule {rule.id}")
    if leaf.fact in (facts.numbers if is_text else facts.texts):
        given, needed = ("a number", "a text") if is_text else ("a text", "a number")
        raise InputError(f"'{leaf.fact}' is given as {given}, the rule needs {needed}", where=f"rule {rule.id}")
