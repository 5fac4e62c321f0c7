"""How much of the attainable Gini an observer reaches who knows every law of the generator and sees what we see.

python benchmarks/best_observer.py                    a quarter of the customers, seed 1
python benchmarks/best_observer.py --seed 7 --share 1

A Bayesian filter, month by month, over a grid of steady strain, moving strain and habit of payment. It sees the day of
every payment (an open invoice says: later than today), parts, disputes, every signal and its absence, the newest
statement, and that the customer still trades. It is told all constants of the generator, and of each customer its size,
its weekday of payment, the scatter of its payments and whether it is one of the slow payers; and the statement is taken
to speak of the last month of its period. Orders, volumes and other customers it does not use. It is asked about those
who belong to no group and have neither left nor stopped paying.
"""

import argparse
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from model_quality import expected_gini
from scipy.interpolate import RegularGridInterpolator
from scipy.special import expit, ndtr, ndtri

from riskengine.synthetic import truth as truth_grid
from riskengine.synthetic.economy import INDUSTRIES, PERSISTENCE
from riskengine.synthetic.firms import NO_RUN, STEADY_STRAIN, Firms, draw_firms
from riskengine.synthetic.groups import draw_groups
from riskengine.synthetic.ledger_shape import lateness_noise, own_lateness
from riskengine.synthetic.paying import LATEST, ON_THE_DAY, strain_delay
from riskengine.synthetic.places import COUNTRIES, LEGAL_FORMS
from riskengine.synthetic.portfolio import BLOCK, build_world, generate_block
from riskengine.synthetic.quality import FIRST_MONTHS_SAFE, MOVING_SPREAD, intensity, simulate_quality
from riskengine.synthetic.signal_kinds import HABITS
from riskengine.synthetic.signals import UNWATCHED
from riskengine.synthetic.streams import Floats, Ints, Stream, stream
from riskengine.synthetic.window import PAST_MONTHS, Window
from riskengine.terms.days import day_number

END, AS_OF = date(2025, 12, 31), date(2024, 12, 31)
STATEMENT_SPREAD = 0.236  # of strain told by all ratios of one statement whose lasting differences nobody knows
STEADY, MOVING = np.arange(-40, 37, 2) / 10, np.arange(-25, 41) / 10
STRAIN = np.arange(-65, 77) / 10
AT = np.rint((STEADY[:, None] + MOVING) * 10).astype(np.int64) + 65  # place of their sum in STRAIN
USUAL = own_lateness(ndtri((np.arange(7) + 0.5) / 7))
_SCORES = np.linspace(-6, 6, 2001)
_NOISE = lateness_noise(_SCORES) + 1e-9 * _SCORES  # strictly rising, so that it can be inverted


@dataclass(frozen=True, slots=True)
class Seen:
    """One entry per invoice due by the day: row of its customer, hidden month it was due in, day it was due, day of its
    first cash (0 if none), whether paid in parts, whether that could be, whether disputed."""

    customer: Ints
    month: Ints
    due: Ints
    paid: Ints
    parts: Ints
    could_part: Ints
    disputed: Ints


