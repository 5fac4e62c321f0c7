"""What must hold between tables: known customers, known invoices, one content for one identity."""

from collections.abc import Iterator

import polars as pl

from riskengine.tables.contracts import CONTRACTS
from riskengine.tables.findings import ROW, SOURCE, findings_where, repairs_where
from riskengine.tables.mapping_model import Repairs
from riskengine.tables.reason import Reason, Repair
from riskengine.tables.settle import Frames

_OF_A_CUSTOMER = ("invoices", "payments", "orders", "financials", "signals", "links", "changes")


def with_invoice_facts(
    frames: Frames, default_currency: str | None, repairs: Repairs, log: list[pl.DataFrame]
) -> Frames:
    """Payments take customer and currency from their invoice where their source does not say them."""
    out = dict(frames)
    payments = out.get("payments")
    if payments is not None:
        if "invoices" in out:
            payments = _joined(payments, out["invoices"])
            if repairs.payer_differs == "use_invoice_customer":
                other = payments["customer_id"] != payments["_customer"]
                log.append(repairs_where(payments, other, Repair.PAYER_DIFFERS))
                payments = payments.with_columns(pl.coalesce("_customer", "customer_id").alias("customer_id"))
            payments = payments.with_columns(
                pl.col("customer_id").fill_null(pl.col("_customer")), pl.col("currency").fill_null(pl.col("_currency"))
            )
        out["payments"] = payments.select(SOURCE, ROW, *CONTRACTS["payments"].column_names)
    if default_currency is not None:
        for name, frame in out.items():
            if "currency" in frame.columns and name != "fx":
                out[name] = frame.with_columns(pl.col("currency").fill_null(default_currency))
    return out


def link_findings(frames: Frames, gathered_customers: pl.DataFrame | None) -> list[pl.DataFrame]:
    """All findings between tables, given the rows still alive."""
    found = [*unknown_customers(frames, gathered_customers), *_conflicts(frames)]
    if "payments" in frames:
        found += payment_findings(frames)
    if "changes" in frames:
        found += change_findings(frames)
    return [f for f in found if f.height]


def unknown_customers(frames: Frames, gathered_customers: pl.DataFrame | None) -> Iterator[pl.DataFrame]:
    """Findings about rows of customers that none of the frames of customers holds."""
    sources = [f["customer_id"] for f in (frames.get("customers"), gathered_customers) if f is not None]
    known = pl.concat(sources).unique() if sources else pl.Series([], dtype=pl.String)
    for name in _OF_A_CUSTOMER:
        if name in frames:
            frame = frames[name]
            stranger = ~frame["customer_id"].is_in(known.implode())
            yield findings_where(
                frame, stranger, Reason.UNKNOWN_CUSTOMER, table=name, column="customer_id", value=frame["customer_id"]
            )


def _conflicts(frames: Frames) -> Iterator[pl.DataFrame]:
    for name, frame in frames.items():
        contract = CONTRACTS[name]
        content = content_columns(name)
        versions = frame.select(content).unique()
        if versions.height == versions.select(contract.key).unique().height:
            continue
        repeated = versions.group_by(contract.key).len().filter(pl.col("len") > 1)
        rows = frame.join(repeated, on=contract.key, how="semi", nulls_equal=True, maintain_order="left")
        shown = rows.select(pl.concat_str(pl.col(contract.key).cast(pl.String), separator=" | ")).to_series()
        everywhere = pl.repeat(value=True, n=rows.height, dtype=pl.Boolean, eager=True)
        yield findings_where(rows, everywhere, Reason.CONFLICTING_ID, table=name, column=contract.key[0], value=shown)


def content_columns(name: str) -> list[str]:
    """The columns in which two rows of one identity must agree.

    `known_at` is not among them unless it is part of the identity: the same fact delivered twice is the same fact.
    """
    contract = CONTRACTS[name]
    return [c for c in contract.column_names if c != "known_at" or c in contract.key]


def payment_findings(frames: Frames) -> list[pl.DataFrame]:
    """Findings about payments that do not fit their invoice."""
    payments = frames["payments"]
    if "invoices" not in frames:
        applied = payments["invoice_id"].is_not_null()
        return [_payment(payments, applied, Reason.UNKNOWN_INVOICE, "invoice_id")]
    joined = _joined(payments, frames["invoices"])
    return [
        _payment(
            joined,
            joined["invoice_id"].is_not_null() & joined["_customer"].is_null(),
            Reason.UNKNOWN_INVOICE,
            "invoice_id",
        ),
        _payment(joined, joined["paid_on"] < joined["_issued"], Reason.PAID_BEFORE_ISSUED, "paid_on"),
        _payment(joined, joined["customer_id"] != joined["_customer"], Reason.PAYER_DIFFERS, "customer_id"),
        _payment(joined, joined["currency"] != joined["_currency"], Reason.CURRENCY_DIFFERS, "currency"),
    ]


def change_findings(frames: Frames) -> list[pl.DataFrame]:
    """Findings about changes of invoices and orders that are not there, or another customer's."""
    found = []
    for key, table, unknown in (
        ("invoice_id", "invoices", Reason.UNKNOWN_INVOICE),
        ("order_id", "orders", Reason.UNKNOWN_ORDER),
    ):
        known = frames.get(table, pl.DataFrame(schema={key: pl.String, "customer_id": pl.String}))
        owners = known.unique(key, keep="first", maintain_order=True).select(key, pl.col("customer_id").alias("_owner"))
        rows = frames["changes"].join(owners, on=key, how="left", maintain_order="left")
        absent = rows[key].is_not_null() & rows["_owner"].is_null()
        found.append(findings_where(rows, absent, unknown, table="changes", column=key, value=rows[key]))
        other = rows["customer_id"] != rows["_owner"]
        found.append(findings_where(rows, other, Reason.OWNER_DIFFERS, table="changes", column=key, value=rows[key]))
    return found


def _joined(payments: pl.DataFrame, invoices: pl.DataFrame) -> pl.DataFrame:
    known = invoices.unique("invoice_id", keep="first", maintain_order=True).select(
        "invoice_id",
        pl.col("customer_id").alias("_customer"),
        pl.col("currency").alias("_currency"),
        pl.col("issued_on").alias("_issued"),
    )
    return payments.join(known, on="invoice_id", how="left", maintain_order="left")


def _payment(frame: pl.DataFrame, mask: pl.Series, reason: Reason, column: str) -> pl.DataFrame:
    shown = frame[column].cast(pl.Date) if column == "paid_on" else frame[column]
    return findings_where(frame, mask, reason, table="payments", column=column, value=shown)
