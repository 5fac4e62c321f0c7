"""How old the tables are, per table and per source of signals."""

from datetime import date

import numpy as np
import polars as pl

from riskengine.policy.bundle import Policy
from riskengine.scoring.calibration import Floats
from riskengine.scoring.monitoring.data_age import DataAge, FeedAge, StatementAges
from riskengine.scoring.monitoring_spec import DataLimits, Feed
from riskengine.tables.store import TableSet
from riskengine.terms.days import day_number, day_of

_EVENT = {
    Feed.INVOICES: "issued_on",
    Feed.PAYMENTS: "paid_on",
    Feed.ORDERS: "ordered_on",
    Feed.FINANCIALS: "period_end",
    Feed.SIGNALS: "occurred_on",
    Feed.INDUSTRY: "observed_on",
}
_MONTH, _MONTHS, _YEAR = 30, 12, 365
_POLICY_DAYS = "statement_stale_days"
_SOURCE = "source"


def measure_data(
    known: TableSet,
    as_of: date,
    *,
    statement_age: Floats,
    limits: DataLimits,
    policy: Policy,
    last_run: date | None,
) -> DataAge:
    """Ages of all tables as known on `as_of`. `statement_age`: days, of each customer watched, NaN without one."""
    feeds = tuple(_feed(known[feed.value], feed, as_of, last_run, None) for feed in Feed)
    signals = known[Feed.SIGNALS.value]
    sources = signals.select(pl.col(_SOURCE).drop_nulls().unique().sort()).collect()[_SOURCE].to_list()
    by_source = tuple(
        _feed(signals.filter(pl.col(_SOURCE) == source), Feed.SIGNALS, as_of, last_run, source) for source in sources
    )
    return DataAge(
        feeds, by_source, _statements(statement_age, limits, policy), None if last_run is None else last_run.isoformat()
    )


def _feed(frame: pl.LazyFrame, feed: Feed, as_of: date, last_run: date | None, source: str | None) -> FeedAge:
    now, known = day_number(as_of), pl.col("known_at")
    since = now if last_run is None else day_number(last_run)
    newest, oldest, event, last_month, before, year_ago, fresh, paced, gap = (
        frame.select(
            known.max().alias("newest"),
            known.min().alias("oldest"),
            pl.col(_EVENT[feed]).max().alias("event"),
            (known > now - _MONTH).sum().alias("last_month"),
            ((known <= now - _MONTH) & (known > now - _MONTH * (_MONTHS + 1))).sum().alias("before"),
            ((known <= now - _YEAR) & (known > now - _YEAR - _MONTH)).sum().alias("year_ago"),
            (known > since).sum().alias("fresh"),
            (known > known.max() - _YEAR).sum().alias("paced"),
            known.unique().sort().diff().max().alias("gap"),
        )
        .collect()
        .row(0)
    )
    has_a_year = oldest is not None and oldest <= now - _YEAR - _MONTH
    return FeedAge(
        feed,
        source,
        None if newest is None else day_of(newest).isoformat(),
        None if event is None else day_of(event).isoformat(),
        None if newest is None else now - newest,
        int(last_month or 0),
        min(before / _MONTHS, float(year_ago)) if has_a_year else None,
        None if last_run is None else int(fresh or 0),
        None if newest is None else paced * _MONTH / _YEAR,
        gap,
    )


def _statements(age: Floats, limits: DataLimits, policy: Policy) -> StatementAges | None:
    written = policy.parameters.get(_POLICY_DAYS)
    if limits.statement_days is not None:
        days, place = limits.statement_days, "thresholds"
    elif isinstance(written, int | float):
        days, place = int(written), f"policy {_POLICY_DAYS}"
    else:
        return None
    missing = np.isnan(age)
    return StatementAges(len(age), int(missing.sum()), int((age[~missing] > days).sum()), days, place)
