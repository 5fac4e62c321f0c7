"""Check a policy folder: everything that is wrong with it, and what it holds."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from riskengine.policy.bundle import Policy
from riskengine.policy.checks.ended import notes_on
from riskengine.policy.release.published import policy_folder
from riskengine.policy.rule import Rule
from riskengine.policy.source import examine
from riskengine.policy.vocabulary import Vocabulary
from riskengine.tables.yaml_file import Finding
from riskengine.terms.decision import Stage


@dataclass(frozen=True, slots=True)
class PolicyReport:
    """`policy` is the one in force on `as_of`, None if there are findings. `notes` say what had ended by then; they are
    nothing to correct."""

    findings: tuple[Finding, ...]
    as_of: dt.date | None
    policy: Policy | None
    parameters: int
    cases: int
    notes: tuple[Finding, ...] = ()

    @property
    def rules_by_stage(self) -> Mapping[Stage, tuple[Rule, ...]]:
        return {} if self.policy is None else self.policy.rules


def check_policy(root: Path, as_of: dt.date | None = None, vocabulary: Vocabulary | None = None) -> PolicyReport:
    """Run every check over every date of the policy; then take what is in force on `as_of`, by default the last date
    on which anything changes.

    Raises InputError if there is no such folder, UsageError if the policy begins later than `as_of`.
    """
    source, findings = examine(policy_folder(root, as_of), vocabulary)
    draft = source.draft
    day = as_of or (draft.dates()[-1] if draft.dates() else None)
    policy = source.in_force(day) if day is not None and not findings else None
    notes = () if day is None else tuple(notes_on(draft, day))
    return PolicyReport(findings, day, policy, len(draft.parameters), len(draft.cases), notes)
