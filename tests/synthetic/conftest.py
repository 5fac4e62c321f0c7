from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from riskengine.workflows.generate import generate

END = date(2025, 12, 31)


@dataclass(frozen=True)
class Portfolio:
    folder: Path

    def __getitem__(self, name: str) -> pl.DataFrame:
        return pl.read_parquet(self.folder / f"{name}.parquet")


@pytest.fixture(scope="session")
def portfolio(tmp_path_factory: pytest.TempPathFactory) -> Portfolio:
    folder = tmp_path_factory.mktemp("generated") / "tables"
    generate(customers=12_000, months=48, seed=11, end=END, out=folder)
    return Portfolio(folder)


@pytest.fixture(scope="session")
def settled(portfolio: Portfolio) -> pl.DataFrame:
    """Invoices paid in full before any failure of the customer, with `late` days and the customer's truth."""
    paid = (
        portfolio["payments"]
        .filter(pl.col("invoice_id").is_not_null())
        .group_by("invoice_id")
        .agg(pl.col("paid_on").max(), pl.col("amount_cents").sum().alias("paid_cents"))
    )
    truth = portfolio["truth/customers"]
    return (
        portfolio["invoices"]
        .join(paid, on="invoice_id")
        .join(truth, on="customer_id")
        .filter(
            pl.col("paid_cents") == pl.col("amount_cents"),
            pl.col("stopped_on").is_null() | (pl.col("paid_on") <= pl.col("stopped_on")),
        )
        .with_columns(late=(pl.col("paid_on") - pl.col("due_on")).dt.total_days())
    )
