"""The lookup tables of a rule-set file, row by row as rules."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from riskengine.policy.condition import AllOf, Comparison
from riskengine.policy.condition_reader import PlacedLeaf
from riskengine.policy.documents.rule import EffectDocument, RuleDocument, is_number_or_parameter
from riskengine.policy.documents.ruleset import RulesetDocument
from riskengine.policy.documents.table import SUMS, TableDocument
from riskengine.policy.draft import AuthoredRule, AuthoredTable, TableRow
from riskengine.policy.leaf import LeafError, parse_leaf
from riskengine.policy.vocabulary import Fact, Vocabulary
from riskengine.tables.yaml_file import Finding, YamlDocument
from riskengine.terms.decision import OnMissing
from riskengine.terms.errors import nearest

ANY, NOTHING = "any", "none"
_PARTS = re.compile(r"(?:'(?:[^']|'')*'|\[[^\]]*\]|[^,])+")  # split at the commas outside of quotes and lists
_CELL = "write `op operand`, several joined by commas, or any"


@dataclass(slots=True)
class TableReader:
    """Reads the tables of one file; collects all that is wrong with them."""

    document: YamlDocument
    ruleset: RulesetDocument
    vocabulary: Vocabulary
    findings: list[Finding]
    unread: set[str] = field(default_factory=set)  # ids of tables with a row that cannot be read

    def read(self) -> Iterator[AuthoredTable]:
        for position, written in enumerate(self.ruleset.tables):
            path = ("tables", str(position))
            before = len(self.findings)
            facts = tuple(self._facts(written, path))
            self._check_on_missing(written, path)
            rows = tuple(self._rows(written, path, facts)) if len(facts) == len(written.over) else ()
            if len(self.findings) > before:
                self.unread.add(written.id)
            of = self.ruleset
            yield AuthoredTable(written, of.ruleset, of.stage, of.owner, rows, self.document, path)

    def _facts(self, written: TableDocument, path: tuple[str, ...]) -> Iterator[Fact]:
        for position, name in enumerate(written.over):
            place = self.document.place(*path, "over", position)
            fact = self.vocabulary.get(name)
            if name in written.over[:position]:
                self._find(
                    place, f"'{name}' is asked twice", "name each fact once; a cell may hold several comparisons"
                )
            elif fact is None:
                self._find(place, f"there is no fact '{name}'", nearest(name, self.vocabulary))
            elif not fact.is_known_in(self.ruleset.stage):
                what = (
                    f"'{name}' is not known in stage {self.ruleset.stage.value}, only from {fact.known_from.value} on"
                )
                self._find(place, what, f"move the table to stage {fact.known_from.value} or a later one")
            else:
                yield fact

    def _check_on_missing(self, written: TableDocument, path: tuple[str, ...]) -> None:
        if written.on_missing is OnMissing.HIT and written.sets in SUMS:
            place = self.document.place(*path, "on_missing")
            what = f"the rows of {written.id} add up, so several of them cannot apply where a fact is missing"
            self._find(place, what, "write refer or no_hit")

    def _rows(self, written: TableDocument, path: tuple[str, ...], facts: tuple[Fact, ...]) -> Iterator[AuthoredRule]:
        for position, cells in enumerate(written.rows):
            row_path = (*path, "rows", str(position))
            place = self.document.place(*row_path)
            if len(cells) != len(facts) + 1:
                what = f"row {position + 1} has {len(cells)} entries, {len(facts) + 1} are needed"
                self._find(place, what, f"one for each of {', '.join(written.over)}, then the value")
                continue
            leaves = self._leaves(facts, cells[:-1], row_path)
            then = self._effect(written, cells[-1], self.document.place(*row_path, len(facts)))
            if leaves is None or then is None:
                continue
            if not leaves:
                self._find(place, f"row {position + 1} says any for every fact", "say for whom its value holds")
                continue
            yield self._row(written, TableRow(position + 1, facts, path), leaves, then, row_path)

    def _row(
        self,
        written: TableDocument,
        row: TableRow,
        leaves: tuple[PlacedLeaf, ...],
        then: EffectDocument,
        path: tuple[str, ...],
    ) -> AuthoredRule:
        when = leaves[0].leaf if len(leaves) == 1 else AllOf(tuple(placed.leaf for placed in leaves))
        rule = RuleDocument(
            id=written.id,
            name=written.name,
            reason=written.reason,
            in_force=written.in_force,
            when=None,
            on_missing=written.on_missing,
            then=then,
        )
        of = self.ruleset
        return AuthoredRule(rule, of.ruleset, of.stage, of.owner, when, leaves, self.document, path, row)

    def _leaves(
        self, facts: tuple[Fact, ...], cells: tuple[object, ...], path: tuple[str, ...]
    ) -> tuple[PlacedLeaf, ...] | None:
        """The comparisons of one row; None if a cell cannot be read."""
        found: list[PlacedLeaf] = []
        is_good = True
        for position, (fact, cell) in enumerate(zip(facts, cells, strict=True)):
            place = self.document.place(*path, position)
            try:
                found.extend(PlacedLeaf(leaf, place) for leaf in _comparisons(fact, cell))
            except LeafError as error:
                self._find(place, error.what, error.remedy)
                is_good = False
        return tuple(found) if is_good else None

    def _effect(self, written: TableDocument, value: object, place: str) -> EffectDocument | None:
        said: Mapping[str, object] = {written.sets: value}
        if value == NOTHING:
            return EffectDocument.model_validate({})
        if value is None or not is_number_or_parameter(value):
            what = f'{value!r} is neither a number, a parameter, which stands in quotes: "@name", nor none'
            self._find(place, what, "write none where nothing follows")
            return None
        return EffectDocument.model_validate(said)

    def _find(self, place: str, what: str, remedy: str | None) -> None:
        self.findings.append(Finding(place, what, remedy))


def _comparisons(fact: Fact, cell: object) -> Iterator[Comparison]:
    """Raises LeafError."""
    if cell == ANY:
        return
    if not isinstance(cell, str) or not cell.strip():
        shown = f'"== {cell}"' if isinstance(cell, int | float) and not isinstance(cell, bool) else None
        raise LeafError(f"{cell!r} is not a cell", remedy=f"write {shown}" if shown else _CELL)
    for part in _PARTS.findall(cell):
        try:
            leaf = parse_leaf(f"{fact.name} {part.strip()}")
        except LeafError as error:
            raise LeafError(f"'{cell}' is not a cell: {error.what}", remedy=error.remedy or _CELL) from None
        if not isinstance(leaf, Comparison):
            raise LeafError(f"'{cell}' is not a cell", remedy="what follows without the fact is said by on_missing")
        yield leaf
