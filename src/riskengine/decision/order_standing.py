"""How a customer stands when an order comes in: what the last rating allowed, and what has been owed since."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType

from riskengine.tables.events.event import Event
from riskengine.tables.events.forms import EventKind
from riskengine.terms.errors import InputError, nearest

Rates = Mapping[str, float]  # reporting currency per unit of another one
_NO_ORDERS: Mapping[str, int] = MappingProxyType({})
_MOVES = (EventKind.INVOICE_POSTED, EventKind.PAYMENT, EventKind.ORDER, EventKind.ORDER_CLOSED)


@dataclass(frozen=True, slots=True)
class OrderStanding:
    """Amounts in cents of `currency`, that of the policy. None: not known; a limit of None is one that nobody set.

    `exposure_cents`: open invoices + open orders - cash not applied, below 0 where we owe the customer.
    `secured_cents`: what guarantees and insurance count for. `open_orders`: those of which the amount is known, all of
    them within the exposure. An order that is closed and not among them leaves the exposure as it was; it stands there
    with nothing, so that it does not count should its word come later.
    """

    customer_id: str
    rated_on: date
    currency: str
    limit_cents: int | None
    exposure_cents: int
    secured_cents: int = 0
    frozen: bool = False
    in_default: bool = False
    refer: bool = False  # the rating waits for a person
    terms_days: int | None = None  # 0: prepayment
    grade: int | None = None  # 1 best .. 9, 'D'
    overdue_cents: int | None = None  # on the day of the rating
    freeze_flag: int | None = None  # 1: an open case of the customer freezes credit; 0: none does
    severity: int | None = None  # of the worst open case: 0 none .. 3 red
    open_orders: Mapping[str, int] = field(default_factory=lambda: _NO_ORDERS)

    @property
    def available_cents(self) -> int | None:
        """Limit - exposure + secured part; below 0 when over the limit, never above 0 when frozen."""
        if self.limit_cents is None:
            return None
        room = self.limit_cents - self.exposure_cents + self.secured_cents
        return min(room, 0) if self.frozen or self.in_default else room


def after(standing: OrderStanding, event: Event, rates: Rates = MappingProxyType({})) -> OrderStanding:
    """The standing after an invoice, a payment, an order or the end of one; after any other event as it was.

    Each event counts once: whoever keeps a stream sees to it. An order of which the number is there already is the
    same order. Between ratings limits, terms and arrears stay those of the last rating. Raises InputError for an event
    of another customer, and for an amount in a currency without a rate.
    """
    if event.customer_id != standing.customer_id:
        raise InputError(f"event '{event.id}' is about {event.customer_id}, not about {standing.customer_id}")
    if event.kind not in _MOVES:
        return standing
    row = event.row
    if event.kind is EventKind.ORDER_CLOSED:
        return _without_order(standing, str(row["order_id"]))
    cents = in_cents_of(standing.currency, int(row["amount_cents"] or 0), str(row["currency"]), rates)
    if event.kind is EventKind.ORDER:
        return _with_order(standing, str(row["order_id"]), cents, is_closed=_is_closed(row["closed_on"], event))
    moved = -cents if event.kind is EventKind.PAYMENT else cents
    return replace(standing, exposure_cents=standing.exposure_cents + moved)


def in_cents_of(currency: str, cents: int, own: str, rates: Rates) -> int:
    """An amount of the currency `own` in whole cents of another one, half rounded up. Raises InputError without a rate.

    >>> in_cents_of("CNY", 10_050, "USD", {"USD": 7.1})
    71355
    """
    if own == currency:
        return cents
    if own not in rates:
        known = sorted({currency, *rates})
        raise InputError(f"there is no rate of {own} to {currency}", where="order", remedy=nearest(own, known))
    return math.floor(cents * rates[own] + 0.5)


def _is_closed(closed_on: object, event: Event) -> bool:
    return isinstance(closed_on, int) and closed_on <= event.known_at


def _with_order(standing: OrderStanding, order_id: str, cents: int, *, is_closed: bool) -> OrderStanding:
    if is_closed or order_id in standing.open_orders:
        return standing
    orders = MappingProxyType({**standing.open_orders, order_id: cents})
    return replace(standing, exposure_cents=standing.exposure_cents + cents, open_orders=orders)


def _without_order(standing: OrderStanding, order_id: str) -> OrderStanding:
    if order_id not in standing.open_orders:
        return replace(standing, open_orders=MappingProxyType({**standing.open_orders, order_id: 0}))
    left = {name: cents for name, cents in standing.open_orders.items() if name != order_id}
    exposure = standing.exposure_cents - standing.open_orders[order_id]
    return replace(standing, exposure_cents=exposure, open_orders=MappingProxyType(left))
