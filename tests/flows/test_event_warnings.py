"""From lines of events to a warning: tables, pattern, rule, reason."""

import json
from datetime import date, timedelta

import polars as pl
import pytest

from riskengine.tables.events.application import apply_events
from riskengine.tables.events.reading import Bounds, read_events
from riskengine.workflows.rerate import PortfolioRating, RerateOptions, rerate
from support.small_world import LAST_DAY, SmallWorld

RULE = "EWS-EVT-001"


def _lines(customer: str) -> list[str]:
    days = [LAST_DAY - timedelta(days=back) for back in (20, 15, 12)]
    broken = [{"event": "promise_broken", "customer_id": customer, "occurred_on": str(day)} for day in days]
    order = {
        "event": "order",
        "customer_id": customer,
        "order_id": "late-one",
        "ordered_on": str(LAST_DAY - timedelta(days=5)),
        "amount": 250000,
        "currency": "CNY",
    }
    return [json.dumps({"event_id": f"e{number}", **event}) for number, event in enumerate([order, *broken])]


@pytest.fixture(scope="module")
def customer(small_world: SmallWorld) -> str:
    """Somebody in good standing to whom the pattern has not happened."""
    ratings = pl.read_parquet(small_world.run / "ratings.parquet")
    fine = ratings.filter((pl.col("status") == "rated") & ~pl.col("rules_applied").list.contains(RULE))
    return str(fine["customer_id"][0])


def _rerated(small_world: SmallWorld, customer: str, as_of: date) -> PortfolioRating:
    events = read_events(_lines(customer), Bounds(LAST_DAY)).events
    applied = apply_events(small_world.open_tables(), events)
    assert applied.set_aside == ()
    assert list(applied.first_days()) == [customer]
    options = RerateOptions(reasons=False)
    return rerate(applied.tables, as_of, policy=small_world.policy, model=small_world.model, options=options)


def _warned(found: PortfolioRating, customer: str) -> pl.DataFrame:
    return found.warnings.filter((pl.col("customer_id") == customer) & (pl.col("rule_id") == RULE))


def test_events_that_complete_a_pattern_warn_with_their_days(small_world: SmallWorld, customer: str) -> None:
    found = _rerated(small_world, customer, LAST_DAY)
    (warning,) = _warned(found, customer).iter_rows(named=True)
    assert warning["severity"] == "red"
    assert "5 days ago" in warning["evidence_en"]
    others = found.warnings.filter((pl.col("rule_id") == RULE) & (pl.col("customer_id") != customer))
    before = pl.read_parquet(small_world.run / "warnings.parquet").filter(pl.col("rule_id") == RULE)
    assert set(others["customer_id"]) == set(before["customer_id"])


def test_before_the_order_nothing_is_complete(small_world: SmallWorld, customer: str) -> None:
    found = _rerated(small_world, customer, LAST_DAY - timedelta(days=6))
    assert _warned(found, customer).is_empty()
