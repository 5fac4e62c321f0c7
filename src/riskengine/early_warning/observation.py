"""One day's ratings as findings: of every pair for which a rule applies, and of every pair with an open episode."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from riskengine.decision.ratings import Ratings
from riskengine.early_warning.episode import Episode
from riskengine.early_warning.finding import Entry, Evidence, Finding, Key
from riskengine.policy.bundle import Policy
from riskengine.policy.condition import leaves
from riskengine.policy.rule import Rule
from riskengine.rules.columns import ColumnsEngine
from riskengine.rules.exits import exit_rule
from riskengine.rules.outcomes import HIT, MISSING, SNOOZED, Engine, Outcomes

_NONE_OPEN: Mapping[Key, Episode] = MappingProxyType({})


def indicators_of(policy: Policy) -> dict[str, tuple[Rule, ...]]:
    """Every indicator of a policy with its rules, in order of name and id. Rules of any stage may warn."""
    found: dict[str, list[Rule]] = {}
    for rule in policy.all_rules:
        if rule.then.severity is not None:
            found.setdefault(rule.indicator_id, []).append(rule)
    return {name: tuple(sorted(rules, key=lambda rule: rule.id)) for name, rules in sorted(found.items())}


def observe(
    ratings: Ratings, standing: Mapping[Key, Episode] = _NONE_OPEN, engine: Engine | None = None
) -> list[Finding]:
    """The findings of the day `ratings.as_of`, by customer and indicator. `standing` are the episodes open before it.

    Evidence is given where a finding opens or escalates an episode. An exclusion of the policy keeps a rule from
    entering, and its episode where it stands: people agreed that the rule does not count, not that it is over. Open
    episodes of customers who are not among the ratings get no finding.
    """
    rows = {str(customer_id): row for row, customer_id in enumerate(ratings.customer_ids)}
    indicators = indicators_of(ratings.policy)
    found = _entered(ratings, indicators, standing)
    silent = [episode for key, episode in standing.items() if key not in found and key.customer_id in rows]
    found.update((one.key, one) for one in _silent(ratings, silent, rows, indicators, engine or ColumnsEngine()))
    return [found[key] for key in sorted(found)]


def _entered(
    ratings: Ratings, indicators: Mapping[str, Sequence[Rule]], standing: Mapping[Key, Episode]
) -> dict[Key, Finding]:
    found: dict[Key, Finding] = {}
    for name, rules in indicators.items():
        applied: dict[int, list[Rule]] = {}
        for rule in rules:
            for row in np.flatnonzero(ratings.effects.applied[rule.id]).tolist():
                applied.setdefault(row, []).append(rule)
        for row, entered in applied.items():
            key = Key(str(ratings.customer_ids[row]), name)
            found[key] = _finding(ratings, row, key, entered, standing.get(key))
    return found


def _finding(ratings: Ratings, row: int, key: Key, entered: Sequence[Rule], open_: Episode | None) -> Finding:
    worst = {rule.base_id: rule.then.severity for rule in sorted(entered, key=lambda one: one.then.severity or 0)}
    entries = tuple(Entry(rule_id, severity) for rule_id, severity in sorted(worst.items()) if severity is not None)
    is_worse = open_ is None or any(entry.severity > open_.severity for entry in entries)
    evidence = tuple(one for rule in entered for one in _evidence(ratings, row, rule)) if is_worse else ()
    return Finding(key.customer_id, key.indicator, ratings.as_of, entries, evidence=evidence)


def _evidence(ratings: Ratings, row: int, rule: Rule) -> list[Evidence]:
    asked = tuple(dict.fromkeys(leaves(rule.when)))
    known = ratings.facts.record(row, tuple(dict.fromkeys(leaf.fact for leaf in asked)))
    return [Evidence(rule.base_id, leaf, known[leaf.fact]) for leaf in asked]


def _silent(
    ratings: Ratings,
    episodes: Sequence[Episode],
    rows: Mapping[str, int],
    indicators: Mapping[str, Sequence[Rule]],
    engine: Engine,
) -> list[Finding]:
    """Of open episodes for which no rule applies: which of the rules that once did are known to be over."""
    wanted = sorted({rows[one.customer_id] for one in episodes})
    asked = [rule for name in sorted({one.indicator for one in episodes}) for rule in indicators.get(name, ())]
    if not wanted:
        return []
    exits = engine.evaluate([exit_rule(rule) for rule in asked], ratings.facts.take(np.array(wanted, np.int64)))
    place = {row: position for position, row in enumerate(wanted)}
    found = []
    for one in episodes:
        row = rows[one.customer_id]
        own = [rule for rule in indicators.get(one.indicator, ()) if rule.base_id in one.rules]
        held = frozenset(rule.base_id for rule in own if _is_held(rule, ratings, row, exits, place[row]))
        unknown = frozenset(rule.base_id for rule in own if exits.by_rule[rule.id][place[row]] == MISSING)
        found.append(Finding(one.customer_id, one.indicator, ratings.as_of, held=held, unknown=unknown - held))
    return found


def _is_held(rule: Rule, ratings: Ratings, row: int, exits: Outcomes, place: int) -> bool:
    if ratings.outcomes.by_rule[rule.id][row] == SNOOZED:
        return True
    return exits.by_rule[rule.id][place] not in (HIT, MISSING)
