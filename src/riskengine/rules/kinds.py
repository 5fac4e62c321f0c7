"""What rules ask of the facts: which are compared as numbers and which as texts."""

from collections.abc import Sequence

from riskengine.policy.condition import Comparison, IsMissing, Op, ParameterName, leaves
from riskengine.policy.rule import Rule
from riskengine.rules.facts import FactColumns
from riskengine.terms.errors import InputError, UsageError


def check_rules(rules: Sequence[Rule], facts: FactColumns) -> None:
    """Both engines begin here, so that both refuse the same things in the same words.

    Raises UsageError as `check_conditions`, InputError if a fact is given as a number and compared as a text or the
    other way round.
    """
    check_conditions(rules)
    for rule in rules:
        for leaf in leaves(rule.when):
            _check_kind(rule, leaf, facts)


def check_conditions(rules: Sequence[Rule]) -> None:
    """Raises UsageError if two rules have one id, an operand is unresolved, a leaf compares what cannot be compared,
    or a fact is compared with numbers here and with texts there.
    """
    seen: set[str] = set()
    kinds: dict[str, bool] = {}
    for rule in rules:
        if rule.id in seen:
            raise UsageError("two rules have this id", where=rule.id, remedy="evaluate the rules of one policy")
        seen.add(rule.id)
        for leaf in leaves(rule.when):
            if isinstance(leaf, Comparison):
                _check_comparison(rule, leaf)
                if leaf.operand != () and kinds.setdefault(leaf.fact, compares_text(leaf)) is not compares_text(leaf):
                    raise UsageError(
                        f"'{leaf.fact}' is compared with a text and, elsewhere, with a number", where=f"rule {rule.id}"
                    )


def compares_text(leaf: Comparison) -> bool:
    """Whether the operand is a text or a list of texts. An empty list counts as numbers; it holds neither."""
    operand = leaf.operand
    return isinstance(operand, str) or (isinstance(operand, tuple) and any(isinstance(o, str) for o in operand))


def _check_comparison(rule: Rule, leaf: Comparison) -> None:
    if isinstance(leaf.operand, ParameterName):
        raise UsageError(
            f"{leaf.operand} has no value", where=f"rule {rule.id}", remedy="evaluate rules of PolicySource.in_force"
        )
    is_list = isinstance(leaf.operand, tuple)
    is_ordered = leaf.op in (Op.LT, Op.LE, Op.GT, Op.GE)
    if is_list is not (leaf.op in (Op.IN, Op.NOT_IN)) or (is_ordered and compares_text(leaf)):
        raise UsageError(f"'{leaf}' compares what cannot be compared", where=f"rule {rule.id}")


def _check_kind(rule: Rule, leaf: Comparison | IsMissing, facts: FactColumns) -> None:
    if isinstance(leaf, IsMissing) or leaf.operand == ():
        return
    is_text = compares_text(leaf)
    if leaf.fact in (facts.numbers if is_text else facts.texts):
        given, needed = ("a number", "a text") if is_text else ("a text", "a number")
        raise InputError(f"'{leaf.fact}' is given as {given}, the rule needs {needed}", where=f"rule {rule.id}")
