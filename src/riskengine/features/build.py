"""Features of every customer as of a date."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import narwhals as nw
import polars as pl

from riskengine.features.arithmetic import CENTS_PER_UNIT
from riskengine.features.catalogue import AMONG_OTHERS, CATALOGUE, OWN, SourceModule
from riskengine.features.engines import Engine, Frame, engine_session
from riskengine.features.event_window import EventWindow, window_features
from riskengine.features.feature import Feature, Unit
from riskengine.features.known import Known, known_by
from riskengine.features.measure import KEY
from riskengine.features.surroundings import Surroundings
from riskengine.features.surroundings_sums import surroundings_summed
from riskengine.tables.store import TableSet
from riskengine.terms.errors import InputError

MOST_SOLD = 2.5e13  # units to one customer; 100 cents x 3650 days each stay within 64 bits


def build_features(
    tables: TableSet,
    as_of: date,
    *,
    engine: Engine = Engine.POLARS,
    windows: Sequence[EventWindow] = (),
    surroundings: Surroundings | None = None,
) -> pl.DataFrame:
    """All features of every customer known by `as_of`, from rows with `known_at <= as_of` alone.

    One row per customer, sorted by customer_id: that column and every feature of the catalogue in its order, Float64
    (String for categories), null where missing; then those of `windows` (a policy's `windows`), which rules name like
    any other. The result does not depend on the engine or on the order of rows.

    `surroundings`: what to take from customers that are not in `tables`, by `surroundings_of`; without them all
    customers are taken to be there. With the surroundings of all, the tables of some customers and of those linked
    with them give the very features these customers have among all; tables of industries and currencies go along whole.

    Raises InputError if no customer is known by then, a customer has two newest versions, a currency has no rate, the
    amounts of a customer are too large to sum exactly, or the surroundings are of another version; UsageError if the
    engine is not installed.
    """
    return build_among(tables, as_of, engine=engine, windows=windows, surroundings=surroundings).features


@dataclass(frozen=True, slots=True)
class Built:
    """Features, and the surroundings they were built in."""

    features: pl.DataFrame
    surroundings: Surroundings


def build_among(
    tables: TableSet,
    as_of: date,
    *,
    engine: Engine = Engine.POLARS,
    windows: Sequence[EventWindow] = (),
    surroundings: Surroundings | None = None,
) -> Built:
    """`build_features`, and beside them the surroundings: those given, or what all customers of `tables` make."""
    with engine_session(engine) as session:
        known = known_by(tables, as_of, session, surroundings=surroundings)
        own = measured_alone(known)
        around = surroundings_summed(known, own, session) if surroundings is None else surroundings
        built = finished(session.collect(features_among(replace(known, surroundings=around), own)))
    if windows:
        patterns = window_features(tables, as_of, windows, surroundings=surroundings)
        built = built.join(patterns, on=KEY, how="left", maintain_order="left")
    return Built(built, around)


def surroundings_of(tables: TableSet, as_of: date, *, engine: Engine = Engine.POLARS) -> Surroundings:
    """What all customers of `tables` are to each other's ratings on `as_of`, without building features.

    Raises as `build_features`.
    """
    with engine_session(engine) as session:
        known = known_by(tables, as_of, session)
        return surroundings_summed(known, measured_alone(known), session)


def measured_alone(known: Known) -> Frame:
    """What the rows of each customer say of it: one row per known customer."""
    return _measured(OWN, known, known.customers.select(KEY, nw.lit(100.0).alias(CENTS_PER_UNIT)))


def features_among(known: Known, own: Frame) -> Frame:
    """Every feature of the catalogue, from `measured_alone` and what comes from others; not checked yet."""
    measures = _measured(AMONG_OTHERS, known, own)
    return measures.select(KEY, *(_value(f) for f in CATALOGUE.values()))


def finished(built: pl.DataFrame) -> pl.DataFrame:
    """`features_among` checked, sorted by customer, missing values null. Raises InputError as `build_features`."""
    _refuse_overflow(built)
    return built.with_columns(pl.col(pl.Float64).fill_nan(None)).sort(KEY)


def _measured(modules: Sequence[SourceModule], known: Known, measured: Frame) -> Frame:
    """`measured` with the measures of more sources, one row per known customer.

    Settled after each: an engine takes longer to plan one wide frame of many joins than to compute several.
    """
    for module in modules:
        measured = known.session.settle(module.measure(known, measured))
    return measured


def _refuse_overflow(built: pl.DataFrame) -> None:
    """Sums of cents x days hold for customers up to a bound no real customer comes near."""
    beyond = built.filter(pl.col("pay_sales_amount_all").abs() > MOST_SOLD)  # a sum beyond 64 bits may turn negative
    if beyond.height:
        customer = beyond[KEY][0]
        raise InputError(
            f"sales to customer {customer} are too large to sum exactly (most is {MOST_SOLD:.0f})",
            where="invoices",
            remedy="check the unit of the amounts, or report in a larger currency unit such as thousands",
        )


def _value(feature: Feature) -> nw.Expr:
    kind = nw.String if feature.unit is Unit.CATEGORY else nw.Float64
    return feature.expression.cast(kind).alias(feature.name)
