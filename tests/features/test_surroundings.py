"""The features of a few customers in the surroundings of all are the ones they have among all."""

from collections.abc import Iterable
from datetime import date

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from riskengine.features.build import build_among, build_features, surroundings_of
from riskengine.features.engines import Engine
from riskengine.features.event_window import EventWindow, WindowStep
from riskengine.features.surroundings import SCHEMA, By, Surroundings, surroundings_from
from riskengine.tables.events.forms import EventKind
from riskengine.terms.errors import InputError
from riskengine.terms.text import Text
from support.feature_rows import features_by_customer, features_of, tables
from support.ledgers import AS_OF, Frames, in_memory, random_ledger

WINDOWS = (
    EventWindow("w", Text("two signals", "两次信号"), 90, (WindowStep(EventKind.ORDER, within_days=60, count=2),)),
)
OF_CUSTOMERS = ("customers", "invoices", "payments", "orders", "financials", "signals", "changes")


def loose_ledger(seed: int) -> Frames:
    """A ledger in which most customers stand alone, so that a few and their links are not everybody."""
    frames = random_ledger(seed, customers=40, invoices=400)
    alone = pl.col("customer_id").str.slice(1).cast(pl.Int32) % 4 > 0
    parent = pl.when(alone).then(None).otherwise("parent_id").cast(pl.String)
    frames["customers"] = frames["customers"].with_columns(parent.alias("parent_id"))
    if "links" in frames:
        frames["links"] = frames["links"].sort("customer_id", "other_id").gather_every(9)
    return frames


def with_links(frames: Frames, chosen: Iterable[str]) -> set[str]:
    """The customers, and all who hang together with them by parents or links at any time."""
    pairs = frames["customers"].filter(pl.col("parent_id").is_not_null()).select("customer_id", "parent_id").rows()
    if "links" in frames:
        pairs += frames["links"].select("customer_id", "other_id").rows()
    found, grew = set(chosen), True
    while grew:
        more = {member for pair in pairs if found & set(pair) for member in pair}
        grew = not more <= found
        found |= more
    return found


def only(frames: Frames, customers: set[str]) -> Frames:
    kept = {name: frames[name].filter(pl.col("customer_id").is_in(sorted(customers))) for name in OF_CUSTOMERS}
    return {**frames, **kept}


def stored(surroundings: Surroundings) -> Surroundings:
    return surroundings_from(surroundings.frame())


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10_000), chosen=st.sets(st.integers(0, 39), min_size=1, max_size=4))
def test_a_few_in_the_surroundings_of_all_are_as_among_all(seed: int, chosen: set[int]):
    frames = loose_ledger(seed)
    customers = with_links(frames, (f"C{n:03d}" for n in chosen))
    whole = build_among(in_memory(frames), AS_OF, windows=WINDOWS)
    few = in_memory(only(frames, customers))
    known = whole.features.filter(pl.col("customer_id").is_in(sorted(customers)))
    if known.is_empty():
        return  # nobody of them is known by then
    built = build_features(few, AS_OF, windows=WINDOWS, surroundings=stored(whole.surroundings))
    assert_frame_equal(built, known, check_exact=True)


@pytest.mark.parametrize("engine", [Engine.PANDAS, Engine.DUCKDB])
def test_engines_agree_on_surroundings_and_within_them(engine: Engine):
    frames = loose_ledger(11)
    everybody = in_memory(frames)
    around = surroundings_of(everybody, AS_OF)
    assert_frame_equal(surroundings_of(everybody, AS_OF, engine=engine).frame(), around.frame(), check_exact=True)
    few = in_memory(only(frames, with_links(frames, ["C013"])))
    built = build_features(few, AS_OF, surroundings=around)
    assert_frame_equal(build_features(few, AS_OF, engine=engine, surroundings=around), built, check_exact=True)


def test_the_order_of_rows_does_not_show():
    frames = loose_ledger(12)
    turned = {name: frame.reverse() for name, frame in frames.items()}
    found = surroundings_of(in_memory(turned), AS_OF).frame()
    assert_frame_equal(found, surroundings_of(in_memory(frames), AS_OF).frame(), check_exact=True)
    assert dict(found.schema) == dict(SCHEMA)


def test_surroundings_are_sums_over_the_customers_of_a_group():
    late = {"issued_on": "2024-01-01", "due_on": "2024-01-31", "amount": 100}
    given_tables = tables(
        customers=[{"customer_id": c, "industry": i} for c, i in [("C1", "A"), ("C2", "A"), ("C3", "B"), ("C4", None)]],
        invoices=[{**late, "customer_id": c} for c in ("C1", "C2", "C3", "C4")],
    )
    around = surroundings_of(given_tables, date(2024, 2, 10))
    sums = around.of(By.INDUSTRY, ["ind_late_sum_365d", "ind_exp_count_365d"])
    assert sums.rows() == [("A", 20, 2), ("B", 10, 1)]
    assert around.as_of == date(2024, 2, 10)


def test_what_was_delivered_is_said_by_all():
    orders = [{"customer_id": "C2", "ordered_on": "2024-05-01", "amount": 10}]
    everybody = tables(customers=[{"customer_id": "C1"}, {"customer_id": "C2"}], orders=orders)
    alone, day = tables(customers=[{"customer_id": "C1"}]), date(2024, 6, 30)
    around = surroundings_of(everybody, day)
    assert features_by_customer(everybody)["C1"]["ord_count_365d"] == 0
    assert features_of(alone)["ord_count_365d"] is None
    assert build_features(alone, day, surroundings=stored(around))["ord_count_365d"].to_list() == [0.0]
    without = stored(around.without_delivery())
    assert build_features(alone, day, surroundings=without)["ord_count_365d"].to_list() == [None]


def test_references_that_are_no_sums_are_kept_beside():
    numbers = pl.DataFrame({"of": ["b", "a"], "measure": ["centre", "centre"], "number": [0.1 + 0.2, -1.0]})
    around = surroundings_of(tables(), date(2024, 6, 30)).with_numbers("anomaly", numbers)
    kept = stored(around).numbers["anomaly"]
    assert kept.rows() == [("a", "centre", -1.0), ("b", "centre", 0.1 + 0.2)]


def test_surroundings_of_another_version_are_refused():
    around = surroundings_of(tables(customers=[{"customer_id": "C1", "industry": "A"}]), date(2024, 6, 30))
    older = surroundings_from(around.frame().filter(pl.col("measure") != "ind_late_sum_365d"))
    with pytest.raises(InputError, match="do not hold ind_late_sum_365d by industry"):
        build_features(tables(), date(2024, 6, 30), surroundings=older)


@pytest.mark.parametrize(
    "kept",
    [pl.DataFrame({"by": ["day"]}), pl.DataFrame(schema=dict(SCHEMA))],
    ids=["other columns", "nothing"],
)
def test_what_is_no_surroundings_is_refused(kept: pl.DataFrame):
    with pytest.raises(InputError, match="surroundings"):
        surroundings_from(kept)
