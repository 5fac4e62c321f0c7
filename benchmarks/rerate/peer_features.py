"""The peer's feature table: reads the Parquet files, keeps what was known by the date, joins the parts."""

from functools import cache

import pandas as pd
from peer_changes import combined_changes, faded_signals, invoice_changes, order_changes
from peer_customer import customer_features, group_features, industry_features, signal_features, statement_features
from peer_groups import deviations, shares_of_invoices
from peer_ledger import balance, cash_flow, invoice_facts, lateness, orders_features, ratio, sales
from peer_own import anomalies, deferred, own_past
from peer_ties import related_stress
from peer_windows import patterns

ITEMS = [
    "revenue",
    "ebit",
    "interest",
    "current_assets",
    "total_assets",
    "current_liabilities",
    "total_liabilities",
    "equity",
    "retained_earnings",
]
COLUMNS = {
    "customers": "customer_id country region industry registered_on customer_since parent_id current_limit_cents "
    "current_terms_days guarantee_amount_cents insured_amount_cents known_at",
    "invoices": "invoice_id customer_id issued_on due_on amount_cents disputed disputed_on dispute_closed_on known_at",
    "payments": "invoice_id customer_id paid_on amount_cents kind",
    "orders": "customer_id ordered_on amount_cents closed_on",
    "financials": f"customer_id period_end months audit_opinion known_at {' '.join(f'{i}_cents' for i in ITEMS)}",
    "signals": "customer_id kind occurred_on amount_cents severity",
    "industry": "industry observed_on delay_index default_rate known_at",
    "links": "customer_id other_id kind holds_from until known_at",
}
EVENT = {"invoices": "issued_on", "payments": "paid_on", "orders": "ordered_on", "industry": "observed_on"}


def build(folder, as_of, windows=()):
    """Every feature that the model, the rules, the limit and the terms use, patterns of events too; NaN for missing."""
    day = pd.Timestamp(as_of)
    customers = load(folder, "customers", as_of).sort_values(["customer_id", "known_at"])
    customers = customers.drop_duplicates("customer_id", keep="last").reset_index(drop=True)
    tables = {name: numbered(load(folder, name, as_of), customers) for name in COLUMNS if name not in (
        "customers", "industry", "links",
    )}  # fmt: skip
    for name, event in (("invoices", "issued_on"), ("payments", "paid_on"), ("orders", "ordered_on")):
        tables[name]["age"] = (day - tables[name][event]).dt.days
    tables["signals"]["age"] = (day - tables["signals"]["occurred_on"]).dt.days.clip(lower=0)
    facts = invoice_facts(tables["invoices"], tables["payments"], day)
    owed = balance(facts, customers)
    parts = [
        customers[["customer_id"]],
        owed,
        lateness(facts, customers),
        sales(facts, owed["open_cents"], customers),
        cash_flow(tables["payments"], customers),
        deferred(facts, customers),
        anomalies(own_past(facts, tables["payments"], customers)),
        shares_of_invoices(facts, customers),
        orders_features(tables["orders"], day, customers),
        order_changes(tables["orders"], day, customers),
        invoice_changes(facts, owed, customers),
        statement_features(tables["financials"], day, customers),
        signal_features(tables["signals"], customers),
        faded_signals(tables["signals"], customers),
        industry_features(load(folder, "industry", as_of), customers),
    ]
    known = pd.concat(parts, axis=1)
    known = pd.concat([known, combined_changes(known)], axis=1)
    known["sig_legal_amount_to_equity"] = ratio(known["legal_amount"], known["fin_equity"])
    known = pd.concat([known, customer_features(customers, known, day)], axis=1)
    known = pd.concat([known, group_features(customers, known), deviations(customers, known)], axis=1)
    known = pd.concat([known, related_stress(load(folder, "links", as_of), customers, known, day)], axis=1)
    return pd.concat([known, pattern_features(folder, as_of, windows, customers)], axis=1)


def pattern_features(folder, as_of, windows, customers):
    found, others = patterns(windows, cache(lambda name: load(folder, name, as_of)), as_of)
    ids = customers["customer_id"]
    return pd.DataFrame(
        {name: [found.get(one, others).get(name, other) for one in ids] for name, other in others.items()}
    )


def load(folder, name, as_of):
    """The rows that were known by the date and are about a day that has come."""
    known = [("known_at", "<=", as_of)]
    known += [(EVENT[name], "<=", as_of)] if name in EVENT else []
    return pd.read_parquet(
        folder / f"{name}.parquet",
        columns=COLUMNS[name].split(),
        filters=known,
        to_pandas_kwargs={"date_as_object": False},
    )


def numbered(frame, customers):
    """The rows of known customers, with the row number of the customer in place of its id."""
    number = pd.Index(customers["customer_id"]).get_indexer(frame["customer_id"])
    frame = frame.drop(columns="customer_id").assign(customer=number)
    return frame[frame["customer"] >= 0].reset_index(drop=True)
