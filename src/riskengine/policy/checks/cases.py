"""Checks of the cases beside the rules: well-formed, and enough of them."""

from collections.abc import Iterator

from riskengine.features.feature import Unit
from riskengine.policy.checks.coverage import Gap, find_gaps
from riskengine.policy.draft import AuthoredCase, PolicyDraft
from riskengine.policy.finding_kind import FindingKind
from riskengine.tables.yaml_file import Finding
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
    """What no case shows: a finding for each rule (row, segment) with all its outcomes, and one for all else."""
    lacking: dict[str, list[Gap]] = {}
    for gap in find_gaps(draft):
        if gap.what.startswith("for "):
            lacking.setdefault(gap.name, []).append(gap)
        else:
            remedy = f"add one with as_of {gap.as_of}" if gap.is_dated else _file_of(gap)
            yield Finding(gap.rule.place(), f"{gap.name} has no case {gap.what}", remedy)
    for name, gaps in lacking.items():
        outcomes = ", ".join(gap.what.removeprefix("for ") for gap in gaps)
        yield Finding(gaps[0].rule.place(), f"{name} has no case for {outcomes}", _file_of(gaps[0]))


def _file_of(gap: Gap) -> str:
    return f"add one to {gap.rule.document.where.removesuffix('.yaml')}.test.yaml"


def _check_facts(draft: PolicyDraft, case: AuthoredCase) -> Iterator[Finding]:
    for name, value in case.written.facts.items():
        fact = draft.vocabulary.get(name)
        place = case.place("facts", name)
        if fact is None:
            yield Finding(place, f"there is no fact '{name}'", nearest(name, draft.vocabulary))
        elif fact.is_text is not isinstance(value, str) or (isinstance(value, bool) and fact.unit is not Unit.FLAG):
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
