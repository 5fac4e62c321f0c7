"""The customers table: who they are, and the limits an old policy of the seller has set over time."""

import numpy as np
import polars as pl

from riskengine.synthetic import places
from riskengine.synthetic.economy import INDUSTRIES
from riskengine.synthetic.firms import Firms
from riskengine.synthetic.groups import Groups
from riskengine.synthetic.invoicing import CURRENCY
from riskengine.synthetic.ledger_shape import amounts
from riskengine.synthetic.population import Population
from riskengine.synthetic.quality import NEVER, Hidden
from riskengine.synthetic.streams import Flags, Floats, Ints
from riskengine.synthetic.window import PAST_MONTHS, Window

NO_LIMIT = 0.12  # share of customers for whom nobody ever set a limit
REVIEWED = 0.35  # share of customers whose limit changes in a review, per year
_STEP = 5_000


def customer_ids(first: int, size: int) -> pl.Series:
    numbers = pl.Series("customer_id", np.arange(first, first + size))
    return "C" + numbers.cast(pl.String).str.zfill(8)


def draw_master(rng: np.random.Generator, population: Population) -> pl.DataFrame:
    """All versions of the customers' rows, sorted by customer and `known_at`."""
    window = population.window
    base = _static(rng, population.ids, population.firms, population.groups)
    row, known, limit = _limit_versions(rng, population.firms, population.hidden, window)
    versions = base[row].with_columns(
        current_limit_cents=pl.Series(100 * limit).fill_nan(None).cast(pl.Int64),
        known_at=known.astype(np.int32),
    )
    return versions.filter(pl.col("known_at") <= window.end_day)


def _static(rng: np.random.Generator, ids: pl.Series, firms: Firms, groups: Groups) -> pl.DataFrame:
    count = firms.count
    codes = pl.Series([i.code for i in INDUSTRIES])
    countries = pl.Series([c.code for c in places.COUNTRIES])
    forms = pl.Series([f.code for f in places.LEGAL_FORMS])
    regions, offsets = _regions()
    secured = 0.06 + 0.10 * (firms.steady_strain > 0.7)
    purchases = firms.invoices_per_year * amounts(firms.amount_score)
    guarantee = np.where(rng.random(count) < secured, purchases * rng.uniform(0.05, 0.4, count), 0.0)
    insured = np.where(rng.random(count) < 0.25, purchases * rng.uniform(0.05, 0.3, count), 0.0)
    unknown = rng.random(count) < 0.10
    teams = np.minimum(firms.country, 1) * 4 + np.where(firms.country == 0, firms.region % 4, 0)
    teams = np.where(firms.size > 1.8, 5, teams)
    return pl.DataFrame(
        {
            "customer_id": ids,
            "name": _names(rng, firms),
            "country": countries.gather(firms.country),
            "region": regions.gather(offsets[firms.country] + firms.region),
            "industry": codes.gather(firms.industry),
            "legal_form": forms.gather(firms.legal_form),
            "registered_on": firms.registered.astype(np.int32),
            "customer_since": firms.since.astype(np.int32),
            "parent_id": ids.gather(pl.Series(groups.parent).replace(-1, None)),
            "sales_team": pl.Series(places.SALES_TEAMS).gather(teams),
            "product_line": pl.Series(places.PRODUCT_LINES).gather(np.arange(count) % len(places.PRODUCT_LINES)),
            "currency": pl.repeat(CURRENCY, count, eager=True),
            "current_terms_days": firms.terms.astype(np.int32),
            "guarantee_amount_cents": _cents_or_null(guarantee, unknown),
            "insured_amount_cents": _cents_or_null(insured, unknown),
        }
    )


def _cents_or_null(values: Floats, unknown: Flags) -> pl.Series:
    steps = np.where(unknown, np.nan, np.floor(values / 1000) * 100_000)
    return pl.Series(steps).fill_nan(None).cast(pl.Int64)


def _regions() -> tuple[pl.Series, Ints]:
    flat = [region for country in places.COUNTRIES for region in country.regions]
    lengths = np.array([len(country.regions) for country in places.COUNTRIES])
    return pl.Series(flat), np.cumsum(lengths) - lengths


def _names(rng: np.random.Generator, firms: Firms) -> pl.Series:
    """Chinese names for companies of China, English ones for the others; namesakes occur."""

    def drawn(words: tuple[str, ...]) -> pl.Series:
        return pl.Series(words).gather(rng.integers(0, len(words), firms.count))

    word_zh = pl.Series([i.word_zh for i in INDUSTRIES]).gather(firms.industry)
    word_en = pl.Series([i.word_en for i in INDUSTRIES]).gather(firms.industry)
    form_zh = pl.Series([f.ending_zh for f in places.LEGAL_FORMS]).gather(firms.legal_form)
    form_en = pl.Series([f.ending_en for f in places.LEGAL_FORMS]).gather(firms.legal_form)
    regions, offsets = _regions()
    place = regions.gather(offsets[firms.country] + firms.region)
    zh = place + drawn(places.NAME_HEADS_ZH) + drawn(places.NAME_TAILS_ZH) + word_zh + form_zh
    en = drawn(places.NAME_HEADS_EN) + drawn(places.NAME_TAILS_EN) + " " + word_en + " " + form_en
    return pl.select(pl.when(pl.Series(firms.country == 0)).then(zh).otherwise(en)).to_series()


def _limit_versions(
    rng: np.random.Generator, firms: Firms, hidden: Hidden, window: Window
) -> tuple[Ints, Ints, Floats]:
    """(row, known_at, limit in units or NaN): the first limit, yearly reviews, and the cut to 0 after a default."""
    need = firms.invoices_per_year * amounts(firms.amount_score) * 1.5 * (firms.terms + 15) / 365
    opinion = firms.steady_strain + 0.9 * rng.standard_normal(firms.count)
    first = need * np.exp(rng.normal(0.75, 0.35, firms.count) - 0.20 * opinion)
    unset = rng.random(firms.count) < NO_LIMIT
    rows, days, limits = [np.arange(firms.count)], [firms.since], [first]
    for month in range(PAST_MONTHS + 2, window.hidden_months, 12):
        day = window.month_starts()[month] + rng.integers(0, 300, firms.count)
        changed = (rng.random(firms.count) < REVIEWED) & (day > firms.since + 90)
        changed &= (day < hidden.stop_day) & (day <= window.end_day)
        seen = hidden.strain[np.arange(firms.count), window.month_index(day)]
        seen = seen + 0.9 * rng.standard_normal(firms.count)
        who = np.flatnonzero(changed)
        rows.append(who)
        days.append(day[who])
        limits.append((need * np.exp(rng.normal(0.75, 0.2, firms.count) - 0.22 * seen))[who])
    failed = np.flatnonzero((hidden.default_day < NEVER) & (rng.random(firms.count) < 0.75))
    rows.append(failed)
    days.append(hidden.default_day[failed] + rng.integers(5, 40, failed.size))
    limits.append(np.zeros(failed.size))
    row, day, limit = np.concatenate(rows), np.concatenate(days), np.concatenate(limits)
    limit = np.where(unset[row] & (limit > 0), np.nan, np.floor(limit / _STEP) * _STEP)
    order = np.lexsort((day, row))
    return row[order], day[order], limit[order]
