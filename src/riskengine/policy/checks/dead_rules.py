"""Checks by reasoning over all values: rules that can never hit, or always do."""

from collections.abc import Iterator
from itertools import groupby

from riskengine.policy.checks.placed_rule import PlacedRule, RulesInForce, rules_by_date
from riskengine.policy.checks.reach import can_be, is_comparable
from riskengine.policy.checks.search import TRUE, Goal, Undecided, find_customer
from riskengine.policy.condition import Condition, leaves
from riskengine.policy.draft import AuthoredRule, PolicyDraft
from riskengine.policy.finding_kind import FindingKind
from riskengine.policy.normal_form import MAX_ALTERNATIVES, TooManyAlternatives, alternatives
from riskengine.policy.resolve import resolve_condition
from riskengine.policy.variant import variants_on
from riskengine.tables.yaml_file import Finding
from riskengine.terms.errors import UsageError


def check_reach(draft: PolicyDraft) -> Iterator[Finding]:
    """Dead rules, rules that are always true, and conditions too large to run on both engines."""
    for rule in draft.rules:
        for condition in resolved_conditions(draft, rule):
            yield from _check_condition(draft, rule, condition)


def check_live(draft: PolicyDraft) -> Iterator[Finding]:
    """Rules that what earlier stages conclude leaves nobody to.

    Rows of tables are left out: a table holds every value, also those that no customer has.
    """
    seen: set[str] = set()
    for in_force in rules_by_date(draft):
        rules = [placed for placed in in_force.rules if placed.authored.row is None]
        for rule_id, versions in groupby(rules, key=lambda placed: placed.rule.base_id):
            found = tuple(versions)
            if rule_id not in seen and _is_shut_out(draft, in_force, found):
                seen.add(rule_id)
                what = f"{rule_id} can never hit: what earlier stages conclude leaves nobody to whom it applies"
                remedy = "correct its condition, or move it to an earlier stage"
                yield Finding(found[0].authored.place("when"), what, remedy, (), FindingKind.NEVER_HITS)


def _is_shut_out(draft: PolicyDraft, in_force: RulesInForce, versions: tuple[PlacedRule, ...]) -> bool:
    if not all(in_force.has_none(placed.applies) for placed in versions):
        return False
    return any(can_be(placed.rule.when, draft.vocabulary, wanted=True) for placed in versions)


def _check_condition(draft: PolicyDraft, rule: AuthoredRule, condition: Condition) -> Iterator[Finding]:
    place = rule.place("when")
    try:
        alternatives(condition)
    except TooManyAlternatives:
        what = f"the condition of {rule.id} has more than {MAX_ALTERNATIVES} alternatives"
        yield Finding(place, what, "split the rule", (), FindingKind.TOO_LARGE)
        return
    remedy = "correct its condition"
    if not can_be(condition, draft.vocabulary, wanted=True):
        yield Finding(place, f"{rule.id} can never hit: {condition}", remedy, (), FindingKind.NEVER_HITS)
    elif not can_be(condition, draft.vocabulary, wanted=False):
        what = f"{rule.id} is always true: {condition}"
        yield Finding(place, what, remedy, _anybody(draft, condition), FindingKind.ALWAYS_HITS)


def _anybody(draft: PolicyDraft, condition: Condition) -> tuple[tuple[str, float | str | None], ...]:
    try:
        found = find_customer([Goal(condition, TRUE)], draft.vocabulary)
    except Undecided:
        return ()
    return tuple(sorted((found or {}).items()))


def resolved_conditions(draft: PolicyDraft, rule: AuthoredRule) -> Iterator[Condition]:
    """The rule's condition for every segment on every date it changes, without the guards of segments; nothing where
    other checks already object."""
    if any(placed.leaf.fact not in draft.vocabulary for placed in rule.leaves):
        return
    seen: set[Condition] = set()
    variants = (variant for as_of in draft.dates_of(rule) for variant in variants_on(draft, rule, as_of))
    for variant in variants:
        try:
            condition = resolve_condition(rule.when, variant.values)
        except UsageError:
            continue
        if condition not in seen and all(is_comparable(leaf, draft.vocabulary) for leaf in leaves(condition)):
            seen.add(condition)
            yield condition
