"""The true probability of default, computed from the hidden process and not estimated from outcomes.

Given today's hidden state the moving part is an AR(1), so the chance to fail within 12 months follows by backward
recursion over its transition matrix: V_k(x) = E[h w_k + s v_k + (1 - h)(1 - s) (1 - leave) V_{k+1}(x')], where h is the
intensity of strain, s that of sudden failure, and w_k, v_k the chance that a customer who stops paying in the k-th
month reaches 90 days past due (or files) inside the horizon. Interpolated on a grid in log-odds.
Failures yet to come in the customer's group enter to first order: a second recursion carries the PD that a jump of
the strain would add, the jump being equally likely in each month, and each other member counts with its own PD.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from riskengine.synthetic.economy import PERSISTENCE, Economy
from riskengine.synthetic.firms import LEAVE_PER_MONTH
from riskengine.synthetic.groups import FROM_MEMBER, FROM_PARENT, others
from riskengine.synthetic.population import Population
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
BEYOND_FIRST_ORDER = 1.8  # shared shocks, chains and several failures; fitted to 6 million simulated horizons
_STEADY = np.linspace(-5.0, 4.0, 46)
_MOVING = np.linspace(-4.0, 7.0, 111)


@dataclass(frozen=True, slots=True)
class PdTables:
    """By month of the window, steady strain and moving strain.

    `log_odds`: of the 12-month PD, shape (months, months still safe, steady, moving). `from_parent`, `from_member`: PD
    that the failure of the parent, of another member within the horizon would add, shape (months, steady, moving).
    """

    log_odds: Floats
    from_parent: Floats
    from_member: Floats


def build_pd_tables(economy: Economy, window: Window) -> PdTables:
    spread = MOVING_SPREAD * np.sqrt(1 - PERSISTENCE**2)
    transition = np.exp(-0.5 * ((_MOVING[None, :] - PERSISTENCE * _MOVING[:, None]) / spread) ** 2)
    transition /= transition.sum(axis=1, keepdims=True)
    reached = _reached_in_horizon()
    pd = np.empty((window.months, FIRST_MONTHS_SAFE + 1, _STEADY.size, _MOVING.size))
    added = np.empty((2, window.months, _STEADY.size, _MOVING.size))
    for month in range(window.months):
        cycle = economy.cycle[PAST_MONTHS + month + 1 : PAST_MONTHS + month + 1 + HORIZON_MONTHS]
        hazards = intensity(_STEADY[:, None] + _MOVING[None, :] + cycle[:, None, None])
        for safe in range(FIRST_MONTHS_SAFE, -1, -1):
            values = _recursion(hazards, reached, transition, safe)
            pd[month, safe] = values[0]
        for row, jump in enumerate((FROM_PARENT, FROM_MEMBER)):
            added[row, month] = _added_by_jump(values, hazards, reached, transition, jump)
    pd = np.clip(pd, 1e-9, 1 - 1e-9)
    return PdTables(np.log(pd) - np.log1p(-pd), added[0], added[1])


def _recursion(hazards: Floats, reached: Floats, transition: Floats, safe: int) -> Floats:
    """PD over what is left of the horizon, seen from the end of month 0, 1, ..., 12; the first is the 12-month PD."""
    values = np.zeros((HORIZON_MONTHS + 1, *hazards.shape[1:]))
    for step in range(HORIZON_MONTHS - 1, -1, -1):
        value = values[step + 1]
        if step >= safe:
            hazard = hazards[step]
            sudden = (1 - hazard) * SUDDEN_HAZARD
            value = hazard * reached[step] + sudden + (1 - hazard - sudden) * value
            value = (1 - LEAVE_PER_MONTH) * value
        values[step] = value @ transition.T
    return values


def _added_by_jump(values: Floats, hazards: Floats, reached: Floats, transition: Floats, jump: float) -> Floats:
    """PD added by one jump of the moving strain, which comes with the same chance in each month of the horizon.

    The other member's chance to stop paying in a month is its PD over the number of months that count for it.
    """
    per_month = 1 / reached.sum()
    shift = round(jump / (_MOVING[1] - _MOVING[0]))
    after = np.minimum(np.arange(_MOVING.size) + shift, _MOVING.size - 1)
    added = np.zeros(hazards.shape[1:])
    for step in range(HORIZON_MONTHS - 1, -1, -1):
        at_once = per_month * (values[step + 1][:, after] - values[step + 1])
        stays = (1 - LEAVE_PER_MONTH) * (1 - SUDDEN_HAZARD) * (1 - hazards[step])
        added = (stays * (at_once + added)) @ transition.T
    return added


def _reached_in_horizon() -> Floats:
    """Chance that a customer who stops paying in the k-th month is 90 days past due within 12 months."""
    inside = (np.arange(200) + 0.5) / 200
    lag = np.arange(SHORTEST_LAG, LONGEST_LAG + 1)
    month = 365.25 / 12
    days = (np.arange(HORIZON_MONTHS)[:, None, None] + inside[None, :, None]) * month + lag
    return np.asarray((days <= 365.25).mean(axis=(1, 2)))


def true_pd(tables: PdTables, population: Population) -> Floats:
    """PD over the 12 months after each month end, shape (customers, months); NaN before joining and once in default."""
    firms, hidden, window = population.firms, population.hidden, population.window
    pd = np.empty((firms.count, window.months))
    for month, end in enumerate(window.month_ends()):
        at = PAST_MONTHS + month
        safe = np.clip(hidden.join_month + FIRST_MONTHS_SAFE - (at + 1), 0, FIRST_MONTHS_SAFE)
        safe = np.where(hidden.join_month > 0, safe, 0)
        moving = hidden.moving[:, at]
        log_odds = _bilinear(tables.log_odds[month], _places(firms.steady_strain, moving), safe)
        trading = (hidden.stop_day > end) & (at + 1 < hidden.leave_month) & (firms.since <= end)
        alone = np.where(trading, 1 / (1 + np.exp(-log_odds)), 0.0)
        with_group = np.minimum(alone + _group_part(tables, month, alone, population), 1.0)
        pd[:, month] = np.where(trading, with_group, 0.0)
        pd[:, month] = np.where((hidden.stop_day <= end) & (hidden.default_day > end), 1.0, pd[:, month])
        pd[(hidden.default_day <= end) | (firms.since > end), month] = np.nan
    return pd


def _group_part(tables: PdTables, month: int, alone: Floats, population: Population) -> Floats:
    """PD that comes from failures of other members within the horizon."""
    parents, members = others(population.groups, alone)
    part = np.zeros(alone.size)
    who = np.flatnonzero(parents + members > 0)
    place = _places(population.firms.steady_strain[who], population.hidden.moving[who, PAST_MONTHS + month])
    part[who] = parents[who] * _bilinear(tables.from_parent[month], place)
    part[who] += members[who] * _bilinear(tables.from_member[month], place)
    return BEYOND_FIRST_ORDER * part


_Place = tuple[Ints, Floats, Ints, Floats]


def _places(steady: Floats, moving: Floats) -> _Place:
    return (*_place(steady, _STEADY), *_place(moving, _MOVING))


def _bilinear(table: Floats, place: _Place, layer: Ints | None = None) -> Floats:
    row, right, column, up = place
    if layer is None:
        table, layer = table[None], np.zeros_like(row)
    low = (1 - up) * table[layer, row, column] + up * table[layer, row, column + 1]
    high = (1 - up) * table[layer, row + 1, column] + up * table[layer, row + 1, column + 1]
    return np.asarray((1 - right) * low + right * high)


def _place(values: Floats, grid: Floats) -> tuple[Ints, Floats]:
    position = np.clip((values - grid[0]) / (grid[1] - grid[0]), 0, grid.size - 1.000001)
    cell = position.astype(np.int64)
    return cell, position - cell


def truth_frames(population: Population, tables: PdTables) -> dict[str, pl.DataFrame]:
    """`pd`: one row per customer and month end. `customers`: one row per customer."""
    ids, firms, hidden, window = population.ids, population.firms, population.hidden, population.window
    pd = true_pd(tables, population)
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
            "group": pl.Series(population.groups.group).replace(-1, None),
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
