"""Statements: a lagged, noisy picture of the strain, published months late, some missing, some unaudited.

Everybody who hands in statements does so yearly. The larger a firm, the more likely it also makes half-year reports:
flows of six months, never audited, published sooner, on shorter forms.
"""

from dataclasses import dataclass, fields

import numpy as np
import polars as pl

from riskengine.synthetic.firms import Firms
from riskengine.synthetic.invoicing import CURRENCY
from riskengine.synthetic.ledger_shape import amounts
from riskengine.synthetic.population import Population
from riskengine.synthetic.quality import Hidden
from riskengine.synthetic.streams import Flags, Floats, Ints
from riskengine.synthetic.window import Window
from riskengine.terms.codes import AuditOpinion

PROVIDERS = 0.90  # share of customers who hand in statements at all
HALF_YEARLY = -0.6  # log-odds that a firm of middling size who hands in statements makes half-year reports too
_YEAR_END_MONTHS = np.array([11, 2, 5, 8])
_YEAR_END_SHARES = np.array([0.80, 0.08, 0.07, 0.05])
# By months of the period: soonest and latest publication, and spread of the delay, in days after its end.
_PUBLICATION = {12: (92, 22.0, 275), 6: (40, 12.0, 150)}


@dataclass(frozen=True, slots=True)
class _Periods:
    """One entry per statement: customer, hidden month of the period's end, its months, its strain, publication."""

    customer: Ints
    month: Ints
    months: Ints
    strain: Floats
    published: Ints
    known: Ints


def draw_statements(rng: np.random.Generator, population: Population) -> pl.DataFrame:
    firms, window = population.firms, population.window
    periods = _periods(rng, firms, population.hidden, window)
    body = _figures(rng, firms, periods)
    count = periods.customer.size
    audited = rng.random(count) < _logistic(0.9 + 0.5 * firms.size[periods.customer] - 0.6 * periods.strain)
    audited &= periods.months == 12
    opinion = _opinions(rng, audited, periods.strain)
    ends = window.month_starts()[periods.month + 1] - 1
    frame = pl.DataFrame(
        {
            "customer_id": population.ids.gather(periods.customer),
            "period_end": ends.astype(np.int32),
            "published_on": periods.published.astype(np.int32),
            "months": periods.months.astype(np.int32),
            "audited": audited,
            "audit_opinion": opinion,
            "currency": pl.repeat(CURRENCY, count, eager=True),
            **{name: np.rint(values * 100).astype(np.int64) for name, values in body.items()},
            "known_at": periods.known.astype(np.int32),
        }
    )
    return _with_gaps(rng, frame, audited).filter(pl.col("known_at") <= window.end_day)


def _periods(rng: np.random.Generator, firms: Firms, hidden: Hidden, window: Window) -> _Periods:
    year_end = rng.choice(_YEAR_END_MONTHS, size=firms.count, p=_YEAR_END_SHARES)
    provides = rng.random(firms.count) < PROVIDERS + 0.04 * np.clip(firms.size, -3, 3)
    halves = provides & (rng.random(firms.count) < _logistic(HALF_YEARLY + 0.7 * firms.size))
    yearly = _periods_of(rng, firms, hidden, window, provides, ends=year_end, months=12)
    half_yearly = _periods_of(rng, firms, hidden, window, halves, ends=(year_end + 6) % 12, months=6)
    both = {f.name: np.concatenate([getattr(yearly, f.name), getattr(half_yearly, f.name)]) for f in fields(_Periods)}
    order = np.lexsort((both["month"], both["customer"]))
    return _Periods(**{name: values[order] for name, values in both.items()})


def _periods_of(
    rng: np.random.Generator, firms: Firms, hidden: Hidden, window: Window, who: Flags, *, ends: Ints, months: int
) -> _Periods:
    """The periods of so many months that end in each firm's month of the year `ends`."""
    customer, month = np.nonzero((window.calendar_months()[None, :] == ends[:, None]) & who[:, None])
    kept = month >= months - 1
    customer, month = customer[kept], month[kept]
    sums = np.cumsum(hidden.strain, axis=1)
    before = np.where(month >= months, sums[customer, month - months], 0.0)
    strain = (sums[customer, month] - before) / months
    end = window.month_starts()[month + 1] - 1
    soonest, spread, latest = _PUBLICATION[months]
    late = soonest + rng.gamma(2.0, spread, month.size) + spread * np.maximum(strain, 0)
    published = end + np.minimum(late, latest).astype(np.int64)
    known = np.maximum(published, firms.since[customer]) + rng.integers(0, 21, month.size)
    missing = rng.random(month.size) < 0.05 + 0.14 * _logistic(2.0 * (strain - 1.6))
    stop = hidden.stop_day[customer]
    in_force = (published <= stop + 30) & (month <= hidden.leave_month[customer])
    in_force &= end >= firms.registered[customer] + 300
    rows = np.flatnonzero(in_force & ~missing)
    length = np.full(rows.size, months, dtype=np.int64)
    return _Periods(customer[rows], month[rows], length, strain[rows], published[rows], known[rows])


