"""One day's ratings as findings: of every pair for which a rule applies, and of every pair with an open episode.

A pair is an indicator and a customer, or an indicator and an industry where its rules are about industries.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType

import numpy as np

from riskengine.decision.ratings import Ratings
from riskengine.early_warning.episode import Episode
from riskengine.early_warning.finding import Entry, Evidence, Finding, Key, Named
from riskengine.early_warning.subject import Rows, industry_rows, refuse_taken
from riskengine.policy.bundle import Policy
from riskengine.policy.condition import Leaf, leaves
from riskengine.policy.reason import facts_named
from riskengine.policy.rule import Rule
from riskengine.rules.columns import ColumnsEngine
from riskengine.rules.exits import exit_rule
from riskengine.rules.outcomes import HIT, MISSING, SNOOZED, Engine, Outcomes
from riskengine.terms.decision import OnMissing, Subject

_NONE_OPEN: Mapping[Key, Episode] = MappingProxyType({})


def indicators_of(policy: Policy) -> dict[str, tuple[Rule, ...]]:
    """Every indicator of a policy with its rules, in order of name and id. Rules of any stage may warn."""
    found: dict[str, list[Rule]] = {}
    for rule in policy.all_rules:
        if rule.then.severity is not None:
            found.setdefault(rule.indicator_id, []).append(rule)
    return {name: tuple(sorted(rules, key=lambda rule: rule.id)) for name, rules in sorted(found.items())}


def observe(
    ratings: Ratings,
    standing: Mapping[Key, Episode] = _NONE_OPEN,
    engine: Engine | None = None,
    *,
    industries: bool = True,
) -> list[Finding]:
    """The findings of the day `ratings.as_of`, by customer and indicator. `standing` are the episodes open before it.

    Evidence is given where a finding opens or escalates an episode: all that a rule asked for, and what else its
    sentence names, so that it can be said later, whatever is known by then. An exclusion of the policy keeps a rule
    from entering, and its episode where it stands: people agreed that the rule does not count, not that it is over.
    Open episodes of customers who are not among the ratings get no finding.

    Of an industry there is one finding with its subject (`subject.industry_subject`) in place of a customer, whichever
    of its customers are among the ratings: what its rules ask is the same for each. Where a portfolio is rated in
    parts, `merge_findings` makes one of those of its parts. Without `industries` there are none, for whoever looks at
    some customers again within a day. Raises InputError for a customer with the id of an industry.
    """
    rows = {str(customer_id): row for row, customer_id in enumerate(ratings.customer_ids)}
    indicators = indicators_of(ratings.policy)
    about_industries = any(rule.subject is Subject.INDUSTRY for rules in indicators.values() for rule in rules)
    if about_industries:
        refuse_taken(rows)
    by_industry = industry_rows(ratings) if industries and about_industries else {}
    rows.update((subject, int(own[0])) for subject, own in by_industry.items())
    found = _entered(ratings, indicators, standing, by_industry)
    silent = [episode for key, episode in standing.items() if key not in found and key.customer_id in rows]
    found.update((one.key, one) for one in _silent(ratings, silent, rows, indicators, engine or ColumnsEngine()))
    return [found[key] for key in sorted(found)]


def merge_findings(findings: Iterable[Finding]) -> list[Finding]:
    """Findings of parts of a portfolio as one for each pair and day, by customer, indicator and day.

    >>> from riskengine.terms.decision import Severity
    >>> day, entry = date(2024, 6, 30), Entry("EWS-IND-001", Severity.AMBER)
    >>> parts = [Finding("industry:C26", "EWS-IND-001", day, (entry,))] * 2
    >>> len(merge_findings(parts))
    1
    """
    merged: dict[tuple[Key, date], Finding] = {}
    for one in findings:
        at = (one.key, one.day)
        merged[at] = _together(merged[at], one) if at in merged else one
    return [merged[at] for at in sorted(merged)]


def _together(one: Finding, other: Finding) -> Finding:
    worst: dict[str, Entry] = {}
    for entry in (*one.entries, *other.entries):
        if entry.rule_id not in worst or entry.severity > worst[entry.rule_id].severity:
            worst[entry.rule_id] = entry
    held = (one.held | other.held) - worst.keys()
    return Finding(
        one.customer_id,
        one.indicator,
        one.day,
        tuple(worst[rule_id] for rule_id in sorted(worst)),
        held,
        (one.unknown | other.unknown) - held - worst.keys(),
        max(one.evidence, other.evidence, key=len),
    )


def _entered(
    ratings: Ratings,
    indicators: Mapping[str, Sequence[Rule]],
    standing: Mapping[Key, Episode],
    industries: Mapping[str, Rows],
) -> dict[Key, Finding]:
    found: dict[Key, Finding] = {}
    for name, rules in indicators.items():
        applied: dict[str, list[tuple[Rule, int]]] = {}
        for rule in rules:
            is_of_customers = rule.subject is Subject.CUSTOMER
            places = _customers(rule, ratings) if is_of_customers else _industries(rule, ratings, industries)
            for subject, row in places:
                applied.setdefault(subject, []).append((rule, row))
        for subject, entered in applied.items():
            key = Key(subject, name)
            found[key] = _finding(ratings, key, entered, standing.get(key))
    return found


def _customers(rule: Rule, ratings: Ratings) -> Iterator[tuple[str, int]]:
    for row in np.flatnonzero(ratings.effects.applied[rule.id]).tolist():
        yield str(ratings.customer_ids[row]), row


def _industries(rule: Rule, ratings: Ratings, industries: Mapping[str, Rows]) -> Iterator[tuple[str, int]]:
    """Each industry for which a rule about industries applies, with a row of one of its customers."""
    codes = ratings.outcomes.by_rule[rule.id]
    applies = (codes == HIT) | ((codes == MISSING) if rule.on_missing is OnMissing.HIT else False)
    for subject, rows in industries.items():
        holding = rows[applies[rows]]
        if holding.size:
            yield subject, int(holding[0])


def _finding(ratings: Ratings, key: Key, entered: Sequence[tuple[Rule, int]], open_: Episode | None) -> Finding:
    rules = sorted((rule for rule, _ in entered), key=lambda one: one.then.severity or 0)
    worst = {rule.base_id: rule.then.severity for rule in rules}
    entries = tuple(Entry(rule_id, severity) for rule_id, severity in sorted(worst.items()) if severity is not None)
    is_worse = open_ is None or any(entry.severity > open_.severity for entry in entries)
    evidence = tuple(one for rule, row in entered for one in _evidence(ratings, row, rule)) if is_worse else ()
    return Finding(key.customer_id, key.indicator, ratings.as_of, entries, evidence=evidence)


def _evidence(ratings: Ratings, row: int, rule: Rule) -> list[Evidence]:
    noted: list[Leaf | Named] = list(dict.fromkeys(leaves(rule.when)))
    asked = dict.fromkeys(leaf.fact for leaf in noted)
    noted += [Named(fact) for fact in facts_named(rule.reason) if fact not in asked]
    known = ratings.facts.record(row, tuple(dict.fromkeys(one.fact for one in noted)))
    return [Evidence(rule.base_id, one, known[one.fact]) for one in noted]


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
