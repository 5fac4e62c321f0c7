"""The invoices and payments tables: what the books show by the end of the window."""

import numpy as np
import polars as pl

from riskengine.synthetic.invoicing import CURRENCY, Invoices, numbered
from riskengine.synthetic.paying import CASH, DISPUTE_REASONS, KINDS, Disputes, Legs
from riskengine.synthetic.places import PRODUCT_LINES
from riskengine.synthetic.population import Population

UNAPPLIED = 0.002  # unapplied receipts per cash payment
_POSTING_SHARES = np.array([0.70, 0.22, 0.08])  # known on the day, one day, two days later


def invoice_frame(population: Population, invoices: Invoices, disputes: Disputes) -> pl.DataFrame:
    """Invoices issued by the end; a dispute opened after it is not yet known."""
    end_day = population.window.end_day
    frame = pl.DataFrame(
        {
            "invoice_id": numbered("I", population.first_id, invoices.count),
            "customer_id": population.ids.gather(invoices.customer),
            "issued_on": invoices.issued.astype(np.int32),
            "due_on": invoices.due.astype(np.int32),
            "amount_cents": invoices.cents,
            "currency": pl.repeat(CURRENCY, invoices.count, eager=True),
            "disputed": disputes.disputed & (disputes.opened <= end_day),
            "dispute_reason": pl.Series(DISPUTE_REASONS).gather(disputes.reason),
            "disputed_on": disputes.opened.astype(np.int32),
            "dispute_closed_on": disputes.closed.astype(np.int32),
            "product_line": pl.Series(PRODUCT_LINES).gather(invoices.line),
            "known_at": invoices.issued.astype(np.int32),
        }
    )
    closed = pl.col("disputed") & (pl.col("dispute_closed_on") <= end_day)
    return frame.filter(pl.col("issued_on") <= end_day).with_columns(
        pl.when("disputed").then("dispute_reason").alias("dispute_reason"),
        pl.when("disputed").then("disputed_on").alias("disputed_on"),
        pl.when(closed).then("dispute_closed_on").alias("dispute_closed_on"),
    )


def payment_frame(rng: np.random.Generator, population: Population, invoices: Invoices, legs: Legs) -> pl.DataFrame:
    """Payments known by the end, sorted by customer and day; a few receipts name no invoice."""
    first_id = population.first_id
    posting = rng.choice(3, size=legs.day.size, p=_POSTING_SHARES)
    inside = np.flatnonzero(legs.day + posting <= population.window.end_day)
    cash = inside[legs.kind[inside] == CASH]
    stray = cash[rng.random(cash.size) < UNAPPLIED]
    rows = np.concatenate([inside, stray])
    unapplied = np.arange(rows.size) >= inside.size
    share = np.where(unapplied, rng.uniform(0.02, 0.4, rows.size), 1.0)
    customer, day = invoices.customer[legs.invoice[rows]], legs.day[rows]
    order = np.lexsort((day, customer))
    rows, unapplied, share = rows[order], unapplied[order], share[order]
    cents = np.maximum(np.rint(legs.cents[rows] * share).astype(np.int64), 1)
    invoice_ids = numbered("I", first_id, invoices.count).gather(
        pl.Series(np.where(unapplied, -1, legs.invoice[rows])).replace(-1, None)
    )
    return pl.DataFrame(
        {
            "payment_id": numbered("P", first_id, rows.size),
            "invoice_id": invoice_ids,
            "customer_id": population.ids.gather(customer[order]),
            "paid_on": legs.day[rows].astype(np.int32),
            "amount_cents": cents,
            "currency": pl.repeat(CURRENCY, rows.size, eager=True),
            "kind": pl.Series(KINDS).gather(legs.kind[rows]),
            "known_at": (legs.day[rows] + posting[rows]).astype(np.int32),
        }
    )
