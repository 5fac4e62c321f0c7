"""Orders that must not be shipped, each once."""

import json
from collections.abc import Sequence

from sqlalchemy import Connection, select

from riskengine.early_warning.step import HeldOrder
from riskengine.records.rows import add, json_text, portions
from riskengine.records.schema import HELD_ORDERS


def append(connection: Connection, orders: Sequence[HeldOrder]) -> tuple[HeldOrder, ...]:
    """Those that were not there yet."""
    known: set[str] = set()
    for some in portions(one.event_id for one in orders):
        asked = select(HELD_ORDERS.c.event_id).where(HELD_ORDERS.c.event_id.in_(some))
        known |= set(connection.scalars(asked))
    new = tuple({one.event_id: one for one in orders if one.event_id not in known}.values())
    add(
        connection,
        HELD_ORDERS,
        [
            {
                "event_id": one.event_id,
                "customer_id": one.customer_id,
                "order_id": one.order_id,
                "day": one.day,
                "amount_cents": one.amount_cents,
                "answer": one.answer,
                "available_cents": one.available_cents,
                "reasons": json_text(one.reasons),
            }
            for one in new
        ],
    )
    return new


def read(connection: Connection, *, customer_id: str | None = None) -> tuple[HeldOrder, ...]:
    """In the order in which they were held."""
    asked = select(HELD_ORDERS).order_by(HELD_ORDERS.c.number)
    if customer_id is not None:
        asked = asked.where(HELD_ORDERS.c.customer_id == customer_id)
    return tuple(
        HeldOrder(
            event_id=row.event_id,
            customer_id=row.customer_id,
            order_id=row.order_id,
            day=row.day,
            amount_cents=row.amount_cents,
            answer=row.answer,
            available_cents=row.available_cents,
            reasons=tuple((rule, en, zh) for rule, en, zh in json.loads(row.reasons)),
        )
        for row in connection.execute(asked)
    )
