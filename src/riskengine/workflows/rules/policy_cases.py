"""Run the YAML cases of a policy on both engines."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from riskengine.policy.checks.cases import check_cases, check_coverage
from riskengine.policy.checks.every import SOUND
from riskengine.policy.draft import AuthoredCase, PolicyDraft
from riskengine.policy.findings import PolicyFindings
from riskengine.policy.release.published import policy_folder
from riskengine.policy.rule import Rule
from riskengine.policy.source import PolicySource, examine
from riskengine.policy.vocabulary import Vocabulary
from riskengine.rules.columns import ColumnsEngine
from riskengine.rules.durable_engine import DurableEngine
from riskengine.rules.outcomes import Engine, Outcomes
from riskengine.rules.records import facts_from_records
from riskengine.tables.yaml_file import Finding
from riskengine.terms.decision import Outcome

NOT_IN_FORCE = "not in force"


@dataclass(frozen=True, slots=True)
class Expectation:
    """What one case expects of one rule, and what both engines say."""

    place: str  # file:line
    file: str  # of the rules
    case: str
    rule: str
    as_of: dt.date
    expected: str
    columns: str
    durable: str

    @property
    def is_met(self) -> bool:
        return self.expected == self.columns == self.durable


@dataclass(frozen=True, slots=True)
class RulesetResult:
    """The cases of one rule set. `lacking` is what no case shows; `drafts` do not count until they are confirmed."""

    file: str
    ruleset: str
    rules: int
    cases: int
    expectations: tuple[Expectation, ...]
    lacking: tuple[Finding, ...]
    drafts: int = 0

    @property
    def failed(self) -> tuple[Expectation, ...]:
        return tuple(found for found in self.expectations if not found.is_met)

    @property
    def is_good(self) -> bool:
        return not self.failed and not self.lacking


def run_cases(
    root: Path, as_of: dt.date | None = None, vocabulary: Vocabulary | None = None
) -> tuple[RulesetResult, ...]:
    """Every rule set with what its cases found. A case without a date of its own is run as of `as_of`, by default the
    last date on which the policy changes.

    Raises PolicyFindings if the policy or its cases cannot be used, InputError if there is no such folder.
    """
    source, findings = examine(policy_folder(root, as_of), vocabulary, (*SOUND, check_cases))
    if findings:
        raise PolicyFindings(findings)
    draft = source.draft
    day = as_of or draft.dates()[-1]
    lacking = tuple(check_coverage(draft))
    with DurableEngine() as durable:
        engines = (ColumnsEngine(), durable)
        found = [expectation for cases in _by_date(draft, day) for expectation in _run(source, cases, engines)]
    return tuple(_results(draft, found, lacking))


@dataclass(frozen=True, slots=True)
class _DatedCases:
    as_of: dt.date
    cases: tuple[AuthoredCase, ...]


def _by_date(draft: PolicyDraft, day: dt.date) -> Iterator[_DatedCases]:
    def date_of(case: AuthoredCase) -> dt.date:
        return case.written.as_of or day

    confirmed = [case for case in draft.cases if not case.written.draft]
    for as_of, cases in groupby(sorted(confirmed, key=date_of), key=date_of):
        yield _DatedCases(as_of, tuple(cases))


def _run(source: PolicySource, dated: _DatedCases, engines: Sequence[Engine]) -> Iterator[Expectation]:
    rules = source.in_force(dated.as_of).every_rule
    facts = facts_from_records([case.written.facts for case in dated.cases], source.draft.vocabulary)
    outcomes = [engine.evaluate(rules, facts) for engine in engines]
    for row, case in enumerate(dated.cases):
        for rule, expected in case.written.expect.items():
            said = [outcome_of(rule, rules, o, row) for o in outcomes]
            yield Expectation(
                place=case.place("expect", rule),
                file=case.ruleset_file,
                case=case.written.name,
                rule=rule,
                as_of=dated.as_of,
                expected=expected,
                columns=said[0],
                durable=said[1],
            )


def outcome_of(name: str, rules: Sequence[Rule], outcomes: Outcomes, row: int) -> str:
    """What a rule said; of one with rows or segments what its parts said together, if `name` is that of the whole."""
    said = {outcomes.of(rule.id, row) for rule in rules if name in (rule.id, rule.base_id)}
    for outcome in (Outcome.HIT, Outcome.MISSING, Outcome.NO_HIT):
        if outcome in said:
            return outcome.value
    return NOT_IN_FORCE


def _results(draft: PolicyDraft, found: list[Expectation], lacking: tuple[Finding, ...]) -> Iterator[RulesetResult]:
    files = {rule.document.where: rule.ruleset for rule in draft.rules}
    for file, ruleset in files.items():
        yield RulesetResult(
            file=file,
            ruleset=ruleset,
            rules=len({rule.base_id for rule in draft.rules if rule.document.where == file}),
            cases=sum(case.ruleset_file == file and not case.written.draft for case in draft.cases),
            drafts=sum(case.ruleset_file == file and case.written.draft for case in draft.cases),
            expectations=tuple(one for one in found if one.file == file),
            lacking=tuple(one for one in lacking if one.place.rpartition(":")[0] == file),
        )
