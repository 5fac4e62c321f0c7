"""Whether rows fit what the tables hold about their customers, invoices and orders."""

from collections.abc import Mapping

import polars as pl

from riskengine.tables.contracts import CONTRACTS
from riskengine.tables.events.refusal import Problem
from riskengine.tables.findings import FINDING_SCHEMA, ROW, SOURCE, gathered
from riskengine.tables.links import change_findings, payment_findings, unknown_customers
from riskengine.tables.reason import Reason

_SUBJECTS = {"payments": (("invoices", "invoice_id"),), "changes": (("invoices", "invoice_id"), ("orders", "order_id"))}


def misfits(table: str, rows: pl.DataFrame, held: Mapping[str, pl.LazyFrame]) -> dict[int, Problem]:
    """By the place of the row what keeps it from the tables; the first thing where there are several.

    The checks are those that intake makes between tables.
    """
    if table == "customers" or "customer_id" not in CONTRACTS[table].column_names:
        return {}
    marked = rows.with_columns(
        pl.lit(0, dtype=pl.UInt16).alias(SOURCE), pl.int_range(pl.len(), dtype=pl.Int64).alias(ROW)
    )
    frames = {table: marked, "customers": _about(held["customers"], rows, "customer_id")}
    found = list(unknown_customers(frames, None))
    for subject, key in _SUBJECTS.get(table, ()):
        frames[subject] = _about(held[subject], rows, key)
    if table == "payments":
        found += payment_findings(frames)
    if table == "changes":
        found += change_findings(frames)
    problems: dict[int, Problem] = {}
    for finding in gathered(found, FINDING_SCHEMA).iter_rows(named=True):
        problem = Problem(Reason(finding["reason"]), finding["column"], finding["value"])
        problems.setdefault(finding[ROW], problem)
    return problems


def _about(held: pl.LazyFrame, rows: pl.DataFrame, key: str) -> pl.DataFrame:
    wanted = rows.lazy().select(pl.col(key).drop_nulls().unique())
    return held.join(wanted, on=key, how="semi").collect()
