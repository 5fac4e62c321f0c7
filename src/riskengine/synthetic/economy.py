"""The macro cycle, the industries and their hidden factors, and the industry series everybody can see."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from riskengine.synthetic.streams import WHOLE_PORTFOLIO, Floats, Stream, stream
from riskengine.synthetic.window import PAST_MONTHS, Window

PERSISTENCE = 0.96  # month to month, of every moving part of the hidden strain, so that their sum is one AR(1)
CYCLE_MONTHS = 84.0
CYCLE_HEIGHT = 0.18  # of strain
SERIES_MONTHS_BEFORE = 12
WHOLE_SHARE = 0.15  # of the variance of an industry's factor, common to all industries


@dataclass(frozen=True, slots=True)
class Industry:
    """`code` after GB/T 4754-2017; `season`: month of the year (0..11) of the peak and its height."""

    code: str
    word_en: str
    word_zh: str
    share: float
    strain: float
    peak: int
    swing: float


INDUSTRIES = (
    Industry("C13", "Foods", "食品", 0.07, -0.10, 11, 0.25),
    Industry("C17", "Textiles", "纺织", 0.07, 0.18, 8, 0.20),
    Industry("C22", "Paper", "纸业", 0.04, 0.05, 9, 0.10),
    Industry("C26", "Chemicals", "化工", 0.07, -0.05, 3, 0.10),
    Industry("C29", "Plastics", "塑料", 0.06, 0.05, 9, 0.10),
    Industry("C33", "Metalworks", "金属制品", 0.08, 0.05, 4, 0.12),
    Industry("C34", "Machinery", "机械", 0.08, -0.05, 10, 0.15),
    Industry("C36", "Autoparts", "汽车零部件", 0.06, 0.0, 10, 0.15),
    Industry("C38", "Electric", "电气", 0.07, -0.08, 5, 0.12),
    Industry("C39", "Electronics", "电子", 0.08, -0.08, 9, 0.22),
    Industry("E47", "Construction", "建设", 0.06, 0.30, 5, 0.35),
    Industry("E50", "Interiors", "装饰", 0.04, 0.32, 6, 0.30),
    Industry("F51", "Trading", "贸易", 0.09, 0.15, 10, 0.15),
    Industry("F52", "Retail", "商业", 0.05, 0.10, 11, 0.35),
    Industry("G54", "Logistics", "物流", 0.04, 0.10, 10, 0.15),
    Industry("I65", "Software", "软件", 0.04, -0.15, 11, 0.15),
)


@dataclass(frozen=True, slots=True)
class Economy:
    """`cycle`: strain added to everybody by month, 12 months past the end included; `factors`: (industries, months)."""

    cycle: Floats
    factors: Floats
    seasons: Floats


def build_economy(seed: int, window: Window) -> Economy:
    rng = stream(seed, WHOLE_PORTFOLIO, Stream.ECONOMY)
    months = window.hidden_months
    whole = rng.standard_normal(months)
    own = rng.standard_normal((len(INDUSTRIES), months))
    factors = autoregressive(np.sqrt(WHOLE_SHARE) * whole + np.sqrt(1 - WHOLE_SHARE) * own)
    turn = 2 * np.pi * rng.random()
    cycle = CYCLE_HEIGHT * np.sin(2 * np.pi * window.cycle_phase() / CYCLE_MONTHS + turn)
    return Economy(cycle, factors, _seasons(window))


def autoregressive(innovations: Floats) -> Floats:
    """Unit-variance AR(1) along the last axis, begun in its stationary law, from standard normal innovations."""
    path = np.empty_like(innovations)
    path[..., 0] = innovations[..., 0]
    scale = np.sqrt(1 - PERSISTENCE**2)
    for month in range(1, innovations.shape[-1]):
        path[..., month] = PERSISTENCE * path[..., month - 1] + scale * innovations[..., month]
    return path


def _seasons(window: Window) -> Floats:
    """Purchases relative to the mean, shape (industries, hidden months); February is short and holds the new year."""
    month = window.calendar_months()
    peaks = np.array([[i.peak] for i in INDUSTRIES])
    swings = np.array([[i.swing] for i in INDUSTRIES])
    seasons = 1 + swings * np.cos(2 * np.pi * (month - peaks) / 12)
    return np.asarray(np.where(month == 1, 0.75, 1.0) * seasons)


def industry_table(seed: int, economy: Economy, window: Window) -> pl.DataFrame:
    """The visible monthly series: late, smoothed and noisy pictures of the hidden factors."""
    rng = stream(seed, WHOLE_PORTFOLIO, Stream.SIGNALS)
    first = PAST_MONTHS - SERIES_MONTHS_BEFORE
    months = window.hidden_months - first
    level = economy.factors[:, first:] + economy.cycle[first : window.hidden_months] / CYCLE_HEIGHT
    lagged = (economy.factors[:, first - 1 : -1] + level) / 2
    ends = window.month_starts()[first + 1 : window.hidden_months + 1] - 1
    known = ends + rng.integers(10, 26, size=ends.shape)
    base = np.array([[i.strain] for i in INDUSTRIES])
    frame = pl.DataFrame(
        {
            "industry": np.repeat([i.code for i in INDUSTRIES], months),
            "observed_on": np.tile(ends, len(INDUSTRIES)).astype(np.int32),
            "delay_index": (100 + 6 * lagged + 1.5 * rng.standard_normal(level.shape)).round(2).ravel(),
            "default_rate": (0.025 * np.exp(base + 0.30 * level + 0.08 * rng.standard_normal(level.shape)))
            .round(5)
            .ravel(),
            "activity_index": (100 - 3 * level + 1.5 * rng.standard_normal(level.shape)).round(2).ravel(),
            "known_at": np.tile(known, len(INDUSTRIES)).astype(np.int32),
        }
    )
    return frame.filter(pl.col("known_at") <= window.end_day)
