"""The closed real ledger: a stricter challenger over nine month ends, and outcomes counted again by hand."""

from datetime import date
from pathlib import Path
from time import perf_counter

import polars as pl
import pytest

from riskengine.scoring.bundle import load_bundle
from riskengine.scoring.spec import load_spec
from riskengine.tables.store import open_tables
from riskengine.terms.days import day_number
from riskengine.workflows.trial.history import build_history, month_ends_between
from riskengine.workflows.trial.simulate_folder import SimulateRequest, simulate_folder
from support.challenger import challenger_policy
from support.policy_folder import shipped_policy_in
from support.real_ledger import take_in, train_on

pytestmark = pytest.mark.real_data
DATES = month_ends_between(date(2019, 8, 31), date(2020, 4, 30))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with tables, bundle, the shipped policy in dollars, and a challenger that stops deliveries sooner."""
    folder = tmp_path_factory.mktemp("real")
    train_on(take_in(folder), folder)
    rules = shipped_policy_in(folder, "USD")
    challenger_policy(folder, "2019-07-01", shipped=rules, hold_dpd=10, hold_amount=1000, hold_share=0.1)
    return folder


def test_a_stricter_challenger_on_a_real_ledger(place: Path) -> None:
    request = SimulateRequest(
        place / "tables",
        place / "rules",
        place / "challenger",
        DATES,
        place / "out",
        bundle=place / "bundle",
        workers=2,
    )
    summary = simulate_folder(request, clock=perf_counter)
    assert summary["reporting_currency"] == "USD"
    assert summary["ripe_dates"] == [d.isoformat() for d in DATES[:-2]]  # cleared to 2020-05-22, 60 days
    assert summary["model_saw"] == ["2019-08-31", "2019-09-30"]  # trained to August, outcomes of 60 days
    swap = {(c["policy"], c["challenger"]): c for c in summary["swap"]}
    assert swap["allowed", "refused"]["rows"] > 20
    assert swap["refused", "allowed"]["rows"] == 0
    # whom the challenger alone refuses went bad far more often than whom both allow
    assert swap["allowed", "refused"]["bad_rate"] > 3 * swap["allowed", "allowed"]["bad_rate"]
    caught = {side: found["refused"] for side, found in summary["detection"].items()}
    assert caught["challenger"] > caught["policy"]
    assert summary["differences"]["loss_avoided"]["value"] > 0
    assert summary["differences"]["margin_lost"]["low"] > 0


def test_outcomes_and_sales_are_those_of_a_plain_count(place: Path) -> None:
    tables = open_tables(place / "tables")
    outcome = load_spec(place / "bundle" / "spec.yaml").outcome
    history = build_history(tables, DATES, model=load_bundle(place / "bundle"), outcome=outcome)
    cleared = tables["payments"].group_by("invoice_id").agg(pl.col("paid_on").max())
    invoices = tables["invoices"].join(cleared, on="invoice_id", how="left").collect()
    for snapshot in history.snapshots[:-2]:
        day = day_number(snapshot.as_of)
        late = invoices.filter(
            (pl.col("due_on") + 30 > day)
            & (pl.col("due_on") + 30 <= day + 60)
            & (pl.col("paid_on").is_null() | (pl.col("paid_on") > pl.col("due_on") + 30))
        )
        sold = invoices.filter((pl.col("issued_on") > day) & (pl.col("issued_on") <= day + 60))
        known = set(snapshot.customer_ids)
        seen = snapshot.aftermath
        assert set(seen.filter("defaulted")["customer_id"]) == set(late["customer_id"]) & known
        counted = sold.filter(pl.col("customer_id").is_in(list(known)))["amount_cents"].sum()
        assert round(seen["sales_horizon"].sum() * 100) == counted
