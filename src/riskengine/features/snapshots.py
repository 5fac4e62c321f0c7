"""Features at several dates, stacked: what training and backtests look at."""

from collections.abc import Callable, Sequence
from datetime import date

import polars as pl

from riskengine.features.build import build_features
from riskengine.features.catalogue import CATALOGUE, feature
from riskengine.features.engines import Engine
from riskengine.features.measure import KEY
from riskengine.tables.store import TableSet
from riskengine.terms.days import day_number
from riskengine.terms.errors import UsageError


def build_snapshots(
    tables: TableSet,
    dates: Sequence[date],
    *,
    names: Sequence[str] = (),
    engine: Engine = Engine.POLARS,
    progress: Callable[[int, int], None] | None = None,
) -> pl.DataFrame:
    """One row per date and customer known by then, each from what was known on its own date.

    Columns customer_id, as_of (days since 1970-01-01, Int32), then the features `names` (all if empty), in that order;
    rows by date, then customer_id. `progress` is told (dates done, dates in all).

    Raises UsageError without dates or for an unknown feature; otherwise as `build_features`.
    """
    if not dates:
        raise UsageError("no dates to build features for", remedy="give at least one date")
    wanted = [feature(name).name for name in names] or list(CATALOGUE)
    parts = []
    for done, day in enumerate(sorted(set(dates)), start=1):
        built = build_features(tables, day, engine=engine)
        parts.append(built.select(KEY, pl.lit(day_number(day), pl.Int32).alias("as_of"), *wanted))
        if progress is not None:
            progress(done, len(set(dates)))
    return pl.concat(parts, rechunk=True)
