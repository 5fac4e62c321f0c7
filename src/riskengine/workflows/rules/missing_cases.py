"""Write drafts of the cases a policy lacks beside its rules."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from riskengine.policy.checks.case_draft import DraftCase, by_file, draft_cases
from riskengine.policy.checks.cases import check_cases
from riskengine.policy.checks.every import SOUND
from riskengine.policy.findings import PolicyFindings
from riskengine.policy.release.published import is_published
from riskengine.policy.source import PolicySource, examine
from riskengine.policy.vocabulary import Vocabulary
from riskengine.rules.columns import ColumnsEngine
from riskengine.rules.durable_engine import DurableEngine
from riskengine.rules.records import facts_from_records
from riskengine.tables.yaml_append import Entry, append_entries
from riskengine.terms.errors import RiskEngineError, UsageError
from riskengine.workflows.rules.policy_cases import outcome_of

_HEADING = "# yaml-language-server: $schema=../schema/cases.schema.json\n"


@dataclass(frozen=True, slots=True)
class Written:
    file: str
    cases: tuple[DraftCase, ...]


def write_missing_cases(root: Path, vocabulary: Vocabulary | None = None) -> tuple[Written, ...]:
    """Draft a case for everything no case shows and append it to the cases beside its rule, marked `draft: true`.

    Both engines must say of each what the draft says. Raises PolicyFindings if the policy cannot be used, InputError if
    a file cannot be written, UsageError if the policy is a published one.
    """
    if is_published(root):
        raise UsageError(
            "what is published is never edited",
            where=str(root),
            remedy="draft the cases in the folder people edit, and release it",
        )
    source, findings = examine(root, vocabulary, (*SOUND, check_cases))
    if findings:
        raise PolicyFindings(findings)
    cases = draft_cases(source.draft)
    _confirm(source, cases)
    found = []
    taken = {(case.document.where, case.written.name) for case in source.draft.cases}
    for file, drafted in by_file(cases):
        append_entries(
            root.resolve().parent / file,
            "cases",
            [_entry(case, _name(case, taken)) for case in drafted],
            heading=_HEADING,
        )
        found.append(Written(file, drafted))
    return tuple(found)


def _entry(case: DraftCase, name: str) -> Entry:
    dated: dict[str, dt.date] = {} if case.as_of is None else {"as_of": case.as_of}
    return {
        "name": name,
        "draft": True,
        **dated,
        "facts": dict(case.facts),
        "expect": {case.rule: case.outcome.value},
    }


def _name(case: DraftCase, taken: set[tuple[str, str]]) -> str:
    """The case's name, with a number behind it where another has it already."""
    name, number = case.name, 1
    while (case.file, name) in taken:
        number += 1
        name = f"{case.name} ({number})"
    taken.add((case.file, name))
    return name


def _confirm(source: PolicySource, cases: Sequence[DraftCase]) -> None:
    last = source.draft.dates()[-1]

    def day_of(case: DraftCase) -> dt.date:
        return case.as_of or last

    with DurableEngine() as durable:
        for day, group in groupby(sorted(cases, key=day_of), key=day_of):
            dated = tuple(group)
            rules = source.in_force(day).every_rule
            facts = facts_from_records([dict(case.facts) for case in dated], source.draft.vocabulary)
            for engine in (ColumnsEngine(), durable):
                outcomes = engine.evaluate(rules, facts)
                for row, case in enumerate(dated):
                    said = outcome_of(case.rule, rules, outcomes, row)
                    if said != case.outcome.value:
                        raise RiskEngineError(f"an engine says {said} of the draft '{case.name}'", where=case.file)