def main() -> None:
    parser = argparse.ArgumentParser(description="What the best observer reaches of the attainable Gini.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--share", type=float, default=0.25, help="of the customers")
    arguments = parser.parse_args()
    window = Window(60, END)
    world = build_world(BLOCK, window, arguments.seed)
    block = generate_block(world, 1)
    groups = draw_groups(stream(arguments.seed, 1, Stream.GROUPS), BLOCK)
    firms = draw_firms(stream(arguments.seed, 1, Stream.FIRMS), BLOCK, groups, window)
    hidden = simulate_quality(stream(arguments.seed, 1, Stream.QUALITY), firms, groups, world.economy, window)
    true_pd = _true_pd(block.truth["pd"])
    asked = (groups.group < 0) & (true_pd > 0) & (true_pd < 1)
    asked &= np.random.default_rng(3).random(BLOCK) < arguments.share
    tables = {name: frame.filter(pl.col("known_at") <= day_number(AS_OF)) for name, frame in block.tables.items()}
    rows = np.flatnonzero(asked)
    scores = []
    for part in np.array_split(rows, -(-rows.size // 600)):
        belief = _filter(
            part,
            tables,
            firms,
            join_month=hidden.join_month,
            strain=hidden.strain,
            cycle=world.economy.cycle,
            window=window,
        )
        scores.append(
            _expected_pd(belief, world.pd_tables.log_odds[_month(window) - PAST_MONTHS], hidden.join_month[part])
        )
    score, pd_12m = np.concatenate(scores), true_pd[rows]
    share = expected_gini(score, pd_12m) / expected_gini(pd_12m, pd_12m)
    print(
        f"{rows.size:,} customers: {share:.1%} of the Gini of the true PD; "
        f"mean {score.mean():.2%}, true {pd_12m.mean():.2%}"
    )


def _month(window: Window) -> int:
    return int(window.month_index(np.array([day_number(AS_OF)]))[0])


def _true_pd(frame: pl.DataFrame) -> Floats:
    known = frame.filter(pl.col("as_of") == AS_OF)
    pd_12m = np.full(BLOCK, np.nan)
    pd_12m[_row(known)] = known["pd_12m"].to_numpy()
    return pd_12m


def _row(frame: pl.DataFrame) -> Ints:
    return frame["customer_id"].str.extract(r"(\d+)$").cast(pl.Int64).to_numpy() - 1


def _filter(
    rows: Ints,
    tables: dict[str, pl.DataFrame],
    firms: Firms,
    *,
    join_month: Ints,
    strain: Floats,
    cycle: Floats,
    window: Window,
) -> Floats:
    """Belief about steady and moving strain on the day, shape (rows, steady, moving)."""
    place = np.full(BLOCK, -1)
    place[rows] = np.arange(rows.size)
    seen, signals = _seen(tables, place, window), _signals(tables["signals"], place, window)
    told_month, told = _told(tables["financials"], place, strain, window)
    prior = _prior(rows, firms)[:, None] * np.full((USUAL.size, 1, 1), 1 / USUAL.size)
    prior = (prior / prior.sum((1, 2, 3), keepdims=True)).astype(np.float32)
    step = np.exp(
        -0.5 * ((MOVING - PERSISTENCE * MOVING[:, None]) / (MOVING_SPREAD * np.sqrt(1 - PERSISTENCE**2))) ** 2
    )
    step = (step / step.sum(1, keepdims=True)).astype(np.float32)
    belief, today = prior, _month(window)
    for month in range(PAST_MONTHS, today + 1):
        level = STRAIN + cycle[month]
        log = np.zeros((rows.size, USUAL.size, STRAIN.size))
        due = np.flatnonzero(seen.month == month)
        for habit, usual in enumerate(USUAL):
            np.add.at(
                log[:, habit],
                seen.customer[due],
                _of_invoices(due, seen, firms, rows, usual=usual, level=level, month=month, window=window),
            )
        log += np.log1p(-np.minimum(intensity(level), 1 - 1e-9))
        log += _of_signals(signals, month, today, level)[:, None]
        now = told_month == month
        log[now] -= 0.5 * ((told[now, None] - level) / STATEMENT_SPREAD)[:, None] ** 2
        seen_now = np.exp(log - log.max((1, 2), keepdims=True)).astype(np.float32)
        moved = (belief @ step) * seen_now[:, :, AT]
        moved /= moved.sum((1, 2, 3), keepdims=True)
        belief = np.where((join_month[rows] <= month)[:, None, None, None], moved, prior)
    return np.asarray(belief.sum(1))


def _prior(rows: Ints, firms: Firms) -> Floats:
    """What industry, country, legal form, size and age say before anything is seen, shape (rows, steady, moving)."""
    age = (day_number(END) - firms.registered[rows]) / 365.25 - 5
    mean = -0.15 * firms.size[rows] + 0.35 * np.exp(-np.maximum(age, 0) / 4)
    mean += np.array([i.strain for i in INDUSTRIES])[firms.industry[rows]]
    mean += np.array([c.strain for c in COUNTRIES])[firms.country[rows]]
    mean += np.array([f.strain for f in LEGAL_FORMS])[firms.legal_form[rows]]
    slow = firms.slow_payer[rows]
    mean, spread = np.where(slow, -2.6 + 0.3 * mean, mean), STEADY_STRAIN * np.where(slow, 0.3, 1.0)
    steady = np.exp(-0.5 * ((STEADY - mean[:, None]) / spread[:, None]) ** 2)
    return np.asarray(steady[:, :, None] * np.exp(-0.5 * (MOVING / MOVING_SPREAD) ** 2))


def _seen(tables: dict[str, pl.DataFrame], place: Ints, window: Window) -> Seen:
    today = day_number(AS_OF)
    cash = tables["payments"].filter(pl.col("kind") == "cash").group_by("invoice_id")
    paid = cash.agg(paid=pl.col("paid_on").cast(pl.Int64).min(), legs=pl.len())
    invoices = (
        tables["invoices"].join(paid, on="invoice_id", how="left").filter(pl.col("due_on").cast(pl.Int64) < today)
    )
    invoices = invoices.filter(pl.Series(place[_row(invoices)] >= 0))
    due = invoices["due_on"].cast(pl.Int64).to_numpy()
    disputed = (pl.col("disputed") & (pl.col("disputed_on").cast(pl.Int64) <= today)).fill_null(value=False)
    return Seen(
        place[_row(invoices)],
        window.month_index(due),
        due,
        invoices["paid"].fill_null(0).to_numpy(),
        (invoices["legs"].fill_null(0) > 1).to_numpy(),
        ((invoices["amount_cents"] > 150_000) & invoices["paid"].is_not_null()).to_numpy(),
        invoices.select(disputed).to_series().to_numpy(),
    )


def _of_invoices(
    due: Ints, seen: Seen, firms: Firms, rows: Ints, *, usual: float, level: Floats, month: int, window: Window
) -> Floats:
    """Log-likelihood of what became of some invoices of a month, shape (invoices, strain); as `paying` draws it."""
    who = rows[seen.customer[due]]
    year_end = {11: 0.8, 1: 1.2}.get(int(window.calendar_months()[month]), 0.0)
    habit = np.where(firms.slow_payer[who], firms.usual_lateness[who], usual)[:, None]
    centre, scale = habit + strain_delay(level) + year_end, firms.lateness_noise[who][:, None]

    def below(days: Floats) -> Floats:
        free = ndtr(np.interp((days - centre) / scale, _NOISE, _SCORES))
        on_the_day = low + (1 - ON_THE_DAY) * (free - low) + np.where(days >= 0, ON_THE_DAY * (high - low), 0.0)
        return np.asarray(np.where(np.abs(days) < 3, on_the_day, free))

    low, high = (ndtr(np.interp((edge - centre) / scale, _NOISE, _SCORES)) for edge in (-3.0, 3.0))
    is_paid = (seen.paid[due] > 0)[:, None]
    day = np.where(seen.paid[due] > 0, seen.paid[due], day_number(AS_OF))
    late, weekday, runs = day - seen.due[due], (day + 3) % 7, firms.run_weekday[who] != NO_RUN
    before, after = np.where(runs, 3, weekday == 0)[:, None], np.where(runs, 3, weekday == 4)[:, None]
    latest = LATEST - 13
    held = np.minimum(late, latest)[:, None]
    chance = below(late[:, None] + after + 0.5) - below(late[:, None] - before - 0.5)
    chance = np.where((late >= latest)[:, None], 1 - below(held - 4.0), chance)
    chance = np.where(is_paid, chance, 1 - below(held - before + 0.5))
    chance = 0.985 * np.maximum(chance, 0) + 0.015 * 0.01  # now and then something else decides the day
    dispute, part = 0.018 + 0.035 * expit(2.0 * (level - 1.8)), 0.010 + 0.38 * expit(3.0 * (level - 1.8))
    disputed, parts, could = (flags[due][:, None] for flags in (seen.disputed, seen.parts, seen.could_part))
    log = np.where(disputed, np.log(dispute), np.log(chance) + np.log1p(-dispute))
    return np.asarray(log + np.where(parts, np.log(part), np.where(could, np.log1p(-part), 0.0)))


def _signals(signals: pl.DataFrame, place: Ints, window: Window) -> dict[str, Floats]:
    """Per kind: how many signals each customer has in each hidden month."""
    counts = {}
    for kind in HABITS:
        events = signals.filter(pl.col("kind") == kind.kind.value)
        rows, months = place[_row(events)], window.month_index(events["occurred_on"].cast(pl.Int64).to_numpy())
        counts[kind.kind.value] = np.zeros((int(place.max()) + 1, window.hidden_months))
        np.add.at(counts[kind.kind.value], (rows[rows >= 0], months[rows >= 0]), 1)
    return counts


def _of_signals(counts: dict[str, Floats], month: int, today: int, level: Floats) -> Floats:
    """Log-likelihood of the signals that trail the strain of a month, shape (customers, strain)."""
    log = np.zeros((len(next(iter(counts.values()))), level.size))
    for kind in HABITS:
        if month + kind.lag <= today:
            rate = kind.sound * np.exp(kind.slope * np.clip(level, -3, 4)) * (1 - kind.missing) / 12
            rate *= 1 if kind.source.startswith("own ") else 1 - UNWATCHED
            log += counts[kind.kind.value][:, month + kind.lag, None] * np.log(rate) - rate
    return log


def _told(statements: pl.DataFrame, place: Ints, strain: Floats, window: Window) -> tuple[Ints, Floats]:
    """Per customer the month of the newest statement (-1: none) and the strain its ratios tell."""
    newest = statements.group_by("customer_id").agg(pl.col("period_end").cast(pl.Int64).max()).sort("customer_id")
    rows = _row(newest)
    newest, rows = newest.filter(pl.Series(place[rows] >= 0)), rows[place[rows] >= 0]
    months = window.month_index(newest["period_end"].to_numpy())
    month, told = np.full(int(place.max()) + 1, -1), np.zeros(int(place.max()) + 1)
    month[place[rows]] = months
    noise = np.random.default_rng(5).standard_normal(BLOCK)[rows]
    told[place[rows]] = strain[rows, months] + STATEMENT_SPREAD * noise
    return month, told


def _expected_pd(belief: Floats, log_odds: Floats, join_month: Ints) -> Floats:
    """Mean of the true PD over what is believed. `log_odds`: (months still safe, steady, moving) of the month."""
    today = _month(Window(60, END))
    safe = np.where(join_month > 0, np.clip(join_month + FIRST_MONTHS_SAFE - today - 1, 0, FIRST_MONTHS_SAFE), 0)
    points = np.stack(np.meshgrid(STEADY, MOVING, indexing="ij"), axis=-1)
    score = np.empty(len(belief))
    for months in np.unique(safe):
        at = RegularGridInterpolator((truth_grid._STEADY, truth_grid._MOVING), log_odds[months])
        score[safe == months] = (belief[safe == months] * expit(at(points))).sum((1, 2))
    return score


if __name__ == "__main__":
    main()
