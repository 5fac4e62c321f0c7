"""A concrete customer, or one customer twice with something different, and how it is rated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import numpy as np

from riskengine.decision.arrays import NONE
from riskengine.decision.predictions import UNRATED_REASONS, predictions_of
from riskengine.decision.rate import rate
from riskengine.decision.ratings import Ratings
from riskengine.policy.bundle import Policy
from riskengine.policy.exception import TemporaryLimit
from riskengine.policy.invariant_facts import AVAILABLE_BEYOND_SECURED, AVAILABLE_CREDIT, SEVERITY, action_fact
from riskengine.policy.vocabulary import Vocabulary
from riskengine.rules.columns import ColumnsEngine
from riskengine.rules.facts import FactColumns
from riskengine.terms.decision import Action
from riskengine.terms.limit import UnratedReason

FactValue = float | str
PD, PORTFOLIO = "pd_12m", "ctx_portfolio_exposure"


@dataclass(frozen=True, slots=True)
class Scenario:
    """`facts` are those of a customer, missing ones left out; `pd_12m` and the portfolio's exposure are among them.
    `changed` is what is different of the second customer, None for missing; empty: there is only one.
    """

    facts: Mapping[str, FactValue]
    changed: Mapping[str, FactValue | None] = field(default_factory=dict)
    temporary: float | None = None  # limit granted for a time

    @property
    def second(self) -> dict[str, FactValue]:
        """The facts of the second customer."""
        merged = {**self.facts, **self.changed}
        return {name: value for name, value in merged.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Rated:
    """One row of some ratings."""

    ratings: Ratings
    row: int


def rate_all(given: Sequence[tuple[Mapping[str, FactValue], float | None]], policy: Policy) -> list[Rated]:
    """Customers by their facts and what they were granted for a time, rated as any other.

    Exclusions, which are agreed with named customers, do not apply.
    """
    found: dict[int, Rated] = {}
    by_portfolio: dict[FactValue | None, list[int]] = {}
    for place, (facts, _) in enumerate(given):
        by_portfolio.setdefault(facts.get(PORTFOLIO), []).append(place)
    for portfolio, places in by_portfolio.items():
        ratings = _rate([given[place] for place in places], portfolio, policy)
        found.update({place: Rated(ratings, row) for row, place in enumerate(places)})
    return [found[place] for place in range(len(given))]


def _rate(
    given: Sequence[tuple[Mapping[str, FactValue], float | None]], portfolio: FactValue | None, policy: Policy
) -> Ratings:
    ids = [f"C{row}" for row in range(len(given))]
    granted = tuple(
        _granted(i, amount, policy) for i, (_, amount) in zip(ids, given, strict=True) if amount is not None
    )
    pds = np.array([_float(facts.get(PD)) for facts, _ in given])
    reasons = np.where(np.isnan(pds), UNRATED_REASONS.index(UnratedReason.NOT_SCORED), NONE).astype(np.int8)
    return rate(
        ids,
        _columns([facts for facts, _ in given]),
        predictions_of(pds, pds, reasons),
        replace(policy, exclusions=(), temporary_limits=granted),
        ColumnsEngine(),
        as_of=policy.as_of,
        portfolio_exposure=None if portfolio is None else float(portfolio),
    )


def _columns(records: Sequence[Mapping[str, FactValue]]) -> FactColumns:
    names = sorted({name for record in records for name in record} - {PD, PORTFOLIO})
    texts = {name for name in names if any(isinstance(record.get(name), str) for record in records)}
    return FactColumns(
        len(records),
        {n: np.array([_float(r.get(n)) for r in records], dtype=np.float64) for n in names if n not in texts},
        {n: np.array([r.get(n) for r in records], dtype=object) for n in texts},
    )


def end_record(rated: Rated, vocabulary: Vocabulary) -> dict[str, FactValue | None]:
    """Every fact as it is known when the rating has ended."""
    ratings, row = rated.ratings, rated.row
    effects = ratings.effects
    names = [*ratings.facts.numbers, *ratings.facts.texts]
    found: dict[str, FactValue | None] = dict.fromkeys(vocabulary)
    found.update(ratings.facts.record(row, names))
    available = _number(ratings.available[row])
    secured = sum(float(found.get(name) or 0.0) for name in ("cus_guarantee_amount", "cus_insured_amount"))
    limit = _number(ratings.limits.limit[row])
    beyond = None if available is None or limit is None else available - limit - secured
    found.update(
        {
            "in_default": float(effects.in_default[row]),
            "frozen": float(ratings.frozen[row]),
            "refer": float(effects.refer[row]),
            SEVERITY: float(effects.severity[row]),
            AVAILABLE_CREDIT: available,
            AVAILABLE_BEYOND_SECURED: beyond,
        }
    )
    found.update({action_fact(action): float(effects.actions[action][row]) for action in Action})
    return found


def _granted(customer_id: str, amount: float, policy: Policy) -> TemporaryLimit:
    until = policy.as_of + timedelta(days=1)
    return TemporaryLimit(customer_id, amount, policy.as_of, until, "a proof", "a proof", "nobody")


def _float(value: FactValue | None) -> float:
    return float("nan") if value is None else float(value)


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
