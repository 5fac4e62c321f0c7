"""What must hold within one row of a table."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import polars as pl

from riskengine.tables.contracts import CONTRACTS, Column, Kind
from riskengine.tables.reason import Reason


@dataclass(frozen=True, slots=True)
class Order:
    """`later` must not lie before `earlier`."""

    table: str
    earlier: str
    later: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Range:
    minimum: float
    maximum: float


@dataclass(frozen=True, slots=True)
class Failure:
    column: str
    reason: Reason
    mask: pl.Series


ORDERS: tuple[Order, ...] = (
    Order("invoices", "issued_on", "due_on", Reason.DUE_BEFORE_ISSUED),
    Order("invoices", "disputed_on", "dispute_closed_on", Reason.DISPUTE_CLOSED_BEFORE_OPENED),
    Order("orders", "ordered_on", "closed_on", Reason.CLOSED_BEFORE_ORDERED),
    Order("changes", "changed_on", "until", Reason.ENDS_BEFORE_IT_BEGINS),
    Order("links", "holds_from", "until", Reason.ENDS_BEFORE_IT_BEGINS),
    Order("financials", "period_end", "published_on", Reason.PUBLISHED_BEFORE_PERIOD_END),
    Order("payments", "paid_on", "known_at", Reason.KNOWN_BEFORE_EVENT),
    Order("financials", "published_on", "known_at", Reason.KNOWN_BEFORE_EVENT),
)

# Amounts of a deal are positive; of a limit or guarantee not negative; of a statement anything but these.
POSITIVE = frozenset({("invoices", "amount_cents"), ("payments", "amount_cents"), ("orders", "amount_cents")})
NOT_NEGATIVE = frozenset(
    {
        ("customers", "current_limit_cents"),
        ("customers", "guarantee_amount_cents"),
        ("customers", "insured_amount_cents"),
        ("signals", "amount_cents"),
        ("changes", "amount_cents"),
        ("financials", "total_assets_cents"),
        ("financials", "cash_cents"),
        ("financials", "receivables_cents"),
        ("financials", "inventory_cents"),
        ("financials", "current_assets_cents"),
        ("financials", "current_liabilities_cents"),
        ("financials", "total_liabilities_cents"),
    }
)
RANGES: Mapping[tuple[str, str], Range] = MappingProxyType(
    {
        ("customers", "current_terms_days"): Range(0, 3650),
        ("invoices", "terms_days"): Range(0, 3650),
        ("changes", "terms_days"): Range(0, 3650),
        ("financials", "months"): Range(1, 24),
        ("industry", "default_rate"): Range(0, 1),
        ("industry", "delay_index"): Range(0, 1e6),
        ("industry", "activity_index"): Range(0, 1e6),
        ("fx", "rate"): Range(1e-9, 1e9),
    }
)
# A due date, or the end of a credit line, may lie ahead; what has happened may not.
_AHEAD = frozenset(
    {
        ("invoices", "due_on"),
        ("changes", "changed_on"),
        ("changes", "until"),
        ("links", "holds_from"),
        ("links", "until"),
    }
)
_FROM_INVOICE = frozenset({("payments", "customer_id"), ("payments", "currency")})


def value_failures(table: str, column: Column, values: pl.Series) -> Iterator[Failure]:
    """What is wrong with the values of one column by themselves."""
    at = (table, column.name)
    if at in POSITIVE:
        yield Failure(column.name, Reason.ZERO_AMOUNT, values == 0)
    if at in POSITIVE or at in NOT_NEGATIVE:
        yield Failure(column.name, Reason.NEGATIVE_AMOUNT, values < 0)
    if at in RANGES:
        allowed = RANGES[at]
        yield Failure(column.name, Reason.OUT_OF_RANGE, (values < allowed.minimum) | (values > allowed.maximum))


def future_failures(table: str, frame: pl.DataFrame, last_day: int) -> Iterator[Failure]:
    """Events later than the day on which the data left its system."""
    contract = CONTRACTS[table]
    for column in contract.columns:
        if column.kind is Kind.DAY and (table, column.name) not in _AHEAD:
            ahead = frame[column.name] > last_day
            if column.name == "known_at":  # taken from the event's day, it would only say the same again
                ahead = ahead & (frame["known_at"] != frame[contract.known_from])
            yield Failure(column.name, Reason.FUTURE_DATE, ahead)


def order_failures(table: str, frame: pl.DataFrame) -> Iterator[Failure]:
    """Values of a row that cannot be true together."""
    for order in ORDERS:
        if order.table == table:
            yield Failure(order.later, order.reason, frame[order.later] < frame[order.earlier])
    if table == "links":
        yield Failure("other_id", Reason.LINKED_TO_ITSELF, frame["customer_id"] == frame["other_id"])


def missing_failures(table: str, frame: pl.DataFrame, excused: frozenset[str]) -> Iterator[Failure]:
    """Required columns without a value."""
    for column in CONTRACTS[table].columns:
        if column.required and column.default is None and column.name not in excused:
            absent = frame[column.name].is_null()
            if (table, column.name) in _FROM_INVOICE:  # of a payment of an unknown invoice, the invoice is the matter
                absent = absent & frame["invoice_id"].is_null()
            yield Failure(column.name, Reason.MISSING, absent)
