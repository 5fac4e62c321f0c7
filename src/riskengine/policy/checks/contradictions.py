"""Checks of what rules ask for together, and of what a customer's state leaves no room for."""

from collections.abc import Iterator
from itertools import product

from riskengine.policy.checks.contradiction import CONTRADICTIONS, HINDRANCES, Contradiction, Demand, demands_of
from riskengine.policy.checks.placed_rule import PlacedRule, RulesInForce, rules_by_date
from riskengine.policy.checks.search import TRUE, Goal
from riskengine.policy.draft import PolicyDraft
from riskengine.policy.finding_kind import FindingKind
from riskengine.policy.leaf import parse_leaf
from riskengine.tables.yaml_file import Finding
from riskengine.terms.decision import Stage, Subject


def check_contradictions(draft: PolicyDraft) -> Iterator[Finding]:
    """Two rules that can hold together in one customer and ask for what cannot both be done."""
    tried: set[tuple[object, ...]] = set()
    found: set[tuple[object, ...]] = set()
    for in_force in rules_by_date(draft):
        asking = _by_demand(in_force)
        for contradiction in CONTRADICTIONS:
            for one, other in product(asking[contradiction.one], asking[contradiction.other]):
                early, late = sorted((one, other), key=_order)
                pair = (contradiction.one, early.rule.base_id, contradiction.other, late.rule.base_id)
                attempt = (*pair, early.when, late.when)
                if pair in found or attempt in tried:
                    continue
                tried.add(attempt)
                finding = _contradiction(in_force, early, late, contradiction)
                if finding is not None:
                    found.add(pair)
                    yield finding


def check_hindrances(draft: PolicyDraft) -> Iterator[Finding]:
    """Rules that can ask for what the customer's state leaves no room for."""
    seen: set[tuple[object, ...]] = set()
    for in_force in rules_by_date(draft):
        asking = _by_demand(in_force)
        for hindrance in HINDRANCES:
            state = parse_leaf(hindrance.state)
            fact = draft.vocabulary.get(state.fact)
            for placed in asking[hindrance.demand]:
                key = (hindrance, placed.rule.base_id)
                if fact is None or not fact.is_known_in(placed.rule.stage) or key in seen:
                    continue
                read = in_force.conclusions.as_read(state, placed.rule.stage)
                example = in_force.customer(placed.applies, Goal(read, TRUE))
                if example is not None:
                    seen.add(key)
                    asked = f"{hindrance.demand.value} where {hindrance.state}"
                    what = f"{placed.rule.id} can ask for {asked}; {hindrance.why}"
                    remedy = f"let its condition exclude {hindrance.state}, or ask for something else"
                    place = placed.authored.place("then")
                    yield Finding(place, what, remedy, example, FindingKind.IMPOSSIBLE_ACTION)


def _contradiction(
    in_force: RulesInForce, early: PlacedRule, late: PlacedRule, contradiction: Contradiction
) -> Finding | None:
    example = in_force.customer(early.applies, late.applies)
    if example is None:
        return None
    asked = f"{contradiction.one.value} and {contradiction.other.value}; {contradiction.why}"
    if early.authored is late.authored:
        what, remedy = f"{late.rule.id} asks for {asked}", "keep one of the two"
    else:
        what = f"{late.rule.id} and {early.rule.id} ({early.authored.place()}) can ask together for {asked}"
        remedy = "let the condition of one exclude the other"
    return Finding(late.authored.place("then"), what, remedy, example, FindingKind.CONTRADICTION)


def _by_demand(in_force: RulesInForce) -> dict[Demand, list[PlacedRule]]:
    found: dict[Demand, list[PlacedRule]] = {demand: [] for demand in Demand}
    for placed in in_force.rules:
        if placed.rule.subject is not Subject.CUSTOMER:
            continue  # what it asks for is asked of no customer
        for demand in demands_of(placed.rule.then):
            found[demand].append(placed)
    return found


def _order(placed: PlacedRule) -> tuple[int, str]:
    return tuple(Stage).index(placed.rule.stage), placed.rule.id
