"""One policy over a history: each date rated with what the same policy decided on the date before."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date

import polars as pl

from riskengine.decision.frames import numbers, review_days
from riskengine.decision.rate import rate
from riskengine.decision.ratings import Ratings
from riskengine.policy.bundle import Policy
from riskengine.rules.columns import ColumnsEngine
from riskengine.terms.errors import UsageError
from riskengine.workflows.previous_run import PreviousRun, decided_facts
from riskengine.workflows.scored import check_policy_currency
from riskengine.workflows.trial.history import History, Snapshot

PolicyOn = Callable[[date], Policy]  # the policy in force on a date


def follow_policy(history: History, policy_on: PolicyOn, previous: PreviousRun | None = None) -> Iterator[Ratings]:
    """The ratings of every snapshot, oldest first. Raises as `follow_snapshots`."""
    found = follow_snapshots(history.snapshots, policy_on, previous, currency=history.reporting_currency)
    return (ratings for _, ratings in found)


def follow_snapshots(
    snapshots: Iterable[Snapshot], policy_on: PolicyOn, previous: PreviousRun | None = None, *, currency: str
) -> Iterator[tuple[Snapshot, Ratings]]:
    """Each snapshot, oldest first, with its ratings; `currency` is that of the tables. None is held on to.

    `prev_*` facts of the first date come from `previous`, and are missing without one. Raises UsageError if `previous`
    is not earlier than the first date, or the policy is not in force on a date; InputError if its amounts are in
    another currency.
    """
    before = previous
    for snapshot in snapshots:
        if before is previous is not None and previous.as_of >= snapshot.as_of:
            raise UsageError(
                f"the previous run is as of {previous.as_of}, not earlier than the first date {snapshot.as_of}",
                where="--previous",
                remedy="give an earlier run, or none",
            )
        policy = policy_on(snapshot.as_of)
        check_policy_currency(policy, currency)
        ratings = rate_snapshot(snapshot, policy, before)
        before = run_of(ratings)
        yield snapshot, ratings


def rate_snapshot(snapshot: Snapshot, policy: Policy, before: PreviousRun | None) -> Ratings:
    """Everybody known by the snapshot's date, with what was known then and what `before` decided.

    Not with the cases that were open: they were opened by the policy in force, not by the one that is tried.
    """
    ids = snapshot.features["customer_id"]
    return rate(
        snapshot.customer_ids,
        snapshot.facts_for(policy).with_numbers(**decided_facts(before, ids, snapshot.as_of)),
        snapshot.predictions,
        policy,
        ColumnsEngine(),
        as_of=snapshot.as_of,
        portfolio_exposure=snapshot.portfolio_exposure,
    )


def run_of(ratings: Ratings) -> PreviousRun:
    """Ratings as the earlier run of the next date: what `prev_*` facts are made of."""
    decided = pl.DataFrame(
        {
            "customer_id": pl.Series(ratings.customer_ids, dtype=pl.String),
            "final_grade": numbers(ratings.grades.final),
            "pd_12m": numbers(ratings.predictions.pd_12m),
            "limit": numbers(ratings.limits.limit),
            "terms_days": numbers(ratings.terms.days),
            "review_on": review_days(ratings),
        }
    )
    return PreviousRun(ratings.as_of, "", decided, pl.DataFrame())
