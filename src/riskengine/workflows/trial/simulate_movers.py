"""Customers on whom two policies decide differently, the largest of them with their traces."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from riskengine.decision.ratings import Ratings
from riskengine.portfolio.trial.aftermath import KEY
from riskengine.portfolio.trial.decided import Decided
from riskengine.portfolio.trial.decision_trace import DecisionTrace, Mover, trace_decision
from riskengine.portfolio.trial.side_by_side import BOTH, Side

MOST_TRACED = 12
_MOVED = ("moved_grade", "moved_limit", "moved_terms", "moved_actions", "moved_credit")
_AFTERWARDS = (
    "was_in_default",
    "is_censored",
    "defaulted",
    "default_on",
    "days_to_default",
    "default_reason",
    "severe_delay",
    "exposure_at_default",
    "sales_governed",
    "sold_and_lost",
    "peak_balance",
)


def find_movers(cases: pl.DataFrame, decided: Mapping[Side, Decided], names: pl.DataFrame) -> pl.DataFrame:
    """Every customer and date that moved, the largest first: by change of limit, then of grade.

    Amounts are units of the reporting currency. `gain` is what the challenger's decision would have been worth more.
    """
    gain = (pl.col(f"result_cents_{Side.CHALLENGER}") - pl.col(f"result_cents_{Side.POLICY}")) / 100
    moved = cases.filter("moved").with_columns(limit_change=_change("limit"), grade_change=_change("grade"), gain=gain)
    for side in Side:
        rules = decided[side].hits.group_by(KEY).agg(pl.col("rule_id").sort().alias(f"rules_{side}"))
        moved = moved.join(rules, on=KEY, how="left").with_columns(
            pl.col(f"rules_{side}").fill_null(pl.lit([], dtype=pl.List(pl.String)))
        )
    one, other = (f"rules_{side}" for side in Side)
    moved = moved.join(names, on="customer_id", how="left").with_columns(
        pl.col(one).list.set_difference(other).list.sort().alias(f"rules_only_{Side.POLICY}"),
        pl.col(other).list.set_difference(one).list.sort().alias(f"rules_only_{Side.CHALLENGER}"),
    )
    size = (
        (pl.col(f"limit_{Side.CHALLENGER}").fill_null(0.0) - pl.col(f"limit_{Side.POLICY}").fill_null(0.0)).abs(),
        pl.col("grade_change").abs().fill_null(0),
    )
    return (
        moved.sort(*size, "customer_id", "as_of", descending=[True, True, False, False])
        .with_columns(pl.col("as_of", "default_on").cast(pl.Date))
        .select(*_columns())
    )


def _columns() -> list[str]:
    sides = [f"{name}_{side}" for name in BOTH if name != "grade" for side in Side]
    return [
        *("as_of", "customer_id", "name", "industry", "region", "country", "exposure"),
        *_MOVED,
        *("grade_change", "limit_change"),
        *sides,
        *(f"rules_only_{side}" for side in Side),
        *_AFTERWARDS,
        "gain",
    ]


def _change(name: str) -> pl.Expr:
    """Challenger less policy; null where either has none."""
    return pl.col(f"{name}_{Side.CHALLENGER}") - pl.col(f"{name}_{Side.POLICY}")


def trace_largest(
    movers: pl.DataFrame, chains: Mapping[Side, Sequence[Ratings]], most: int = MOST_TRACED
) -> tuple[Mover, ...]:
    """The first movers, each customer once, with both traces."""
    chosen = movers.unique("customer_id", keep="first", maintain_order=True).head(most)
    places = {side: {r.as_of: r for r in chains[side]} for side in Side}
    found = []
    for row in chosen.iter_rows(named=True):
        traces = {side: _trace(places[side][row["as_of"]], str(row["customer_id"])) for side in Side}
        found.append(Mover(row, traces))
    return tuple(found)


def _trace(ratings: Ratings, customer_id: str) -> DecisionTrace:
    return trace_decision(ratings, int(np.flatnonzero(ratings.customer_ids == customer_id)[0]))
