"""Checks of rules about orders: what only they may say, and what they do not know."""

from collections.abc import Iterator

from riskengine.policy.draft import AuthoredRule, PolicyDraft
from riskengine.policy.finding_kind import FindingKind
from riskengine.policy.parameter_use import parameters_of
from riskengine.tables.yaml_file import Finding
from riskengine.terms.decision import Stage


def check_orders(draft: PolicyDraft) -> Iterator[Finding]:
    """An answer about orders outside their stage; there, parameters with segments and exclusions of whole groups."""
    orders = {rule.base_id for rule in draft.rules if rule.stage is Stage.ORDERS}
    for rule in draft.rules:
        if rule.stage is Stage.ORDERS:
            yield from _segments(draft, rule)
        elif rule.written.then.order is not None:
            what = (
                f"'order' of {rule.id} says nothing in stage {rule.stage.value}; only stage orders is asked of orders"
            )
            yield Finding(rule.place("then", "order"), what, "put it into a rule under orders/", (), _NOTHING)
    for placed in draft.exclusions:
        if placed.agreed.rule_id in orders and placed.agreed.group_id is not None:
            what = f"{placed.agreed.rule_id} is about orders, which know no groups"
            yield Finding(placed.place("group"), what, "exclude the customers one by one", (), FindingKind.EXCEPTION)


_NOTHING = FindingKind.NO_EFFECT


def _segments(draft: PolicyDraft, rule: AuthoredRule) -> Iterator[Finding]:
    for name in sorted({name for name, _ in parameters_of(rule)}):
        if name in draft.parameters and draft.parameters[name].has_segments:
            what = f"'@{name}' of {rule.id} has values for segments, of which orders know nothing"
            yield Finding(rule.place("when"), what, "use a parameter without segments", (), FindingKind.UNKNOWN_SEGMENT)
