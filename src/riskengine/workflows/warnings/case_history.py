"""What is to be told of a customer beside its case: what was owed, what happened, where it belongs."""

from collections.abc import Iterable
from datetime import date

import polars as pl

from riskengine.features.build import build_features
from riskengine.features.engines import Engine, engine_session
from riskengine.features.invoice_facts import invoice_facts
from riskengine.features.known import known_by
from riskengine.portfolio.overdue_path import month_ends
from riskengine.reports.cases.view import HISTORY_SCHEMA, Happening, LateInvoice
from riskengine.tables.events.forms import EventKind
from riskengine.tables.events.history import events_of_rows
from riskengine.tables.events.unfolding import unfolded
from riskengine.tables.store import TableSet
from riskengine.terms.days import day_number, day_of

MONTHS, DAYS, MOST_HAPPENINGS = 12, 365, 100
WEEK = 7  # days late up to which a payment is no news
_DAY_OF = {
    "invoices": "issued_on",
    "payments": "paid_on",
    "orders": "ordered_on",
    "financials": "published_on",
    "signals": "occurred_on",
    "changes": "changed_on",
}
_COLUMNS = {
    "open": "pay_open_amount",
    "overdue": "pay_overdue_amount",
    "dpd": "pay_dpd_max",
    "exposure": "cus_exposure",
    "limit": "cus_current_limit",
}
_OF_ORDERS = ("ord_", "cus_", "evt_", "order_")  # facts of which orders are the story


def months_of(own: TableSet, customer_id: str, as_of: date) -> pl.DataFrame:
    """Columns of HISTORY_SCHEMA at the ends of the last months, by what was known then. `own`: the customer's rows."""
    rows = [pl.DataFrame(schema=HISTORY_SCHEMA)]
    for day in month_ends(as_of, MONTHS):
        if _is_known(own, customer_id, day):
            built = build_features(own, day).filter(pl.col("customer_id") == customer_id)
            chosen = built.select(**_COLUMNS).with_columns(pl.col("open", "overdue", "dpd").fill_null(0.0))
            rows.append(chosen.select(pl.lit(day).alias("day"), *_COLUMNS))
    return pl.concat(rows)


def late_invoices(own: TableSet, customer_id: str, as_of: date) -> tuple[LateInvoice, ...]:
    """Past due and not disputed on a day, the oldest first."""
    with engine_session(Engine.POLARS) as session:
        facts = session.collect(invoice_facts(known_by(own, as_of, session)))
    late = facts.filter((pl.col("customer_id") == customer_id) & pl.col("is_overdue"))
    ordered = late.sort("due_age", "invoice_id", descending=[True, False])
    rows = ordered.select("invoice_id", "due_age", "open_cents").iter_rows()
    return tuple(
        LateInvoice(invoice, day_of(day_number(as_of) - age), age, cents / 100) for invoice, age, cents in rows
    )


def happenings(own: TableSet, customer_id: str, as_of: date, asked: Iterable[str]) -> tuple[Happening, ...]:
    """What happened in the last year that tells of the customer, the newest first: payments more than a week late,
    signals, promises, disputes, statements, changes of limit and cover; orders where the facts `asked` for are about
    them.
    """
    day, tables = day_number(as_of), unfolded(own)
    with_orders = any(name.startswith(_OF_ORDERS) for name in asked)
    due = dict(tables["invoices"].select("invoice_id", "due_on").collect().iter_rows())
    found = []
    for table, column in _DAY_OF.items():
        theirs = (pl.col("customer_id") == customer_id) & (pl.col("known_at") <= day)
        recent = (pl.col(column) <= day) & (pl.col(column) > day - DAYS)
        rows = tables[table].filter(theirs & recent).collect()
        for event in events_of_rows(table, rows):
            on = event.row[column]
            late = None
            if table == "payments" and isinstance(on, int):
                late = on - due[event.row["invoice_id"]] if event.row["invoice_id"] in due else None
            if isinstance(on, int) and _tells(event.kind, late, with_orders=with_orders):
                found.append((on, event.id, Happening(day_of(on), event, late)))
    found.sort(key=lambda one: (-one[0], one[1]))
    return tuple(one for _, _, one in found[:MOST_HAPPENINGS])


def parents_of(tables: TableSet, customer_id: str, as_of: date) -> tuple[str, ...]:
    """Names of the parents from the top of the group down, without the customer; a circle is cut where it closes."""
    known = tables["customers"].filter(pl.col("known_at") <= day_number(as_of)).sort("known_at")
    newest = known.group_by("customer_id").agg(pl.col("parent_id", "name").last()).collect()
    parents = {customer: (parent, name) for customer, parent, name in newest.iter_rows()}
    path: list[str] = []
    seen = {customer_id}
    parent = parents.get(customer_id, (None, None))[0]
    while parent is not None and parent not in seen:
        seen.add(parent)
        path.append(_called(parent, parents.get(parent, (None, None))[1]))
        parent = parents.get(parent, (None, None))[0]
    return tuple(reversed(path))


def _called(customer_id: str, name: str | None) -> str:
    return f"{name} ({customer_id})" if name else customer_id


def _tells(kind: EventKind, days_late: int | None, *, with_orders: bool) -> bool:
    match kind:
        case EventKind.INVOICE_POSTED | EventKind.ORDER_CLOSED:
            return False
        case EventKind.PAYMENT:
            return days_late is None or days_late > WEEK
        case EventKind.ORDER:
            return with_orders
        case _:
            return True


def _is_known(own: TableSet, customer_id: str, day: date) -> bool:
    rows = own["customers"].filter((pl.col("customer_id") == customer_id) & (pl.col("known_at") <= day_number(day)))
    return not rows.limit(1).collect().is_empty()
