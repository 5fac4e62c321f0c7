"""What stands beside a rating in the files: who the customer is, what it owes, since when it is warned of."""

from collections.abc import Mapping
from datetime import date

import numpy as np
import polars as pl

from riskengine.decision.limit import secured_part
from riskengine.features.engines import Engine, engine_session
from riskengine.features.group_root import GROUP, group_of
from riskengine.features.known import known_by
from riskengine.policy.limit_policy import AvailablePolicy
from riskengine.portfolio.concentration import AbcClass
from riskengine.scoring.pd_model import PdModel
from riskengine.tables.store import TableSet
from riskengine.terms.decision import Severity
from riskengine.workflows.previous_run import PreviousRun

_FROM_FEATURES: Mapping[str, str] = {
    "exposure": "cus_exposure",
    "open_invoices": "pay_open_amount",
    "overdue": "pay_overdue_amount",
    "current_limit": "cus_current_limit",
}
_FROM_MASTER = ("name", "industry", "region")


def customer_columns(tables: TableSet, features: pl.DataFrame, as_of: date, available: AvailablePolicy) -> pl.DataFrame:
    """One row per customer of `features`, in its order: name, industry, region, group_id,
    amounts, exposure_cents; `uncovered` is the exposure less what `available` counts as secured."""
    with engine_session(Engine.POLARS) as session:
        known = known_by(tables, as_of, session)
        master = session.collect(known.customers.select("customer_id", *_FROM_MASTER))
        groups = session.collect(group_of(known)).select("customer_id", pl.col(GROUP).alias("group_id"))
    amounts = features.select(
        "customer_id",
        *(pl.col(source).alias(name) for name, source in _FROM_FEATURES.items()),
        _uncovered(features, available),
    )
    cents = (pl.col("exposure") * 100).round().cast(pl.Int64).fill_null(0).alias("exposure_cents")
    for beside in (master, groups):
        amounts = amounts.join(beside, on="customer_id", how="left", maintain_order="left")
    return amounts.with_columns(cents)


def _uncovered(features: pl.DataFrame, available: AvailablePolicy) -> pl.Series:
    exposure, guaranteed, insured = (
        features[name].cast(pl.Float64).fill_null(0.0).to_numpy()
        for name in ("cus_exposure", "cus_guarantee_amount", "cus_insured_amount")
    )
    return pl.Series("uncovered", np.round(np.maximum(exposure - secured_part(guaranteed, insured, available), 0.0), 2))


def add_customer_columns(
    ratings: pl.DataFrame, customers: pl.DataFrame, abc: Mapping[str, AbcClass], model: PdModel
) -> pl.DataFrame:
    """Ratings with who the customer is, its ABC class, and the model that stands behind the PD."""
    beside = customers.select("customer_id", "name", "industry", "region", "group_id", *_FROM_FEATURES, "uncovered")
    classes = pl.Series("abc_class", [abc[c].value for c in ratings["customer_id"]], dtype=pl.String)
    joined = ratings.with_columns(
        classes,
        pl.lit(model.name).alias("model_name"),
        pl.lit(model.version).alias("model_version"),
    ).join(beside, on="customer_id", how="left", maintain_order="left")
    first = ["customer_id", "name", "as_of", "status", "unrated_reason", "grade", "abc_class", "pd_12m", "limit"]
    return joined.select(*first, *(c for c in joined.columns if c not in first))


def add_warning_columns(
    warnings: pl.DataFrame, ratings: pl.DataFrame, as_of: date, previous: PreviousRun | None
) -> pl.DataFrame:
    """Warnings with the customer's name, exposure and class, and since when each has been standing.

    A warning that the previous run had too keeps its first day; one that lapsed and came back is new.
    """
    key = ["customer_id", "rule_id"]
    ranks = {severity.word: int(severity) for severity in Severity}
    beside = ratings.select("customer_id", pl.col("name").alias("customer_name"), "abc_class", "exposure")
    earlier = (
        pl.DataFrame(schema={"customer_id": pl.String, "rule_id": pl.String, "since": pl.Date})
        if previous is None
        else previous.warnings.select(*key, "since")
    )
    joined = warnings.join(beside, on="customer_id", how="left", maintain_order="left").join(
        earlier, on=key, how="left", maintain_order="left"
    )
    return joined.with_columns(
        pl.col("severity").replace_strict(ranks, return_dtype=pl.Int8).alias("severity_rank"),
        pl.col("since").is_null().alias("is_new"),
        pl.col("since").fill_null(pl.lit(as_of)),
    )