def _figures(rng: np.random.Generator, firms: Firms, periods: _Periods) -> dict[str, Floats]:
    """Figures in units of currency that add up: assets = liabilities + equity, current parts below their sum."""
    who, strain, count = periods.customer, periods.strain, periods.customer.size

    def noise(spread: float) -> Floats:
        return spread * rng.standard_normal(count)

    def lasting(spread: float) -> Floats:
        return np.asarray(spread * rng.standard_normal(firms.count)[who])

    purchases = firms.invoices_per_year * amounts(firms.amount_score) * 1.5
    revenue = np.maximum(purchases[who], 2e5) * np.exp(2.6 + np.abs(lasting(0.9)))
    revenue *= np.exp(0.0035 * (periods.month - 48) - 0.08 * strain + noise(0.05))
    assets = revenue / np.exp(0.25 + lasting(0.30) + noise(0.03))
    equity = assets * np.clip(0.40 - 0.13 * strain + lasting(0.035) + noise(0.02), -0.9, 0.93)
    liabilities = assets - equity
    current_liabilities = liabilities * np.clip(0.72 + 0.04 * strain + lasting(0.08) + noise(0.03), 0.2, 0.99)
    current_assets = assets * np.clip(0.60 - 0.05 * strain + lasting(0.05) + noise(0.025), 0.12, 0.97)
    cash = current_assets * np.clip(np.exp(-1.9 - 0.42 * strain + lasting(0.2) + noise(0.18)), 0.002, 0.7)
    receivables = (current_assets - cash) * np.clip(0.50 + 0.03 * strain + lasting(0.10) + noise(0.04), 0.1, 0.9)
    ebit = revenue * np.clip(0.052 - 0.030 * strain + lasting(0.010) + noise(0.011), -0.5, 0.4)
    interest = liabilities * 0.5 * np.clip(0.048 + 0.006 * strain + noise(0.004), 0.01, 0.15)
    before_tax = ebit - interest
    net = np.where(before_tax > 0, 0.77 * before_tax, before_tax)
    year = periods.months / 12
    return {
        "revenue_cents": year * revenue,
        "cogs_cents": year * (revenue - ebit) * np.clip(0.84 + lasting(0.06), 0.5, 0.97),
        "ebit_cents": year * ebit,
        "interest_cents": year * interest,
        "net_income_cents": year * net,
        "cash_cents": cash,
        "receivables_cents": receivables,
        "inventory_cents": (current_assets - cash - receivables) * 0.85,
        "current_assets_cents": current_assets,
        "total_assets_cents": assets,
        "current_liabilities_cents": current_liabilities,
        "total_liabilities_cents": liabilities,
        "equity_cents": equity,
        "retained_earnings_cents": equity - assets * np.clip(0.16 + lasting(0.05), 0.03, 0.4),
        "operating_cash_flow_cents": year * (net + assets * (0.03 - 0.012 * strain + noise(0.03))),
    }


def _logistic(x: Floats) -> Floats:
    return 1 / (1 + np.exp(-x))


def _opinions(rng: np.random.Generator, audited: Flags, strain: Floats) -> pl.Series:
    chance = rng.random(strain.size)
    qualified = 0.015 + 0.30 * _logistic(2.0 * (strain - 2.0))
    words = np.where(chance < qualified, AuditOpinion.QUALIFIED.value, AuditOpinion.UNQUALIFIED.value)
    words = np.where(chance < 0.12 * qualified, AuditOpinion.DISCLAIMER.value, words)
    words = np.where(chance < 0.05 * qualified, AuditOpinion.ADVERSE.value, words)
    return pl.select(pl.when(pl.Series(audited)).then(pl.Series(words))).to_series()


def _with_gaps(rng: np.random.Generator, frame: pl.DataFrame, audited: Flags) -> pl.DataFrame:
    """Short forms leave out what nobody forces a small firm to show."""
    short = rng.random(audited.size) < np.where(audited, 0.02, 0.20)
    often_absent = ("operating_cash_flow_cents", "retained_earnings_cents", "interest_cents", "cogs_cents")
    return frame.with_columns(pl.when(~pl.Series(short)).then(pl.col(name)).alias(name) for name in often_absent)
