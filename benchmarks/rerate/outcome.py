"""Whether two runs decided the same for every customer."""

from pathlib import Path

import polars as pl

DECIDED = ("grade", "limit", "terms_days", "available_credit", "frozen", "refer", "severity", "actions")
WARNED = ["customer_id", "rule_id", "severity", "actions", "owner", "due_on"]


def differing_customers(first: Path, second: Path) -> dict[str, int]:
    """Customers that differ, by what differs; `customers` counts those that only one side has."""
    ours, theirs = (_ratings(folder) for folder in (first, second))
    both = ours.join(theirs, on="customer_id", how="full", suffix="_peer")
    found = {"customers": both.filter(pl.col("customer_id").is_null() | pl.col("customer_id_peer").is_null()).height}
    for name in DECIDED:
        found[name] = both.filter(pl.col(name).ne_missing(pl.col(f"{name}_peer"))).height
    close = (pl.col("pd_12m") - pl.col("pd_12m_peer")).abs() <= 1e-9 * pl.col("pd_12m")
    missing = pl.col("pd_12m").is_null() & pl.col("pd_12m_peer").is_null()
    found["pd_12m (1e-9)"] = both.filter(~(close.fill_null(value=False) | missing)).height
    said, meant = (_warnings(folder) for folder in (first, second))
    odd = pl.concat([said.join(meant, on=WARNED, how="anti"), meant.join(said, on=WARNED, how="anti")])
    found["warnings"] = odd["customer_id"].n_unique() + abs(said.height - meant.height)
    return found


def _ratings(folder: Path) -> pl.DataFrame:
    read = pl.read_parquet(folder / "ratings.parquet")
    return read.select(
        "customer_id",
        pl.col("pd_12m", "limit", "terms_days", "available_credit").cast(pl.Float64).fill_nan(None),
        "grade",
        "frozen",
        "refer",
        "severity",
        pl.col("actions").list.sort().list.join(","),
    )


def _warnings(folder: Path) -> pl.DataFrame:
    read = pl.read_parquet(folder / "warnings.parquet")
    return read.select(
        pl.col("due_on").cast(pl.Date) if name == "due_on" else
        pl.col("actions").list.sort().list.join(",") if name == "actions" else name
        for name in WARNED
    )  # fmt: skip
