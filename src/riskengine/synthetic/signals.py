"""Outside events: they follow strain with a lag, reach us later still, and some are false, wrong or missing.

A signal never knows more than the hidden strain of its own month, so it may lead a default but never tells of strain
yet to come. Sudden failures have no signal before the day they happen.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from riskengine.synthetic.economy import Economy
from riskengine.synthetic.invoicing import CURRENCY, numbered
from riskengine.synthetic.ledger_shape import amounts
from riskengine.synthetic.population import Population
from riskengine.synthetic.quality import NEVER, Hidden
from riskengine.synthetic.signal_kinds import HABITS, Habit
from riskengine.synthetic.streams import Flags, Floats, Ints
from riskengine.synthetic.window import PAST_MONTHS
from riskengine.terms.codes import SignalKind, SignalSeverity

WRONG_CUSTOMER = 0.02  # share of signals booked on a namesake
UNWATCHED = 0.08  # share of customers no outside source covers
_FILES_LATER = 0.45  # share of ordinary failures that end in a filing within a year
_HARD = (SignalKind.ENFORCEMENT, SignalKind.DISHONEST_DEBTOR, SignalKind.INSOLVENCY_FILING, SignalKind.EQUITY_FROZEN)
_OWN = ("own ledger", "own collectors")


@dataclass(frozen=True, slots=True)
class _Events:
    customer: Ints
    day: Ints
    known: Ints
    amount: Floats  # units of currency, NaN where there is none
    kind: SignalKind
    source: str
    severity: Ints  # 0 low, 1 medium, 2 high


def draw_signals(rng: np.random.Generator, population: Population, economy: Economy) -> pl.DataFrame:
    firms, hidden, window = population.firms, population.hidden, population.window
    watched = rng.random(firms.count) >= UNWATCHED
    parts = [_of_habit(rng, habit, population, watched) for habit in HABITS]
    parts += [_filings(rng, hidden), _industry_delays(rng, population, economy, watched)]
    frame = pl.concat([_frame(part) for part in parts])
    wrong = rng.random(frame.height) < WRONG_CUSTOMER
    filing = frame["kind"] == SignalKind.INSOLVENCY_FILING.value
    stranger = rng.integers(0, firms.count, frame.height)
    row = np.where(wrong & ~filing.to_numpy(), stranger, frame["row"].to_numpy())
    left = np.append(window.month_starts(), [NEVER])[np.minimum(hidden.leave_month, window.hidden_months + 4)]
    left = np.where(hidden.leave_month < window.hidden_months, left, NEVER)
    frame = frame.with_columns(row=row, since=firms.since[row], left=left[row])
    frame = frame.filter(
        pl.col("known_at") <= window.end_day,
        pl.col("occurred_on") >= pl.max_horizontal("since", pl.lit(window.start_day)),
        pl.col("occurred_on") < pl.col("left"),
    ).sort("row", "occurred_on", "kind", "known_at", maintain_order=True)
    return frame.select(
        numbered("S", population.first_id, frame.height).alias("signal_id"),
        population.ids.gather(frame["row"]).alias("customer_id"),
        "kind",
        pl.col("occurred_on").cast(pl.Int32),
        "amount_cents",
        pl.when(pl.col("amount_cents").is_not_null()).then(pl.lit(CURRENCY)).alias("currency"),
        "severity",
        "source",
        pl.col("known_at").cast(pl.Int32),
    )


def _of_habit(rng: np.random.Generator, habit: Habit, population: Population, watched: Flags) -> _Events:
    firms, hidden, window = population.firms, population.hidden, population.window
    months = np.arange(PAST_MONTHS, window.hidden_months)
    strain = np.clip(hidden.strain[:, months - habit.lag], -3.0, 4.0)
    rate = habit.sound * np.exp(habit.slope * strain)
    month_of_stop = window.month_index(np.minimum(hidden.stop_day, window.end_day))
    since_stop = months[None, :] - month_of_stop[:, None]
    failed = (hidden.stop_day <= window.end_day)[:, None] & (since_stop > 0) & (since_stop <= 12)
    rate = np.where(failed, habit.failed, np.minimum(rate, 6.0))
    counts = rng.poisson(rate * (1 - habit.missing) / 12)
    if habit.source not in _OWN:
        counts *= watched[:, None]
    customer = np.repeat(np.repeat(np.arange(firms.count), months.size), counts.ravel())
    month = np.repeat(np.tile(months, firms.count), counts.ravel())
    day = window.month_starts()[month] + rng.integers(0, 28, month.size)
    known = day + rng.exponential(habit.delay, month.size).astype(np.int64)
    at_event = strain[customer, month - PAST_MONTHS]
    level = (at_event + rng.standard_normal(month.size) > 1.0).astype(np.int64) + (habit.kind in _HARD)
    purchases = firms.invoices_per_year * amounts(firms.amount_score)
    amount = habit.amount * purchases[customer] * rng.lognormal(-0.5, 1.0, month.size)
    amount = np.where(rng.random(month.size) < 0.1, np.nan, amount) if habit.amount else np.full(month.size, np.nan)
    return _Events(customer, day, known, amount, habit.kind, habit.source, np.minimum(level, 2))


def _filings(rng: np.random.Generator, hidden: Hidden) -> _Events:
    """A sudden failure is a filing on the day; others file later or never."""
    who = np.flatnonzero(hidden.stop_day < NEVER)
    files = hidden.sudden[who] | (rng.random(who.size) < _FILES_LATER)
    later = hidden.default_day[who] + rng.integers(5, 330, who.size)
    day = np.where(hidden.sudden[who], hidden.stop_day[who], later)
    known = day + rng.integers(1, 12, who.size)
    who, day, known = who[files], day[files], known[files]
    return _Events(
        who,
        day,
        known,
        np.full(who.size, np.nan),
        SignalKind.INSOLVENCY_FILING,
        "court register",
        np.full(who.size, 2),
    )


def _industry_delays(rng: np.random.Generator, population: Population, economy: Economy, watched: Flags) -> _Events:
    """An association's note that a whole industry pays late, booked on some of its customers."""
    firms, window = population.firms, population.window
    months = np.arange(PAST_MONTHS, window.hidden_months)
    alarmed = economy.factors[:, months - 1] > 1.3
    noted = alarmed[firms.industry] & watched[:, None] & (rng.random((firms.count, months.size)) < 0.04)
    customer, column = np.nonzero(noted)
    day = window.month_starts()[months[column]] + 14
    known = day + rng.integers(3, 20, day.size)
    nothing = np.full(day.size, np.nan)
    return _Events(
        customer,
        day,
        known,
        nothing,
        SignalKind.INDUSTRY_DELAY,
        "trade association",
        np.zeros(day.size, dtype=np.int64),
    )


def _frame(events: _Events) -> pl.DataFrame:
    words = np.array([s.value for s in SignalSeverity])
    return pl.DataFrame(
        {
            "row": events.customer,
            "kind": pl.repeat(events.kind.value, events.customer.size, eager=True),
            "occurred_on": events.day,
            "known_at": events.known,
            "amount_cents": pl.Series(100 * events.amount).fill_nan(None).round(0).cast(pl.Int64),
            "severity": words[events.severity],
            "source": pl.repeat(events.source, events.customer.size, eager=True),
        }
    )
