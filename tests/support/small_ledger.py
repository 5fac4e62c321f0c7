"""Ledgers of a few invoices, written as a person would tell them. Days are counted from 2020-01-01."""

from datetime import date

import polars as pl

from riskengine.tables.store import tables_in_memory
from riskengine.terms.days import day_number

START = day_number(date(2020, 1, 1))


def invoice(number, customer="A", *, issued=0, due=30, amount=1000, currency="EUR", **more):
    return {
        "invoice_id": number,
        "customer_id": customer,
        "issued_on": START + issued,
        "due_on": START + due,
        "amount_cents": amount * 100,
        "currency": currency,
        "disputed": "disputed_on" in more,
        "disputed_on": None,
        "dispute_closed_on": None,
        "known_at": START + issued,
    } | {name: START + day for name, day in more.items()}


def payment(invoice_number, day, amount=1000, customer="A", kind="cash", currency="EUR"):
    return {
        "payment_id": f"{invoice_number}-{day}-{kind}",
        "invoice_id": invoice_number,
        "customer_id": customer,
        "paid_on": START + day,
        "amount_cents": amount * 100,
        "currency": currency,
        "kind": kind,
        "known_at": START + day,
    }


def signal(kind, day, customer="A"):
    return {
        "signal_id": f"{customer}{day}",
        "customer_id": customer,
        "kind": kind,
        "occurred_on": START + day,
        "known_at": START + day,
    }


def ledger(invoices, payments=(), signals=(), last=1000, fx=()):
    """A TableSet; a payment of customer Z on day `last` says how far the data reaches."""
    invoices = [*invoices, invoice("end", "Z", issued=last - 10, due=last)]
    payments = [*payments, payment("end", last, customer="Z")]
    customers = sorted({i["customer_id"] for i in invoices})
    frames = {
        "customers": pl.DataFrame({"customer_id": customers, "known_at": [START] * len(customers)}),
        "invoices": pl.DataFrame(invoices, infer_schema_length=None),
        "payments": pl.DataFrame(payments),
    }
    if signals:
        frames["signals"] = pl.DataFrame(list(signals))
    if fx:
        frames["fx"] = pl.DataFrame(list(fx))
    return tables_in_memory(frames, reporting_currency="EUR")
