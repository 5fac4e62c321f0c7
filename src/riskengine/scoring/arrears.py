"""Each customer's open and seriously late balance, day by day, from invoices and payments.

Balances change only on the days listed, so a statement about every change is a statement about every day. Amounts are
whole cents of the reporting currency at one rate per currency (the last one known), each invoice on its own, so that
an invoice paid in full leaves exactly nothing.
"""

from dataclasses import dataclass

import polars as pl

from riskengine.features.engines import Engine, engine_session
from riskengine.features.known import Rates, known_by
from riskengine.tables.store import TableSet
from riskengine.terms.days import day_of
from riskengine.terms.errors import InputError


@dataclass(frozen=True, slots=True)
class Ledger:
    """All invoices and payments ever known, days as Int32.

    `invoices`: invoice_id, customer_id, known_at, issued_on, due_on, own_cents, amount_cents, dispute_from, dispute_to
    (null: not disputed; dispute_to null: never closed), settled_on (null: never paid in full).
    `payments`: invoice_id, paid_on, paid_cents (in the invoice's own cents, up to and including that day), paid_before.
    `write_offs`: customer_id, day, amount_cents. `signals`: customer_id, kind, day. `last_day`: last known day.
    """

    invoices: pl.DataFrame
    payments: pl.DataFrame
    write_offs: pl.DataFrame
    signals: pl.DataFrame
    first_day: int
    last_day: int


def read_ledger(tables: TableSet) -> Ledger:
    """Raises InputError if there are no invoices or a currency has no rate."""
    last = _last_day(tables)
    with engine_session(Engine.POLARS) as session:
        known = known_by(tables, day_of(last), session)
        invoices = known["invoices"].to_native().collect().filter(pl.col("own_cents") > 0)
        payments = _in_owed_currency(known["payments"].to_native().collect(), invoices, known.rates)
        signals = known["signals"].to_native().collect()
    paid = _paid_so_far(payments)
    return Ledger(
        invoices=_with_settlement(invoices, paid),
        payments=paid,
        write_offs=payments.filter(pl.col("kind") == "write_off")
        .group_by("customer_id", day="paid_on")
        .agg(pl.col("amount_cents").sum()),
        signals=signals.select("customer_id", "kind", day="occurred_on"),
        first_day=invoices["issued_on"].min(),
        last_day=last,
    )


def serious_days(ledger: Ledger, days_past_due: int) -> pl.DataFrame:
    """Invoices that were open and undisputed at the end of a day at least `days_past_due` after they fell due.

    Columns invoice_id, customer_id, serious_on (the first such day), open_own_cents (at its end). An invoice in dispute
    on its day counts from the day the dispute closes; a dispute raised later does not undo it.
    """
    day = pl.col("due_on") + days_past_due
    in_dispute = (pl.col("dispute_from") <= day) & (pl.col("dispute_to").is_null() | (pl.col("dispute_to") > day))
    candidates = ledger.invoices.with_columns(
        serious_on=pl.when(in_dispute.fill_null(value=False)).then("dispute_to").otherwise(day).cast(pl.Int32)
    ).drop_nulls("serious_on")
    candidates = candidates.filter(
        (pl.col("serious_on") <= ledger.last_day)
        & (pl.col("settled_on").is_null() | (pl.col("settled_on") > pl.col("serious_on")))
    )
    paid = (
        candidates.select("invoice_id", "serious_on")
        .join(ledger.payments, on="invoice_id")
        .filter(pl.col("paid_on") <= pl.col("serious_on"))
        .group_by("invoice_id")
        .agg(paid_by_then=pl.col("paid_cents").sort_by("paid_on").last())
    )
    open_cents = pl.col("own_cents") - pl.col("paid_by_then").fill_null(0)
    return (
        candidates.join(paid, on="invoice_id", how="left")
        .with_columns(open_own_cents=open_cents)
        .filter(pl.col("open_own_cents") > 0)
        .select("invoice_id", "customer_id", "serious_on", "open_own_cents")
    )


