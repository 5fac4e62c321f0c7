"""Checks of the cases beside the rules: well-formed, and enough of them."""

import datetime as dt
from collections.abc import Iterator

from riskengine.policy.check_reach import resolved_conditions
from riskengine.policy.draft import AuthoredCase, AuthoredRule, PolicyDraft
from riskengine.policy.finding_kind import FindingKind
from riskengine.policy.parameter_use import parameters_of
from riskengine.policy.reach import can_be_unknown
from riskengine.policy.rule import base_id_of
from riskengine.policy.rule import base_id_of
from riskengine.tables.yaml_file import Finding
from riskengine.terms.decision import Outcome
from riskengine.terms.errors import nearest


def check_cases(draft: PolicyDraft) -> Iterator[Finding]:
    """Facts and rules nobody knows, values of the wrong type, rules of another file, two cases of one name."""
    names: dict[tuple[str, str], AuthoredCase] = {}
    for case in draft.cases:
        earlier = names.setdefault((case.document.where, case.written.name), case)
        if earlier is not case:
            what = f"two cases are called '{case.written.name}', the other is {earlier.place('name')}"
            yield Finding(case.place("name"), what, "say what is different")
        yield from _check_facts(draft, case)
        yield from _check_expected(draft, case)


def check_coverage(draft: PolicyDraft) -> Iterator[Finding]:
    """Every rule needs a case that hits, one that does not, and one where it is unknown (if it ever can be); and one
    before and one after each date on which a parameter in it changes."""
    shown: dict[str, set[str]] = {}
    for case in draft.cases:
        for rule_id, outcome in case.written.expect.items():
            shown.setdefault(rule_id, set()).add(outcome)
            if outcome != Outcome.NO_HIT.value:  # one row or variant that hits or is unknown makes the whole so
                shown.setdefault(base_id_of(rule_id), set()).add(outcome)
    seen: set[str] = set()
    for rule in draft.rules:
        if rule.base_id in seen:
            continue
        seen.add(rule.base_id)
        said = shown.get(rule.base_id, set())
        lacking = [outcome.value for outcome in _needed(draft, rule) if outcome.value not in said]
        if lacking:
            test_file = rule.document.where.removesuffix(".yaml") + ".test.yaml"
            what = f"{rule.base_id} has no case for {', '.join(lacking)}"
            yield Finding(rule.place(), what, f"add one to {test_file}")
    for rule in draft.rules:
        if rule.base_id in shown:
            yield from _check_dates(draft, rule)


def _check_dates(draft: PolicyDraft, rule: AuthoredRule) -> Iterator[Finding]:
    """A case without a date is as of the last change, so it is after every date."""
    dates = [case.written.as_of for case in draft.cases if rule.base_id in case.written.expect]
    changes = [start for name, _ in parameters_of(rule) if name in draft.parameters for start in _changes(draft, name)]
    before = rule.written.in_force.start
    for change in sorted(set(changes)):
        if change > before and rule.is_in_force(change):
            what = f"{rule.base_id} has no case %s {change}, when a parameter in it changes"
            if not any(day is not None and before <= day < change for day in dates):
                yield Finding(rule.place(), what % "before", f"add one with as_of from {before} on")
            if not any(day is None or day >= change for day in dates):
                yield Finding(rule.place(), what % "from", f"add one with as_of {change}")
            before = change


def _changes(draft: PolicyDraft, name: str) -> Iterator[dt.date]:
    yield from sorted(draft.parameters[name].dates())[1:]


def _needed(draft: PolicyDraft, rule: AuthoredRule) -> Iterator[Outcome]:
    yield Outcome.HIT
    if rule.row is None:  # the rows of a table hold every value, so one of them hits
        yield Outcome.NO_HIT
    if any(can_be_unknown(condition, draft.vocabulary) for condition in resolved_conditions(draft, rule)):
        yield Outcome.MISSING


def _check_facts(draft: PolicyDraft, case: AuthoredCase) -> Iterator[Finding]:
    for name, value in case.written.facts.items():
        fact = draft.vocabulary.get(name)
        place = case.place("facts", name)
        if fact is None:
            yield Finding(place, f"there is no fact '{name}'", nearest(name, draft.vocabulary))
        elif fact.is_text is not isinstance(value, str):
            needed = "a text" if fact.is_text else "a number"
            yield Finding(place, f"'{name}' is {value!r}, {needed} is needed", None)
        elif not isinstance(value, str) and not _in_range(value, fact.low, fact.high):
            yield Finding(place, f"'{name}' is {value:g}, which cannot occur", "use a value inside the fact's range")


def _in_range(value: float, low: float | None, high: float | None) -> bool:
    return (low is None or value >= low) and (high is None or value <= high)


def _check_expected(draft: PolicyDraft, case: AuthoredCase) -> Iterator[Finding]:
    own = {name for rule in draft.rules if rule.document.where == case.ruleset_file for name in (rule.base_id, rule.id)}
    last = draft.dates()[-1]
    for rule_id in case.written.expect:
        place = case.place("expect", rule_id)
        plain = rule_id.partition("@")[0]
        versions = [rule for rule in draft.rules if plain in (rule.base_id, rule.id)]
        if plain not in own:
            yield Finding(place, f"{case.ruleset_file} has no rule {rule_id}", nearest(rule_id, own))
        elif case.written.as_of is not None and not any(rule.is_in_force(case.written.as_of) for rule in versions):
            what = f"{rule_id} is not in force on {case.written.as_of}"
            yield Finding(place, what, "date the case otherwise")
        elif case.written.as_of is None and not any(rule.is_in_force(last) for rule in versions):
            ended = max(rule.written.in_force.until or last for rule in versions)
            what = f"{rule_id} ended on {ended}, and a case without a date is run as of {last}"
            yield Finding(place, what, f"give the case an as_of before {ended}", (), FindingKind.EXPIRED)
