"""How invoices are paid: on the customer's own habit, later under strain, in parts, after disputes, or never."""

from dataclasses import dataclass

import numpy as np

from riskengine.synthetic.firms import NO_RUN
from riskengine.synthetic.invoicing import Invoices
from riskengine.synthetic.ledger_shape import lateness_noise
from riskengine.synthetic.population import Population
from riskengine.synthetic.quality import NEVER, Hidden
from riskengine.synthetic.streams import Flags, Floats, Ints

LATEST = 82  # days beyond terms a customer who still pays may reach: 90 means default
ON_THE_DAY = (
    0.40  # of payments within two days of the due day, those a calendar makes on that day; fitted to the ledger
)
_STRAIN_SLOPE = 2.9  # days per unit: a liquid customer pays a little earlier than it used to
_STRAIN_DAYS = 0.004  # days of delay that strain 0 adds
_STRAIN_RISE = 4.4
_STRAIN_MOST = 66.0
KINDS = ("cash", "credit_note", "write_off")
CASH, CREDIT_NOTE, WRITE_OFF = range(3)
DISPUTE_REASONS = ("quality", "quantity", "price", "delivery", "paperwork")


@dataclass(frozen=True, slots=True)
class Disputes:
    """Per invoice: whether disputed, from when to when, and why."""

    disputed: Flags
    opened: Ints
    closed: Ints
    reason: Ints


@dataclass(frozen=True, slots=True)
class Legs:
    """One entry per payment: row of the invoice, day, cents, kind."""

    invoice: Ints
    day: Ints
    cents: Ints
    kind: Ints


def strain_delay(strain: Floats) -> Floats:
    """Days of delay that come from strain: next to nothing when sound, a month and more in trouble."""
    raw = _STRAIN_DAYS * np.exp(np.minimum(_STRAIN_RISE * strain, 20.0))
    return _STRAIN_SLOPE * np.clip(strain, -2.5, 2.5) - _STRAIN_MOST * np.expm1(-raw / _STRAIN_MOST)


def strain_when_due(invoices: Invoices, population: Population) -> Floats:
    """The customer's strain in the month each invoice is due."""
    return np.asarray(population.hidden.strain[invoices.customer, population.window.month_index(invoices.due)])


def draw_disputes(rng: np.random.Generator, invoices: Invoices, population: Population) -> Disputes:
    """Most disputes are of the seller's own making; strain adds to them."""
    strain = strain_when_due(invoices, population)
    share = 0.018 + 0.035 / (1 + np.exp(-2.0 * (strain - 1.8)))
    disputed = (rng.random(invoices.count) < share) & ~invoices.last
    terms = invoices.due - invoices.issued
    opened = invoices.issued + 2 + (rng.random(invoices.count) * (terms + 4)).astype(np.int64)
    closed = opened + 4 + np.minimum(rng.exponential(9.0, invoices.count), 90).astype(np.int64)
    closed = np.maximum(np.minimum(closed, invoices.due + 65), opened + 1)
    return Disputes(disputed, opened, closed, rng.integers(0, len(DISPUTE_REASONS), invoices.count))


def settle(rng: np.random.Generator, invoices: Invoices, disputes: Disputes, population: Population) -> Legs:
    """All payments of a block, those that would come after the customer stopped left out."""
    day = _paid_day(rng, invoices, disputes, population)
    strain = strain_when_due(invoices, population)
    noted = _credit_noted(rng, invoices, disputes)
    cash = invoices.cents - noted
    in_parts = (rng.random(invoices.count) < 0.010 + 0.38 / (1 + np.exp(-3.0 * (strain - 1.8)))) & (cash > 100_000)
    first = np.where(in_parts, np.rint(cash * rng.uniform(0.25, 0.75, invoices.count)).astype(np.int64), cash)
    rest_day = np.minimum(day + 3 + rng.exponential(7.0, invoices.count).astype(np.int64), invoices.due + LATEST + 3)
    rest_day = np.maximum(rest_day, day + 1)
    note_day = np.where(disputes.disputed, disputes.closed, invoices.issued + rng.integers(3, 25, invoices.count))
    note_day = np.minimum(note_day, np.maximum(day, invoices.issued + 1))
    legs = _joined(
        _legs(cash > 0, day, first, CASH),
        _legs(in_parts, rest_day, cash - first, CASH),
        _legs(noted > 0, note_day, noted, CREDIT_NOTE),
    )
    return _stopped(legs, invoices, population.hidden)


