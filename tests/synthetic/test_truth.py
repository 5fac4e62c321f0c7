"""The true PD is a probability: it agrees with what happens, and orders customers better than anything else can."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from riskengine.synthetic.economy import PERSISTENCE, build_economy
from riskengine.synthetic.firms import LEAVE_PER_MONTH
from riskengine.synthetic.quality import LONGEST_LAG, MOVING_SPREAD, SHORTEST_LAG, SUDDEN_HAZARD, intensity
from riskengine.synthetic.truth import _STEADY, build_pd_tables
from riskengine.synthetic.window import PAST_MONTHS, Window


def test_the_recursion_agrees_with_simulation():
    """200,000 futures from one hidden state, drawn month by month, against the propagated PD."""
    window = Window(12, date(2025, 12, 31))
    economy = build_economy(3, window)
    tables = build_pd_tables(economy, window)
    row, column, size = 30, 50, 200_000
    steady, start = _STEADY[row], -4.0 + 0.1 * column
    rng = np.random.default_rng(1)
    moving, alive, failed = np.full(size, start), np.ones(size, dtype=bool), 0
    for month in range(12):
        alive &= rng.random(size) >= LEAVE_PER_MONTH
        moving = PERSISTENCE * moving + MOVING_SPREAD * np.sqrt(1 - PERSISTENCE**2) * rng.standard_normal(size)
        hazard = intensity(steady + economy.cycle[PAST_MONTHS + 1 + month] + moving)
        chance = rng.random(size)
        day = (month + rng.random(size)) * 365.25 / 12 + rng.integers(SHORTEST_LAG, LONGEST_LAG + 1, size)
        stops, sudden = alive & (chance < hazard), alive & (chance >= hazard) & (chance < hazard + SUDDEN_HAZARD)
        failed += int((stops & (day <= 365.25)).sum() + sudden.sum())
        alive &= ~stops & ~sudden
    expected = 1 / (1 + np.exp(-tables.log_odds[0, 0, row, column]))
    assert 0.005 < expected < 0.5
    assert failed / size == pytest.approx(expected, abs=4 * np.sqrt(expected / size))


def test_worse_quality_never_has_a_lower_pd():
    window = Window(6, date(2025, 12, 31))
    tables = build_pd_tables(build_economy(3, window), window)
    assert (np.diff(tables.log_odds, axis=2) >= -1e-9).all()
    assert (np.diff(tables.log_odds, axis=3) >= -1e-9).all()
    assert (np.diff(tables.log_odds, axis=1) <= 1e-9).all()


def _with_outcome(portfolio) -> pl.DataFrame:
    horizon = pl.col("as_of").dt.offset_by("12mo")
    return (
        portfolio["truth/pd"]
        .filter(pl.col("as_of") <= date(2024, 12, 31), pl.col("pd_12m") > 0, pl.col("pd_12m") < 1)
        .join(portfolio["truth/customers"].select("customer_id", "default_on"), on="customer_id")
        .with_columns(bad=(pl.col("default_on") <= horizon).fill_null(value=False))
    )


def test_true_pd_agrees_with_outcomes_in_every_band(portfolio):
    rows = _with_outcome(portfolio)
    for low, high in ((0.0, 0.01), (0.01, 0.05), (0.05, 0.2), (0.2, 1.0)):
        band = rows.filter(pl.col("pd_12m").is_between(low, high, closed="left"))
        # A common shock moves all outcomes of a window by some 10 %.
        assert band["bad"].mean() == pytest.approx(band["pd_12m"].mean(), rel=0.25)


def test_true_pd_separates(portfolio):
    rows = _with_outcome(portfolio).sort("pd_12m")
    rank = np.arange(1, rows.height + 1)
    bad = rows["bad"].to_numpy()
    auc = (rank[bad].sum() - bad.sum() * (bad.sum() + 1) / 2) / (bad.sum() * (~bad).sum())
    assert 0.65 < 2 * auc - 1 < 0.85


def test_a_customer_who_stopped_is_certain_and_one_in_default_has_no_pd(portfolio):
    rows = portfolio["truth/pd"].join(portfolio["truth/customers"], on="customer_id")
    stopped = rows.filter(pl.col("stopped_on") <= pl.col("as_of"))
    assert stopped.height > 0
    assert (stopped["pd_12m"] == 1).all()
    assert rows.filter(pl.col("default_on") <= pl.col("as_of")).is_empty()
    assert (rows.filter(pl.col("left_on") <= pl.col("as_of"))["pd_12m"] == 0).all()
