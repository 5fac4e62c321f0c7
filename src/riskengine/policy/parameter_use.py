"""Which parameters a rule names, and where."""

from collections.abc import Iterator

from riskengine.policy.condition import Comparison, ParameterName
from riskengine.policy.draft import AuthoredRule
from riskengine.policy.reason import placeholders
from riskengine.terms.errors import InputError

ROW_VALUE = "value"  # `{@value}` in the reason of a table is the value of the row


def parameters_of(rule: AuthoredRule) -> Iterator[tuple[str, str]]:
    """Every parameter a rule names in `when`, `then` or `reason`, with the place."""
    for placed in rule.leaves:
        if isinstance(placed.leaf, Comparison) and isinstance(placed.leaf.operand, ParameterName):
            yield placed.leaf.operand.name, placed.place
    for key, value in rule.written.then:
        if isinstance(value, str) and value.startswith("@"):
            yield value[1:], rule.place("then", key)
    yield from _of_reason(rule)


def _of_reason(rule: AuthoredRule) -> Iterator[tuple[str, str]]:
    if rule.written.reason is None:
        return
    for language, template in rule.written.reason.model_dump().items():
        try:
            names = placeholders(template)
        except InputError:
            continue  # found by check_texts
        for name in names:
            if name.startswith("@") and not (rule.row is not None and name == f"@{ROW_VALUE}"):
                yield name[1:], rule.place("reason", language)
