"""The same seed gives the same bytes; a block depends on nothing but the seed and its number."""

from datetime import date

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from riskengine.synthetic import portfolio as room
from riskengine.synthetic.portfolio import build_world, generate_block
from riskengine.synthetic.window import Window
from riskengine.tables.publish import read_manifest
from riskengine.tables.store import TABLES
from riskengine.terms.errors import UsageError
from riskengine.workflows.generate import generate

END = date(2025, 12, 31)


def _bytes(folder):
    return {path.relative_to(folder): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        generate(customers=300, months=12, seed=4, end=END, out=tmp_path / name)
    assert _bytes(tmp_path / "one") == _bytes(tmp_path / "two")
    generate(customers=300, months=12, seed=5, end=END, out=tmp_path / "other")
    assert _bytes(tmp_path / "one") != _bytes(tmp_path / "other")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "other", "two"]


def test_blocks_do_not_depend_on_each_other(tmp_path, monkeypatch):
    monkeypatch.setattr(room, "BLOCK", 200)
    world = build_world(500, Window(8, END), 9)
    blocks = {number: generate_block(world, number) for number in (3, 1, 2)}
    generate(customers=500, months=8, seed=9, end=END, out=tmp_path / "all")
    for name in ("customers", "invoices", "payments", "signals"):
        parts = pl.concat([blocks[number].tables[name] for number in (1, 2, 3)])
        written = pl.read_parquet(tmp_path / "all" / f"{name}.parquet").with_columns(pl.col(pl.Date).cast(pl.Int32))
        assert_frame_equal(parts.select(written.columns), written, check_dtypes=False)
    customers = pl.read_parquet(tmp_path / "all" / "customers.parquet")
    assert customers["customer_id"].n_unique() == pl.read_parquet(tmp_path / "all/truth/customers.parquet").height


def test_ids_are_unique_over_blocks(tmp_path, monkeypatch):
    monkeypatch.setattr(room, "BLOCK", 50)
    generate(customers=170, months=6, seed=2, end=date(2024, 2, 10), out=tmp_path / "t")
    for name, key in (("invoices", "invoice_id"), ("payments", "payment_id"), ("orders", "order_id")):
        assert pl.read_parquet(tmp_path / "t" / f"{name}.parquet")[key].is_unique().all()


@pytest.mark.parametrize(("customers", "months"), [(1, 6), (2, 6), (7, 13), (40, 120)])
def test_small_and_long_portfolios_work(tmp_path, customers, months):
    heard = []
    out = tmp_path / "t"
    generate(
        customers=customers, months=months, seed=0, end=date(2024, 2, 29), out=out, progress=lambda *c: heard.append(c)
    )
    assert heard[-1] == (customers, customers)
    manifest = read_manifest(out, TABLES)
    assert manifest["made_by"]["customers"] == customers


@pytest.mark.parametrize(
    "wrong",
    [{"customers": 0}, {"customers": -3}, {"months": 5}, {"months": 999}, {"seed": -1}, {"end": date(1900, 1, 1)}],
)
def test_impossible_requests_are_refused_before_anything_is_written(tmp_path, wrong):
    arguments = {"customers": 10, "months": 12, "seed": 1, "end": END} | wrong
    with pytest.raises(UsageError, match="Remedy"):
        generate(**arguments, out=tmp_path / "t")
    assert list(tmp_path.iterdir()) == []