def _paid_day(rng: np.random.Generator, invoices: Invoices, disputes: Disputes, population: Population) -> Ints:
    firms, window = population.firms, population.window
    who = invoices.customer
    late = firms.usual_lateness[who] + strain_delay(strain_when_due(invoices, population))
    late += firms.lateness_noise[who] * lateness_noise(rng.standard_normal(who.size))
    month = window.calendar_months()[window.month_index(invoices.due)]
    late += np.where(month == 11, 0.8, np.where(month == 1, 1.2, 0.0))  # year-end cash and the new year holiday
    late = np.where((np.abs(late) < 3) & (rng.random(who.size) < ON_THE_DAY), 0.0, late)
    day = invoices.due + np.rint(late).astype(np.int64)
    day = _on_payment_run(day, firms.run_weekday[who])
    after_dispute = disputes.closed + rng.integers(0, 12, who.size)
    day = np.where(disputes.disputed, np.maximum(day, after_dispute), day)
    day = np.minimum(day, invoices.due + LATEST - rng.integers(0, 12, who.size))
    return np.asarray(np.maximum(day, invoices.issued + 1))


def _on_payment_run(day: Ints, run: Ints) -> Ints:
    """Move to the nearest day of the customer's weekly run; without one, off the weekend to the nearest workday."""
    weekday = (day + 3) % 7
    to_run = (run - weekday + 3) % 7 - 3
    off_weekend = np.where(weekday == 5, -1, np.where(weekday == 6, 1, 0))
    return np.asarray(day + np.where(run == NO_RUN, off_weekend, to_run))


def _credit_noted(rng: np.random.Generator, invoices: Invoices, disputes: Disputes) -> Ints:
    """Cents credited: half of the disputes end so, and a few invoices without one (returns, bonuses)."""
    chance = np.where(disputes.disputed, 0.5, 0.022)
    noted = (rng.random(invoices.count) < chance) & ~invoices.last
    share = np.where(rng.random(invoices.count) < 0.08, 1.0, rng.uniform(0.02, 0.35, invoices.count))
    return np.where(noted, np.rint(invoices.cents * share).astype(np.int64), 0)


def _legs(kept: Flags, day: Ints, cents: Ints, kind: int) -> Legs:
    rows = np.flatnonzero(kept)
    return Legs(rows, day[rows], cents[rows], np.full(rows.size, kind, dtype=np.int64))


def _joined(*parts: Legs) -> Legs:
    return Legs(
        np.concatenate([p.invoice for p in parts]),
        np.concatenate([p.day for p in parts]),
        np.concatenate([p.cents for p in parts]),
        np.concatenate([p.kind for p in parts]),
    )


def _stopped(legs: Legs, invoices: Invoices, hidden: Hidden) -> Legs:
    """Nothing is paid after the stop; what fell due before the invoice that ends in default was paid by then."""
    who = invoices.customer[legs.invoice]
    stop = hidden.stop_day[who]
    first_unpaid = np.where(hidden.sudden[who], stop - LATEST, hidden.default_day[who] - 90)
    failed = stop < NEVER
    caught_up = failed & (invoices.due[legs.invoice] < first_unpaid)
    day = np.where(caught_up, np.minimum(legs.day, np.maximum(stop, invoices.issued[legs.invoice] + 1)), legs.day)
    kept = (~failed | (day <= stop)) & ~invoices.last[legs.invoice]
    return Legs(legs.invoice[kept], day[kept], legs.cents[kept], legs.kind[kept])


def recover(rng: np.random.Generator, invoices: Invoices, legs: Legs, hidden: Hidden) -> Legs:
    """What is collected after default, and the write-off of the rest much later."""
    settled = np.bincount(legs.invoice, legs.cents, minlength=invoices.count).astype(np.int64)
    open_rows = np.flatnonzero((hidden.stop_day[invoices.customer] < NEVER) & (settled < invoices.cents))
    who = invoices.customer[open_rows]
    customers = hidden.stop_day.size
    share = np.where(rng.random(customers) < 0.35, rng.beta(1.2, 1.8, customers), 0.0)
    collected_on = hidden.default_day + rng.integers(30, 360, customers)
    written_on = hidden.default_day + rng.integers(200, 540, customers)
    writes_off = rng.random(customers) < 0.8
    left = invoices.cents[open_rows] - settled[open_rows]
    collected = np.floor(left * share[who]).astype(np.int64)
    cash = np.flatnonzero(collected > 0)
    gone = np.flatnonzero(writes_off[who] & (left > collected))
    return _joined(
        legs,
        Legs(open_rows[cash], collected_on[who[cash]], collected[cash], np.full(cash.size, CASH)),
        Legs(
            open_rows[gone],
            np.maximum(written_on, collected_on + 1)[who[gone]],
            (left - collected)[gone],
            np.full(gone.size, WRITE_OFF),
        ),
    )
