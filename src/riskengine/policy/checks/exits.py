"""Checks of how warnings end: exits that say the wrong thing, indicators nobody has, episodes nobody answers."""

from collections.abc import Iterator

from riskengine.policy.checks.actors import is_nobody
from riskengine.policy.checks.placed_rule import RulesInForce, rules_by_date
from riskengine.policy.checks.reach import is_comparable
from riskengine.policy.checks.search import TRUE, Goal
from riskengine.policy.condition import leaves
from riskengine.policy.draft import AuthoredRule, PlacedPolicy, PolicyDraft
from riskengine.policy.finding_kind import FindingKind
from riskengine.policy.normal_form import MAX_ALTERNATIVES, TooManyAlternatives, alternatives
from riskengine.tables.yaml_file import Finding
from riskengine.terms.errors import nearest


def check_indicators(draft: PolicyDraft) -> Iterator[Finding]:
    """Indicators and exits of rules that warn of nothing, exits too large for both engines, and periods for an
    indicator that no rule has."""
    for rule in draft.rules:
        for key, said in (("indicator", rule.written.indicator), ("until", rule.until)):
            if said is not None and rule.written.then.warning is None:
                what = f"{rule.id} has '{key}', but warns of nothing"
                remedy = "add `warning` under `then`, or remove it; a rule ends with the `until` of `in_force`"
                yield Finding(rule.place(key), what, remedy, (), FindingKind.INDICATOR)
        yield from _too_large(rule)
    known = {rule.written.indicator or rule.base_id for rule in draft.rules if rule.written.then.warning is not None}
    for version in draft.episodes:
        for name in _mapping(version, "indicators"):
            if name not in known:
                place = version.document.place(*version.path, "indicators", name)
                what = f"no rule warns of the indicator '{name}'"
                yield Finding(place, what, nearest(name, known), (), FindingKind.INDICATOR)


def check_exits(draft: PolicyDraft) -> Iterator[Finding]:
    """Exits that nobody can ever meet, and exits that a customer can meet to whom the rule applies."""
    seen: set[str] = set()
    for in_force in rules_by_date(draft):
        for placed in in_force.rules:
            rule = placed.rule
            if rule.until is None or rule.base_id in seen:
                continue
            if not all(is_comparable(leaf, draft.vocabulary) for leaf in leaves(rule.until)):
                continue
            until = Goal(in_force.conclusions.as_read(rule.until, rule.stage), TRUE)
            authored = placed.authored
            finding = _never(in_force, authored, until) or _at_once(in_force, authored, until, placed.applies)
            if finding is not None:
                seen.add(rule.base_id)
                yield finding


def check_answerers(draft: PolicyDraft) -> Iterator[Finding]:
    """Cases whose owner is nobody."""
    for version in draft.episodes:
        owners = _policy(version).get("owners")
        for position, one in enumerate(owners if isinstance(owners, list) else ()):
            owner = one.get("owner") if isinstance(one, dict) else None
            if isinstance(owner, str) and is_nobody(owner):
                place = version.document.place(*version.path, "owners", position, "owner")
                what = f"nobody answers these cases: their owner is '{owner}'"
                yield Finding(place, what, "name a role or a person", (), FindingKind.NOBODY_OWNS)


def _too_large(rule: AuthoredRule) -> Iterator[Finding]:
    if rule.until is None:
        return
    try:
        alternatives(rule.until)
    except TooManyAlternatives:
        what = f"the exit of {rule.id} has more than {MAX_ALTERNATIVES} alternatives"
        yield Finding(rule.place("until"), what, "say it more simply", (), FindingKind.TOO_LARGE)


def _never(in_force: RulesInForce, rule: AuthoredRule, until: Goal) -> Finding | None:
    if not in_force.has_none(until):
        return None
    what = f"what {rule.id} warns of can never be over: {rule.until}"
    return Finding(rule.place("until"), what, "correct `until`", (), FindingKind.EXIT)


def _at_once(in_force: RulesInForce, rule: AuthoredRule, until: Goal, applies: Goal) -> Finding | None:
    example = in_force.customer(applies, until)
    if example is None:
        return None
    what = f"what {rule.id} warns of can be over while it applies: {rule.until}"
    remedy = "let `until` hold only where `when` does not; what lies between them keeps a warning open"
    return Finding(rule.place("until"), what, remedy, example, FindingKind.EXIT)


def _policy(version: PlacedPolicy) -> dict[str, object]:
    written = version.document.mapping()["versions"][int(version.path[1])]["policy"]
    return written if isinstance(written, dict) else {}


def _mapping(version: PlacedPolicy, key: str) -> tuple[str, ...]:
    found = _policy(version).get(key)
    return tuple(str(name) for name in found) if isinstance(found, dict) else ()
