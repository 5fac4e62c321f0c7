"""A plan gives the features of `build_features`, to the last bit, whichever tables it is asked for."""

from datetime import date

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from riskengine.features.build import build_features, surroundings_of
from riskengine.features.event_window import EventWindow, WindowStep
from riskengine.features.neighbourhood import neighbours
from riskengine.features.plan import FeaturePlan
from riskengine.features.surroundings import Surroundings
from riskengine.tables.events.forms import EventKind
from riskengine.terms.errors import InputError, UsageError
from riskengine.terms.text import Text
from support.ledgers import AS_OF, Frames, in_memory, random_ledger

WINDOWS = (
    EventWindow("w", Text("two orders", "两笔订单"), 90, (WindowStep(EventKind.ORDER, within_days=60, count=2),)),
)


@pytest.fixture(scope="module")
def ledger() -> Frames:
    return random_ledger(21)


@pytest.fixture(scope="module")
def around(ledger: Frames) -> Surroundings:
    return surroundings_of(in_memory(ledger), AS_OF)


def of(frames: Frames, *customers: str) -> Frames:
    return {
        name: frame.filter(pl.col("customer_id").is_in(customers)) if "customer_id" in frame.columns else frame
        for name, frame in frames.items()
    }


def test_a_plan_is_computed_for_one_after_the_other(ledger: Frames, around: Surroundings):
    plan = FeaturePlan(AS_OF, surroundings=around, windows=WINDOWS)
    everybody = tuple(ledger["customers"]["customer_id"].unique().sort())
    without_changes = {**of(ledger, *everybody[:9]), "changes": ledger["changes"].clear()}
    in_one_currency = {
        name: frame.filter(pl.col("currency").is_null() | (pl.col("currency") == "CNY"))
        if "currency" in frame.columns and name != "fx"
        else frame
        for name, frame in ledger.items()
    }
    for frames in (
        ledger,
        of(ledger, everybody[3]),
        without_changes,
        in_one_currency,
        of(ledger, *everybody[5:12]),
        ledger,
    ):
        tables = in_memory(frames)
        built = build_features(tables, AS_OF, windows=WINDOWS, surroundings=around)
        assert_frame_equal(plan.build(tables), built, check_exact=True)


def test_each_with_its_neighbours_is_what_it_is_among_all(ledger: Frames):
    """By one plan; most customers hang together in random ledgers, so links are few here."""
    loose = {
        **ledger,
        "links": ledger["links"].sort("customer_id", "other_id").gather_every(10),
        "customers": ledger["customers"].with_columns(pl.lit(None, dtype=pl.String).alias("parent_id")),
    }
    tables = in_memory(loose)
    among_all = build_features(tables, AS_OF)
    plan = FeaturePlan(AS_OF, surroundings=surroundings_of(tables, AS_OF))
    sizes = set()
    for customer in among_all["customer_id"][::3]:
        near = neighbours(tables, [customer])
        sizes.add(len(near))
        few = plan.build(in_memory(of(loose, *near))).filter(pl.col("customer_id") == customer)
        assert_frame_equal(few, among_all.filter(pl.col("customer_id") == customer), check_exact=True)
    assert len(sizes) > 1
    assert max(sizes) < among_all.height


def test_what_is_wrong_is_said_as_without_a_plan(ledger: Frames, around: Surroundings):
    plan = FeaturePlan(AS_OF, surroundings=around)
    with pytest.raises(InputError, match="no customer is known by"):
        plan.build(in_memory({**ledger, "customers": ledger["customers"].clear()}))
    with pytest.raises(InputError, match="no rate of"):
        plan.build(in_memory({**ledger, "fx": ledger["fx"].clear()}))
    twice = {**ledger, "customers": pl.concat([ledger["customers"], ledger["customers"]])}
    with pytest.raises(InputError, match="several newest versions"):
        plan.build(in_memory(twice))
    built = build_features(in_memory(ledger), AS_OF, surroundings=around)
    assert_frame_equal(plan.build(in_memory(ledger)), built, check_exact=True)  # none the worse for it


def test_many_rows_are_built_without_a_plan(ledger: Frames, around: Surroundings, monkeypatch: pytest.MonkeyPatch):
    built = build_features(in_memory(ledger), AS_OF, surroundings=around)
    monkeypatch.setattr("riskengine.features.plan.MOST_ROWS", 10)
    assert_frame_equal(FeaturePlan(AS_OF, surroundings=around).build(in_memory(ledger)), built, check_exact=True)


def test_a_plan_must_know_which_tables_were_delivered(around: Surroundings):
    with pytest.raises(UsageError, match="which tables were delivered"):
        FeaturePlan(date(2023, 1, 1), surroundings=around.without_delivery())
