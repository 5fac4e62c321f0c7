"""A policy folder as written: every part with its place, before anything is resolved or checked."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from riskengine.policy.condition import Condition
from riskengine.policy.condition_reader import PlacedLeaf
from riskengine.policy.documents.case import CaseDocument
from riskengine.policy.documents.identity import IdentityDocument
from riskengine.policy.documents.rule import RuleDocument
from riskengine.policy.documents.scale import ScaleVersion
from riskengine.policy.documents.table import TableDocument
from riskengine.policy.exception import Exclusion, TemporaryLimit
from riskengine.policy.parameters import Parameter
from riskengine.policy.placed_invariant import AuthoredInvariant
from riskengine.policy.segment import Segment
from riskengine.policy.vocabulary import Fact, Vocabulary
from riskengine.tables.yaml_file import YamlDocument
from riskengine.terms.decision import Stage

Agreed = TypeVar("Agreed", Exclusion, TemporaryLimit)


@dataclass(frozen=True, slots=True)
class TableRow:
    """Which row of a lookup table a rule is: its number from 1, the facts of the table, where the table stands."""

    number: int
    facts: tuple[Fact, ...]
    table_path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AuthoredRule:
    """A rule with its parameters still by name, or a row of a lookup table. `path` is where it stands in its file.
    `leaves` are those of `when` and `until`.

    A row has the id of its table in `written`, and the effect of its value.
    """

    written: RuleDocument
    ruleset: str
    stage: Stage
    owner: str
    when: Condition
    leaves: tuple[PlacedLeaf, ...]
    document: YamlDocument
    path: tuple[str, ...]
    row: TableRow | None = None
    until: Condition | None = None

    @property
    def id(self) -> str:
        return self.written.id if self.row is None else f"{self.written.id}#{self.row.number}"

    @property
    def base_id(self) -> str:
        """The id as written in the file: of a row that of its table."""
        return self.written.id

    def place(self, *inner: str) -> str:
        """file:line of a part of the rule, of the rule itself if none is named."""
        if self.row is not None and inner and inner[0] not in ("when", "then"):
            return self.document.place(*self.row.table_path, *inner)
        return self.document.place(*self.path, *(inner or ("id",)))

    def is_in_force(self, as_of: dt.date) -> bool:
        return self.written.in_force.holds_on(as_of)


@dataclass(frozen=True, slots=True)
class AuthoredTable:
    """A lookup table with its rows as rules; rows that cannot be read are left out, which is a finding."""

    written: TableDocument
    ruleset: str
    stage: Stage
    owner: str
    rows: tuple[AuthoredRule, ...]
    document: YamlDocument
    path: tuple[str, ...]

    @property
    def id(self) -> str:
        return self.written.id

    def place(self, *inner: str) -> str:
        """file:line of a part of the table, of the table itself if none is named."""
        return self.document.place(*self.path, *(inner or ("id",)))

    def is_in_force(self, as_of: dt.date) -> bool:
        return self.written.in_force.holds_on(as_of)


@dataclass(frozen=True, slots=True)
class PlacedScale:
    version: ScaleVersion
    document: YamlDocument
    path: tuple[str, ...]

    def place(self, *inner: str) -> str:
        return self.document.place(*self.path, *inner)


@dataclass(frozen=True, slots=True)
class PlacedPolicy:
    """A version of limits.yaml, terms.yaml, episodes.yaml or windows.yaml; parameters in it are still by name."""

    start: dt.date
    document: YamlDocument  # the whole file
    path: tuple[str, ...]  # of `policy` in it


@dataclass(frozen=True, slots=True)
class PlacedException(Generic[Agreed]):
    """An entry of exceptions.yaml."""

    agreed: Agreed
    document: YamlDocument
    path: tuple[str, ...]

    def place(self, *inner: str) -> str:
        return self.document.place(*self.path, *inner)


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
    """`rules` holds the rows of `tables` too."""

    parameters: Mapping[str, Parameter]
    parameter_file: YamlDocument
    rules: tuple[AuthoredRule, ...]
    scales: tuple[PlacedScale, ...]
    limits: tuple[PlacedPolicy, ...]
    terms: tuple[PlacedPolicy, ...]
    cases: tuple[AuthoredCase, ...]
    vocabulary: Vocabulary
    tables: tuple[AuthoredTable, ...] = ()
    segments: Mapping[str, Segment] = field(default_factory=dict)
    segment_file: YamlDocument | None = None
    invariants: tuple[AuthoredInvariant, ...] = ()
    exclusions: tuple[PlacedException[Exclusion], ...] = ()
    temporary_limits: tuple[PlacedException[TemporaryLimit], ...] = ()
    identity: IdentityDocument | None = None  # None where policy.yaml cannot be read
    episodes: tuple[PlacedPolicy, ...] = ()
    windows: tuple[PlacedPolicy, ...] = ()

    def dates(self) -> tuple[dt.date, ...]:
        """Every date on which the policy changes, ascending; what was agreed for single customers comes and goes
        beside it, see `all_dates`."""
        found = {day for parameter in self.parameters.values() for day in parameter.dates()}
        found |= {rule.written.in_force.start for rule in self.rules}
        found |= {rule.written.in_force.until for rule in self.rules if rule.written.in_force.until}
        found |= {scale.version.start for scale in self.scales}
        found |= {version.start for version in (*self.limits, *self.terms, *self.episodes, *self.windows)}
        return tuple(sorted(found))

    def all_dates(self) -> tuple[dt.date, ...]:
        """Every date on which anything changes, exclusions and temporary limits among it, ascending."""
        found = set(self.dates())
        found |= {day for placed in self.exclusions for day in (placed.agreed.start, placed.agreed.until)}
        found |= {day for placed in self.temporary_limits for day in (placed.agreed.start, placed.agreed.until)}
        return tuple(sorted(found))

    def dates_of(self, rule: AuthoredRule) -> Iterator[dt.date]:
        """The dates on which a rule begins or a parameter changes while it is in force."""
        yield rule.written.in_force.start
        changes = {day for parameter in self.parameters.values() for day in parameter.dates()}
        for start in sorted(changes):
            if start > rule.written.in_force.start and rule.is_in_force(start):
                yield start
