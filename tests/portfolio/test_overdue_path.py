"""What customers owed at past month ends, by what was known then."""

from datetime import date

import polars as pl
import pytest

from riskengine.features.build import build_features
from riskengine.portfolio.overdue_path import PATH_SCHEMA, month_ends, overdue_paths
from support.small_world import SmallWorld

DAYS = month_ends(date(2024, 12, 31), 2)


def test_month_ends_begin_before_the_month_of_the_day() -> None:
    assert month_ends(date(2024, 3, 31), 1) == (date(2024, 2, 29), date(2024, 3, 31))
    assert month_ends(date(2024, 1, 1), 0) == (date(2024, 1, 1),)


@pytest.fixture(scope="module")
def paths(small_world: SmallWorld) -> pl.DataFrame:
    tables = small_world.open_tables()
    ids = tables["customers"].select(pl.col("customer_id").unique().sort()).collect()["customer_id"].to_list()
    return overdue_paths(tables, ids[:40], DAYS)


@pytest.mark.parametrize("day", DAYS)
def test_a_path_says_what_the_features_of_its_day_say(paths: pl.DataFrame, small_world: SmallWorld, day: date) -> None:
    own = paths.filter(pl.col("day") == day)
    built = build_features(small_world.open_tables(), day).select(
        "customer_id", open="pay_open_amount", overdue="pay_overdue_amount", dpd="pay_dpd_max"
    )
    beside = own.join(built, on="customer_id", how="left", suffix="_feature")
    assert beside.height > 10
    for name in ("open", "overdue", "dpd"):
        known = beside.filter(pl.col(f"{name}_feature").is_not_null())
        assert known[name].cast(pl.Float64).to_list() == pytest.approx(known[f"{name}_feature"].to_list(), abs=1e-6)
    assert beside["overdue"].max() > 0


def test_nobody_has_no_path(small_world: SmallWorld) -> None:
    found = overdue_paths(small_world.open_tables(), [], DAYS)
    assert found.is_empty()
    assert found.schema == PATH_SCHEMA
