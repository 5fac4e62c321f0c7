"""The true probability of default, computed from the hidden process and not estimated from outcomes.

Given today's hidden state the moving part is an AR(1), so the chance to fail within 12 months follows by backward
recursion over its transition matrix: V_k(x) = E[h w_k + s v_k + (1 - h)(1 - s) (1 - leave) V_{k+1}(x')], where h is the
intensity of strain, s that of sudden failure, and w_k, v_k the chance that a customer who stops paying in the k-th
month reaches 90 days past due (or files) inside the horizon. Interpolated on a grid in log-odds.
Failures yet to come in the customer's group enter to first order.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from riskengine.synthetic.economy import PERSISTENCE, Economy
from riskengine.synthetic.firms import LEAVE_PER_MONTH, Firms
from riskengine.synthetic.groups import Groups, expected_contagion
from riskengine.synthetic.quality import (
    FIRST_MONTHS_SAFE,
    LONGEST_LAG,
    MOVING_SPREAD,
    NEVER,
    SHORTEST_LAG,
    SUDDEN_HAZARD,
    Hidden,
    Reason,
    intensity,
)
from riskengine.synthetic.streams import Floats, Ints
from riskengine.synthetic.window import PAST_MONTHS, Window

HORIZON_MONTHS = 12
_STEADY = np.linspace(-5.0, 4.0, 46)
_MOVING = np.linspace(-4.0, 7.0, 111)


@dataclass(frozen=True, slots=True)
class PdTables:
    """Log-odds of the 12-month PD: (months of the window, months still safe, steady strain, moving strain)."""

    log_odds: Floats


def build_pd_tables(economy: Economy, window: Window) -> PdTables:
    spread = MOVING_SPREAD * np.sqrt(1 - PERSISTENCE**2)
    transition = np.exp(-0.5 * ((_MOVING[None, :] - PERSISTENCE * _MOVING[:, None]) / spread) ** 2)
    transition /= transition.sum(axis=1, keepdims=True)
    reached = _reached_in_horizon()
    tables = np.empty((window.months, FIRST_MONTHS_SAFE + 1, _STEADY.size, _MOVING.size))
    for month in range(window.months):
        cycle = economy.cycle[PAST_MONTHS + month + 1 : PAST_MONTHS + month + 1 + HORIZON_MONTHS]
        hazards = intensity(_STEADY[:, None] + _MOVING[None, :] + cycle[:, None, None])
        for safe in range(FIRST_MONTHS_SAFE + 1):
            tables[month, safe] = _recursion(hazards, reached, transition, safe)
    return PdTables(np.log(tables) - np.log1p(-tables))


def _recursion(hazards: Floats, reached: Floats, transition: Floats, safe: int) -> Floats:
    value = np.zeros(hazards.shape[1:])
    for step in range(HORIZON_MONTHS - 1, -1, -1):
        if step >= safe:
            hazard = hazards[step]
            sudden = (1 - hazard) * SUDDEN_HAZARD
            value = hazard * reached[step] + sudden + (1 - hazard - sudden) * value
            value = (1 - LEAVE_PER_MONTH) * value
        value = value @ transition.T
    return np.clip(value, 1e-9, 1 - 1e-9)


def _reached_in_horizon() -> Floats:
    """Chance that a customer who stops paying in the k-th month is 90 days past due within 12 months."""
    inside = (np.arange(200) + 0.5) / 200
    lag = np.arange(SHORTEST_LAG, LONGEST_LAG + 1)
    month = 365.25 / 12
    days = (np.arange(HORIZON_MONTHS)[:, None, None] + inside[None, :, None]) * month + lag
    return np.asarray((days <= 365.25).mean(axis=(1, 2)))


def true_pd(tables: PdTables, firms: Firms, groups: Groups, hidden: Hidden, window: Window) -> Floats:
    """PD over the 12 months after each month end, shape (customers, months); NaN before joining and once in default."""
    pd = np.empty((firms.count, window.months))
    for month, end in enumerate(window.month_ends()):
        at = PAST_MONTHS + month
        safe = np.clip(hidden.join_month + FIRST_MONTHS_SAFE - (at + 1), 0, FIRST_MONTHS_SAFE)
        safe = np.where(hidden.join_month > 0, safe, 0)
        moving = hidden.moving[:, at]
        alone = _interpolated(tables.log_odds[month], safe, firms.steady_strain, moving)
        trading = (hidden.stop_day > end) & (at + 1 < hidden.leave_month)
        alone = np.where(trading, alone, 0.0)
        pd[:, month] = _with_group(alone, tables.log_odds[month], safe, firms, groups, moving)
        pd[:, month] = np.where(trading, pd[:, month], 0.0)
        pd[:, month] = np.where((hidden.stop_day <= end) & (hidden.default_day > end), 1.0, pd[:, month])
        pd[(hidden.default_day <= end) | (firms.since > end), month] = np.nan
    return pd


def _with_group(alone: Floats, log_odds: Floats, safe: Ints, firms: Firms, groups: Groups, moving: Floats) -> Floats:
    """Failures of others come on average in mid-horizon, so half of what they would add counts."""
    jump = expected_contagion(groups, alone)
    touched = np.flatnonzero(jump > 0)
    if touched.size == 0:
        return alone
    # The chance of a jump is at most the sum of the others' PDs; its height is FROM_PARENT at most.
    chance = np.minimum(jump[touched], 1.0)
    after = _interpolated(log_odds, safe[touched], firms.steady_strain[touched], moving[touched] + 1.0)
    result = alone.copy()
    result[touched] += 0.5 * chance * np.maximum(after - alone[touched], 0.0)
    return result


def _interpolated(log_odds: Floats, safe: Ints, steady: Floats, moving: Floats) -> Floats:
    row, right = _place(steady, _STEADY)
    column, up = _place(moving, _MOVING)
    low = (1 - up) * log_odds[safe, row, column] + up * log_odds[safe, row, column + 1]
    high = (1 - up) * log_odds[safe, row + 1, column] + up * log_odds[safe, row + 1, column + 1]
    return 1 / (1 + np.exp(-((1 - right) * low + right * high)))


def _place(values: Floats, grid: Floats) -> tuple[Ints, Floats]:
    position = np.clip((values - grid[0]) / (grid[1] - grid[0]), 0, grid.size - 1.000001)
    cell = position.astype(np.int64)
    return cell, position - cell


def truth_frames(
    ids: pl.Series, firms: Firms, groups: Groups, hidden: Hidden, tables: PdTables, window: Window
) -> dict[str, pl.DataFrame]:
    """`pd`: one row per customer and month end. `customers`: one row per customer."""
    pd = true_pd(tables, firms, groups, hidden, window)
    months = pl.DataFrame(
        {
            "customer_id": ids.gather(np.repeat(np.arange(firms.count), window.months)),
            "as_of": pl.Series(np.tile(window.month_ends(), firms.count).astype(np.int32)).cast(pl.Date),
            "pd_12m": pd.ravel(),
            "quality": -hidden.strain[:, PAST_MONTHS:].ravel().astype(np.float32),
        }
    )
    reason = np.where(hidden.sudden, Reason.SUDDEN.value, Reason.DETERIORATION.value)
    reason = np.where(hidden.infected, Reason.CONTAGION.value, reason)
    failed = pl.Series(hidden.stop_day < NEVER)
    customers = pl.DataFrame(
        {
            "customer_id": ids,
            "group": pl.Series(groups.group).replace(-1, None),
            "slow_payer": firms.slow_payer,
            "usual_lateness_days": firms.usual_lateness.round(2),
            "steady_quality": -firms.steady_strain,
            "left_on": _day_or_null(_left_day(hidden, window)),
            "stopped_on": _day_or_null(hidden.stop_day),
            "default_on": _day_or_null(hidden.default_day),
            "reason": pl.select(pl.when(failed).then(pl.lit(pl.Series(reason)))).to_series(),
            "silent": hidden.sudden,
        }
    )
    return {"pd": months.filter(pl.col("pd_12m").is_not_nan()), "customers": customers}


def _left_day(hidden: Hidden, window: Window) -> Ints:
    starts = window.month_starts()
    left = (hidden.leave_month < window.hidden_months) & (hidden.stop_day == NEVER)
    return np.where(left, starts[np.minimum(hidden.leave_month, window.hidden_months)], NEVER)


def _day_or_null(days: Ints) -> pl.Series:
    return pl.Series(days.astype(np.int32)).replace(NEVER, None).cast(pl.Date)
