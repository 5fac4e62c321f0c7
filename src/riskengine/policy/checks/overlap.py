"""Checks of rules against each other: two that say the same, and one whose every customer another already covers."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import permutations

from riskengine.policy.checks.placed_rule import PlacedRule, RulesInForce, rules_by_date
from riskengine.policy.checks.search import ANY, TRUE, UNKNOWN, Goal, said_of
from riskengine.policy.checks.stand_ins import Value
from riskengine.policy.draft import PolicyDraft
from riskengine.policy.finding_kind import FindingKind
from riskengine.policy.rule import Effect
from riskengine.tables.yaml_file import Finding
from riskengine.terms.decision import OnMissing, Stage, Subject

Customer = dict[str, Value] | None


def check_overlap(draft: PolicyDraft) -> Iterator[Finding]:
    """Rules of one stage that hold for the same customers, and rules to which another one leaves nothing to say.

    Rows of one table are compared by the check of tables; rules about industries among themselves.
    """
    seen: set[tuple[str, str]] = set()
    for in_force in rules_by_date(draft):
        by_stage: dict[tuple[Stage, Subject], list[tuple[PlacedRule, Customer]]] = defaultdict(list)
        for placed in in_force.rules:
            if placed.authored.row is None:
                example = in_force.whole_customer(placed.applies)
                by_stage[placed.rule.stage, placed.rule.subject].append((placed, example))
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
    where = f"{outer.rule.id} ({outer.authored.place()})"
    if _hits_within(in_force, inner, outer) and _hits_within(in_force, outer, inner):
        if inner.rule.id < outer.rule.id:
            return None  # said with the two the other way round
        what = f"{inner.rule.id} has the same condition as {where}"
        remedy = "put their effects into one rule"
        return _found(in_force, (inner, outer), what, remedy, FindingKind.SAME_CONDITION)
    if not absorbs(outer.rule.then, inner.rule.then) or not _applies_within(in_force, inner, outer):
        return None
    what = f"{inner.rule.id} adds nothing: wherever it holds, {where} holds as well and does as much"
    remedy = "remove it, let it do more, or end the other where it begins"
    return _found(in_force, (inner, outer), what, remedy, FindingKind.CONTAINED)


def _found(
    in_force: RulesInForce, rules: tuple[PlacedRule, PlacedRule], what: str, remedy: str, kind: FindingKind
) -> Finding | None:
    """None if there is no customer to show it: then neither of them ever applies, which is said elsewhere."""
    example = in_force.customer(*(placed.applies for placed in rules))
    return None if example is None else Finding(rules[0].authored.place("when"), what, remedy, example, kind)


def _hits_within(in_force: RulesInForce, inner: PlacedRule, outer: PlacedRule) -> bool:
    return in_force.has_none(Goal(inner.when, TRUE), Goal(outer.when, ANY & ~TRUE))


def _applies_within(in_force: RulesInForce, inner: PlacedRule, outer: PlacedRule) -> bool:
    """Whether the other applies to every customer to whom this one does, and refers all whom this one refers."""
    return in_force.has_none(inner.applies, outer.does_not_apply) and _refers_in_vain(in_force, inner, outer)


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
    at_most = (
        ("limit_cap", 1),
        ("limit_factor", 1),
        ("terms_cap_days", 1),
        ("grade_cap", -1),
        ("severity", -1),
        ("order", -1),
    )
    for part, sign in at_most:
        own, other = getattr(inner, part), getattr(outer, part)
        if own is not None and (other is None or sign * own < sign * other):
            return False
    flags = all(getattr(outer, part) or not getattr(inner, part) for part in ("freeze", "refer", "in_default"))
    sums = inner.notch == 0 and inner.terms_add_days == 0
    return flags and sums and set(inner.actions) <= set(outer.actions)
