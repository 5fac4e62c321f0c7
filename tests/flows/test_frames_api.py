"""The pandas API: the same answers as the command, and clear words for frames that do not fit."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

import riskengine
from riskengine.tables.publish import read_manifest
from riskengine.terms.errors import InputError, UsageError
from riskengine.workflows.pandas_tables import tables_from_pandas
from riskengine.workflows.previous_run import RUN
from support.small_world import EARLIER, LAST_DAY, RULES, SmallWorld


@pytest.fixture(scope="module")
def frames(small_world: SmallWorld) -> dict[str, pd.DataFrame]:
    return {path.stem: pd.read_parquet(path) for path in small_world.tables.glob("*.parquet")}


@pytest.fixture(scope="module")
def portfolio(small_world: SmallWorld, frames: dict[str, pd.DataFrame]):
    return riskengine.rerate(
        frames,
        LAST_DAY,
        policy=RULES,
        workspace=small_world.workspace,
        reporting_currency="CNY",
        previous=small_world.runs / EARLIER.isoformat(),
    )


def test_frames_give_what_the_command_gives(small_world: SmallWorld, portfolio) -> None:
    expected = pl.read_parquet(small_world.run / "ratings.parquet")
    found = portfolio.ratings
    assert list(found.columns) == expected.columns
    assert found["customer_id"].tolist() == expected["customer_id"].to_list()
    np.testing.assert_array_equal(found["pd_12m"].to_numpy(), expected["pd_12m"].to_numpy())
    np.testing.assert_array_equal(found["limit"].to_numpy(), expected["limit"].to_numpy())
    assert found["actions"].tolist() == expected["actions"].to_list()
    assert str(found["as_of"].dtype).startswith("datetime64")
    assert str(found["final_grade"].dtype) == "Int64"
    assert len(portfolio.warnings) == pl.read_parquet(small_world.run / "warnings.parquet").height
    assert len(portfolio.movements) == pl.read_parquet(small_world.run / "movements.parquet").height


def test_a_published_result_is_the_run_of_the_command(small_world: SmallWorld, portfolio, tmp_path: Path) -> None:
    portfolio.publish(tmp_path / "run")
    assert (tmp_path / "run" / "ratings.parquet").read_bytes() == (small_world.run / "ratings.parquet").read_bytes()
    assert (tmp_path / "run" / "report.html").read_bytes() == (small_world.run / "report.html").read_bytes()
    assert read_manifest(tmp_path / "run", RUN)["as_of"] == LAST_DAY.isoformat()


def test_units_texts_and_missing_columns_are_taken(
    small_world: SmallWorld, frames: dict[str, pd.DataFrame], portfolio
) -> None:
    """Money in units, days as texts or datetimes, no known_at, no currency: what a frame at hand looks like."""
    loose = dict(frames)
    invoices = frames["invoices"].drop(columns=["amount_cents", "currency"])
    invoices["amount"] = frames["invoices"]["amount_cents"] / 100
    invoices["issued_on"] = invoices["issued_on"].astype(str)
    invoices["due_on"] = pd.to_datetime(invoices["due_on"])
    loose["invoices"] = invoices
    found = riskengine.rerate(
        loose,
        LAST_DAY.isoformat(),
        policy=RULES,
        workspace=small_world.workspace,
        reporting_currency="CNY",
        previous=small_world.runs / EARLIER.isoformat(),
    )
    pd.testing.assert_frame_equal(found.ratings, portfolio.ratings)


def test_an_earlier_result_serves_as_the_previous_one(small_world: SmallWorld, portfolio) -> None:
    means = {"policy": small_world.policy, "model": small_world.model}
    earlier = riskengine.rerate(small_world.tables, EARLIER, **means)
    found = riskengine.rerate(small_world.tables, LAST_DAY, previous=earlier, **means)
    pd.testing.assert_frame_equal(found.movements, portfolio.movements)
    assert list(found.unrated.columns) == ["customer_id", "name", "unrated_reason", "exposure"]


def test_certificates_and_cases(small_world: SmallWorld) -> None:
    customer = pl.read_parquet(small_world.run / "ratings.parquet")["customer_id"][0]
    means = {"policy": RULES, "workspace": small_world.workspace}
    found = riskengine.rerate(small_world.tables, LAST_DAY, certified=(customer,), reasons=False, **means)
    assert found.certificate(customer)["customer_id"] == customer
    case = {
        "as_of": LAST_DAY,
        "currency": "CNY",
        "customer": {"name": "Acme", "registered_on": "2010-01-01"},
        "request": {"amount": 50000},
        "signals": [{"kind": "tax_arrears", "occurred_on": "2024-10-01"}],
    }
    decision = riskengine.assess(case, run=small_world.run, **means)
    assert decision.certificate["customer_id"] == "NEW"
    assert decision.pd_12m is not None
    assert decision.reasons("zh")
    with pytest.raises(InputError, match=r"unknown key 'request\.amuont'"):
        riskengine.assess({**case, "request": {"amuont": 1}}, **means)


CUSTOMERS = pd.DataFrame({"customer_id": ["A"], "customer_since": ["2020-01-01"]})


def invoices(**changes: object) -> dict[str, pd.DataFrame]:
    row = {
        "invoice_id": ["1"],
        "customer_id": ["A"],
        "issued_on": ["2024-01-01"],
        "due_on": ["2024-02-01"],
        "amount": [10.5],
    }
    return {"customers": CUSTOMERS, "invoices": pd.DataFrame({**row, **changes})}


def test_a_frame_is_read_by_its_contract() -> None:
    held = tables_from_pandas(invoices(), reporting_currency="CNY")["invoices"].collect()
    assert held["amount_cents"].to_list() == [1050]
    assert held["known_at"].to_list() == held["issued_on"].to_list() == [19723]
    assert held["disputed"].to_list() == [False]
    assert held["currency"].to_list() == ["CNY"]


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"amonut": [1]}, "unknown column 'amonut'.*did you mean 'amount'"),
        ({"amount": [np.inf]}, "infinite in row 0"),
        ({"amount": [1.234]}, "more than two decimals in row 0"),
        ({"amount": ["ten"]}, "not a number"),
        ({"amount": [np.nan]}, "'amount_cents' is missing in row 0"),
        ({"amount_cents": [100]}, "are both given"),
        ({"issued_on": ["2024-02-30"]}, "not a day"),
        ({"issued_on": [pd.Timestamp("2024-01-01", tz="UTC")]}, "time zone"),
        ({"invoice_id": [1]}, "1 in row 0 is not text"),
        ({"disputed": ["yes"]}, "neither true nor false"),
        ({"customer_id": [None]}, "'customer_id' is missing in row 0"),
    ],
)
def test_frames_that_do_not_fit_are_refused(changes: dict[str, list], what: str) -> None:
    with pytest.raises(InputError, match=what):
        tables_from_pandas(invoices(**changes), reporting_currency="CNY")


def test_tables_that_do_not_fit_are_refused() -> None:
    with pytest.raises(UsageError, match="did you mean 'invoices'"):
        tables_from_pandas({"invoces": CUSTOMERS}, reporting_currency="CNY")
    with pytest.raises(UsageError, match="no reporting currency"):
        tables_from_pandas({"customers": CUSTOMERS}, reporting_currency=None)
    twice = pd.concat([CUSTOMERS, CUSTOMERS])
    with pytest.raises(InputError, match="2 rows share their key"):
        tables_from_pandas({"customers": twice}, reporting_currency="CNY")
    with pytest.raises(InputError, match="required column 'issued_on' is missing"):
        tables_from_pandas({"invoices": invoices()["invoices"].drop(columns="issued_on")}, reporting_currency="CNY")


def test_importing_the_package_is_quick_and_offers_the_api() -> None:
    code = (
        "import sys, riskengine\n"
        "assert not {'pandas', 'polars', 'lightgbm', 'mlflow'} & set(sys.modules)\n"
        "assert 'rerate' in riskengine.__all__\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
    with pytest.raises(AttributeError, match="no attribute 'rate_all'"):
        riskengine.rate_all  # noqa: B018 - asking for it is the test
