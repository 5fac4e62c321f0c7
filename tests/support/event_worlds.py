"""Tables and events that fit each other, and hostile variants of them."""

import random
from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from riskengine.tables.contracts import CONTRACTS
from riskengine.tables.events.application import Applied, apply_events
from riskengine.tables.events.event import Event
from riskengine.tables.events.forms import FORMS, EventKind
from riskengine.tables.events.history import events_of
from riskengine.tables.store import TableSet, tables_in_memory
from support.ledgers import random_ledger

NO_TABLES = tables_in_memory({}, reporting_currency="CNY")


def consistent_ledger(seed: int, *, customers: int = 6, invoices: int = 25) -> TableSet:
    """A random ledger of which every row would pass intake: one currency for an invoice and its payments, one content
    for an identity.
    """
    frames = random_ledger(seed, customers=customers, invoices=invoices)
    owed = frames["invoices"].select("invoice_id", pl.col("currency").alias("owed"), "issued_on")
    payments = frames["payments"].join(owed, on="invoice_id", how="left")
    fits = pl.col("invoice_id").is_null() | (
        (pl.col("currency") == pl.col("owed")) & (pl.col("paid_on") >= pl.col("issued_on"))
    )
    frames["payments"] = payments.filter(fits).drop("owed", "issued_on")
    money = pl.col([c for c in frames["financials"].columns if c.endswith("_cents")])
    frames["financials"] = frames["financials"].with_columns(money.abs())
    frames["changes"] = pl.concat([_only_of_its_kind(part) for part in frames["changes"].partition_by("kind")])
    distinct = {n: f.unique(list(CONTRACTS[n].key), keep="first", maintain_order=True) for n, f in frames.items()}
    return tables_in_memory(distinct, reporting_currency="CNY")


def _only_of_its_kind(changes: pl.DataFrame) -> pl.DataFrame:
    used = {column.name for column in FORMS[EventKind(changes["kind"][0])].fields.values()} | {"kind"}
    unused = [pl.lit(None, dtype=dtype).alias(n) for n, dtype in changes.schema.items() if n not in used]
    return changes.with_columns(unused)


def sorted_rows(tables: TableSet) -> dict[str, pl.DataFrame]:
    """All rows of all tables in one order, to compare bit by bit."""
    return {name: tables[name].collect().sort(contract.column_names) for name, contract in CONTRACTS.items()}


def applied_in_parts(tables: TableSet, parts: Sequence[Sequence[Event]]) -> Applied:
    """One call after the other, what is set aside given again each time."""
    done = apply_events(tables, ())
    for part in parts:
        done = apply_events(done.tables, [*(one.event for one in done.set_aside), *part])
    return done


def hostile_events(seed: int) -> list[Event]:
    """Events of a small history, some of them again with another amount, customer or day, some about nobody."""
    rng = random.Random(seed)
    events = list(events_of(consistent_ledger(seed, customers=3, invoices=8)))
    return [*events, *(_varied(rng, rng.choice(events)) for _ in range(25))]


def _varied(rng: random.Random, event: Event) -> Event:
    row = event.row
    row["known_at"] = event.known_at + rng.choice((-3, 0, 2))
    if "amount_cents" in row and row["amount_cents"] is not None:
        row["amount_cents"] = int(row["amount_cents"]) + rng.choice((-1, 0, 1))
    if row.get("customer_id") is not None and event.kind is not EventKind.CUSTOMER_UPDATED:
        row["customer_id"] = rng.choice(("C000", "C001", "C002", "nobody"))
    if "invoice_id" in row and event.kind is EventKind.PAYMENT:
        row["invoice_id"] = rng.choice((None, "I00000", "I00001", "I99999"))
    return replace(event, id=f"{event.id}~{rng.random()}", values=tuple(row.values()))
