"""How customers stand when their orders come in: from ratings, and from the cases that are open since."""

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from riskengine.decision.frames import numbers, whole
from riskengine.decision.limit import secured_part
from riskengine.decision.order_standing import OrderStanding
from riskengine.decision.ratings import Ratings
from riskengine.early_warning.freeze import CaseState
from riskengine.terms.decision import Status

OpenOrders = Mapping[str, Mapping[str, int]]  # customer -> order -> cents
_NOTHING: Mapping[str, int] = MappingProxyType({})
_COLUMNS = (
    "customer_id",
    "as_of",
    "limit",
    "exposure",
    "secured",
    "frozen",
    "in_default",
    "refer",
    "terms_days",
    "final_grade",
    "overdue",
)
_AMOUNTS = ("limit", "exposure", "secured", "overdue")


def standing_columns(ratings: Ratings) -> pl.DataFrame:
    """What of ratings a standing needs, for whoever does not keep the ratings until the cases are known."""
    known = ratings.facts.numbers
    secured = secured_part(known["cus_guarantee_amount"], known["cus_insured_amount"], ratings.policy.limit.available)
    return pl.DataFrame(
        {
            "customer_id": pl.Series(ratings.customer_ids, dtype=pl.String),
            "as_of": pl.repeat(ratings.as_of, ratings.count, dtype=pl.Date, eager=True),
            "limit": numbers(ratings.limits.limit),
            "exposure": numbers(known["cus_exposure"]),
            "secured": numbers(secured),
            "frozen": pl.Series(ratings.frozen, dtype=pl.Boolean),
            "in_default": pl.Series(ratings.effects.in_default, dtype=pl.Boolean),
            "refer": pl.Series(ratings.effects.refer, dtype=pl.Boolean),
            "terms_days": whole(ratings.terms.days, pl.Int32),
            "final_grade": whole(ratings.grades.final),
            "overdue": numbers(known["pay_overdue_amount"]),
        }
    )


def standings_in(
    columns: pl.DataFrame,
    currency: str,
    states: Mapping[str, CaseState] | None,
    open_orders: OpenOrders = MappingProxyType({}),
) -> tuple[OrderStanding, ...]:
    """In the order of the customers, from what `standing_columns` gave.

    `states`: what cases mean for credit, None where nobody looked at any. `open_orders`: those whose amounts are known,
    within the exposure.
    """
    return tuple(_standings(columns, currency, states, open_orders))


def standings_of_run(
    ratings: pl.DataFrame,
    states: Mapping[str, CaseState] | None,
    currency: str,
    open_orders: OpenOrders = MappingProxyType({}),
) -> tuple[OrderStanding, ...]:
    """From the ratings of a run (see docs/reference/outputs.md), whose amounts are in `currency`.

    What guarantees and insurance count for is what the available credit is above limit - exposure; of the frozen, whose
    available credit is never above 0, and of those without a limit, as much as they owe of it.
    """
    secured = pl.col("available_credit") - pl.col("limit") + pl.col("exposure")
    if "uncovered" in ratings.columns:  # the first runs lacked it
        secured = secured.fill_null((pl.col("exposure") - pl.col("uncovered")).clip(0.0))
    frame = ratings.with_columns(
        secured.fill_null(0.0).alias("secured"),
        (pl.col("status") == Status.IN_DEFAULT.value).alias("in_default"),
    )
    return tuple(_standings(frame, currency, states, open_orders))


def _standings(
    frame: pl.DataFrame, currency: str, states: Mapping[str, CaseState] | None, open_orders: OpenOrders
) -> list[OrderStanding]:
    cents = [(pl.col(name) * 100).round().cast(pl.Int64) for name in _AMOUNTS]
    rows = frame.select(_COLUMNS).with_columns(cents).iter_rows(named=True)
    return [
        OrderStanding(
            customer_id=row["customer_id"],
            rated_on=row["as_of"],
            currency=currency,
            limit_cents=row["limit"],
            exposure_cents=row["exposure"] or 0,
            secured_cents=row["secured"] or 0,
            frozen=row["frozen"],
            in_default=row["in_default"],
            refer=row["refer"],
            terms_days=row["terms_days"],
            grade=row["final_grade"],
            overdue_cents=row["overdue"],
            open_orders=open_orders.get(row["customer_id"], _NOTHING),
            **_of_cases(states, row["customer_id"]),
        )
        for row in rows
    ]


def _of_cases(states: Mapping[str, CaseState] | None, customer_id: str) -> dict[str, int | None]:
    if states is None:
        return {"freeze_flag": None, "severity": None}
    state = states.get(customer_id, CaseState())
    return {"freeze_flag": int(state.freezes), "severity": int(state.severity or 0)}
