"""Checks of rules against each other: two that say the same, and one whose every customer another already covers."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import permutations

from riskengine.policy.draft import PolicyDraft
from riskengine.policy.finding_kind import FindingKind
from riskengine.policy.placed_rule import PlacedRule, RulesInForce, rules_by_date
from riskengine.policy.rule import Effect
from riskengine.policy.search import ANY, UNKNOWN, Example, Goal, said_of
from riskengine.policy.stand_ins import Value
from riskengine.tables.yaml_file import Finding
from riskengine.terms.decision import OnMissing, Stage

Customer = dict[str, Value] | None


def check_overlap(draft: PolicyDraft) -> Iterator[Finding]:
    """Rules of one stage that hold for the same customers, and rules to which another one leaves nothing to say.

    Rows of one table are compared by the check of tables.
    """
    seen: set[tuple[str, str]] = set()
    for in_force in rules_by_date(draft):
        by_stage: dict[Stage, list[tuple[PlacedRule, Customer]]] = defaultdict(list)
        for placed in in_force.rules:
            if placed.authored.row is None:
                by_stage[placed.rule.stage].append((placed, in_force.whole_customer(placed.applies)))
        for rules in by_stage.values():
            for (inner, customer), (outer, _) in permutations(rules, 2):
                pair = (inner.rule.base_id, outer.rule.base_id)
                if pair in seen or pair[0] == pair[1] or not _could_imply(customer, outer):
                    continue
                finding = _compare(in_force, inner, outer)
                if finding is not None:
                    seen.update((pair, pair[::-1]))
                    yield finding


def _could_imply(customer: Customer, outer: PlacedRule) -> bool:
    """Only if the other rule applies to this one customer of the first can it apply to all of them."""
    return customer is not None and bool(said_of(outer.when, customer) & outer.applies.wanted)


def _compare(in_force: RulesInForce, inner: PlacedRule, outer: PlacedRule) -> Finding | None:
    adds_nothing = absorbs(outer.rule.then, inner.rule.then)
    if not adds_nothing and inner.rule.id > outer.rule.id:
        return None  # said, if at all, with the two the other way round
    example = _implied(in_force, inner, outer)
    if example is None:
        return None
    where = f"{outer.rule.id} ({outer.authored.place()})"
    if inner.rule.on_missing is outer.rule.on_missing and _implied(in_force, outer, inner) is not None:
        what = f"{inner.rule.id} has the same condition as {where}"
        place = inner.authored.place("when")
        return Finding(place, what, "put their effects into one rule", example, FindingKind.SAME_CONDITION)
    if adds_nothing and _refers_in_vain(in_force, inner, outer):
        what = f"{inner.rule.id} adds nothing: wherever it holds, {where} holds as well and does as much"
        remedy = "remove it, let it do more, or end the other where it begins"
        return Finding(inner.authored.place("when"), what, remedy, example, FindingKind.CONTAINED)
    return None


def _implied(in_force: RulesInForce, inner: PlacedRule, outer: PlacedRule) -> Example | None:
    """A customer of both, if every customer to whom `inner` applies is one to whom `outer` applies."""
    if not in_force.has_none(inner.applies, outer.does_not_apply):
        return None
    return in_force.customer(inner.applies, outer.applies)


def _refers_in_vain(in_force: RulesInForce, inner: PlacedRule, outer: PlacedRule) -> bool:
    """Whether nobody is referred because `inner` is unknown whom `outer` does not refer for the same reason."""
    if inner.rule.on_missing is not OnMissing.REFER:
        return True
    unknown = Goal(inner.when, UNKNOWN)
    if outer.rule.on_missing is not OnMissing.REFER:
        return in_force.has_none(unknown)
    return in_force.has_none(unknown, Goal(outer.when, ANY & ~UNKNOWN))


def absorbs(outer: Effect, inner: Effect) -> bool:
    """Whether joining `inner` to `outer` leaves `outer` as it is. What adds up always adds.

    >>> absorbs(Effect(grade_cap=7, freeze=True), Effect(grade_cap=5))
    True
    >>> absorbs(Effect(notch=1), Effect(notch=1))
    False
    """
    at_most = (("limit_cap", 1), ("limit_factor", 1), ("terms_cap_days", 1), ("grade_cap", -1), ("severity", -1))
    for part, sign in at_most:
        own, other = getattr(inner, part), getattr(outer, part)
        if own is not None and (other is None or sign * own < sign * other):
            return False
    flags = all(getattr(outer, part) or not getattr(inner, part) for part in ("freeze", "refer", "in_default"))
    sums = inner.notch == 0 and inner.terms_add_days == 0
    return flags and sums and set(inner.actions) <= set(outer.actions)
