"""What the rules of an indicator ask: how high a figure is, how it stands among peers, how it moved."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from riskengine.early_warning.observation import indicators_of
from riskengine.policy.bundle import Policy
from riskengine.policy.condition import facts_of
from riskengine.policy.names import indicator_names
from riskengine.policy.rule import Rule
from riskengine.terms.decision import Severity
from riskengine.terms.text import Text


class Aspect(StrEnum):
    """One of the questions an indicator may ask."""

    LEVEL = "level"  # against a trigger
    PEERS = "peers"  # against customers of the same industry, region or size
    CHANGE = "change"  # against the customer's own earlier figure, or in what order things happened


_MOVED = re.compile("_change(?!_count)|_to_prev|_first_late|_streak|^pay_own_|^ano_|^evt_|_over_usual|_slope")
_COMPARED = re.compile("^peer_|_excess_")
_WINDOW = re.compile("_(?:[0-9]+[dm]|all)$")


@dataclass(frozen=True, slots=True)
class IndicatorAspects:
    """`rules`: base ids by aspect, sorted; a rule that asks of two stands under both."""

    indicator: str
    name: Text
    worst: Severity
    rules: Mapping[Aspect, tuple[str, ...]]


def aspects_of(rule: Rule) -> frozenset[Aspect]:
    """By the facts its condition names; one that names neither change nor peers asks for a level.

    A fact that moved or is compared says so in its name (docs/reference/features.md); the same measure over two spans
    is compared with itself.
    """
    facts = facts_of(rule.when)
    spans = [_WINDOW.sub("", fact) for fact in facts if _WINDOW.search(fact)]
    moved = len(set(spans)) < len(spans) or any(_MOVED.search(fact) for fact in facts)
    found = {Aspect.CHANGE} if moved else set()
    found |= {Aspect.PEERS for fact in facts if _COMPARED.search(fact)}
    return frozenset(found or {Aspect.LEVEL})


def indicator_aspects(policy: Policy) -> tuple[IndicatorAspects, ...]:
    """Every indicator of a policy, by id."""
    names = indicator_names(policy)
    return tuple(_one(indicator, names[indicator], rules) for indicator, rules in indicators_of(policy).items())


def _one(indicator: str, name: Text, rules: tuple[Rule, ...]) -> IndicatorAspects:
    by_aspect = {
        aspect: tuple(sorted({rule.base_id for rule in rules if aspect in aspects_of(rule)})) for aspect in Aspect
    }
    worst = max(rule.then.severity for rule in rules if rule.then.severity is not None)
    return IndicatorAspects(indicator, name, worst, by_aspect)
