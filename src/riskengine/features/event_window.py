"""Patterns of events that the policy declares: so many of a kind within some days, then so many of another.

Each pattern gives two features of a customer: `evt_<id>_days_ago`, the days since it was last complete, and
`evt_<id>_holds`, whether that was within the days for which it counts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from riskengine.features.engines import Engine, engine_session
from riskengine.features.known import Known, known_by
from riskengine.features.measure import KEY
from riskengine.features.surroundings import Surroundings
from riskengine.tables.events.forms import FORMS, EventKind
from riskengine.tables.events.unfolding import unfolded
from riskengine.tables.store import TableSet
from riskengine.terms.text import Text

# What happens to nobody in particular, or is no event on a day.
NO_STEPS = frozenset({EventKind.CUSTOMER_UPDATED, EventKind.INDUSTRY_OBSERVED, EventKind.RATE_QUOTED})
# Told in rows of their own or in the rows of the invoices and orders they are about.
_TOLD_OF = {
    EventKind.DISPUTE_OPENED: "invoices",
    EventKind.DISPUTE_CLOSED: "invoices",
    EventKind.ORDER_CLOSED: "orders",
}


@dataclass(frozen=True, slots=True)
class WindowStep:
    """At least `count` events, and with `sum_from` of at least that amount together, within some days.

    Of the first step: on the day and the `within_days` - 1 days before it. Of a later one: from the day on which the
    step before was complete, up to `within_days` days after it; on one day nobody knows what came first. `kinds` (of
    signals or payments, all if empty) and `amount_from` say which events count at all; one without an amount is not
    large. Amounts are units of the reporting currency.
    """

    event: EventKind
    within_days: int
    count: int = 1
    sum_from: float | None = None
    amount_from: float | None = None
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EventWindow:
    """Steps that follow each other. It holds for `counts_for_days` days, that of its last event among them."""

    id: str
    text: Text
    counts_for_days: int
    steps: tuple[WindowStep, ...]

    @property
    def holds(self) -> str:
        return f"evt_{self.id}_holds"

    @property
    def days_ago(self) -> str:
        return f"evt_{self.id}_days_ago"


def window_features(
    tables: TableSet, as_of: date, windows: Sequence[EventWindow], *, surroundings: Surroundings | None = None
) -> pl.DataFrame:
    """customer_id and two Float64 columns per window, one row per customer known by `as_of`, sorted.

    Only rows with `known_at <= as_of` and an event day by then count. `_holds` is 1 or 0, missing where a table that a
    step needs holds nothing of anybody (as `surroundings` say if given); `_days_ago` is missing where the pattern was
    never complete, too.

    Raises InputError as `known_by`.
    """
    if any(step.event in _TOLD_OF for window in windows for step in window.steps):
        tables = unfolded(tables)
    with engine_session(Engine.POLARS) as session:
        known = known_by(tables, as_of, session, surroundings=surroundings)
        found = _rows(known, "customers").select(KEY).unique().sort(KEY)
        for window in windows:
            found = found.join(_last_complete(known, window), on=KEY, how="left", maintain_order="left")
            found = found.with_columns(_columns(known, window)).drop("_last")
    return found


def _columns(known: Known, window: EventWindow) -> Iterator[pl.Expr]:
    ago = (pl.lit(known.as_of) - pl.col("_last")).cast(pl.Float64)
    holds = (ago < window.counts_for_days).fill_null(value=False).cast(pl.Float64)
    is_told = all(known.has(_told_in(step.event)) for step in window.steps)
    yield (holds if is_told else pl.lit(None, dtype=pl.Float64)).alias(window.holds)
    yield (ago if is_told else pl.lit(None, dtype=pl.Float64)).alias(window.days_ago)


def _told_in(event: EventKind) -> str:
    return _TOLD_OF.get(event, FORMS[event].table)


def _last_complete(known: Known, window: EventWindow) -> pl.DataFrame:
    """customer_id and `_last`, the day on which all steps were last complete."""
    complete: pl.DataFrame | None = None
    for step in window.steps:
        complete = _complete(_daily(known, step, complete), step, complete)
    days = complete if complete is not None else pl.DataFrame(schema={KEY: pl.String, "_day": pl.Int32})
    return days.group_by(KEY).agg(pl.col("_day").max().alias("_last"))


def _rows(known: Known, table: str) -> pl.DataFrame:
    native: pl.LazyFrame | pl.DataFrame = known[table].to_native()
    return native.lazy().collect()


def _daily(known: Known, step: WindowStep, before: pl.DataFrame | None) -> pl.DataFrame:
    """customer_id, `_day`, and how many events and hundredths there were up to its end (`_count`, `_cents`).

    Of those alone who were through with the step `before`, if there is one: mostly few.
    """
    form = FORMS[step.event]
    rows: pl.LazyFrame = known[form.table].to_native().lazy()
    if before is not None:
        rows = rows.join(before.lazy().select(KEY), on=KEY, how="semi")
    for column, value in form.says:
        rows = rows.filter(pl.col(column) == value)
    if step.kinds:
        rows = rows.filter(pl.col("kind").is_in(list(step.kinds)))
    has_amount = "amount_cents" in form.contract.column_names
    amount = pl.col("amount_cents") if has_amount else pl.lit(None, dtype=pl.Int64)
    rows = rows.select(KEY, pl.col(form.contract.known_from).alias("_day"), amount.alias("_amount"))
    rows = rows.filter(pl.col("_day") <= known.as_of)  # a signal may be announced for a day to come
    if step.amount_from is not None:
        rows = rows.filter(pl.col("_amount") >= _cents(step.amount_from))
    daily = rows.group_by(KEY, "_day").agg(pl.len().cast(pl.Int64).alias("_count"), pl.col("_amount").sum())
    return (
        daily.sort(KEY, "_day")
        .with_columns(pl.col("_count").cum_sum().over(KEY), pl.col("_amount").cum_sum().over(KEY).alias("_cents"))
        .drop("_amount")
        .collect()
    )


def _complete(daily: pl.DataFrame, step: WindowStep, before: pl.DataFrame | None) -> pl.DataFrame:
    """customer_id and `_day`: the days with an event on which the step is complete, after those of the step before."""
    since = pl.col("_day") - step.within_days
    if before is None:
        spans = daily.with_columns((since + 1).alias("_from"))
    else:
        # The earliest day that is near enough leaves the most events in between.
        starts = before.select(KEY, pl.col("_day").alias("_from"))
        spans = _nearest(daily.with_columns(since.alias("_since")), starts, "_since", "_from", later=True)
        spans = spans.filter(pl.col("_from") <= pl.col("_day"))
    passed = daily.select(KEY, pl.col("_day").alias("_passed"), pl.col("_count", "_cents").name.suffix("_passed"))
    spans = spans.with_columns((pl.col("_from") - 1).alias("_until"))
    counted = _nearest(spans, passed, "_until", "_passed", later=False)
    many = pl.col("_count") - pl.col("_count_passed").fill_null(0) >= step.count
    if step.sum_from is not None:
        much = pl.col("_cents") - pl.col("_cents_passed").fill_null(0)
        many &= much >= _cents(step.sum_from)
    return counted.filter(many).select(KEY, "_day")


def _nearest(left: pl.DataFrame, right: pl.DataFrame, on: str, other: str, *, later: bool) -> pl.DataFrame:
    """The row of `right` of the same customer with the nearest day `other`, not before (or not after) the day `on`."""
    return left.sort(on).join_asof(
        right.sort(other),
        left_on=on,
        right_on=other,
        by=KEY,
        strategy="forward" if later else "backward",
        coalesce=False,
        check_sortedness=False,  # just sorted; it cannot be checked by customer and would warn
    )


def _cents(amount: float) -> int:
    return round(amount * 100)
