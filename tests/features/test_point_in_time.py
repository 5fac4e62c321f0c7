"""Nothing that became known after the as-of date may show in any feature."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from riskengine.features.build import build_features
from riskengine.tables.contracts import CONTRACTS, Kind
from support.ledgers import AS_OF, END, START, Frames, in_memory, random_ledger

KEYS = ("known_at", "invoice_id", "customer_id", "payment_id", "order_id", "signal_id", "industry", "currency")


def _known(frame: pl.DataFrame, day: date) -> pl.DataFrame:
    return frame.filter(pl.col("known_at") <= day)


def _altered(frame: pl.DataFrame, table: str, day: date) -> pl.DataFrame:
    """Every later row with other amounts, days, codes and flags; whose it is and when it is known stay."""
    later = frame.filter(pl.col("known_at") > day)
    changes = []
    for column in CONTRACTS[table].columns:
        value = pl.col(column.name)
        if column.name in KEYS:
            continue
        if column.kind in (Kind.CENTS, Kind.COUNT, Kind.NUMBER):
            changes.append((value.fill_null(1) * 3 + 7).cast(frame.schema[column.name]))
        elif column.kind is Kind.DAY:
            changes.append(value.fill_null(day) - pl.duration(days=400))
        elif column.kind is Kind.FLAG:
            changes.append(~value.fill_null(value=False))
        elif column.kind is Kind.CODE:
            changes.append(pl.lit(column.codes[-1]).alias(column.name))
        else:
            changes.append(pl.lit("changed").alias(column.name))
    return pl.concat([_known(frame, day), later.with_columns(changes)])


def _doubled(frame: pl.DataFrame, table: str, day: date) -> pl.DataFrame:
    """Every known row once more, known a day too late, under an id of its own."""
    key = CONTRACTS[table].key[0]
    again = _known(frame, day).with_columns(known_at=pl.lit(day + timedelta(days=1)))
    if key.endswith("_id") and key != "customer_id":
        again = again.with_columns(pl.format("{}-again", pl.col(key)).alias(key))
    return pl.concat([frame, again])


@pytest.fixture(scope="module")
def ledger() -> Frames:
    return random_ledger(21)


@pytest.fixture(scope="module")
def built(ledger: Frames) -> pl.DataFrame:
    return build_features(in_memory(ledger), AS_OF)


@pytest.mark.parametrize("table", list(CONTRACTS))
def test_altering_and_adding_rows_known_later_shows_in_no_feature(table: str, ledger: Frames, built: pl.DataFrame):
    assert (ledger[table]["known_at"] > AS_OF).any(), "the ledger must have rows that are known later"
    other = {**ledger, table: _doubled(_altered(ledger[table], table, AS_OF), table, AS_OF)}
    assert_frame_equal(build_features(in_memory(other), AS_OF), built, check_exact=True)


def test_removing_all_rows_known_later_shows_in_no_feature(ledger: Frames, built: pl.DataFrame):
    other = {name: _known(frame, AS_OF) for name, frame in ledger.items()}
    assert_frame_equal(build_features(in_memory(other), AS_OF), built, check_exact=True)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 10**6),
    day=st.dates(START + timedelta(days=200), END),
    removed=st.sets(st.sampled_from(sorted(CONTRACTS))),
)
def test_any_later_rows_of_any_tables_may_be_removed_or_altered(seed: int, day: date, removed: set[str]):
    frames = random_ledger(seed, customers=10, invoices=60)
    if not (frames["customers"]["known_at"] <= day).any():
        return
    changed = {
        name: _known(frame, day) if name in removed else _altered(frame, name, day) for name, frame in frames.items()
    }
    assert_frame_equal(
        build_features(in_memory(changed), day), build_features(in_memory(frames), day), check_exact=True
    )


@pytest.mark.parametrize("table", sorted(set(CONTRACTS) - {"customers", "fx"}))
def test_known_rows_do_show(table: str, ledger: Frames, built: pl.DataFrame):
    """The property above is not true because nothing ever shows."""
    other = {**ledger, table: ledger[table].filter(pl.col("known_at") > AS_OF)}
    assert not build_features(in_memory(other), AS_OF).equals(built)


def test_known_rates_do_show(ledger: Frames, built: pl.DataFrame):
    other = {**ledger, "fx": ledger["fx"].with_columns(pl.col("rate") * 2)}
    assert not build_features(in_memory(other), AS_OF).equals(built)
