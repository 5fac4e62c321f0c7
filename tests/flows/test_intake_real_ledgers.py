"""The two real ledgers through the mappings under examples/."""

import json
from pathlib import Path

import polars as pl
import pytest

from riskengine.tables.store import open_tables
from riskengine.workflows.intake import intake
from support.real_data import real_file

pytestmark = pytest.mark.real_data
EXAMPLES = Path(__file__).parents[2] / "examples" / "highradius"


def take(tmp_path, mapping, *names):
    summary = intake(EXAMPLES / mapping, [str(real_file(n)) for n in names], tmp_path / "out")
    for c in (*summary.sources, summary.total):
        assert c.accepted + c.merged + c.quarantined == c.read
    assert json.loads((tmp_path / "out" / "summary.json").read_text())["total"]["read"] == summary.total.read
    return summary, open_tables(tmp_path / "out")


CLOSED, OPEN = "highradius_closed_invoices.csv", "highradius_open_invoices.parquet"


def test_closed_invoices(tmp_path):
    summary, tables = take(tmp_path, "closed_invoices.yaml", CLOSED)
    total = summary.total
    assert (total.read, total.accepted, total.merged, total.quarantined) == (40_000, 39_040, 960, 0)
    assert summary.repairs == {"issued_after_paid": 526}
    assert summary.tables == {"customers": 1056, "invoices": 39_040, "payments": 39_040}
    source = pl.read_csv(real_file(CLOSED), infer_schema=False).unique(
        ["customer_id", "due_date", "clear_date", "amount"]
    )
    cents = (source["amount"].cast(pl.Decimal(20, 2)) * 100).cast(pl.Int64).sum()
    assert tables["invoices"].select(pl.col("amount_cents").sum()).collect().item() == cents
    assert tables["payments"].select(pl.col("amount_cents").sum()).collect().item() == cents
    customers = tables["customers"].collect()
    first = tables["invoices"].group_by("customer_id").agg(pl.col("known_at").min().alias("first")).collect()
    joined = customers.join(first, on="customer_id")
    assert joined.height == 1056
    assert (joined["known_at"] == joined["first"]).all()
    paid = tables["payments"].join(tables["invoices"], on="invoice_id").collect()
    assert (paid["paid_on"] >= paid["issued_on"]).all()


def test_closed_invoices_without_the_declared_repair(tmp_path):
    text = (EXAMPLES / "closed_invoices.yaml").read_text()
    (tmp_path / "m.yaml").write_text(text.replace("issued_after_paid: use_paid_on", "issued_after_paid: quarantine"))
    summary = intake(tmp_path / "m.yaml", [str(real_file(CLOSED))], tmp_path / "out")
    assert summary.reasons == {"paid_before_issued": 526}
    assert summary.total.quarantined == 526


def test_open_invoices(tmp_path):
    summary, tables = take(tmp_path, "open_invoices.yaml", OPEN)
    total = summary.total
    assert (total.read, total.accepted, total.merged, total.quarantined) == (18_561, 18_561, 0, 0)
    assert summary.repairs == {"due_before_issued": 57, "fraction_of_cent": 524}
    invoices = tables["invoices"].collect()
    assert dict(invoices.group_by("currency").len().rows()) == {"USD": 17_814, "CAD": 747}
    assert tables["customers"].select(pl.len()).collect().item() == 686


def test_both_ledgers_in_one_folder(tmp_path):
    summary, tables = take(tmp_path, "both_ledgers.yaml", CLOSED, OPEN)
    assert (summary.total.read, summary.total.merged, summary.total.quarantined) == (58_561, 960, 0)
    assert tables["invoices"].select(pl.len()).collect().item() == 57_601
    assert tables["payments"].select(pl.len()).collect().item() == 39_040


def test_the_same_bytes_again(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        take(tmp_path / name, "open_invoices.yaml", OPEN)
    for path in (tmp_path / "a" / "out").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / "out" / path.name).read_bytes()
