"""Findings of those whom a batch of events concerns, of a part of them at a time where they have many rows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from riskengine.early_warning.case import Standing
from riskengine.early_warning.finding import Finding
from riskengine.early_warning.freeze import CaseState
from riskengine.workflows.watch.finder import Before, Finder, Found, People
from riskengine.workflows.watch.ledger import Ledger


def find_some(
    finder: Finder,
    ledger: Ledger,
    customers: Collection[str],
    *,
    day: date,
    before: Before,
    surroundings: pl.DataFrame | None,
) -> Found:
    """`Finder.some`, of all of them. Within surroundings each customer is found as if it were alone, so it does not
    matter with whom; without any, the customers are each other's."""
    names = pl.Series(values=sorted(customers), dtype=pl.String)
    parts = [names] if surroundings is None else ledger.parts(names)
    found = [
        finder.some(ledger.around(own), own, day, before, surroundings) for own in (part.to_list() for part in parts)
    ]
    return found[0] if len(found) == 1 else _FoundParts([one for part in found for one in part.findings], found)


@dataclass(frozen=True, slots=True)
class _FoundParts:
    """The parts are in the order of their customers, and so are the findings."""

    findings: Sequence[Finding]
    parts: Sequence[Found] = field(repr=False)

    @property
    def surroundings(self) -> None:
        """Some customers make none."""
        return

    def answering(self) -> Mapping[str, Standing]:
        return {name: one for part in self.parts for name, one in part.answering().items()}

    def people(self, states: Mapping[str, CaseState]) -> People:
        people = [part.people(states) for part in self.parts]
        return People(
            tuple(one for part in people for one in part.standing),
            tuple(one for part in people for one in part.profiles),
        )
