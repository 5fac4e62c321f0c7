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


def _one_table_other(frames: Frames, table: str, other: pl.DataFrame) -> Frames:
    return {**frames, table: other}


@pytest.mark.parametrize("table", list(CONTRACTS))
@pytest.mark.parametrize("seed", [21, 22])
def test_rows_known_later_do_not_show_in_any_feature(table: str, seed: int):
    frames = random_ledger(seed)
    assert (frames[table]["known_at"] > AS_OF).any(), "the ledger must have rows that are known later"
    built = build_features(in_memory(frames), AS_OF)
    for other in (
        _known(frames[table], AS_OF),
        _altered(frames[table], table, AS_OF),
        _doubled(frames[table], table, AS_OF),
    ):
        assert_frame_equal(
            build_features(in_memory(_one_table_other(frames, table, other)), AS_OF), built, check_exact=True
        )


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
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


def test_a_known_row_does_show():
    """The property above is not true because nothing ever shows."""
    frames = random_ledger(23)
    built = build_features(in_memory(frames), AS_OF)
    for table in ("invoices", "payments", "orders", "financials", "signals", "industry", "fx"):
        fewer = _one_table_other(frames, table, frames[table].filter(pl.col("known_at") > AS_OF))
        if table == "fx":
            fewer = {**frames, "fx": frames["fx"].with_columns(pl.col("rate") * 2)}
        assert not build_features(in_memory(fewer), AS_OF).equals(built), table
