"""The open cases in the order in which they are worth somebody's time, and what the alert budget leaves out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from math import fsum
from types import MappingProxyType
from typing import Any

import polars as pl

from riskengine.early_warning.ranking import RankedCase, Stake, rank_cases
from riskengine.early_warning.subject import industry_of
from riskengine.policy.bundle import Policy
from riskengine.policy.episode_policy import AlertBudget
from riskengine.policy.names import indicator_name, indicator_names, role_name
from riskengine.terms.decision import Action, Severity
from riskengine.terms.text import Text

_NOBODY: Mapping[str, date] = MappingProxyType({})


class Place(StrEnum):
    INDUSTRY = "industry"  # about a whole industry, whatever the budget: few, and no customer's
    NOW = "now"  # within the budget
    LEFT_OUT = "left_out"  # more than people can answer
    PUT_OFF = "put_off"  # everything it is about is snoozed
    IN_DEFAULT = "in_default"  # collection has it


_ORDER = tuple(Place)


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What stands beside a case. Amounts in the currency of the policy; None: not known."""

    name: str | None = None
    sales_team: str | None = None
    pd_12m: float | None = None
    exposure: float | None = None
    uncovered: float | None = None
    in_default: bool = False


@dataclass(frozen=True, slots=True)
class ListedCase:
    place: Place
    customer_id: str
    facts: CaseFacts
    severity: Severity
    opened_on: date
    due_on: date
    owner: str
    owner_name: Text
    indicators: tuple[tuple[str, Text], ...]
    proposed: tuple[Action, ...]
    automatic: tuple[Action, ...]
    expected_loss: float | None
    snoozed_until: date | None = None


@dataclass(frozen=True, slots=True)
class Total:
    """`expected_loss`: of all together; those without an amount add nothing."""

    cases: int = 0
    expected_loss: float = 0.0


@dataclass(frozen=True, slots=True)
class CaseList:
    """`cases`: by place, each by expected loss; there may be fewer of them than the `totals` count."""

    day: date
    currency: str
    budget: AlertBudget | None
    loss_given_default: float
    cases: tuple[ListedCase, ...]
    totals: Mapping[Place, Total]

    @property
    def open_cases(self) -> int:
        return sum(total.cases for total in self.totals.values())

    def at(self, place: Place) -> tuple[ListedCase, ...]:
        return tuple(one for one in self.cases if one.place is place)

    def answered_by(self, owner: str) -> "CaseList":
        """Only what one role answers."""
        own = tuple(one for one in self.cases if one.owner == owner)
        return replace(self, cases=own, totals=_totals((one.place, one.expected_loss) for one in own))


def list_cases(
    cases: pl.DataFrame,
    facts: Mapping[str, CaseFacts],
    policy: Policy,
    day: date,
    *,
    put_off: Mapping[str, date] = _NOBODY,
    most: int | None = None,
) -> CaseList:
    """`cases`: CASE_SCHEMA; those that ended are left out. `put_off`: until when, by customer; they take nothing from
    the budget. No more than the first `most` are listed; all are counted."""
    lister = _Lister(policy, facts, put_off, indicator_names(policy))
    rows = {row["customer_id"]: row for row in cases.filter(pl.col("end").is_null()).iter_rows(named=True)}
    apart = {name: _apart(name, put_off) for name in rows}
    waiting = [lister.stake(row) for name, row in rows.items() if apart[name] is None]
    others = [lister.stake(row) for name, row in rows.items() if apart[name] is not None]
    ranked = (*rank_cases(waiting, policy.episodes), *rank_cases(others, policy.episodes))
    listed = [(apart[one.customer_id] or _place(one), one) for one in ranked]
    listed.sort(key=lambda pair: _ORDER.index(pair[0]))
    return CaseList(
        day,
        policy.currency,
        policy.episodes.budget,
        policy.episodes.loss_given_default,
        tuple(lister.listed(rows[one.customer_id], one, place) for place, one in listed[:most]),
        _totals((place, one.expected_loss) for place, one in listed),
    )


def _totals(cases: Iterable[tuple[Place, float | None]]) -> Mapping[Place, Total]:
    losses: dict[Place, list[float]] = {place: [] for place in Place}
    for place, loss in cases:
        losses[place].append(loss or 0.0)
    return {place: Total(len(own), round(fsum(own), 2)) for place, own in losses.items()}


@dataclass(frozen=True, slots=True)
class _Lister:
    policy: Policy
    facts: Mapping[str, CaseFacts]
    put_off: Mapping[str, date]
    names: Mapping[str, Text]

    def stake(self, row: Mapping[str, Any]) -> Stake:
        known = self.facts.get(row["customer_id"], CaseFacts())
        severity = Severity[str(row["severity"]).upper()]
        return Stake(row["customer_id"], severity, known.pd_12m, known.uncovered, known.in_default)

    def listed(self, row: Mapping[str, Any], ranked: RankedCase, place: Place) -> ListedCase:
        return ListedCase(
            place=place,
            customer_id=ranked.customer_id,
            facts=self.facts.get(ranked.customer_id, CaseFacts()),
            severity=ranked.severity,
            opened_on=row["opened_on"],
            due_on=row["due_on"],
            owner=row["owner"],
            owner_name=role_name(row["owner"], self.policy.episodes),
            indicators=tuple((name, indicator_name(name, self.names)) for name in row["indicators"]),
            proposed=tuple(Action(word) for word in row["proposed"]),
            automatic=tuple(Action(word) for word in row["automatic"]),
            expected_loss=None if ranked.expected_loss is None else round(ranked.expected_loss, 2),
            snoozed_until=self.put_off.get(ranked.customer_id),
        )


def _apart(subject: str, put_off: Mapping[str, date]) -> Place | None:
    """The place of what takes nothing from the budget."""
    if subject in put_off:
        return Place.PUT_OFF
    return None if industry_of(subject) is None else Place.INDUSTRY


def _place(one: RankedCase) -> Place:
    if one.in_default:
        return Place.IN_DEFAULT
    return Place.NOW if one.within_budget else Place.LEFT_OUT
