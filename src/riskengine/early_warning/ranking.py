"""Which cases to look into first, when only so many can be: the largest expected losses."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import fsum, isnan

from riskengine.policy.episode_policy import EpisodePolicy
from riskengine.terms.decision import Severity


@dataclass(frozen=True, slots=True)
class Stake:
    """What a case is ranked by.

    `pd_12m`: None where nobody could give one. `uncovered`: what is owed and neither guaranteed nor insured, in the
    currency of the policy; None where nothing can be owed, as by an industry.
    """

    customer_id: str
    severity: Severity
    pd_12m: float | None
    uncovered: float | None
    in_default: bool = False


@dataclass(frozen=True, slots=True)
class RankedCase:
    """`expected_loss` in the currency of the policy; None as in `Stake.uncovered`."""

    place: int  # from 1
    customer_id: str
    severity: Severity
    expected_loss: float | None
    within_budget: bool
    in_default: bool = False


def rank_cases(stakes: Iterable[Stake], policy: EpisodePolicy) -> tuple[RankedCase, ...]:
    """Every case, the largest expected loss first, then the more severe; whatever the order given.

    Whoever is in default comes last and takes nothing from the budget: there is nothing left to warn of, and collection
    has the case. Within the budget are as many as the policy says that people can answer; without a budget all are. A
    policy says it of new cases within some days: these are the cases still unanswered, and those left out wait for the
    next days.

    >>> one = Stake("C1", Severity.AMBER, 0.2, 100_000.0)
    >>> two = Stake("C2", Severity.RED, None, 1_000.0)
    >>> [(found.place, found.customer_id, found.expected_loss) for found in rank_cases((two, one), EpisodePolicy())]
    [(1, 'C1', 20000.0), (2, 'C2', 1000.0)]
    """
    valued = [(one, expected_loss(one, policy.loss_given_default)) for one in stakes]
    valued.sort(key=_order)
    room = len(valued) if policy.budget is None else policy.budget.cases
    return tuple(
        RankedCase(place, one.customer_id, one.severity, loss, not one.in_default and place <= room, one.in_default)
        for place, (one, loss) in enumerate(valued, start=1)
    )


def expected_loss(stake: Stake, loss_given_default: float) -> float | None:
    """PD x uncovered exposure x loss given default; in default and without a PD the default is taken for certain."""
    if stake.uncovered is None or isnan(stake.uncovered):
        return None
    pd_12m = 1.0
    if stake.pd_12m is not None and not isnan(stake.pd_12m) and not stake.in_default:
        pd_12m = stake.pd_12m
    return pd_12m * max(stake.uncovered, 0.0) * loss_given_default


def total_loss(cases: Iterable[RankedCase]) -> float:
    """What may be lost with these cases together; those without an amount add nothing."""
    return fsum(one.expected_loss for one in cases if one.expected_loss is not None)


def _order(valued: tuple[Stake, float | None]) -> tuple[bool, bool, float, int, str]:
    one, loss = valued
    return one.in_default, loss is None, -(loss or 0.0), -one.severity, one.customer_id
