"""Orders and the invoices that follow them."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from riskengine.synthetic.economy import Economy
from riskengine.synthetic.firms import Firms
from riskengine.synthetic.ledger_shape import BETWEEN_CUSTOMERS, amounts
from riskengine.synthetic.places import PRODUCT_LINES
from riskengine.synthetic.population import Population
from riskengine.synthetic.quality import NEVER, Hidden
from riskengine.synthetic.streams import Flags, Floats, Ints
from riskengine.synthetic.window import PAST_MONTHS, Window

CURRENCY = "CNY"
ORDERS_RECORDED = 0.7  # share of customers whose orders are in the system
CANCELLED = 0.03
MONTHS_AHEAD = 1  # orders placed inside the window whose invoice comes after it


@dataclass(frozen=True, slots=True)
class Invoices:
    """One entry per invoice, those after the end of the window included (their orders are open at the end)."""

    customer: Ints  # row in the block
    ordered: Ints
    issued: Ints
    due: Ints
    cents: Ints
    last: Flags  # the invoice whose 90th day past due is the default
    line: Ints

    @property
    def count(self) -> int:
        return self.issued.size


def draw_invoices(rng: np.random.Generator, firms: Firms, hidden: Hidden, economy: Economy, window: Window) -> Invoices:
    """Invoices of a block, sorted by customer and day of issue."""
    expected = _expected_per_month(rng, firms, hidden, economy, window)
    counts = rng.poisson(expected)
    customer = np.repeat(np.repeat(np.arange(firms.count), counts.shape[1]), counts.ravel())
    month = np.repeat(np.tile(np.arange(counts.shape[1]), firms.count), counts.ravel())
    starts = window.month_starts()[PAST_MONTHS:]
    lengths = starts[1:] - starts[:-1]
    issued = _on_workday(starts[month] + (rng.random(month.size) * lengths[month]).astype(np.int64))
    kept = (issued >= firms.since[customer]) & (issued <= _last_issue(rng, hidden)[customer])
    customer, issued = customer[kept], issued[kept]
    last_customer, last_issued = _last_invoices(firms, hidden)
    customer = np.concatenate([customer, last_customer])
    issued = np.concatenate([issued, last_issued])
    last = np.arange(customer.size) >= customer.size - last_customer.size
    order = np.lexsort((issued, customer))
    customer, issued, last = customer[order], issued[order], last[order]
    score = firms.amount_score[customer] + np.sqrt(1 - BETWEEN_CUSTOMERS) * rng.standard_normal(customer.size)
    strained = np.maximum(hidden.strain[customer, window.month_index(issued)] - 0.8, 0.0)
    cents = np.rint(100 * amounts(score) * np.exp(-0.12 * strained)).astype(np.int64)
    lead = np.minimum(np.maximum(rng.gamma(2.0, 9.0, customer.size), 1.0), 75.0).astype(np.int64)
    return Invoices(
        customer=customer,
        ordered=np.maximum(issued - lead, np.minimum(firms.since[customer], issued)),
        issued=issued,
        due=issued + firms.terms[customer],
        cents=np.maximum(cents, 100),
        last=last,
        line=(customer + (rng.random(customer.size) < 0.2)) % len(PRODUCT_LINES),
    )


def _expected_per_month(
    rng: np.random.Generator, firms: Firms, hidden: Hidden, economy: Economy, window: Window
) -> Floats:
    """Mean number of invoices, shape (customers, months + MONTHS_AHEAD)."""
    months = np.minimum(np.arange(window.months + MONTHS_AHEAD), window.months - 1) + PAST_MONTHS
    strain = np.maximum(hidden.strain[:, months] - 0.5, 0.0)
    # Demand of its own that has nothing to do with strain: a slow wave and month to month noise.
    turn, length = rng.random((firms.count, 1)), rng.uniform(9, 40, (firms.count, 1))
    wave = 0.30 * np.sin(2 * np.pi * (turn + np.arange(months.size) / length))
    noise = 0.25 * rng.standard_normal((firms.count, months.size))
    drift = np.exp(-0.22 * strain + wave + noise - 0.055)
    expected = firms.invoices_per_year[:, None] / 12 * economy.seasons[firms.industry][:, months] * drift
    return np.where(months[None, :] < hidden.leave_month[:, None], expected, 0.0)


def _last_issue(rng: np.random.Generator, hidden: Hidden) -> Ints:
    """After a customer stops paying, deliveries go on until somebody notices; after a filing they end at once."""
    noticed = hidden.stop_day + rng.integers(10, 45, hidden.stop_day.size)
    return np.where(hidden.stop_day == NEVER, NEVER, np.where(hidden.sudden, hidden.stop_day, noticed))


def _last_invoices(firms: Firms, hidden: Hidden) -> tuple[Ints, Ints]:
    """One invoice per failed customer that falls due 90 days before the default and is never paid."""
    who = np.flatnonzero(hidden.stop_day < NEVER)
    due = np.where(hidden.sudden[who], hidden.stop_day[who] + 5, hidden.default_day[who] - 90)
    return who, np.maximum(due - firms.terms[who], firms.since[who])


def _on_workday(days: Ints) -> Ints:
    """Saturdays and Sundays move to the Friday before."""
    weekday = (days + 3) % 7  # 1970-01-01 was a Thursday
    return days - np.maximum(weekday - 4, 0)


def order_frame(rng: np.random.Generator, population: Population, invoices: Invoices, recorded: Flags) -> pl.DataFrame:
    """Orders known by the end of the window; a few are cancelled and never become an invoice."""
    window = population.window
    rows = np.flatnonzero(recorded[invoices.customer] & (invoices.ordered <= window.end_day))
    cancelled = rows[rng.random(rows.size) < CANCELLED]
    closed_early = invoices.ordered[cancelled] + rng.integers(2, 40, cancelled.size)
    every = np.concatenate([rows, cancelled])
    closed = np.concatenate([invoices.issued[rows], closed_early])
    frame = pl.DataFrame(
        {
            "order_id": numbered("O", population.first_id, every.size),
            "customer_id": population.ids.gather(invoices.customer[every]),
            "ordered_on": invoices.ordered[every].astype(np.int32),
            "amount_cents": invoices.cents[every],
            "currency": pl.repeat(CURRENCY, every.size, eager=True),
            "closed_on": closed.astype(np.int32),
            "known_at": invoices.ordered[every].astype(np.int32),
        }
    )
    return frame.with_columns(closed_on=pl.when(pl.col("closed_on") <= window.end_day).then("closed_on"))


def numbered(prefix: str, first: int, size: int) -> pl.Series:
    """Ids such as I00000000042."""
    return prefix + pl.Series(np.arange(first, first + size)).cast(pl.String).str.zfill(11)
