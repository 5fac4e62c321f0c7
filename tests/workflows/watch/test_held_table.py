"""A table held in few bytes gives back the rows that were put in, whatever they say."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from riskengine.tables.contracts import CONTRACTS
from riskengine.tables.store import memory_schema
from riskengine.workflows.watch import held_table as module
from riskengine.workflows.watch.held_column import Form, form_of, held_column, loosened
from riskengine.workflows.watch.held_table import HeldTable, held_table

PAYMENTS = CONTRACTS["payments"]
SCHEMA = memory_schema(PAYMENTS)

NUMBERED = st.builds("{}{:0{}d}".format, st.sampled_from(["I", "2024/", "付", ""]), st.integers(0, 10**20), st.just(9))
TEXTS = st.one_of(
    st.none(), st.sampled_from(["", "0", "-1", "I007", "a b", "١٢", "é1"]), NUMBERED, st.text(max_size=30)
)


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXTS, max_size=40), st.sampled_from(Form), st.data())
def test_texts_come_back_as_they_were(texts, form, data):
    column = pl.Series("text", texts, dtype=pl.String)
    order = pl.Series(values=data.draw(st.permutations(range(len(texts)))), dtype=pl.UInt32)
    held = held_column("text", pl.String(), loosened(column, form), order)
    chosen = data.draw(st.lists(st.booleans(), min_size=len(texts), max_size=len(texts)))
    places = pl.Series(values=chosen, dtype=pl.Boolean).arg_true().cast(pl.Int64)
    assert held.at(places.to_numpy()).to_list() == column.gather(order).gather(places).to_list()
    wanted = column.gather(places).drop_nulls()
    told = column.gather(order).is_in(wanted.implode()).fill_null(value=False)
    assert held.among(wanted, len(texts)).tolist() == told.arg_true().to_list()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1), st.integers(-40, 20_000)), max_size=40))
def test_whole_numbers_come_back_as_they_were(numbers):
    column = pl.Series("number", numbers, dtype=pl.Int64)
    order = pl.int_range(len(numbers), dtype=pl.UInt32, eager=True)
    held = held_column("number", pl.Int64(), loosened(column, form_of(column)), order)
    assert held.at(order.cast(pl.Int64).to_numpy()).to_list() == numbers


@pytest.mark.parametrize(
    ("texts", "form"),
    [
        (["CNY"] * 50 + ["EUR"] * 50, Form.REPEATED),
        ([f"order_closed/O{number:011d}" for number in range(100)], Form.NUMBERED),
        ([f"{number:x}-{number}-x" for number in range(100)], Form.AS_IT_IS),
    ],
)
def test_texts_are_held_as_it_fits_them(texts, form):
    column = pl.Series("text", texts)
    assert form_of(column) is form
    order = pl.int_range(len(texts), dtype=pl.UInt32, eager=True)
    held = held_column("text", pl.String(), loosened(column, form), order)
    assert held.at(order.cast(pl.Int64).to_numpy()).to_list() == texts
    if form is not Form.AS_IT_IS:
        size = sum(part.stored.estimated_size() for part in held.parts.values())
        assert size < column.estimated_size() / 2


@st.composite
def payments(draw, prefix="P"):
    ids = draw(st.lists(st.integers(0, 60), unique=True, max_size=25))
    rows = [
        {
            "payment_id": f"{prefix}{number:04d}",
            "invoice_id": draw(st.sampled_from([None, "I1", "I2"])),
            "customer_id": draw(st.sampled_from(["A", "B", "C", "D10"])),
            "paid_on": draw(st.integers(19_000, 19_900)),
            "amount_cents": draw(st.integers(-5, 2**40)),
            "currency": draw(st.sampled_from(["CNY", "CNY", "EUR"])),
            "kind": "cash",
            "known_at": 19_901,
        }
        for number in ids
    ]
    return pl.DataFrame(rows, schema=SCHEMA)


def assert_holds(held: HeldTable, rows: pl.DataFrame) -> None:
    """That `held` says of everybody, and of some, what `rows` say."""
    for names in (["A", "B", "C", "D10", "E"], ["B"], ["A", "D10"], []):
        own = rows.filter(pl.col("customer_id").is_in(names))
        assert_frame_equal(held.of(pl.Series(values=names, dtype=pl.String)), own, check_row_order=False)
    whole = pl.DataFrame([held.column(name) for name in SCHEMA])
    assert_frame_equal(whole, rows, check_row_order=False)
    for invoice in ("I1", "I9"):
        wanted = {"invoice_id": {invoice}, "payment_id": {"P0003", "Q0050"}}
        told = rows.filter((pl.col("invoice_id") == invoice) | pl.col("payment_id").is_in(["P0003", "Q0050"]))
        assert_frame_equal(held.naming(wanted), told, check_row_order=False)
    assert held.naming({}).is_empty()
    counted = rows.group_by("customer_id").agg(pl.len().cast(pl.Int64).alias("rows"))
    counts = held.rows_by_customer().filter(pl.col("rows") > 0)
    assert_frame_equal(counts, counted, check_row_order=False)


@settings(max_examples=15, deadline=None)
@given(payments(), payments(prefix="Q"), st.data())
def test_a_table_holds_its_rows_through_changes(first, more, data):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_BATCH", 7)
        patch.setattr(module, "_FEW_RECENT", data.draw(st.sampled_from([0, 100])))
        held = held_table(PAYMENTS, first.lazy())
        assert_holds(held, first)
        every = pl.concat([first, more])
        held = held.changed(more, None)
        lost = every.filter(
            pl.Series(data.draw(st.lists(st.booleans(), min_size=len(every), max_size=len(every))), dtype=pl.Boolean)
        )
        left = every.join(lost, on="payment_id", how="anti")
        held = held.changed(None, lost)
        assert_frame_equal(held.of(pl.Series(["A"])), left.filter(customer_id="A"), check_row_order=False)
        assert_holds(held.settled(), left)
        again = held.settled().changed(lost, None).settled()
        assert_holds(again, every)
