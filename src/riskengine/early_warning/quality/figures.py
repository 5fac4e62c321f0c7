"""The figures of each set of warnings, all intervals from the same draws of customers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from riskengine.early_warning.quality.certainty import Drawn, Draws, Verdict, judge_lift, lift_interval, share_interval
from riskengine.early_warning.quality.counts import (
    Counts,
    Defaults,
    ListQuality,
    Sums,
    count_defaults,
    default_tracks,
    judge_list,
    per_customer,
    split_new,
)
from riskengine.early_warning.quality.groups import Group, Kind
from riskengine.early_warning.quality.population import Population
from riskengine.early_warning.quality.standing import KEY
from riskengine.portfolio.trial.resampling import DRAWS, SEED, Interval, drawn_sums
from riskengine.terms.decision import Severity


@dataclass(frozen=True, slots=True)
class Money:
    """Cents, over dates with a known outcome: what it would have been worth to stop deliveries on credit while the
    warnings stood, against selling on (`trial_money.with_refusal`).

    `false_margin`: of `margin_lost`, that with customers who then neither defaulted nor paid severely late.
    """

    loss_avoided: int
    margin_lost: int
    false_margin: int
    handling: int

    @property
    def result(self) -> int:
        return self.loss_avoided - self.margin_lost - self.handling


@dataclass(frozen=True, slots=True)
class Figures:
    """One set of warnings. `precision`: of the ripe new ones, followed by default or severe delay within the horizon
    (the hit rate); `default_share`: by default. `base_rate`: of the customer-dates at risk, followed by default or
    severe delay. `alone`: defaults before which, on the last date, no other indicator stood (indicators only).
    """

    kind: Kind
    name: str | None
    level: Severity | None
    threshold: float | None
    customers: float  # at risk, on average of the dates after the first
    known: float  # known at all, likewise
    per_100_month: float | None  # new warnings per 100 customers at risk
    per_100_known: float | None  # per 100 customers known
    counts: Counts
    precision: Interval | None
    default_share: Interval | None
    base_rate: float | None
    lift: Interval | None
    on_dates: ListQuality
    verdict: Verdict
    defaults: Defaults
    alone: int | None
    money: Money


@dataclass(frozen=True, slots=True)
class _Counted:
    group: Group
    counts: Counts
    tracks: pl.DataFrame
    base: Sums  # (customers, 2): customer-dates at risk with a known outcome, of them troubled
    ripe: Sums  # (customers, 3): ripe, troubled, defaulted


def measure_groups(
    groups: Sequence[Group], customers: Sequence[str], *, draws: int = DRAWS, seed: int = SEED
) -> tuple[Figures, ...]:
    """In the order of `groups`. `customers`: everybody of the population, in an order that does not depend on rows."""
    counted = [_count(group, customers) for group in groups]
    sums = np.concatenate([np.concatenate([c.base, c.ripe], axis=1) for c in counted], axis=1)
    drawn = drawn_sums(sums, draws=draws, seed=seed)
    alone = _alone(counted)
    found = []
    for place, one in enumerate(counted):
        own = drawn[:, 5 * place : 5 * place + 5]
        found.append(_figures(one, own, alone.get(one.group.name) if one.group.kind is Kind.INDICATOR else None))
    return tuple(found)


def _count(group: Group, customers: Sequence[str]) -> _Counted:
    population = group.population
    counts, by_customer = split_new(group.view, population.days[0])
    at_risk = population.rows.filter(
        pl.col("at_risk") & pl.col("is_troubled").is_not_null() & (pl.col("as_of") > population.days[0])
    )
    base = at_risk.group_by("customer_id").agg(
        rows=pl.len().cast(pl.Int64), troubled=pl.col("is_troubled").sum().cast(pl.Int64)
    )
    return _Counted(
        group=group,
        counts=counts,
        tracks=default_tracks(population.defaults, group.view),
        base=per_customer(base, customers, ["rows", "troubled"]),
        ripe=per_customer(by_customer, customers, ["ripe", "troubled", "defaulted"]),
    )


def _alone(counted: Sequence[_Counted]) -> dict[str | None, int]:
    """For each indicator the defaults before which it alone stood."""
    parts = [
        one.tracks.filter("is_caught").select("customer_id", "default_on", name=pl.lit(one.group.name))
        for one in counted
        if one.group.kind is Kind.INDICATOR
    ]
    if not parts:
        return {}
    single = pl.concat(parts).filter(pl.len().over("customer_id", "default_on") == 1)
    found: dict[str | None, int] = {one.group.name: 0 for one in counted if one.group.kind is Kind.INDICATOR}
    found.update(dict(single.group_by("name").len().iter_rows()))
    return found


def _figures(one: _Counted, drawn: Draws, alone: int | None) -> Figures:
    group, counts = one.group, one.counts
    rows, base_troubled = (int(total) for total in one.base.sum(axis=0))
    troubled = Drawn(
        counts.troubled, counts.ripe, counts.customers, drawn[:, 3], drawn[:, 2],
        base_troubled, rows, drawn[:, 1], drawn[:, 0],
    )  # fmt: skip
    defaulted = Drawn(
        counts.defaulted, counts.ripe, counts.customers, drawn[:, 4], drawn[:, 2],
        base_troubled, rows, drawn[:, 1], drawn[:, 0],
    )  # fmt: skip
    lift = lift_interval(troubled)
    customers, known = customers_on_average(group.population)
    return Figures(
        kind=group.kind,
        name=group.name,
        level=group.level,
        threshold=group.threshold,
        customers=customers,
        known=known,
        per_100_month=100.0 * counts.new / customers / group.population.months if customers else None,
        per_100_known=100.0 * counts.new / known / group.population.months if known else None,
        counts=counts,
        precision=share_interval(troubled),
        default_share=share_interval(defaulted),
        base_rate=troubled.base_rate,
        lift=lift,
        on_dates=judge_list(group.view, group.population),
        verdict=judge_lift(counts.new, counts.in_default, troubled, lift),
        defaults=count_defaults(one.tracks),
        alone=alone,
        money=worth_of_stopping(group.view, group.population, counts),
    )


def customers_on_average(population: Population) -> tuple[float, float]:
    """At risk, and known at all, on average of the dates after the first."""
    later = population.rows.filter(pl.col("as_of") > population.days[0])
    dates = len(population.days) - 1
    return int(later["at_risk"].sum()) / dates, later.height / dates


def worth_of_stopping(view: pl.DataFrame, population: Population, counts: Counts) -> Money:
    """Handling is counted for new warnings with a known outcome."""
    stopped = population.rows.join(view.select(KEY).unique(), on=KEY, how="semi").drop_nulls("is_troubled")
    return Money(
        loss_avoided=int(stopped["loss_avoided_cents"].sum()),
        margin_lost=int(stopped["margin_lost_cents"].sum()),
        false_margin=int(stopped.filter(~pl.col("is_troubled"))["margin_lost_cents"].sum()),
        handling=round(counts.ripe * population.costs.warning_cost * 100),
    )
