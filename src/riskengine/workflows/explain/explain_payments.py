"""What if the customer paid its oldest overdue invoices today: the features made again from the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

import numpy as np
import polars as pl

from riskengine.features.engines import Engine, engine_session
from riskengine.features.event_window import EventWindow
from riskengine.features.group_root import GROUP, group_of
from riskengine.features.invoice_facts import invoice_facts
from riskengine.features.known import known_by
from riskengine.features.surroundings import Surroundings
from riskengine.rules.facts import FactColumns
from riskengine.tables.contracts import CONTRACTS
from riskengine.tables.store import TableSet, memory_schema, tables_in_memory
from riskengine.terms.codes import PaymentKind
from riskengine.terms.days import day_number
from riskengine.workflows.rating_features import rating_features
from riskengine.workflows.scored import facts_of_features

MOST_ONE_BY_ONE = 20  # beyond, larger and larger steps


@dataclass(frozen=True, slots=True)
class Payments:
    """Scenarios: after the `counts[i]` oldest overdue invoices are paid, `amounts[i]` in the reporting currency, the
    customer has the facts of row i.
    """

    counts: tuple[int, ...]
    amounts: tuple[float, ...]
    facts: FactColumns
    overdue: int  # how many invoices are overdue


def pay_oldest(
    tables: TableSet,
    as_of: date,
    customer_id: str,
    facts: FactColumns,
    *,
    surroundings: Surroundings,
    windows: Sequence[EventWindow] = (),
) -> Payments | None:
    """Scenarios of paying the oldest overdue invoices in full on the as-of date; None if nothing is overdue.

    `facts` are those of the one customer today, `windows` the policy's. Features that the payments change are made
    again from the tables, with the group's, within the `surroundings` of that day, which stay as they are.
    """
    own, overdue = _family_and_overdue(tables, as_of, customer_id)
    if overdue.is_empty():
        return None
    counts = _counts(overdue.height)
    copies = _copies(tables, own, overdue, (0, *counts), as_of)
    built = rating_features(copies, as_of, windows=windows, surroundings=surroundings).features
    made = facts_of_features(built)
    rows = {name: row for row, name in enumerate(built["customer_id"].to_list())}
    today = rows[_copy(0, customer_id)]
    later = np.array([rows[_copy(count, customer_id)] for count in counts])
    numbers = {}
    for name, value in facts.numbers.items():
        column = np.repeat(value, len(counts))
        if name in made.numbers:
            before, after = made.numbers[name][today], made.numbers[name][later]
            changed = ~((after == before) | (np.isnan(after) & np.isnan(before)))
            column[changed] = after[changed]
        numbers[name] = column
    texts = {name: np.repeat(value, len(counts)) for name, value in facts.texts.items()}
    owed = overdue["open_cents"].cum_sum().to_list()
    amounts = tuple(owed[count - 1] / 100 for count in counts)
    return Payments(counts, amounts, FactColumns(len(counts), numbers, texts), overdue.height)


def _family_and_overdue(tables: TableSet, as_of: date, customer_id: str) -> tuple[list[str], pl.DataFrame]:
    """The members of the customer's group, and its overdue invoices, oldest first."""
    with engine_session(Engine.POLARS) as session:
        known = known_by(tables, as_of, session)
        groups = session.collect(group_of(known))
        invoices = session.collect(invoice_facts(known)).filter(pl.col("customer_id") == customer_id)
    own = groups.filter(pl.col("customer_id") == customer_id)[GROUP].to_list()
    members = groups.filter(pl.col(GROUP).is_in(own))["customer_id"].sort().to_list()
    overdue = invoices.filter("is_overdue").sort("due_age", "invoice_id", descending=[True, False])
    open_share = pl.col("open_cents") / pl.col("amount_cents")
    return members, overdue.select("invoice_id", "open_cents", open_share.alias("open_share"))


def _counts(overdue: int) -> tuple[int, ...]:
    """
    >>> _counts(3), _counts(100)[18:]
    ((1, 2, 3), (19, 20, 25, 32, 40, 50, 63, 79, 99, 100))
    """
    found = list(range(1, min(overdue, MOST_ONE_BY_ONE) + 1))
    while found[-1] < overdue:
        found.append(min(ceil(found[-1] * 1.25), overdue))
    return tuple(found)


def _copy(count: int, identity: str) -> str:
    return f"{count}|{identity}"


def _copies(
    tables: TableSet, members: list[str], overdue: pl.DataFrame, counts: tuple[int, ...], day: date
) -> TableSet:
    """The group once for each scenario, under names of their own, each with its payments."""
    frames: dict[str, pl.DataFrame] = {}
    for name, contract in CONTRACTS.items():
        if "customer_id" not in contract.column_names:
            frames[name] = tables[name].collect()
            continue
        own = tables[name].filter(pl.col("customer_id").is_in(members)).collect()
        ids = [c for c in contract.column_names if c.endswith("_id")]
        frames[name] = pl.concat(
            own.with_columns(pl.concat_str(pl.lit(f"{count}|"), pl.col(c)).alias(c) for c in ids) for count in counts
        )
    paid = [_payments(frames["invoices"], overdue.head(count), count, day) for count in counts if count]
    frames["payments"] = pl.concat([frames["payments"], *paid])
    return tables_in_memory(frames, reporting_currency=tables.reporting_currency)


def _payments(invoices: pl.DataFrame, overdue: pl.DataFrame, count: int, day: date) -> pl.DataFrame:
    """Cash for what is open, in the currency of the invoice."""
    paying = overdue.with_columns(invoice_id=pl.concat_str(pl.lit(f"{count}|"), pl.col("invoice_id")))
    due = paying.join(invoices, on="invoice_id", how="inner")
    open_cents = (pl.col("amount_cents") * pl.col("open_share")).round().cast(pl.Int64)
    today = pl.lit(day_number(day), pl.Int32)
    return due.select(
        payment_id=pl.concat_str(pl.lit("what-if|"), pl.col("invoice_id")),
        invoice_id="invoice_id",
        customer_id="customer_id",
        paid_on=today,
        amount_cents=open_cents,
        currency="currency",
        kind=pl.lit(PaymentKind.CASH.value),
        known_at=today,
    ).cast(memory_schema(CONTRACTS["payments"]))  # type: ignore[arg-type]  # polars accepts a mapping of names to types
