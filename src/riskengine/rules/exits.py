"""When what a rule warned of is over: its `until` as a condition of its own, which either engine evaluates."""

from dataclasses import replace

from riskengine.policy.condition import Not
from riskengine.policy.rule import Effect, Rule
from riskengine.terms.decision import OnMissing


def exit_rule(rule: Rule) -> Rule:
    """A rule with the same id that hits where the exit of `rule` holds, and is missing where that is not known.

    Without `until` the exit is that the condition is known to be false.
    """
    until = Not(rule.when) if rule.until is None else rule.until
    return replace(rule, when=until, until=None, on_missing=OnMissing.NO_HIT, then=Effect())
