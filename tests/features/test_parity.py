"""Every feature is the same on every engine, in every order of rows, on ledgers that are anything but tidy."""

import sys
from datetime import date

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from riskengine.features import payment
from riskengine.features.build import build_features
from riskengine.features.catalogue import CATALOGUE
from riskengine.features.engines import Engine
from riskengine.features.feature import Unit
from riskengine.terms.errors import UsageError
from support.ledgers import AS_OF, Frames, in_memory, random_ledger

OTHERS = (Engine.PANDAS, Engine.DUCKDB)


def _without(frames: Frames, *tables: str) -> Frames:
    return {name: frame.clear() if name in tables else frame for name, frame in frames.items()}


@pytest.mark.parametrize("engine", OTHERS)
@pytest.mark.parametrize("seed", [1, 2])
def test_engines_agree_to_the_bit(engine: Engine, seed: int):
    tables = in_memory(random_ledger(seed))
    assert_frame_equal(build_features(tables, AS_OF, engine=engine), build_features(tables, AS_OF), check_exact=True)


@pytest.mark.parametrize("engine", OTHERS)
def test_engines_agree_when_only_customers_are_known(engine: Engine):
    frames = random_ledger(3)
    tables = in_memory(_without(frames, *(set(frames) - {"customers", "fx"})))
    built = build_features(tables, AS_OF)
    assert_frame_equal(build_features(tables, AS_OF, engine=engine), built, check_exact=True)
    assert built["pay_open_amount"].to_list() == [0.0] * built.height
    assert built["ord_open_amount"].null_count() == built.height  # no feed is not the same as no orders


@pytest.mark.parametrize("engine", OTHERS)
def test_engines_agree_on_a_single_customer_early_in_the_data(engine: Engine):
    frames = random_ledger(4)
    frames["customers"] = frames["customers"].sort("known_at").head(1)
    tables = in_memory(frames)
    first = frames["customers"]["known_at"].item()
    built = build_features(tables, first)
    assert built.height == 1
    assert_frame_equal(build_features(tables, first, engine=engine), built, check_exact=True)


@pytest.mark.parametrize("seed", [5, 6])
def test_row_order_does_not_show(seed: int):
    frames = random_ledger(seed)
    turned = {name: frame.reverse() for name, frame in frames.items()}
    split = {name: pl.concat([frame[1::2], frame[::2]], rechunk=False) for name, frame in frames.items()}
    built = build_features(in_memory(frames), AS_OF)
    for other in (turned, split):
        assert_frame_equal(build_features(in_memory(other), AS_OF), built, check_exact=True)


def test_the_number_of_passes_over_the_invoices_does_not_show(monkeypatch: pytest.MonkeyPatch):
    tables = in_memory(random_ledger(7))
    built = build_features(tables, AS_OF)
    monkeypatch.setattr(payment, "ROWS_PER_PASS", 100)
    assert_frame_equal(build_features(tables, AS_OF), built, check_exact=True)


def test_an_engine_that_is_not_installed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(UsageError, match=r"'duckdb' is not installed.*pip install"):
        build_features(in_memory(random_ledger(7, customers=5, invoices=5)), AS_OF, engine=Engine.DUCKDB)


def test_shape_and_types():
    built = build_features(in_memory(random_ledger(8)), AS_OF)
    assert built.columns == ["customer_id", *CATALOGUE]
    assert built["customer_id"].is_sorted()
    assert built["customer_id"].is_unique().all()
    for name, feature in CATALOGUE.items():
        assert built[name].dtype == (pl.String if feature.unit is Unit.CATEGORY else pl.Float64), name


@pytest.mark.parametrize("seed", range(9, 11))
def test_values_are_finite_and_within_their_stated_range(seed: int):
    built = build_features(in_memory(random_ledger(seed)), date(2023, 3, 31))
    for name, feature in CATALOGUE.items():
        if feature.unit is Unit.CATEGORY:
            continue
        values = built[name].drop_nulls()
        assert values.is_finite().all(), name
        assert feature.low is None or (values >= feature.low - 1e-9).all(), (name, values.min())
        assert feature.high is None or (values <= feature.high + 1e-9).all(), (name, values.max())
        if feature.unit is Unit.FLAG:
            assert values.is_in([0.0, 1.0]).all(), name
