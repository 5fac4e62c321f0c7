"""What is kept of the ratings of everybody until it is known what their cases mean: columns of each part, no more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from riskengine.decision.frames import numbers
from riskengine.decision.ratings import Ratings
from riskengine.early_warning.case import Standing
from riskengine.early_warning.credit_standing import OpenOrders, standing_columns, standings_in
from riskengine.early_warning.finding import Finding
from riskengine.early_warning.freeze import CaseState
from riskengine.early_warning.step import Profile
from riskengine.early_warning.subject import INDUSTRY_FACT, standing_by_subject
from riskengine.tables.store import TableSet
from riskengine.terms.days import day_number
from riskengine.workflows.watch.finder import People

_WHO = ("customer_id", "cus_exposure", "cus_sales_team", INDUSTRY_FACT)


@dataclass(frozen=True, slots=True)
class RatedPart:
    """`who`: what decides who answers a case, and the profiles; `columns`: what their standing needs."""

    who: pl.DataFrame
    columns: pl.DataFrame
    open_orders: OpenOrders


@dataclass(frozen=True, slots=True)
class RatedParts:
    """All customers of a day, who make surroundings, or some, who make none."""

    findings: Sequence[Finding]
    surroundings: pl.DataFrame | None
    currency: str
    parts: Sequence[RatedPart] = field(repr=False)

    def answering(self) -> Mapping[str, Standing]:
        return standing_by_subject(
            pl.concat([part.who for part in self.parts]), industries=self.surroundings is not None
        )

    def people(self, states: Mapping[str, CaseState]) -> People:
        standing = [standings_in(part.columns, self.currency, states, part.open_orders) for part in self.parts]
        profiles = (one for part in self.parts for one in profiles_in(part.who))
        return People(tuple(one for part in standing for one in part), tuple(profiles))


def rated_part(ratings: Ratings, features: pl.DataFrame, tables: TableSet, open_orders: OpenOrders) -> RatedPart:
    """Of ratings of `features`; `tables` hold the master data of these customers."""
    return RatedPart(who_is_rated(ratings, features, tables), standing_columns(ratings), open_orders)


def who_is_rated(ratings: Ratings, features: pl.DataFrame, tables: TableSet) -> pl.DataFrame:
    """Name and industry of each customer, by the newest master data, beside what its features and its rating say."""
    names = _names(tables, ratings.as_of).rename({"industry": "_industry"})
    known = features.select(_WHO).with_columns(pd_12m=numbers(ratings.predictions.pd_12m))
    return known.join(names, on="customer_id", how="left", maintain_order="left")


def profiles_in(who: pl.DataFrame) -> tuple[Profile, ...]:
    """Those of whom `who_is_rated` tells."""
    rows = who.select("customer_id", "name", "_industry", "cus_sales_team", "pd_12m").iter_rows()
    return tuple(Profile(*row) for row in rows)


def _names(tables: TableSet, day: date) -> pl.DataFrame:
    known = tables["customers"].filter(pl.col("known_at") <= day_number(day)).sort("customer_id", "known_at", "name")
    last = known.group_by("customer_id", maintain_order=True).agg(pl.col("name").last(), pl.col("industry").last())
    return last.collect()
