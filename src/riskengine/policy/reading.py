"""The files of a policy folder as a draft, with everything that keeps them from being read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from pydantic import BaseModel

from riskengine.policy.condition_reader import ConditionReader
from riskengine.policy.documents.case import CasesDocument
from riskengine.policy.documents.dated import PolicyDocument
from riskengine.policy.documents.exception import ExceptionsDocument
from riskengine.policy.documents.identity import IdentityDocument
from riskengine.policy.documents.invariant import InvariantsDocument
from riskengine.policy.documents.parameter import ParameterDocument, ParametersDocument
from riskengine.policy.documents.rule import RuleDocument
from riskengine.policy.documents.ruleset import RulesetDocument
from riskengine.policy.documents.scale import ScaleDocument
from riskengine.policy.documents.segment import SegmentDocument, SegmentsDocument
from riskengine.policy.draft import AuthoredCase, AuthoredRule, AuthoredTable, PlacedPolicy, PlacedScale, PolicyDraft
from riskengine.policy.exception_reader import place_exceptions
from riskengine.policy.invariant_reader import read_invariants
from riskengine.policy.parameters import DatedValue, Parameter
from riskengine.policy.placed_invariant import AuthoredInvariant
from riskengine.policy.segment import Segment
from riskengine.policy.table_reader import TableReader
from riskengine.policy.vocabulary import Vocabulary
from riskengine.policy.window_facts import with_windows
from riskengine.policy.window_reader import texts_of
from riskengine.tables.yaml_file import DocumentError, Finding, YamlDocument, load_yaml
from riskengine.tables.yaml_model import validated
from riskengine.terms.decision import Stage
from riskengine.terms.errors import InputError, nearest

PARAMETERS, SCALE, LIMITS, TERMS = "parameters.yaml", "master_scale.yaml", "limits.yaml", "terms.yaml"
IDENTITY = "policy.yaml"
SEGMENTS, EXCEPTIONS, INVARIANTS = "segments.yaml", "exceptions.yaml", "invariants.yaml"  # need not be there
EPISODES, WINDOWS = "early_warning/episodes.yaml", "early_warning/windows.yaml"  # need not be there
NO_RULESETS = (EPISODES, WINDOWS)  # files in the folder of a stage that hold no rules
TOP_FILES = (IDENTITY, PARAMETERS, SCALE, LIMITS, TERMS, SEGMENTS, EXCEPTIONS, INVARIANTS)
CASES_SUFFIX = ".test.yaml"
# Folders beside the policy that are no part of it: what was published of it, and the schema made from its language.
BESIDE = ("published", "schema")
# The folders of rule-set files: of each stage that of its name, and for warnings also the room of early warning.
STAGE_FOLDERS: Mapping[str, Stage] = MappingProxyType(
    {**{stage.value: stage for stage in Stage}, "early_warning": Stage.WARNINGS}
)

Model = TypeVar("Model", bound=BaseModel)
_EMPTY = YamlDocument(PARAMETERS, {}, {(): 1})


@dataclass(slots=True)
class FolderReader:
    """Reads every file; a file that cannot be read becomes findings and the others are read all the same.

    Places are relative to the folder's parent, so that they read `rules/grading/payment.yaml:12`.
    """

    root: Path
    vocabulary: Vocabulary
    with_cases: bool = True
    findings: list[Finding] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)  # files of which nothing is known

    def read(self) -> PolicyDraft:
        """Raises InputError if there is no such folder, or it holds nothing of a policy."""
        remedy = f"give the folder of a policy: one that holds {IDENTITY}, {PARAMETERS} and the rules"
        if not self.root.is_dir():
            raise InputError("there is no such folder", where=str(self.root), remedy=remedy)
        if not any((self.root / name).exists() for name in TOP_FILES):
            raise InputError("the folder holds no policy", where=str(self.root), remedy=remedy)
        self._refuse_strays()
        parameters, parameter_file = self._parameters()
        segments, segment_file = self._segments()
        windows = tuple(self._versions(WINDOWS)) if (self.root / WINDOWS).exists() else ()
        self.vocabulary = with_windows(self.vocabulary, texts_of(windows))
        rule_files = [path for path in self._stage_files() if not path.name.endswith(CASES_SUFFIX)]
        identity = self._document(self.root / IDENTITY, IdentityDocument)
        agreed = self._optional(EXCEPTIONS, ExceptionsDocument)
        exclusions, temporary_limits = place_exceptions(*agreed) if agreed is not None else ((), ())
        rulesets = [self._ruleset(path) for path in rule_files]
        case_files = [path for path in self._stage_files() if path.name.endswith(CASES_SUFFIX)]
        return PolicyDraft(
            parameters=parameters,
            parameter_file=parameter_file,
            rules=tuple(rule for rules, _ in rulesets for rule in rules),
            tables=tuple(table for _, tables in rulesets for table in tables),
            scales=tuple(self._scales()),
            limits=tuple(self._versions(LIMITS)),
            terms=tuple(self._versions(TERMS)),
            episodes=tuple(self._versions(EPISODES)) if (self.root / EPISODES).exists() else (),
            windows=windows,
            cases=tuple(case for path in case_files for case in self._cases(path)) if self.with_cases else (),
            vocabulary=self.vocabulary,
            segments=segments,
            segment_file=segment_file,
            invariants=tuple(self._invariants()),
            exclusions=exclusions,
            temporary_limits=temporary_limits,
            identity=None if identity is None else identity[1],
        )

    def where(self, path: Path) -> str:
        return path.relative_to(self.root.parent).as_posix()

    def _document(self, path: Path, model: type[Model]) -> tuple[YamlDocument, Model] | None:
        where = self.where(path)
        try:
            loaded = load_yaml(path)
            document = YamlDocument(where, loaded.data, loaded.lines)
            return document, validated(document, model)
        except DocumentError as error:
            self.findings.extend(_renamed(finding, str(path), where) for finding in error.findings)
        except InputError as error:
            self.findings.append(Finding(f"{where}:1", error.what, error.remedy))
        self.unread.add(where)
        return None

    def _optional(self, name: str, model: type[Model]) -> tuple[YamlDocument, Model] | None:
        path = self.root / name
        return self._document(path, model) if path.exists() else None

    def _parameters(self) -> tuple[dict[str, Parameter], YamlDocument]:
        found = self._document(self.root / PARAMETERS, ParametersDocument)
        if found is None:
            return {}, _EMPTY
        document, written = found
        return {name: _parameter(name, one) for name, one in sorted(written.parameters.items())}, document

    def _segments(self) -> tuple[dict[str, Segment], YamlDocument | None]:
        found = self._optional(SEGMENTS, SegmentsDocument)
        if found is None:
            return {}, None
        document, written = found
        return {name: _segment(name, one) for name, one in sorted(written.segments.items())}, document

    def _invariants(self) -> Iterator[AuthoredInvariant]:
        path = self.root / INVARIANTS
        found = self._document(path, InvariantsDocument) if path.exists() else None
        if found is not None:
            yield from read_invariants(*found, self.findings)

    def _scales(self) -> Iterator[PlacedScale]:
        found = self._document(self.root / SCALE, ScaleDocument)
        if found is not None:
            document, written = found
            for place, version in enumerate(written.versions):
                yield PlacedScale(version, document, ("versions", str(place)))

    def _versions(self, name: str) -> Iterator[PlacedPolicy]:
        found = self._document(self.root / name, PolicyDocument)
        if found is not None:
            document, written = found
            for place, version in enumerate(written.versions):
                yield PlacedPolicy(version.start, document, ("versions", str(place), "policy"))

    def _ruleset(self, path: Path) -> tuple[tuple[AuthoredRule, ...], tuple[AuthoredTable, ...]]:
        """The rules of a file, rows of tables among them, and its tables."""
        found = self._document(path, RulesetDocument)
        if found is None:
            return (), ()
        document, written = found
        if written.stage is not STAGE_FOLDERS[path.parent.name]:
            what = f"the stage is {written.stage.value}, the folder is {path.parent.name}"
            self.findings.append(Finding(document.place("stage"), what, "move the file or correct the stage"))
        read = [self._rule(document, ("rules", str(place)), one, written) for place, one in enumerate(written.rules)]
        reader = TableReader(document, written, self.vocabulary, self.findings, self.unread)
        tables = tuple(reader.read())
        rows = [row for table in tables for row in table.rows]
        return (*(rule for rule in read if rule is not None), *rows), tables

    def _rule(
        self, document: YamlDocument, path: tuple[str, ...], written: RuleDocument, ruleset: RulesetDocument
    ) -> AuthoredRule | None:
        reader = ConditionReader(document, [], self.findings)
        said = document.mapping()["rules"][int(path[-1])]
        when = reader.read(said["when"], (*path, "when"))
        until = reader.read(said["until"], (*path, "until")) if "until" in said else None
        if when is None or ("until" in said and until is None):
            self.unread.add(written.id)
            return None
        of, leaves = ruleset, tuple(reader.leaves)
        return AuthoredRule(written, of.ruleset, of.stage, of.owner, when, leaves, document, path, until=until)

    def _cases(self, path: Path) -> Iterator[AuthoredCase]:
        found = self._document(path, CasesDocument)
        if found is not None:
            document, written = found
            rules = self.where(path).removesuffix(CASES_SUFFIX) + ".yaml"
            for place, one in enumerate(written.cases):
                yield AuthoredCase(one, document, ("cases", str(place)), rules)

    def _stage_files(self) -> list[Path]:
        beside = {self.root / name for name in NO_RULESETS}
        found = (path for folder in STAGE_FOLDERS for path in sorted((self.root / folder).glob("*.yaml")))
        return [path for path in found if path not in beside]

    def _refuse_strays(self) -> None:
        """A file nobody reads is a rule somebody believes in."""
        for path in sorted((*self.root.rglob("*.yaml"), *self.root.rglob("*.yml"))):
            inside = path.relative_to(self.root).parts
            if inside[0] in BESIDE:
                continue
            if len(inside) == 1 and inside[0] in TOP_FILES:
                continue
            if len(inside) == 2 and inside[0] in STAGE_FOLDERS and path.suffix == ".yaml":
                continue
            known = TOP_FILES if len(inside) == 1 else [f"{stage}/{path.stem}.yaml" for stage in STAGE_FOLDERS]
            self.findings.append(
                Finding(f"{self.where(path)}:1", "nothing reads this file", nearest("/".join(inside), known))
            )


def _parameter(name: str, written: ParameterDocument) -> Parameter:
    values = tuple(
        DatedValue(dated.start, dated.value, dated.reference, dated.decided_by, dated.segment, dated.until)
        for dated in written.values
    )
    return Parameter(name, written.text.text(), written.unit, values)


def _segment(name: str, written: SegmentDocument) -> Segment:
    members = tuple(sorted((fact, tuple(sorted(texts))) for fact, texts in written.members.items()))
    return Segment(name, written.text.text(), members, unknown_is_in=written.if_unknown == "in")


def _renamed(finding: Finding, before: str, after: str) -> Finding:
    if not finding.place.startswith(before):
        return finding
    return replace(finding, place=after + finding.place.removeprefix(before))
