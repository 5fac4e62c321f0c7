"""What a watcher asks of ratings: the findings of a day, of everybody or of some. How they come about is not its
concern, so that the way of warnings through days can be tested apart from the way of numbers through a rating."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Protocol

import polars as pl

from riskengine.decision.order_standing import OrderStanding
from riskengine.early_warning.case import Standing
from riskengine.early_warning.episode import Episode
from riskengine.early_warning.finding import Finding, Key
from riskengine.early_warning.freeze import CaseState
from riskengine.early_warning.step import Profile
from riskengine.policy.bundle import Policy
from riskengine.tables.store import TableSet
from riskengine.workflows.watch.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Before:
    """How things stood when a day began."""

    open: Mapping[Key, Episode] = field(default_factory=lambda: MappingProxyType({}))
    states: Mapping[str, CaseState] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class People:
    """The customers that were rated, as others must know them."""

    standing: tuple[OrderStanding, ...] = ()
    profiles: tuple[Profile, ...] = ()


class Found(Protocol):
    @property
    def findings(self) -> Sequence[Finding]:
        """Of pairs for which a rule applies, and of pairs with an open episode."""
        ...

    @property
    def surroundings(self) -> pl.DataFrame | None:
        """Of everybody on the day, to be given back when some are asked for on the next one."""
        ...

    def answering(self) -> Mapping[str, Standing]:
        """What decides who answers the cases of each."""
        ...

    def people(self, states: Mapping[str, CaseState]) -> People:
        """How each stands, with what its cases mean for credit now."""
        ...


class Finder(Protocol):
    def policy(self, day: date) -> Policy: ...

    def surroundings(self, ledger: Ledger, day: date) -> pl.DataFrame | None:
        """What everybody is to each other at the end of a day on which nobody is looked at; None if nobody is known."""
        ...

    def everybody(self, ledger: Ledger, day: date, before: Before) -> Found:
        """All customers known by the end of the day."""
        ...

    def some(
        self,
        tables: TableSet,
        customers: Collection[str],
        day: date,
        before: Before,
        surroundings: pl.DataFrame | None,
    ) -> Found:
        """Some of the customers of `tables`: those of them that are known by then."""
        ...
