"""How every customer stands with what was allowed, and who it is: each by its latest word."""

import json
from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from pydantic_core import to_json
from sqlalchemy import Connection, Row, select

from riskengine.decision.order_standing import OrderStanding
from riskengine.early_warning.step import Profile
from riskengine.records.rows import portions, put
from riskengine.records.schema import PROFILES, STANDING

_NAMES = sorted(each.name for each in fields(OrderStanding))
_values = attrgetter(*_NAMES)


def write(connection: Connection, standing: Iterable[OrderStanding]) -> None:
    put(connection, STANDING, (_row(one) for one in standing))


def standing_of(connection: Connection, customer_id: str) -> OrderStanding | None:
    """How one customer stands; None for one who was never rated."""
    content = connection.scalar(select(STANDING.c.content).where(STANDING.c.customer_id == customer_id))
    return None if content is None else standing_from(content)


def read(connection: Connection, *, customer_ids: Iterable[str] | None = None) -> dict[str, OrderStanding]:
    """By customer; of some, or of all."""
    found = (standing_from(row.content) for row in _rows(connection, customer_ids))
    return {one.customer_id: one for one in found}


def customer_ids(connection: Connection) -> list[str]:
    """Every customer of whom there is a standing, sorted."""
    return list(connection.scalars(select(STANDING.c.customer_id).order_by(STANDING.c.customer_id)))


def standing_text(one: OrderStanding) -> str:
    """As `json_text` writes it. Everybody's is written every day, so it is written by what does it soonest."""
    said = dict(zip(_NAMES, _values(one), strict=True))
    said["open_orders"] = dict(sorted(one.open_orders.items()))
    return to_json(said).decode("utf-8")


def standing_from(text: str) -> OrderStanding:
    """The standing that `standing_text` was made from."""
    said: dict[str, Any] = json.loads(text)
    said["rated_on"] = date.fromisoformat(said["rated_on"])
    said["open_orders"] = MappingProxyType(said["open_orders"])
    return OrderStanding(**said)


def write_profiles(connection: Connection, profiles: Iterable[Profile]) -> None:
    put(connection, PROFILES, map(_profile_row, profiles))


def profiles(connection: Connection, customer_ids: Iterable[str]) -> dict[str, Profile]:
    found = {}
    for some in portions(customer_ids):
        for row in connection.execute(select(PROFILES).where(PROFILES.c.customer_id.in_(some))):
            found[row.customer_id] = Profile(**row._asdict())
    return found


def _profile_row(one: Profile) -> dict[str, object]:
    return {
        "customer_id": one.customer_id,
        "name": one.name,
        "industry": one.industry,
        "sales_team": one.sales_team,
        "pd_12m": one.pd_12m,
    }


def _row(one: OrderStanding) -> dict[str, object]:
    return {
        "customer_id": one.customer_id,
        "rated_on": one.rated_on,
        "limit_cents": one.limit_cents,
        "exposure_cents": one.exposure_cents,
        "frozen": one.frozen,
        "content": standing_text(one),
    }


def _rows(connection: Connection, customer_ids: Iterable[str] | None) -> Iterable[Row[tuple[str]]]:
    asked = select(STANDING.c.content).order_by(STANDING.c.customer_id)
    if customer_ids is None:
        return connection.execute(asked)
    return [
        row
        for some in portions(customer_ids)
        for row in connection.execute(asked.where(STANDING.c.customer_id.in_(some)))
    ]
