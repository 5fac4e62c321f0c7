"""The closed real ledger, from intake to a run as of 2020-01-31: everybody known by then is in it."""

from datetime import date
from pathlib import Path
from time import perf_counter

import polars as pl
import pytest

from riskengine.tables.store import open_tables
from riskengine.terms.errors import InputError
from riskengine.workflows.rerate_folder import RerateRequest, rerate_folder
from support.policy_folder import shipped_policy_in
from support.real_ledger import take_in, train_on
from support.small_world import RULES

pytestmark = pytest.mark.real_data
AS_OF = date(2020, 1, 31)


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return take_in(tmp_path_factory.mktemp("real"))


@pytest.fixture(scope="module")
def bundle(tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped spec of this ledger, trained on it."""
    return train_on(tables, tmp_path_factory.mktemp("bundle"))


def test_everybody_known_by_the_date_is_rated(tables: Path, bundle: Path, tmp_path: Path) -> None:
    rules = shipped_policy_in(tmp_path, "USD")
    request = RerateRequest(tables, AS_OF, tmp_path / "run", rules=rules, bundle=bundle)
    summary = rerate_folder(request, clock=perf_counter)
    ratings = pl.read_parquet(tmp_path / "run" / "ratings.parquet")
    held = open_tables(tables)
    billed = held["invoices"].filter(pl.col("known_at") <= pl.lit(AS_OF).cast(pl.Int32)).collect()["customer_id"]
    assert ratings["customer_id"].to_list() == sorted(billed.unique())
    assert ratings.filter(pl.col("status") == "unrated").height == 0
    assert ratings["grade"].null_count() == 0
    assert summary["figures"]["collection"]["receivables"] == pytest.approx(ratings["open_invoices"].sum())
    assert 10 < summary["figures"]["collection"]["dso"] < 20


def test_a_policy_in_another_currency_is_refused(tables: Path, bundle: Path, tmp_path: Path) -> None:
    request = RerateRequest(tables, AS_OF, tmp_path / "run", rules=RULES, bundle=bundle)
    with pytest.raises(InputError, match="the tables are in USD, the amounts of the policy are in CNY"):
        rerate_folder(request, clock=perf_counter)
