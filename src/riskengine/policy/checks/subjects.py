"""Checks of rules that warn of whole industries: what they ask must be the same for every customer of one."""

from collections import defaultdict
from collections.abc import Iterator

from riskengine.policy.draft import AuthoredRule, PolicyDraft
from riskengine.policy.finding_kind import FindingKind
from riskengine.policy.parameter_use import parameters_of
from riskengine.policy.reason import placeholders
from riskengine.policy.rule import Effect
from riskengine.policy.vocabulary import Vocabulary
from riskengine.tables.yaml_file import Finding
from riskengine.terms.decision import OnMissing, Stage, Subject
from riskengine.terms.errors import InputError

_MAY_DO = frozenset({"warning", "actions"})
_OF_AN_INDUSTRY = "cus_industry"


def check_subjects(draft: PolicyDraft) -> Iterator[Finding]:
    """Rules about industries that do something to customers, ask what customers differ in, or share an indicator with
    rules about customers; and customers who are exempted from one."""
    for rule in draft.rules:
        if rule.written.subject is Subject.INDUSTRY:
            yield from _check_effect(rule)
            yield from _check_facts(draft.vocabulary, rule)
            yield from _check_segments(draft, rule)
    yield from _check_indicators(draft)
    about_industries = {rule.base_id for rule in draft.rules if rule.written.subject is Subject.INDUSTRY}
    for placed in draft.exclusions:
        if placed.agreed.rule_id in about_industries:
            what = f"{placed.agreed.rule_id} is about industries; no customer can be exempted from it"
            yield Finding(placed.place("rule"), what, "remove the exclusion", (), FindingKind.SUBJECT)


def _finding(rule: AuthoredRule, at: tuple[str, ...] | str, what: str, remedy: str) -> Finding:
    place = at if isinstance(at, str) else rule.place(*at)
    return Finding(place, what, remedy, (), FindingKind.SUBJECT)


def _check_effect(rule: AuthoredRule) -> Iterator[Finding]:
    then = rule.written.then
    if then.warning is None or rule.stage is not Stage.WARNINGS:
        what = f"{rule.id} is about industries, but is no warning"
        yield _finding(rule, ("subject",), what, "only rules of stage warnings with `warning` under `then` can be")
        return
    done = [name for name, value in then if name not in _MAY_DO and value != getattr(_NOTHING, name, None)]
    for name in done:
        what = f"{rule.id} is about industries, and '{name}' is something done to a customer"
        yield _finding(rule, ("then", name), what, "remove it, or let a rule about customers do it")
    if rule.written.on_missing is OnMissing.REFER:
        what = f"{rule.id} is about industries, and a person decides about customers"
        yield _finding(rule, ("on_missing",), what, "write no_hit or hit")


def _check_facts(vocabulary: Vocabulary, rule: AuthoredRule) -> Iterator[Finding]:
    """What nobody knows is found by others."""
    asked = [(placed.leaf.fact, placed.place) for placed in rule.leaves]
    if rule.written.reason is not None:
        for language, template in rule.written.reason.model_dump().items():
            try:
                names = placeholders(template)
            except InputError:
                continue
            asked += [(name, rule.place("reason", language)) for name in names if not name.startswith("@")]
    shared = sorted(fact.name for fact in vocabulary.values() if fact.whole_industry)
    for name, place in asked:
        fact = vocabulary.get(name)
        if fact is not None and not fact.whole_industry:
            what = f"{rule.id} is about industries, and '{name}' differs between customers of one"
            yield _finding(rule, place, what, f"ask one of {', '.join(shared)}")


def _check_segments(draft: PolicyDraft, rule: AuthoredRule) -> Iterator[Finding]:
    for name, place in parameters_of(rule):
        parameter = draft.parameters.get(name)
        segments = {dated.segment for dated in parameter.values if dated.segment} if parameter is not None else set()
        for segment in sorted(segments & set(draft.segments)):
            members = draft.segments[segment].members
            if any(fact != _OF_AN_INDUSTRY for fact, _ in members):
                what = f"{rule.id} is about industries, and '@{name}' has another value for segment '{segment}'"
                yield _finding(rule, place, what, "use a parameter without segments, or with segments of industries")


def _check_indicators(draft: PolicyDraft) -> Iterator[Finding]:
    by_indicator: defaultdict[str, list[AuthoredRule]] = defaultdict(list)
    for rule in draft.rules:
        if rule.written.indicator is not None:
            by_indicator[rule.written.indicator].append(rule)
    for indicator, rules in sorted(by_indicator.items()):
        if len({rule.written.subject for rule in rules}) > 1:
            rule = next(one for one in rules if one.written.subject is Subject.INDUSTRY)
            what = f"rules about industries and about customers share the indicator '{indicator}'"
            yield _finding(rule, ("indicator",), what, "give it a name of its own")


_NOTHING = Effect()
