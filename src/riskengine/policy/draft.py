"""A policy folder as written: every part with its place, before anything is resolved or checked."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from riskengine.policy.case_document import CaseDocument
from riskengine.policy.condition import Condition
from riskengine.policy.condition_reader import PlacedLeaf
from riskengine.policy.parameters import Parameter
from riskengine.policy.rule_document import RuleDocument
from riskengine.policy.scale_document import ScaleVersion
from riskengine.policy.vocabulary import Vocabulary
from riskengine.tables.yaml_file import YamlDocument
from riskengine.terms.decision import Stage


@dataclass(frozen=True, slots=True)
class AuthoredRule:
    """A rule with its parameters still by name. `path` is where it stands in its file."""

    written: RuleDocument
    ruleset: str
    stage: Stage
    owner: str
    when: Condition
    leaves: tuple[PlacedLeaf, ...]
    document: YamlDocument
    path: tuple[str, ...]

    @property
    def id(self) -> str:
        return self.written.id

    def place(self, *inner: str) -> str:
        """file:line of a part of the rule, of the rule itself if none is named."""
        return self.document.place(*self.path, *(inner or ("id",)))

    def is_in_force(self, as_of: dt.date) -> bool:
        period = self.written.in_force
        return period.start <= as_of and (period.until is None or as_of < period.until)


@dataclass(frozen=True, slots=True)
class PlacedScale:
    version: ScaleVersion
    document: YamlDocument
    path: tuple[str, ...]

    def place(self, *inner: str) -> str:
        return self.document.place(*self.path, *inner)


@dataclass(frozen=True, slots=True)
class PlacedPolicy:
    """A version of limits.yaml or terms.yaml; parameters in it are still by name."""

    start: dt.date
    document: YamlDocument  # the whole file
    path: tuple[str, ...]  # of `policy` in it


@dataclass(frozen=True, slots=True)
class AuthoredCase:
    written: CaseDocument
    document: YamlDocument
    path: tuple[str, ...]
    ruleset_file: str

    def place(self, *inner: str) -> str:
        return self.document.place(*self.path, *inner)


@dataclass(frozen=True, slots=True)
class PolicyDraft:
    parameters: Mapping[str, Parameter]
    parameter_file: YamlDocument
    rules: tuple[AuthoredRule, ...]
    scales: tuple[PlacedScale, ...]
    limits: tuple[PlacedPolicy, ...]
    terms: tuple[PlacedPolicy, ...]
    cases: tuple[AuthoredCase, ...]
    vocabulary: Vocabulary

    def dates(self) -> tuple[dt.date, ...]:
        """Every date on which anything changes, ascending."""
        found = {dated.start for parameter in self.parameters.values() for dated in parameter.values}
        found |= {rule.written.in_force.start for rule in self.rules}
        found |= {rule.written.in_force.until for rule in self.rules if rule.written.in_force.until}
        found |= {scale.version.start for scale in self.scales}
        found |= {version.start for version in (*self.limits, *self.terms)}
        return tuple(sorted(found))

    def dates_of(self, rule: AuthoredRule) -> Iterator[dt.date]:
        """The dates on which a rule begins or a parameter changes while it is in force."""
        yield rule.written.in_force.start
        starts = {dated.start for parameter in self.parameters.values() for dated in parameter.values}
        for start in sorted(starts):
            if start > rule.written.in_force.start and rule.is_in_force(start):
                yield start
