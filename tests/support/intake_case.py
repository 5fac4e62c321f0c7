"""A small ledger in text files, taken in by a mapping, for tests to damage."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from riskengine.tables.store import open_tables
from riskengine.workflows.intake import IntakeSummary, intake

MAPPING = """
mapping: test ledger
reporting_currency: EUR
extracted_on: 2024-06-30
currencies: {default: EUR, allowed: [EUR, USD]}
fx: [{currency: USD, quoted_on: 2024-01-01, rate: 0.9, reference: made up}]
sources:
  customers:
    files: ["customers*"]
    tables:
      customers:
        columns: {customer_id: id, name: name, customer_since: since, current_limit: limit}
  invoices:
    files: ["invoices*"]
    tables:
      invoices:
        columns: {invoice_id: no, customer_id: customer, issued_on: issued, due_on: due, amount: amount, currency: cur}
  payments:
    files: ["payments*"]
    tables:
      payments:
        columns: {payment_id: no, invoice_id: invoice, paid_on: paid, amount: amount}
"""
CUSTOMERS = "id,name,since,limit\nC1,One,2020-01-01,1000\nC2,Two,2021-01-01,\n"
INVOICES = (
    "no,customer,issued,due,amount,cur\n"
    "I1,C1,2024-01-10,2024-02-09,100.00,EUR\n"
    "I2,C1,2024-02-10,2024-03-11,250.50,\n"
    "I3,C2,2024-03-01,2024-03-31,80,USD\n"
)
PAYMENTS = "no,invoice,paid,amount\nP1,I1,2024-02-20,60\nP2,I1,2024-03-01,40\n"


@dataclass(frozen=True)
class Result:
    summary: IntakeSummary
    quarantine: pl.DataFrame
    out: Path

    def table(self, name: str) -> pl.DataFrame:
        return open_tables(self.out)[name].collect()

    @property
    def reasons(self) -> set[str]:
        return set(self.quarantine["reason"])


def take(
    folder: Path,
    *,
    customers: str | bytes = CUSTOMERS,
    invoices: str | bytes = INVOICES,
    payments: str | bytes = PAYMENTS,
    mapping: str = MAPPING,
    **options: object,
) -> Result:
    """Write the files, run intake, check that the counts add up."""
    folder.mkdir(exist_ok=True, parents=True)
    for name, content in {"customers": customers, "invoices": invoices, "payments": payments}.items():
        (folder / f"{name}.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    return take_files(folder, mapping, ("customers.csv", "invoices.csv", "payments.csv"), **options)


def take_files(folder: Path, mapping: str, names: tuple[str, ...], **options: object) -> Result:
    """Run intake over files that are in the folder."""
    path = folder / "mapping.yaml"
    path.write_text(mapping, encoding="utf-8")
    out = folder / "out"
    given = [n if "://" in n else str(folder / n) for n in names]
    summary = intake(path, given, out, **options)
    for c in (*summary.sources, summary.total):
        assert c.accepted + c.merged + c.quarantined == c.read
        assert min(c.accepted, c.merged, c.quarantined) >= 0
    quarantine = pl.read_parquet(out / "quarantine.parquet")
    assert quarantine.select("file", "row").unique().height == summary.total.quarantined
    return Result(summary, quarantine, out)
