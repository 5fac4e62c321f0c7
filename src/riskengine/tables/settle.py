"""What must hold within each table once all sources are stacked, and the repairs a mapping declares."""

import polars as pl

from riskengine.tables.contracts import CONTRACTS, Kind
from riskengine.tables.findings import ROW, SOURCE, findings_where, repairs_where
from riskengine.tables.mapping_model import Repairs
from riskengine.tables.reason import Reason, Repair
from riskengine.tables.row_checks import Failure, future_failures, missing_failures, order_failures
from riskengine.tables.store import memory_schema

Frames = dict[str, pl.DataFrame]


def with_credit_notes(frames: Frames, repairs: Repairs, log: list[pl.DataFrame]) -> Frames:
    """Negative invoices as credit notes of the customer, where the mapping declares it.

    A negative invoice that its own row also clears has been used up against other invoices; it leaves no row.
    """
    if repairs.negative_invoice != "credit_note" or "invoices" not in frames:
        return frames
    invoices, payments = frames["invoices"], frames.get("payments")
    negative = (invoices["amount_cents"] < 0).fill_null(value=False)
    if not negative.any():
        return frames
    log.append(repairs_where(invoices, negative, Repair.NEGATIVE_INVOICE))
    credits_ = invoices.filter(negative)
    empty = pl.DataFrame(schema=_payment_schema())
    payments = empty if payments is None else payments
    cleared = payments.join(credits_, on=[SOURCE, ROW], how="semi")
    notes = credits_.join(cleared, on=[SOURCE, ROW], how="anti").select(
        SOURCE,
        ROW,
        pl.col("invoice_id").alias("payment_id"),
        pl.lit(None, dtype=pl.String).alias("invoice_id"),
        "customer_id",
        pl.col("issued_on").alias("paid_on"),
        -pl.col("amount_cents"),
        "currency",
        pl.lit("credit_note").alias("kind"),
        "known_at",
    )
    kept = payments.join(credits_, on=[SOURCE, ROW], how="anti")
    return {**frames, "invoices": invoices.filter(~negative), "payments": pl.concat([kept, notes.select(kept.columns)])}


def _payment_schema() -> dict[str, pl.DataType | type[pl.DataType]]:
    return {SOURCE: pl.UInt16, ROW: pl.Int64, **memory_schema(CONTRACTS["payments"])}


def with_repaired_days(frames: Frames, repairs: Repairs, log: list[pl.DataFrame]) -> Frames:
    """Issue days after the first payment, due days before issue, days known too early: as declared."""
    out = dict(frames)
    if repairs.issued_after_paid == "use_paid_on" and {"invoices", "payments"} <= set(out):
        paid = out["payments"].group_by("invoice_id").agg(pl.col("paid_on").min().alias("_paid"))
        joined = out["invoices"].join(paid, on="invoice_id", how="left", maintain_order="left")
        log.append(repairs_where(joined, joined["issued_on"] > joined["_paid"], Repair.ISSUED_AFTER_PAID))
        out["invoices"] = joined.with_columns(pl.min_horizontal("issued_on", "_paid").alias("issued_on")).drop("_paid")
    if repairs.due_before_issued == "use_issued_on" and "invoices" in out:
        invoices = out["invoices"]
        log.append(repairs_where(invoices, invoices["due_on"] < invoices["issued_on"], Repair.DUE_BEFORE_ISSUED))
        early = pl.col("due_on") < pl.col("issued_on")
        out["invoices"] = invoices.with_columns(pl.when(early).then("issued_on").otherwise("due_on").alias("due_on"))
    if repairs.known_before_event == "use_event_day":
        for name, event in (("payments", "paid_on"), ("financials", "published_on")):
            if name in out:
                frame = out[name]
                log.append(repairs_where(frame, frame["known_at"] < frame[event], Repair.KNOWN_BEFORE_EVENT))
                early = pl.col("known_at") < pl.col(event)
                out[name] = frame.with_columns(pl.when(early).then(event).otherwise("known_at").alias("known_at"))
    return out


def with_known_at(frames: Frames) -> Frames:
    """`known_at` from the event's own day where the source does not say it."""
    return {
        name: frame.with_columns(pl.col("known_at").fill_null(pl.col(CONTRACTS[name].known_from)))
        for name, frame in frames.items()
    }


def within_table_findings(
    name: str, frame: pl.DataFrame, last_day: int | None, excused: frozenset[str]
) -> list[pl.DataFrame]:
    """Findings about missing values, days out of order and days in the future."""
    failures = [*missing_failures(name, frame, excused), *order_failures(name, frame)]
    if last_day is not None:
        failures += future_failures(name, frame, last_day)
    return [_finding(name, frame, f) for f in failures if f.mask.any()]


def _finding(name: str, frame: pl.DataFrame, failure: Failure) -> pl.DataFrame:
    values = frame[failure.column]
    if CONTRACTS[name].column(failure.column).kind is Kind.DAY:
        values = values.cast(pl.Date)
    return findings_where(frame, failure.mask, failure.reason, table=name, column=failure.column, value=values)


_ALIKE = ("customer_id", "currency")  # a yuan and a yen differ by a factor, too


def unit_mix(frame: pl.DataFrame) -> pl.Series:
    """Which statements are about a thousand times larger or smaller than the customer's others in the same currency.

    Sizes are compared as powers of ten. A customer whose statements spread over 2.5 powers or more has a mix; the ones
    1.25 or more away from the median are the odd ones. Of two that differ, nobody can say which one is wrong: both go.
    """
    size = pl.max_horizontal(pl.col("total_assets_cents").abs(), pl.col("revenue_cents").abs()).cast(pl.Float64)
    power = pl.when(size > 0).then(size).log10()
    sized = frame.with_columns(power.alias("_power"))
    spread = (pl.col("_power").max() - pl.col("_power").min()).over(*_ALIKE)
    away = (pl.col("_power") - pl.col("_power").median().over(*_ALIKE)).abs()
    return sized.select(((spread >= 2.5) & (away >= 1.25)).fill_null(value=False)).to_series()


def unit_mix_findings(frame: pl.DataFrame) -> list[pl.DataFrame]:
    """What `unit_mix` finds, as findings."""
    odd = unit_mix(frame)
    if not odd.any():
        return []
    largest = frame.select(pl.coalesce("total_assets_cents", "revenue_cents")).to_series()
    column = "total_assets_cents"
    return [
        findings_where(
            frame, odd, Reason.SUSPECTED_UNIT_MIX, table="financials", column=column, value=_in_units(largest)
        )
    ]


def _in_units(cents: pl.Series) -> pl.Series:
    return (cents.cast(pl.Float64) / 100).cast(pl.String)