def balance_days(ledger: Ledger, serious: pl.DataFrame) -> pl.DataFrame:
    """One row per customer and day on which a balance changes, sorted.

    Columns customer_id, day, open_cents, serious_cents (both at the end of the day), fresh (invoices that became
    serious that day).
    """
    kept = ledger.invoices.select("invoice_id", "customer_id", "issued_on", "own_cents", "amount_cents")
    paid = ledger.payments.join(kept, on="invoice_id").join(
        serious.select("invoice_id", "serious_on"), on="invoice_id", how="left"
    )
    after = open_value(pl.col("own_cents") - pl.col("paid_cents"))
    before = open_value(pl.col("own_cents") - pl.col("paid_before"))
    steps = paid.with_columns(day=pl.max_horizontal("paid_on", "issued_on"), step=after - before)
    started = serious.join(kept.select("invoice_id", "own_cents", "amount_cents"), on="invoice_id")
    none = pl.lit(0, pl.Int64)
    changes = pl.concat(
        [
            kept.select(
                "customer_id",
                day="issued_on",
                open_cents="amount_cents",
                serious_cents=none,
                fresh=none,
            ),
            steps.select("customer_id", "day", open_cents="step", serious_cents=none, fresh=none),
            started.select(
                "customer_id",
                day="serious_on",
                open_cents=none,
                serious_cents=open_value(pl.col("open_own_cents")),
                fresh=pl.lit(1, pl.Int64),
            ),
            steps.filter(pl.col("paid_on") > pl.col("serious_on")).select(
                "customer_id", "day", open_cents=none, serious_cents="step", fresh=none
            ),
        ]
    )
    daily = changes.group_by("customer_id", "day").agg(pl.col("open_cents", "serious_cents", "fresh").sum())
    return daily.sort("customer_id", "day").with_columns(
        pl.col("open_cents", "serious_cents").cum_sum().over("customer_id")
    )


def open_value(open_own: pl.Expr) -> pl.Expr:
    """The open part of an invoice in cents of the reporting currency."""
    share = open_own.clip(0, pl.col("own_cents")) / pl.col("own_cents")
    return (share * pl.col("amount_cents")).round().cast(pl.Int64)


def _in_owed_currency(payments: pl.DataFrame, invoices: pl.DataFrame, rates: Rates) -> pl.DataFrame:
    """`own_cents` in the currency of the invoice paid; another currency crosses over the reporting currency."""
    if not rates:
        return payments
    owed = invoices.select("invoice_id", owed="currency")
    rate = pl.col("owed").replace_strict(dict(rates), default=1.0, return_dtype=pl.Float64)
    crossed = (pl.col("amount_cents").cast(pl.Float64) / rate + 0.5).floor().cast(pl.Int64)
    return payments.join(owed, on="invoice_id", how="left").with_columns(
        own_cents=pl.when(pl.col("currency") == pl.col("owed").fill_null(pl.col("currency")))
        .then("own_cents")
        .otherwise(crossed)
    )


def _paid_so_far(payments: pl.DataFrame) -> pl.DataFrame:
    daily = (
        payments.drop_nulls("invoice_id").group_by("invoice_id", "paid_on").agg(pl.col("own_cents").sum().alias("paid"))
    )
    total = pl.col("paid").cum_sum().over("invoice_id")
    return (
        daily.sort("invoice_id", "paid_on")
        .with_columns(paid_cents=total, paid_before=total - pl.col("paid"))
        .select("invoice_id", "paid_on", "paid_cents", "paid_before")
    )


def _with_settlement(invoices: pl.DataFrame, paid: pl.DataFrame) -> pl.DataFrame:
    settled = (
        paid.join(invoices.select("invoice_id", "own_cents"), on="invoice_id")
        .filter(pl.col("paid_cents") >= pl.col("own_cents"))
        .group_by("invoice_id")
        .agg(settled_on=pl.col("paid_on").min())
    )
    disputed = pl.col("disputed")
    return invoices.join(settled, on="invoice_id", how="left").select(
        "invoice_id",
        "customer_id",
        "known_at",
        "issued_on",
        "due_on",
        "own_cents",
        "amount_cents",
        dispute_from=pl.when(disputed).then(pl.coalesce("disputed_on", "known_at")),
        dispute_to=pl.when(disputed).then("dispute_closed_on"),
        settled_on="settled_on",
    )


def _last_day(tables: TableSet) -> int:
    days: list[int | None] = [
        tables[name].select(pl.col("known_at").max()).collect().item() for name in ("invoices", "payments")
    ]
    if days[0] is None:
        raise InputError(
            "there are no invoices, so no outcome can be observed",
            where="invoices",
            remedy="bring the ledger the outcome is to be seen in",
        )
    return max(day for day in days if day is not None)
